"""The folder of an inversion: posterior.h5, case.yaml with the best values, summary.json, report.html; whole or not at
all."""

import csv
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from dda.errors import InputError, explain
from harmony import atomic
from harmony.inverse.invert import Inversion
from harmony.rundir import finite

__all__ = ["FILES", "plan", "write"]

FILES = ("posterior.h5", "case.yaml", "summary.json", "observations.csv", "report.html")

FORMAT = 1
"""Version of posterior.h5; a reader refuses what is newer."""


def plan(folder: Path, overwrite: bool) -> None:
    """Refuse a place before anything is run: one that holds something else, or an inversion that is to stay."""
    if folder.exists() and not folder.is_dir():
        raise _refused(folder, "a file is in the way", "a new or empty folder", "a file", "give another --out")
    there = {path.name for path in folder.iterdir()} if folder.exists() else set()
    if there and not (overwrite and there <= set(FILES)):
        ours = there <= set(FILES)
        got, do = ("an inversion", "--overwrite replaces it") if ours else (sorted(there)[0], "give another --out")
        raise _refused(folder, "the folder is not empty", "a new or empty folder", got, do)


def write(made: Inversion, folder: Path) -> None:
    """Put the results at `folder`; what was there is exchanged when they are whole."""
    from harmony.inverse.report import page

    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        _posterior(made, temporary / "posterior.h5")
        best = made.case.with_values(made.prior.settings(made.best))
        (temporary / "case.yaml").write_text(best.to_yaml())
        (temporary / "summary.json").write_text(json.dumps(finite(made.summary()), indent=2))
        _observations(made, temporary / "observations.csv")
        (temporary / "report.html").write_text(page(made))
        temporary.chmod(0o755)
        atomic.replace_folder(temporary, folder)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _posterior(made: Inversion, path: Path) -> None:
    import h5py

    text = h5py.string_dtype()
    with h5py.File(path, "w") as file:
        file.attrs["format"] = FORMAT
        file.attrs["case"] = made.case.name
        file.attrs["summary"] = json.dumps(finite(made.summary()))
        for name, values in (("names", made.names), ("units", made.prior.units)):
            file.create_dataset(name, data=np.array(values, dtype=object), dtype=text)
        arrays: dict[str, Any] = {
            "samples": made.theta,
            "prior": made.prior.sample(len(made.theta)),
            "best": made.best,
            "runs/parameters": made.prior.values(made.refined.runs[0]),
            "runs/readings": made.refined.runs[1],
            "observations/time": made.observations.time,
            "observations/value": made.observations.value,
            "observations/error": made.observations.error,
            "observations/discrepancy": made.refined.discrepancy,
            "predictive/readings": made.readings,
        }
        arrays |= {f"predictive/{name}": values for name, values in made.predictive.items()}
        for name, values in arrays.items():
            file.create_dataset(name, data=values)
        file.create_dataset(
            "observations/quantity", data=np.array(made.observations.quantity, dtype=object), dtype=text
        )


def _observations(made: Inversion, path: Path) -> None:
    """The readings that were used, in SI, with what the posterior predicts of each."""
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["time", "quantity", "value", "error", "x", "y"])
        o = made.observations
        for t, q, v, e, (x, y) in zip(o.time, o.quantity, o.value, o.error, o.place, strict=True):
            writer.writerow([*("" if np.isnan(c) else repr(float(c)) for c in (t,)), q, repr(float(v)), repr(float(e)),
                             *("" if np.isnan(c) else repr(float(c)) for c in (x, y))])  # fmt: skip


def _refused(folder: Path, what: str, expected: str, got: str, do: str) -> InputError:
    return InputError(explain(what, where=str(folder), expected=expected, got=got, do=do))
