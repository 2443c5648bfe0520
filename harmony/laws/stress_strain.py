"""Stress-strain data from a CSV: columns to rows in Mandel notation, paths, and the part that is held out."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain
from harmony.learning.data_file import read_columns

__all__ = ["COMPONENTS", "StressStrain", "read_stress_strain"]

COMPONENTS = ("xx", "yy", "zz", "yz", "xz", "xy")
FACTORS = np.array([1.0, 1.0, 1.0, 2.0**0.5, 2.0**0.5, 2.0**0.5])

FEWEST_STATES = 5
"""States of strain, rest aside, below which there is no path to learn from."""

SAME = 1e-9
"""Strains closer than this part of the largest are one state."""

LARGEST_STRAIN = 0.5
"""Component of a small strain [-] beyond which it is none: most likely percent."""

HELD_OUT = 5
"""Every fifth path is held out; with fewer paths, every fifth row."""


@dataclass(frozen=True)
class StressStrain:
    """strain [-], stress [Pa]: (n, 6) in Mandel notation; path (n,): number of the test of each row, in order; time
    (n,) [s] since the start of the test, absent where rate does not matter."""

    strain: NDArray[np.float64]
    stress: NDArray[np.float64]
    path: NDArray[np.int64]
    time: NDArray[np.float64] | None = None

    def held_out(self) -> NDArray[np.bool_]:
        """Rows that no fit sees."""
        paths = np.unique(self.path)
        if len(paths) >= HELD_OUT:
            return np.isin(self.path, paths[HELD_OUT // 2 :: HELD_OUT])
        return np.arange(len(self.path)) % HELD_OUT == HELD_OUT // 2

    def rows(self, which: NDArray[np.bool_]) -> "StressStrain":
        time = None if self.time is None else self.time[which]
        return StressStrain(self.strain[which], self.stress[which], self.path[which], time)

    def beside(self, other: "StressStrain") -> "StressStrain":
        """These rows and then those of `other`, whose paths get numbers of their own."""
        path = np.r_[self.path, other.path - other.path.min() + self.path.max() + 1]
        times = [d.time for d in (self, other) if d.time is not None]
        time = np.concatenate(times) if len(times) == 2 else None
        strain, stress = np.vstack([self.strain, other.strain]), np.vstack([self.stress, other.stress])
        return StressStrain(strain, stress, path, time)

    def steps(self) -> NDArray[np.float64]:
        """Time from the row before in the path (n,) [s]; of a first row, from time 0; zeros without a time."""
        if self.time is None:
            return np.zeros(len(self.path))
        new = np.r_[True, self.path[1:] != self.path[:-1]]
        return np.asarray(self.time - np.where(new, 0.0, np.roll(self.time, 1)))


def read_stress_strain(path: Path | str) -> StressStrain:
    """Columns strain_xx ... strain_xy (tensor components, half of gamma for shear) and stress_xx ... [Pa]; shear
    columns may be absent (zero), `path` too (one test); time [s] since the start of the test."""
    quantities = {f"{kind}_{c}": unit for kind, unit in (("strain", "-"), ("stress", "Pa")) for c in COMPONENTS}
    columns = read_columns(path, quantities | {"time": "s", "path": "-"})
    rows = len(next(iter(columns.values())))
    known = set(quantities) | {"path", "time"}
    for name in columns:
        if name not in known:
            raise InputError(
                explain("unknown column", where=str(path), expected=", ".join(sorted(known)), got=name, do="rename it")
            )
    found = {}
    for kind in ("strain", "stress"):
        for c in COMPONENTS[:3]:
            if f"{kind}_{c}" not in columns:
                raise InputError(
                    explain(
                        f"no column {kind}_{c}",
                        where=str(path),
                        expected=f"{kind}_xx, {kind}_yy, {kind}_zz and any shear",
                        got=", ".join(columns),
                        do="add it; plane strain is strain_zz = 0, and stress_zz is needed too",
                    )
                )
        parts = [columns.get(f"{kind}_{c}", np.zeros(rows)) for c in COMPONENTS]
        found[kind] = np.stack(parts, axis=1) * FACTORS
    data = StressStrain(
        found["strain"], found["stress"], columns.get("path", np.zeros(rows)).astype(np.int64), columns.get("time")
    )
    if (data.steps() < 0.0).any():
        raise InputError(
            explain(
                "time runs back",
                where=str(path),
                expected="time [s] since the start of each path, not falling within it",
                got=f"row {int(np.argmin(data.steps())) + 1}: {data.steps().min():g} s",
                do="sort the rows by path and time",
            )
        )
    _check_physics(data, path)
    return data


def _check_physics(data: StressStrain, path: Path | str) -> None:
    """Data that no rock can have given: nothing happens, the same states again, another unit, work gained."""
    largest = float(np.abs(data.strain).max())
    work = float((data.stress * data.strain).sum())
    same = np.r_[False, data.path[1:] == data.path[:-1]][:, None]
    middle = 0.5 * (data.stress + np.roll(data.stress, 1, axis=0))
    along = float((middle * (data.strain - np.roll(data.strain, 1, axis=0)) * same).sum())
    moved = data.strain[np.abs(data.strain).max(axis=1) > SAME * largest]
    states = len(np.unique(np.round(moved / (SAME * max(largest, 1e-300))), axis=0))
    refused = {
        "nothing happens in the tests": (
            largest == 0.0 or not data.stress.any(),
            "strains and stresses that are not all zero",
            f"largest strain {largest:g}, largest stress {np.abs(data.stress).max():g} Pa",
            "look at the columns",
        ),
        "the same states again and again": (
            states < FEWEST_STATES,
            f"at least {FEWEST_STATES} different strains",
            f"{states} in {len(data.path)} rows",
            "give the rows of the tests as they were measured, not their means or one of them repeated",
        ),
        "strains too large for a law of small strains": (
            largest > LARGEST_STRAIN,
            f"components up to {LARGEST_STRAIN:g}, as parts of one",
            f"{largest:g}",
            "name the unit in the header where they are percent: strain_xx [%]",
        ),
        "stress works against the strain": (
            work < 0.0 and along <= 0.0,
            "stress . strain above 0 in the mean: a body at rest has no work to give",
            f"{work / len(data.path):.3g} J/m3",
            "take tension positive in stress and in strain",
        ),
    }
    for what, (wrong, expected, got, do) in refused.items():
        if wrong:
            raise InputError(explain(what, where=str(path), expected=expected, got=got, do=do))
