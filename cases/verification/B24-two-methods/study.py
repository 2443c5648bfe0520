"""Cases of other folders solved by the manifold method and by finite elements, each from its one file, and compared."""

from typing import Any

import numpy as np

import harmony
from harmony.comparison import compare

FILES = {
    "B01": ("../B01-patch/case.yaml", {"fem": {"size": 0.31}}),
    "B03": ("../B03-cook/case.yaml", {"fem": {"size": 2.0, "refine": [{"at": [0, 44], "size": 0.1}]}}),
    "B05": ("../B05-lame/case.yaml", {"fem": {"size": 0.015}}),
    "B16": (
        "../B16-slope/case.yaml",
        {"strength": {"factor": 1.4}, "fem": {"size": 0.6}, "probes": {"crest": {"at": [5, 6.5]}}},
    ),
    "B19": ("../B19-footing/case.yaml", {"fem": {"size": 0.35}, "probes": {"footing": {"at": [0, 0]}}}),
}
"""Files, and what is added to them. B16 at nine tenths of its strength, B19 at four fifths of its load: both yield."""
LOAD = 4.1e4  # Pa


def run(case: harmony.Case) -> dict[str, float]:
    """`<case>.displacement`, `.stress`: rms difference of the fields over the rms of the manifold method's [-];
    `.probes`: largest difference of a displacement of a probe over its magnitude [-]."""
    found = {}
    for name, (file, added) in FILES.items():
        runs = [harmony.solve(both(case, file, added, method)) for method in ("nmm", "fem")]
        told = compare(runs).as_dict()
        found |= {f"{name}.{key}": told["fields"][key]["relative"][1] for key in ("displacement", "stress")}
        moved = [[r.summary["probes"][p]["displacement"] for r in runs] for p in named(runs[0])]
        found[f"{name}.probes"] = max(apart(*pair) for pair in moved)
    return {key: abs(float(value)) for key, value in found.items()}


def both(case: harmony.Case, file: str, added: dict[str, Any], method: str) -> harmony.Case:
    """The same file under a method."""
    one = harmony.Case.read(case.folder / file)
    data = {key: value for key, value in one.resolved().items() if key not in ("critical", "expected")}
    if "B19" in file:
        data["loads"]["tractions"][0]["pressure"] = LOAD
    return harmony.Case.from_dict({**data, **added, "method": method}, one.folder)


def named(run: Any) -> list[str]:
    """Probes of the file."""
    return [name for name in run.summary["probes"] if name not in ("mass", "energy")]


def apart(a: dict[str, float], b: dict[str, float]) -> float:
    """|u - v| / |u|."""
    return float(np.hypot(a["x"] - b["x"], a["y"] - b["y"]) / a["magnitude"])
