"""Other joints, loads and supports for a run: the bodies, their covers and the state stay."""

from typing import TYPE_CHECKING

from dda.errors import InputError, explain
from nmm.block_run import block_model
from nmm.equations import Equations
from nmm.model import Model
from nmm.remake import require_remakable
from nmm.saved_covers import revised

if TYPE_CHECKING:
    from nmm.simulation import Simulation

__all__ = ["revise"]


def revise(sim: "Simulation", model: Model) -> None:
    """Take the joints, loads and supports of `model`, which has the same bodies and cover."""
    first = Equations(model, sim.order, sim.threads)
    if first.space.unknowns != sim.first.space.unknowns:
        raise InputError(
            explain(
                "another body or cover",
                where="Simulation.revise",
                expected=f"{sim.first.space.unknowns} unknowns",
                got=first.space.unknowns,
                do="start a new simulation",
            )
        )
    if sim.remakes is not None or sim._earlier:
        require_remakable(first)
    if sim._blocks is None and (sim._plastic is not None) != any(not m.linear for m in model.materials):
        raise InputError("Simulation.revise: materials that yield and elastic ones do not follow on each other")
    if sim._blocks is not None:
        blocks = block_model(model)
        if blocks is None:
            raise InputError("Simulation.revise: blocks that dda moves take no supports, springs or cuts")
        sim._blocks.sim.revise(blocks)
        sim._blocks.equations = first
    kept = None if sim._motion is None else sim._motion.touch
    sim.model, sim.equations, sim._motion = model, revised(sim, first), None
    if kept is not None and model.touches:
        state = kept.engine.save()
        touch = sim._moving.touch
        assert touch is not None
        touch.engine.load(state)
        touch.static_step = kept.static_step
    if sim._plastic is not None:
        sim._plastic = sim._plastic.revised(first)
