"""A body that cracks have cut: its pieces move on in the same run, with contact between them and all others.

Cracks become joints with a law of contact. The cut body takes over the displacement of the last one that
held together, by the least squares of what moves,

    int rho N^T (u_cut - u_whole) dA = 0,

on all elements, which is that field wherever the cut left the covers as they were. What the ligament held is let go at
once: the body springs, and falls.
"""

import copy
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dda.cells import Trace
from nmm import _core
from nmm.crack_laws import crack_laws
from nmm.equations import Equations
from nmm.forms import Forms
from nmm.model import Model
from nmm.simulation import Simulation
from nmm.triangulation import interior_points

__all__ = ["cut_model", "take_over", "with_laws", "without_laws"]

type Array = NDArray[np.float64]

# Points are looked for in the old elements a little towards the middle of the new one [-]: faces have two sides.
ASIDE = 1e-6

# Rank of a trace that may be so short that it cuts nothing (`Model.add_joint`).
GENERATED = 1


def without_laws(model: Model) -> Model:
    """The model as it is while cracks grow: statics, bodies and joints free; the faces of cracks keep their laws."""
    new = copy.copy(model)
    new.cracks = [replace(crack, joint=law) for crack, law in zip(model.cracks, crack_laws(model), strict=True)]
    new.joint, new.named_joints, new.pair_joints = None, {}, {}
    return new


def with_laws(new: Model, model: Model) -> Model:
    """A model that has grown, with the laws of `model` again."""
    new = copy.copy(new)
    new.joint, new.named_joints, new.pair_joints = model.joint, model.named_joints, model.pair_joints
    return new


def cut_model(grown: Model, model: Model) -> Model:
    """A grown model with the laws of `model`; its cracks are joints. One that still has a tip ends at the side of a
    cell: there is no singular stress there any more, and it grows no further."""
    new = with_laws(grown, model)
    new.traces = [*new.traces, *(Trace(crack.name, crack.points, GENERATED) for crack in new.cracks)]
    new.joint_stiffness = [*new.joint_stiffness, *((0.0, 0.0) for _ in new.cracks)]
    new.cracks = []
    return new


def take_over(sim: Simulation, whole: Model) -> None:
    """Give a new run of the cut body the displacement of the whole one under its loads."""
    before = Simulation(whole, sim.order, sim.solver, sim.threads)
    before.solve()
    sim.unknowns = projected(sim.equations, before.equations, before.unknowns)


def projected(new: Equations, old: Equations, d: Array) -> Array:
    """Coefficients on `new` of the field d on `old`, of the same bodies."""
    points, weights, element = interior_points(new.manifold, min(2 * (new.order + 1), 6))
    inside = points + ASIDE * (np.asarray(new.space.core.centroids())[element] - points)
    found = old.evaluate(old.locator.require(inside, "cut body"), points, d)[:, :2]
    density = np.array([m.density for m in new.model.materials])[new.manifold.material[element]]
    start, function, value = new.space.core.values(element.astype(np.int32), np.ascontiguousarray(points))
    point = np.repeat(np.arange(len(points)), np.diff(start))
    load = np.zeros((new.space.unknowns // 2, 2))
    np.add.at(load, function, value[:, None] * (density * weights)[point, None] * found[point])
    matrix = new.blank()
    matrix.add_scaled(1.0, Forms(new).mass)
    new.add_ghost_mass(matrix)
    solved, *_ = _core.Factor(matrix).solve(matrix, load.ravel())
    return np.asarray(solved)
