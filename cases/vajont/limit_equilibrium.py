"""Limit equilibrium of section 2 in three segments: the friction of the slide surface at which the mass just holds.

An independent check of the stability cases: no blocks, no contact, no elasticity. Vertical interfaces part the mass
into segments that slide on the three planes of the slide surface. At the limit all of them move, so friction acts
everywhere in full: on the bases against the slide, and on each interface so that the upper segment, which sinks as it
moves on to a flatter plane, is held up by the lower one. Per segment (thickness 1 m, x down-slope, y up; N' effective
force on the base, E force through an interface, both compression positive):

    x:   N' (sin a - tan phi cos a) + U sin a + E_left - E_right + F_x = 0
    y:   N' (cos a + tan phi sin a) + U cos a - W - T_left + T_right + F_y = 0
         T = c H + (E - P) tan phi_i,   P = gamma_w h^2 / 2

a dip of the base, W weight, U uplift on the base, F water on the ground surface; H height of an interface, h its height
under water, P the water thrust in it, c and phi_i its cohesion and friction. Two equations give N' and E_right, segment
after segment; the critical phi is the one at which nothing is left to hold at the toe, E_right = 0. With c = phi_i = 0
this is Janbu's method with horizontal interslice forces.

    python cases/vajont/limit_equilibrium.py
"""

import csv
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

DATA = Path(__file__).parent / "data"
DENSITY = 2395.5  # kg/m3, SOURCED
GRAVITY = 9.81  # m/s2
WATER = 9810.0  # unit weight of water [N/m3]
RESERVOIR = 80.42  # m above the seat on 9 October 1963, SOURCED
DRY = -1000.0  # a level below everything [m]

KINKS = (696.2, 866.0)  # x of the kinks of the slide surface [m]
JOINTS = (690.0, 850.0)  # x of the real joints next to them [m]

RESOLUTION = 1e-6  # width of the interval in which the critical angle is found [deg]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Interfaces:
    """Strength of the interfaces. friction: deg; cohesion: Pa; pore_pressure: whether water stands in them."""

    friction: float = 0.0
    cohesion: float = 0.0
    pore_pressure: bool = True


VARIANTS = {
    "internal 0": Interfaces(),
    "internal 40": Interfaces(40.0),
    "internal 40, bond 0.787 MPa": Interfaces(40.0, 0.787e6),
}


@dataclass(frozen=True)
class Segment:
    """Part of the mass between two interfaces. dip: of its base [rad]; weight, uplift, surface_x, surface_y: N/m;
    height, depth: of the interface at its lower end and of the water in it [m]."""

    dip: float
    weight: float
    uplift: float
    surface_x: float
    surface_y: float
    height: float
    depth: float


def points(name: str) -> Array:
    """Rows (n, 2) x, y [m] of a file of the case's data."""
    with (DATA / name).open(newline="") as file:
        return np.array([(row["x"], row["y"]) for row in csv.DictReader(file)], dtype=float)


def slide_line() -> Array:
    """The slide surface under the mass, head to toe."""
    return points("slide.csv")[:-1]  # the last point is the gorge's rim


def ground_line() -> Array:
    """The ground above it, head to toe."""
    outline = points("section.csv")
    return outline[: len(outline) - len(slide_line()) + 2]


def segments(cuts: tuple[float, ...], level: float) -> list[Segment]:
    """The mass cut at `cuts` [m] under a water level [m]."""
    slide, ground = slide_line(), ground_line()
    ends = [slide[0, 0], *cuts, slide[-1, 0]]
    return [_segment(slide, ground, left, right, level) for left, right in pairwise(ends)]


def _segment(slide: Array, ground: Array, left: float, right: float, level: float) -> Segment:
    bottom, top = (_between(line, left, right, level) for line in (slide, ground))
    # the base keeps the direction of the plane that carries most of it
    longest = int(np.argmax(np.diff(bottom[:, 0])))
    (x0, y0), (x1, y1) = bottom[longest : longest + 2]
    dip = float(np.arctan2(y0 - y1, x1 - x0))
    # W = rho g integral (top - bottom) dx
    weight = DENSITY * GRAVITY * (np.trapezoid(top[:, 1], top[:, 0]) - np.trapezoid(bottom[:, 1], bottom[:, 0]))
    # U = integral u ds along the base;  F = integral p n ds over the ground, n ds = (dy, -dx) into the mass
    uplift = float(np.sum(_mean(_pressure(bottom, level)) * np.hypot(*np.diff(bottom, axis=0).T)))
    force = _mean(_pressure(top, level))
    dx, dy = np.diff(top, axis=0).T
    height = float(top[-1, 1] - bottom[-1, 1])
    depth = float(np.clip(level - bottom[-1, 1], 0.0, None)) if height else 0.0
    return Segment(dip, float(weight), uplift, float(force @ dy), float(-force @ dx), height, depth)


def _between(line: Array, left: float, right: float, level: float) -> Array:
    """The part of a line from x = left to x = right, with a vertex where it dips under the water."""
    x = [left, right, *line[(line[:, 0] > left) & (line[:, 0] < right), 0]]
    if line[-1, 1] < level < line[0, 1]:
        shore = float(np.interp(-level, -line[:, 1], line[:, 0]))
        x += [shore] if left < shore < right else []
    x = np.unique(x)
    return np.column_stack([x, np.interp(x, line[:, 0], line[:, 1])])


def _pressure(line: Array, level: float) -> Array:
    """u = gamma_w max(0, level - y) [Pa]."""
    return WATER * np.maximum(0.0, level - line[:, 1])


def _mean(values: Array) -> Array:
    return (values[1:] + values[:-1]) / 2


def thrust(parts: list[Segment], friction: float, interfaces: Interfaces) -> float:
    """E_right of the last segment [N/m] at a friction of the slide surface [deg], the load of a wall at the toe."""
    tan_phi, tan_i = np.tan(np.radians([friction, interfaces.friction]))
    push, shear = 0.0, 0.0
    for part in parts:
        sin, cos = np.sin(part.dip), np.cos(part.dip)
        inner = part is not parts[-1]
        water = WATER * part.depth**2 / 2 if interfaces.pore_pressure else 0.0
        # T_right = fixed + slope E_right
        slope = tan_i if inner else 0.0
        fixed = interfaces.cohesion * part.height - water * tan_i if inner else 0.0
        matrix = [[sin - tan_phi * cos, -1.0], [cos + tan_phi * sin, slope]]
        known = [
            -part.uplift * sin - push - part.surface_x,
            -part.uplift * cos + part.weight + shear - fixed - part.surface_y,
        ]
        push = float(np.linalg.solve(matrix, known)[1])
        shear = fixed + slope * push
    return push


def critical(cuts: tuple[float, ...], level: float, interfaces: Interfaces) -> float:
    """Friction of the slide surface [deg] at which the toe needs no wall, by bisection."""
    parts = segments(cuts, level)
    low, high = 5.0, 30.0
    if not thrust(parts, low, interfaces) > 0.0 > thrust(parts, high, interfaces):
        raise ValueError(f"no critical friction between {low} and {high} deg for {interfaces}")
    while high - low > RESOLUTION:
        middle = (low + high) / 2
        low, high = (middle, high) if thrust(parts, middle, interfaces) > 0.0 else (low, middle)
    return (low + high) / 2


def main() -> None:
    """Print the table."""
    print("| interfaces | at the kinks, wet / dry | at the joints 690, 850, wet / dry |")
    print("|---|---|---|")
    for name, interfaces in VARIANTS.items():
        cells = [
            " / ".join(f"{critical(cuts, level, interfaces):.1f}" for level in (RESERVOIR, DRY))
            for cuts in (KINKS, JOINTS)
        ]
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
