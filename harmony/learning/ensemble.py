"""An ensemble: samples of the parameters of a case and what each of them gave, as arrays with one row a sample."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from dda.errors import InputError, explain

if TYPE_CHECKING:
    from harmony.case import Case

__all__ = ["Ensemble"]


@dataclass(eq=False)
class Ensemble:
    """The content of an ensemble file (docs/reference/ensemble-file.md); n samples in the order of their numbers.

    origin: what the samples belong to: case (YAML), hash, design, design_seed.
    names, units, priors: one a column of `parameters` (n, p); seed (n,): number of the sample in the design.
    functions: path -> (n, knots), `knots` path -> (knots,). time (m,) s; histories: column -> (n, m), NaN after `end`
    (n,) s, the last time that the sample came to. scalars: name -> (n,). geometry: of the case as it stands. fields:
    name -> (n, blocks, ...), NaN beyond the blocks of a sample. status, reason, verdict: n texts. seconds (n,):
    processor time [s], the one thing that differs from run to run.
    """

    origin: dict[str, Any]
    names: list[str]
    units: list[str]
    priors: list[dict[str, Any]]
    seed: np.ndarray
    parameters: np.ndarray
    time: np.ndarray
    end: np.ndarray
    status: np.ndarray
    reason: np.ndarray
    verdict: np.ndarray
    seconds: np.ndarray
    functions: dict[str, np.ndarray] = field(default_factory=dict)
    knots: dict[str, np.ndarray] = field(default_factory=dict)
    histories: dict[str, np.ndarray] = field(default_factory=dict)
    scalars: dict[str, np.ndarray] = field(default_factory=dict)
    fields: dict[str, np.ndarray] = field(default_factory=dict)
    geometry: dict[str, np.ndarray] = field(default_factory=dict)

    # -- in and out --------------------------------------------------------------------------------------------------

    @classmethod
    def read(cls, path: str | Path) -> "Ensemble":
        """The ensemble in a file, or in the folder of one; of one that is not finished the samples that are."""
        from harmony.learning.shards import read

        return read(Path(path))

    def write(self, path: str | Path) -> None:
        """Put the ensemble at `path`; an old file stays until this one is whole."""
        from harmony.learning.ensemble_file import write

        write(self, Path(path))

    @classmethod
    def from_csv(cls, path: str | Path, columns: Mapping[str, Any], case: "Case | None" = None) -> "Ensemble":
        """The ensemble in a user's table, one row a sample; `columns` says which column is what
        (harmony/learning/tabular.py)."""
        from harmony.learning.tabular import from_csv

        return from_csv(Path(path), columns, case)

    @classmethod
    def merge(cls, parts: "Sequence[Ensemble | str | Path]") -> "Ensemble":
        """The samples of all parts, which must be of one case, design and seed; the same sample may be in several."""
        from harmony.learning.merging import merged

        return merged([part if isinstance(part, Ensemble) else cls.read(part) for part in parts])

    # -- what is in it -----------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self.seed)

    @property
    def done(self) -> np.ndarray:
        """Which samples came to their end, shape (n,)."""
        return np.asarray(self.status == "done")

    @property
    def failed(self) -> np.ndarray:
        """Which samples did not, shape (n,)."""
        return ~self.done

    def parameter(self, name: str) -> np.ndarray:
        """The sampled values of one parameter, shape (n,), in its unit."""
        return np.asarray(self.parameters[:, _index(name, self.names, "parameter")])

    def scalar(self, name: str) -> np.ndarray:
        """One scalar, shape (n,), SI; NaN for a failed sample."""
        return self.scalars[list(self.scalars)[_index(name, list(self.scalars), "scalar")]]

    def history(self, name: str) -> np.ndarray:
        """One history, shape (n, m), SI, over `time`."""
        return self.histories[list(self.histories)[_index(name, list(self.histories), "history")]]

    @cached_property
    def base_case(self) -> "Case":
        """The case that was sampled, as it was written."""
        from ruamel.yaml import YAML

        from harmony.case import Case

        if not self.origin.get("case"):
            raise InputError("this ensemble comes from a table and has no case of its own")
        return Case.from_dict(YAML(typ="safe").load(self.origin["case"]))

    def case(self, row: int) -> "Case":
        """The case of one row, to run it again."""
        from harmony.learning.sampling import Sampling

        number = int(self.seed[row])
        sampling = Sampling(self.base_case, number + 1, self.origin["design"], int(self.origin["design_seed"]))
        values = sampling.values(number) if self.origin["design"] != "lhs" else self._values(row, sampling)
        return self.base_case.with_values(values)

    def _values(self, row: int, sampling: Any) -> dict[str, Any]:
        values: dict[str, Any] = {name: float(self.parameters[row, k]) for k, name in enumerate(self.names)}
        for name, curve in sampling.curves.items():
            values[name] = curve.table(self.functions[name][row])
        return values

    def select(self, rows: np.ndarray) -> Self:
        """The ensemble of some rows: a mask (n,) or indices."""
        chosen = {key: getattr(self, key)[rows] for key in _ROWS}
        chosen |= {key: {k: v[rows] for k, v in getattr(self, key).items()} for key in _TABLES}
        rest = {key: getattr(self, key) for key in ("origin", "names", "units", "priors", "time", "knots", "geometry")}
        return type(self)(**rest, **chosen)

    def summary(self) -> dict[str, Any]:
        """How many samples there are, how many failed, and of what verdict."""
        return {
            "samples": len(self),
            "done": int(self.done.sum()),
            "failed": int(self.failed.sum()),
            "verdicts": dict(Counter(str(word) for word in self.verdict if word)),
            "reasons": _kinds([str(word) for word in self.reason if word]),
            "parameters": len(self.names),
            "functions": {name: len(knots) for name, knots in self.knots.items()},
            "design": self.origin.get("design"),
            "seed": self.origin.get("design_seed"),
            "hash": self.origin.get("hash"),
            "seconds": float(np.nansum(self.seconds)),
        }

    def arrays(self) -> dict[str, tuple[tuple[str, ...], np.ndarray, dict[str, Any]]]:
        """Every array as name -> (dimensions, values, attributes), the form that xarray takes."""
        found: dict[str, tuple[tuple[str, ...], np.ndarray, dict[str, Any]]] = {
            "parameters": (("sample", "parameter"), self.parameters, {}),
            "unit": (("parameter",), np.array(self.units, dtype=object), {}),
            "prior": (("parameter",), np.array([json.dumps(prior) for prior in self.priors], dtype=object), {}),
        }
        for key in ("status", "reason", "verdict", "end", "seconds"):
            found[key] = (("sample",), getattr(self, key), {})
        for name, values in self.functions.items():
            found[f"functions/{name}"] = (("sample", f"knots/{name}"), values, {})
        for name, values in self.histories.items():
            found[f"histories/{name}"] = (("sample", "time"), values, {})
        for name, values in self.scalars.items():
            found[f"scalars/{name}"] = (("sample",), values, {})
        for name, values in self.fields.items():
            timed = ("sample", "block", "moment", "component")
            found[f"fields/{name}"] = (
                timed if values.ndim == 4 else timed[:2] + timed[3:][: values.ndim - 2],
                values,
                {},
            )
        return found

    def to_xarray(self) -> Any:
        """The ensemble as an xarray.Dataset with the coordinates sample, parameter, time and the knots of functions."""
        import xarray

        def dotted(name: str) -> str:
            return name.replace("/", ".")

        coordinates: dict[str, Any] = {"sample": self.seed, "parameter": self.names, "time": self.time}
        coordinates |= {f"knots.{name}": knots for name, knots in self.knots.items()}
        arrays = {
            dotted(name): (tuple(dotted(d) for d in dimensions), values, attributes)
            for name, (dimensions, values, attributes) in self.arrays().items()
        }
        about = {key: value for key, value in self.origin.items() if value is not None}
        return xarray.Dataset(arrays, coords=coordinates, attrs=about)

    def __repr__(self) -> str:
        return f"Ensemble({len(self)} samples, {int(self.failed.sum())} failed, {len(self.names)} parameters)"


_ROWS = ("seed", "parameters", "end", "status", "reason", "verdict", "seconds")
_TABLES = ("functions", "histories", "scalars", "fields")


def _index(name: str, known: list[str], what: str) -> int:
    from harmony.case.problems import closest

    if name not in known:
        raise InputError(
            explain(
                f"no {what} '{name}' in this ensemble",
                where=what,
                expected=closest(name, known),
                got=name,
                do="choose one of those",
            )
        )
    return known.index(name)


def _kinds(reasons: list[str]) -> dict[str, int]:
    """How often each reason was given, the most frequent first; those that differ in numbers alone are one, told by the
    first of them."""
    import re

    first: dict[str, str] = {}
    count: Counter[str] = Counter()
    for reason in reasons:
        count[first.setdefault(re.sub(r"[-+]?\d+(\.\d+)?(e[-+]?\d+)?", "#", reason), reason)] += 1
    return dict(count.most_common())
