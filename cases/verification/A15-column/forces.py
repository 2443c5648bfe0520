"""Normal force of every joint of the columns."""

import numpy as np

import dda
import harmony
import nmm


def run(case: harmony.Case) -> dict[str, float]:
    """`<file>.error`: largest relative error [-]; `case.bottom`: force on the base [N]."""
    found = {}
    for name in ("case", "springs", "nmm"):
        column = case.beside(f"{name}.yaml")
        forces = _on_cover(column) if name == "nmm" else _forces(column)
        weights = np.arange(len(forces), 0, -1) * _weight(column)
        found[f"{name}.error"] = np.abs(forces / weights - 1.0).max()
        found[f"{name}.bottom"] = forces[0]
    return found


def _weight(column: harmony.Case) -> float:
    """Weight of one block of 1 m2 [N]."""
    return float(column.get("materials.rock.density") * -column.get("loads.gravity")[1])


def _forces(column: harmony.Case) -> np.ndarray:
    """Normal force of the joints from the bottom up, compression positive [N], shape (n,)."""
    stage = column.stages[0]
    sim = dda.Simulation(column.model(), dt=stage.step, contact=column.contact)
    sim.settle(tolerance=stage.tolerance, max_steps=stage.max_steps)
    contacts = sim.contacts
    upper = np.maximum(contacts["block_a"], contacts["block_b"])
    return np.bincount(upper, contacts["normal"])[1:]


def _on_cover(column: harmony.Case) -> np.ndarray:
    """The same by the manifold method: the sum over the contacts at each height, joints are 1 m apart."""
    stage = column.stages[0]
    sim = nmm.Simulation(column.model(), column.data.cover.order, dt=stage.step, contact=column.contact)
    sim.settle(tolerance=stage.tolerance, max_steps=stage.max_steps)
    return np.bincount(np.rint(sim.contacts["y"]).astype(int), sim.contacts["normal"])
