"""Static limit of section 2 cut into columns, with moments: the least friction at which forces in balance exist at all.

The limit equilibrium of three segments asks for the balance of forces only. Here the mass is cut into columns by any
set of vertical joints, and each column must balance its moments too: the thrust must pass through the joint, the
reaction of the base through the base, no tension anywhere. Which forces there are is not assumed but searched by linear
programming (static theorem of limit analysis). Per column (x down-slope, y up, thickness 1 m):

    base facet  N >= 0 at its middle, |S| <= N tan phi up-slope, |R| <= N L / 2   (R moment of the excentric N)
    joint       E >= 0, |T| <= E tan phi_i + c H,  E y_bottom <= M <= E y_top     (M moment of the thrust about y = 0)

    sum F_x = 0,   sum F_y = 0,   sum M = 0, with weight, uplift on the base and water on the ground surface.

All is linear in (N, S, R, E, T, M) once phi is given; the critical phi is the least one that leaves a solution.

    python cases/vajont/static_limit.py
"""

import csv
import sys
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

sys.path.insert(0, str(Path(__file__).parent))
import limit_equilibrium as le

Array = NDArray[np.float64]

PANELS = 800  # of the trapezoidal rule along a column; the error of weight and moment is below 1e-5
SCALE = 1e8  # unit of force in the programme [N/m]: keeps its numbers near 1
RESOLUTION = 0.01  # width of the interval in which the critical angle is found [deg]
ANYWHERE = 1e6  # how far from its place a resultant may act when moments are not asked for [m]

# Unknowns of a base facet and of a joint.
N, S, R = 0, 1, 2
E, T, M = 0, 1, 2


@dataclass
class Programme:
    """A x = b, C x <= d over `size` unknowns in triples; the first of each triple is not negative."""

    columns: int
    triples: int
    balance: Array = field(init=False)
    known: Array = field(init=False)
    rows: list[Array] = field(default_factory=list)
    limits: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.balance = np.zeros((3 * self.columns, 3 * self.triples))
        self.known = np.zeros(3 * self.columns)

    def act(self, column: int, unknown: int, force: tuple[float, float], point: tuple[float, float]) -> None:
        """A unit of `unknown` acts on a column as a force at a point [m]."""
        (fx, fy), (x, y) = force, point
        self.balance[3 * column : 3 * column + 3, unknown] += (fx, fy, x * fy - y * fx)

    def load(self, column: int, force: tuple[float, float], moment: float) -> None:
        """A given force [N/m] and its moment about the origin."""
        self.known[3 * column : 3 * column + 3] -= (*force, moment)

    def at_most(self, terms: dict[int, float], limit: float = 0.0) -> None:
        """sum terms x <= limit."""
        row = np.zeros(3 * self.triples)
        for unknown, factor in terms.items():
            row[unknown] = factor
        self.rows.append(row)
        self.limits.append(limit)

    def solvable(self) -> bool:
        """Whether there is an x."""
        bounds = [(0.0, None), (None, None), (None, None)] * self.triples
        found = linprog(
            np.zeros(3 * self.triples),
            A_ub=np.array(self.rows),
            b_ub=np.array(self.limits) / SCALE,
            A_eq=self.balance,
            b_eq=self.known / SCALE,
            bounds=bounds,
            method="highs",
        )
        return found.status == 0


def vertical_joints() -> tuple[float, ...]:
    """x of the vertical joints of the section [m]."""
    with (le.DATA / "vertical.csv").open(newline="") as file:
        return tuple(float(row["x"]) for row in csv.DictReader(file))


def stands(friction: float, cuts: tuple[float, ...], level: float, joints: le.Interfaces, moments: bool = True) -> bool:
    """Whether forces in balance exist at a friction of the slide surface [deg]."""
    slide, ground = le.slide_line(), le.ground_line()
    x = [slide[0, 0], *(c for c in cuts if slide[0, 0] < c < slide[-1, 0]), slide[-1, 0]]
    facets = [
        (i, max(x[i], a[0]), min(x[i + 1], b[0]))
        for i in range(len(x) - 1)
        for a, b in pairwise(slide)
        if min(x[i + 1], b[0]) > max(x[i], a[0])
    ]
    programme = Programme(len(x) - 1, len(facets) + len(x) - 2)
    for i in range(len(x) - 1):
        _surface(programme, i, x[i], x[i + 1], slide, ground, level)
    for k, facet in enumerate(facets):
        _base(programme, 3 * k, *facet, np.tan(np.radians(friction)), slide, level, moments)
    for k in range(1, len(x) - 1):
        _joint(programme, 3 * (len(facets) + k - 1), k, x[k], slide, ground, joints, moments)
    return programme.solvable()


def _heights(line: Array, x: Array | float) -> Array:
    return np.asarray(np.interp(x, line[:, 0], line[:, 1]))


def _surface(p: Programme, i: int, left: float, right: float, slide: Array, ground: Array, level: float) -> None:
    """Weight of a column, and the water on its ground surface."""
    x = np.linspace(left, right, PANELS + 1)
    top = _heights(ground, x)
    weight = le.DENSITY * le.GRAVITY * (top - _heights(slide, x))
    p.load(i, (0.0, -float(np.trapezoid(weight, x))), -float(np.trapezoid(weight * x, x)))
    # dF = p (dy, -dx), moment x dF_y - y dF_x
    water = le.WATER * np.maximum(0.0, level - top)
    pressure, xm, ym = ((v[1:] + v[:-1]) / 2 for v in (water, x, top))
    fx, fy = pressure * np.diff(top), -pressure * np.diff(x)
    p.load(i, (float(fx.sum()), float(fy.sum())), float((xm * fy - ym * fx).sum()))


def _base(
    p: Programme, j: int, i: int, left: float, right: float, tan_phi: float, slide: Array, level: float, moments: bool
) -> None:
    """The reaction of the slide surface on one plane facet, and the uplift there."""
    x = np.linspace(left, right, PANELS + 1)
    y = _heights(slide, x)
    dip = np.arctan2(y[0] - y[-1], right - left)
    normal, upslope = (np.sin(dip), np.cos(dip)), (-np.cos(dip), np.sin(dip))
    middle = (left + right) / 2, float(_heights(slide, (left + right) / 2))
    uplift = le.WATER * np.maximum(0.0, level - y) / np.cos(dip)
    fx, fy = uplift * normal[0], uplift * normal[1]
    p.load(i, (float(np.trapezoid(fx, x)), float(np.trapezoid(fy, x))), float(np.trapezoid(x * fy - y * fx, x)))
    p.act(i, j + N, normal, middle)
    p.act(i, j + S, upslope, middle)
    p.balance[3 * i + 2, j + R] = 1.0
    reach = (right - left) / np.cos(dip) / 2 if moments else ANYWHERE
    for sign in (1.0, -1.0):
        p.at_most({j + S: sign, j + N: -tan_phi})
        p.at_most({j + R: sign, j + N: -reach})


def _joint(
    p: Programme, j: int, k: int, x: float, slide: Array, ground: Array, joints: le.Interfaces, moments: bool
) -> None:
    """Thrust and shear between column k - 1 and column k; T on the upper column is up-wards. No pore pressure."""
    bottom, top = float(_heights(slide, x)), float(_heights(ground, x))
    for column, sign in ((k - 1, -1.0), (k, 1.0)):
        p.balance[3 * column : 3 * column + 3, j + E] += (sign, 0.0, 0.0)
        p.act(column, j + T, (0.0, -sign), (x, 0.0))
        p.balance[3 * column + 2, j + M] -= sign
    low, high = (bottom, top) if moments else (-ANYWHERE, ANYWHERE)
    p.at_most({j + M: 1.0, j + E: -high})
    p.at_most({j + M: -1.0, j + E: low})
    for sign in (1.0, -1.0):
        p.at_most({j + T: sign, j + E: -np.tan(np.radians(joints.friction))}, joints.cohesion * (top - bottom))


def critical(cuts: tuple[float, ...], level: float, joints: le.Interfaces, moments: bool = True) -> float:
    """Least friction of the slide surface [deg] that leaves forces in balance, by bisection."""
    low, high = 5.0, 60.0
    if stands(low, cuts, level, joints, moments) or not stands(high, cuts, level, joints, moments):
        raise ValueError(f"no critical friction between {low} and {high} deg for {joints}")
    while high - low > RESOLUTION:
        middle = (low + high) / 2
        low, high = (low, middle) if stands(middle, cuts, level, joints, moments) else (middle, high)
    return (low + high) / 2


def main() -> None:
    """Print the table."""
    print("| vertical joints | 2 (690, 850), wet / dry | all 30, wet / dry | all 30, forces only |")
    print("|---|---|---|---|")
    for name, joints in le.VARIANTS.items():
        cells = [
            " / ".join(f"{critical(cuts, level, joints, moments):.1f}" for level in (le.RESERVOIR, le.DRY))
            for cuts, moments in ((le.JOINTS, True), (vertical_joints(), True), (vertical_joints(), False))
        ]
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
