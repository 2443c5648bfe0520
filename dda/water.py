"""Water: free surfaces that press on exposed faces, and pore pressure in joints from piezometric lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dda.checks import array, history, number
from dda.errors import InputError, explain

__all__ = ["Water", "WaterLevel"]


@dataclass(frozen=True, eq=False)
class WaterLevel:
    """A free surface. Its pressure unit_weight (level - y) acts on the faces below it that no other block covers.

    level: y of the surface [m], or a table (n, 2): t [s], y [m]. region: polygon (n, 2) [m] outside of which the water
    does not act; None is everywhere. Where several levels act on the same place the highest one counts.
    """

    level: ArrayLike
    region: ArrayLike | None = None

    def __post_init__(self) -> None:
        if np.ndim(self.level) == 0:
            table = np.array([[0.0, number(self.level, "water level", "level", unit="m")]])
        else:
            table = history(self.level, "water level", columns="y", unit="m")
        object.__setattr__(self, "level", table)
        if self.region is not None:
            region = array(self.region, "water level", "region", shape=(None, 2), unit="m")
            if len(region) < 3:
                raise InputError(
                    explain(
                        "region is not a polygon",
                        where="water level",
                        expected="3 vertices or more",
                        got=len(region),
                        do="give the outline of the region",
                    )
                )
            object.__setattr__(self, "region", region)


@dataclass(frozen=True, eq=False)
class Water:
    """What water does to a model; hydrostatic, no flow, drag or added mass.

    levels: free surfaces. piezometric: joint name -> table (n, 2) of x [m], h_w [m], or one height [m]; the pressure is
    u = unit_weight max(0, h_w(x) - y), it pushes both faces apart wherever they face each other, so that sliding is
    resisted by the effective normal stress. h_w is linear between the points and constant outside.
    piezometric_history: joint name -> table (n, 2) of t [s] and an offset [m] that is added to h_w.
    unit_weight: N/m3.
    """

    levels: Sequence[WaterLevel] = ()
    piezometric: Mapping[str, ArrayLike] = field(default_factory=dict)
    unit_weight: float = 9810.0
    piezometric_history: Mapping[str, ArrayLike] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for i, level in enumerate(self.levels if isinstance(self.levels, Sequence) else (self.levels,)):
            if not isinstance(level, WaterLevel):
                raise InputError(
                    explain(
                        "not a water level",
                        where=f"water, levels[{i}]",
                        expected="a dda.WaterLevel",
                        got=repr(level)[:80],
                        do="write levels=[dda.WaterLevel(y)]",
                    )
                )
        object.__setattr__(self, "levels", tuple(self.levels))
        object.__setattr__(
            self, "unit_weight", number(self.unit_weight, "water", "unit_weight", unit="N/m3", above=0.0)
        )
        lines = {name: _line(name, line) for name, line in self.piezometric.items()}
        object.__setattr__(self, "piezometric", lines)
        offsets = {}
        for name, table in self.piezometric_history.items():
            if name not in lines:
                raise InputError(
                    explain(
                        "a history without its line",
                        where=f"water, piezometric_history[{name!r}]",
                        expected="a joint name of piezometric",
                        got=", ".join(lines) or "no piezometric line",
                        do=f"give piezometric[{name!r}] too",
                    )
                )
            offsets[name] = history(table, f"water, piezometric_history[{name!r}]", columns="offset", unit="m")
        object.__setattr__(self, "piezometric_history", offsets)


def _line(name: str, value: ArrayLike) -> NDArray[np.float64]:
    where = f"water, piezometric[{name!r}]"
    if np.ndim(value) == 0:
        return np.array([[0.0, number(value, where, "piezometric line", unit="m")]])
    line = array(value, where, "piezometric line", shape=(None, 2), unit="m")
    if (np.diff(line[:, 0]) <= 0.0).any():
        row = int(np.argmax(np.diff(line[:, 0]) <= 0.0)) + 1
        raise InputError(
            explain(
                "x of a piezometric line does not increase",
                where=f"{where}, row {row}",
                expected=f"x > {line[row - 1, 0]:g} m",
                got=f"{line[row, 0]:g} m",
                do="sort the points by x",
            )
        )
    return line
