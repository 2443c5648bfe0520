"""What ranks that have a part of a model each must know of the case: cut by the first rank, told to all."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from harmony.rundir import CHECKPOINT
from harmony.slabs.run import SlabRun

if TYPE_CHECKING:
    from harmony.case import Case, Stage

__all__ = ["Layout", "SlabRuns", "why_whole"]


def why_whole(case: "Case") -> str:
    """Why every rank has to hold the whole model of this case; nothing where each can have a part of it."""
    if case.method != "dda":
        return f"method: {case.method} is not cut into slabs"
    laws = sorted({material.law for material in case.data.materials.values()} - {"elastic"})
    return f"materials of law {', '.join(laws)} are not cut into slabs" if laws else ""


@dataclass(frozen=True)
class Layout:
    """path: file of slabs; rests: joints, loads and supports of each stage; stages: nothing left to default; points:
    probe -> (block, place [m])."""

    path: Path
    rests: list[str]
    stages: list["Stage"]
    points: Mapping[str, tuple[int, tuple[float, float]]]

    @staticmethod
    def cut(case: "Case", models: list[Any], path: Path) -> "Layout":
        """Write the slabs of a case, on one rank; a file that holds them already stays."""
        from dda.parallel import cut
        from dda.parallel.plain import to_json

        points = {name: (probe.block, probe.at) for name, probe in case.probes.items()}
        cut(models[0], path)
        rests = [to_json(model.core_data()) for model in models]
        return Layout(path, rests, case.stages, points)

    def saved(self) -> Any:
        """The checkpoint beside the slabs, for a run to go on from."""
        from dda.parallel.saved import Saved

        return Saved.open(self.path.with_name(CHECKPOINT))


class SlabRuns:
    """Simulations of which each rank has a part; all ranks make the same calls."""

    def __init__(self, case: "Case", layout: Layout, threads: int) -> None:
        from dda.parallel import Slabs

        self.case, self.layout, self.threads = case, layout, threads
        self.slabs = Slabs.open(layout.path)

    def start(self, stage: int, state: Any) -> SlabRun:
        """A simulation of the stage; state: the checkpoint to go on from, if any."""
        from dda.parallel import SlabSimulation

        now = self.layout.stages[stage]
        slabs = replace(self.slabs, rest=self.layout.rests[stage])
        sim = SlabSimulation(slabs, now.step, self.case.contact, now.scheme, saved=state, threads=self.threads)
        return SlabRun(sim)

    def retimed(self, sim: SlabRun, stage: int) -> SlabRun:
        """The same one, with another step and scheme."""
        now = self.layout.stages[stage]
        sim.sim.retime(now.step, now.scheme)
        return sim

    def revise(self, sim: SlabRun, stage: int) -> None:
        """By the text of the stage."""
        sim.sim.revise(self.layout.rests[stage])

    def moving(self, sim: SlabRun) -> np.ndarray:
        """Blocks of this rank's stretch that are not fixed."""
        return sim.moving

    def points(self, sim: SlabRun) -> Mapping[str, tuple[int, tuple[float, float]]]:
        """As the first rank found them."""
        return self.layout.points

    def ranks(self, sim: SlabRun) -> str:
        """How many blocks each has."""
        told = sim.comm.allgather((len(sim.sim.owned), sim.sim.ghosts))
        owned, ghosts = ([rank[k] for rank in told] for k in (0, 1))
        return (
            f"{len(told)} ranks, each with its slab of the blocks: {min(owned)} to {max(owned)} of its own, up to "
            f"{max(ghosts)} ghosts; pieces: {sim.sim.dealt or 'those of the checkpoint'}"
        )
