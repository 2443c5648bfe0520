"""Growth of cracks: solve, take K_I and K_II, go on by an increment at the angle of the largest hoop stress, again.

A tip grows when its K_eq (`nmm.hoop`) reaches the toughness. Statics is linear: under `control="load"` the loads are as
they are, and tips under the toughness wait; under `control="critical"` the loads are scaled by K_c / K_eq of the worst
tip, the factor at which the crack grows, which may fall as it goes (snap-back included). A tip that would cross the
boundary, a joint or a crack ends there, and is no tip any more.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from dda.checks import count, number, unknown
from dda.errors import InputError, explain
from nmm.crack import Tip
from nmm.crack_laws import crack_laws
from nmm.graph import components
from nmm.hoop import equivalent_intensity, hoop_angle
from nmm.interaction import Intensity
from nmm.model import Model
from nmm.simulation import Simulation

__all__ = ["Growth", "GrowthStep", "grow", "opening"]

type Array = NDArray[np.float64]

# Tips with this part of the largest K_eq grow together under control="critical" [-]: those that symmetry makes equal.
TOGETHER = 0.98

# A tip that comes nearer to a line than this part of the increment goes on to it [-]: no slender ligament is left.
MEET = 0.5


@dataclass(frozen=True)
class GrowthStep:
    """One solution: factor of the loads [-], the largest K_eq [Pa sqrt(m)], K by crack and tip, tips that grew."""

    factor: float
    equivalent: float
    tips: dict[str, dict[str, Intensity]]
    grown: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Growth:
    """model: with the grown cracks; whole: the last one that holds together. ending: "arrested" (no tip reaches the
    toughness), "steps" (as many as asked for), "no tip" or "cut" (a piece came loose). pieces: outlines (n, 2) [m] of
    the parts of the grown model."""

    model: Model
    whole: Model
    history: Sequence[GrowthStep]
    ending: Literal["arrested", "steps", "no tip", "cut"]
    pieces: Sequence[Array]


def grow(
    model: Model,
    toughness: float,
    increment: float,
    steps: int,
    *,
    control: Literal["load", "critical"] = "load",
    **options: Any,
) -> Growth:
    """Let the cracks of a model grow by up to `steps` increments [m]; toughness K_c [Pa sqrt(m)].

    options: of `nmm.Simulation`. The model itself stays as it is. An increment should be a cell and a half or more: K
    is taken over the straight part behind the tip.
    """
    K_c = number(toughness, "grow", "toughness", unit="Pa sqrt(m)", above=0.0)
    length = number(increment, "grow", "increment", unit="m", above=0.0)
    if control not in ("load", "critical"):
        raise unknown("control", control, ("load", "critical"), "grow")
    whole = model
    history: list[GrowthStep] = []
    ending: Literal["arrested", "steps", "no tip", "cut"] = "steps"
    for _ in range(count(steps, "grow", "steps", least=1)):
        sim = Simulation(whole, **options)
        _refuse_short(sim, length)
        sim.solve()
        step = _judged(sim, K_c, control)
        history.append(step)
        if not step.grown:
            ending = "arrested" if sim.equations.enrichment.tips else "no tip"
            break
        before = int(sim.equations.manifold.pieces.max())
        model = _grown(whole, sim.equations.enrichment.tips, step, length)
        manifold = Simulation(model, **options).equations.manifold
        if int(manifold.pieces.max()) > before and _loose(model, options):
            ending = "cut"
            break
        whole = model
    return Growth(model, whole, history, ending, _outlines(Simulation(model, **options)))


def _refuse_short(sim: Simulation, increment: float) -> None:
    cells = sim.equations.manifold.cover.sizes
    if increment < float(cells.max()):
        raise InputError(
            explain(
                "an increment smaller than a cell",
                where="growth of cracks",
                expected=f"{1.5 * cells.max():g} m or more, one and a half cells",
                got=f"{increment:g} m",
                do="refine the cover, or let the crack grow in longer steps",
            )
        )


def _judged(sim: Simulation, toughness: float, control: str) -> GrowthStep:
    """Which tips grow, and at what factor of the loads."""
    tips = sim.stress_intensity()
    K = {(c, t): equivalent_intensity(k.KI, k.KII) for c, of in tips.items() for t, k in of.items()}
    largest = max(K.values(), default=0.0)
    if largest <= 0.0:
        return GrowthStep(np.inf, largest, tips, ())
    least = TOGETHER * largest if control == "critical" else toughness
    factor = toughness / largest if control == "critical" else 1.0
    return GrowthStep(factor, largest, tips, tuple(name for name, k in K.items() if k >= least))


def _grown(model: Model, tips: Sequence[Tip], step: GrowthStep, increment: float) -> Model:
    """The model with one more point on the cracks that grow."""
    new = copy.copy(model)
    new.cracks = list(model.cracks)
    for tip in tips:
        name = new.cracks[tip.crack].name
        if (name, f"tip{tip.number}") not in step.grown:
            continue
        K = step.tips[name][f"tip{tip.number}"]
        angle = hoop_angle(K.KI, K.KII)
        ahead = np.array([np.cos(angle), np.sin(angle)]) @ tip.axes
        point, free = _end(new, tip, ahead, increment)
        crack = new.cracks[tip.crack]
        first = np.array_equal(crack.points[0], tip.position)
        points = np.vstack([point, crack.points]) if first else np.vstack([crack.points, point])
        ends = (free, crack.tips[1]) if first else (crack.tips[0], free)
        radius = None if crack.radius is None or crack.radius > 0.0 else 0.0
        new.cracks[tip.crack] = replace(crack, points=points, tips=ends, radius=radius)
    return new


def _end(model: Model, tip: Tip, ahead: Array, increment: float) -> tuple[Array, bool]:
    """Where an increment ends, and whether it is still a tip: at the first line on its way, or just beyond its end."""
    import shapely

    start = tip.position
    way = shapely.LineString([start + 1e-6 * increment * ahead, start + (1 + MEET) * increment * ahead])
    rings = [ring for body in model.bodies for ring in (body.outline, *body.holes)]
    lines = [shapely.LinearRing(ring) for ring in rings]
    lines += [shapely.LineString(t.points) for t in model.traces]
    lines += [shapely.LineString(c.points) for c in model.cracks]
    met = [shapely.get_coordinates(way.intersection(line)) for line in lines]
    points = np.concatenate([p for p in met if len(p)]) if any(len(p) for p in met) else np.zeros((0, 2))
    if not len(points):
        return start + increment * ahead, True
    return np.asarray(points[np.argmin(np.linalg.norm(points - start, axis=1))]), False


def _loose(model: Model, options: dict[str, Any]) -> bool:
    """Whether a piece is free to move."""
    try:
        Simulation(model, **options).equations.system()
    except InputError:
        return True
    return False


def _outlines(sim: Simulation) -> list[Array]:
    """The outline (n, 2) [m] of every piece: its elements together."""
    import shapely

    manifold = sim.equations.manifold
    rings = shapely.linearrings(
        manifold.points, indices=np.repeat(np.arange(manifold.count), np.diff(manifold.offsets))
    )
    polygons = shapely.polygons(rings)
    piece = components(manifold.count, np.concatenate([manifold.neighbours, manifold.seams.elements]))
    found = []
    for k in range(int(piece.max()) + 1):
        union = shapely.union_all(polygons[piece == k], grid_size=1e-9 * float(manifold.cover.sizes.min()))
        largest = max(shapely.get_parts(union), key=lambda p: float(p.area))
        found.append(shapely.get_coordinates(shapely.orient_polygons(largest).exterior.simplify(0.0))[:-1])
    return found


def opening(sim: Simulation, crack: int) -> float:
    """The smallest opening of a crack's faces [m], 0 where they touch; negative = they overlap, for want of a law."""
    equations = sim.equations
    joints = equations.manifold.joints
    faces = joints.chosen(joints.line == len(sim.model.traces) + crack)
    if not len(faces):
        return 0.0
    u = [equations.evaluate(faces.elements[:, k], faces.middles, sim.unknowns)[:, :2] for k in (0, 1)]
    least = float(((u[1] - u[0]) * faces.normals).sum(axis=1).min())
    return least if crack_laws(sim.model)[crack] is None else max(0.0, least)
