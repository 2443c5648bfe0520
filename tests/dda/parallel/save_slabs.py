"""Run under mpirun: a run in slabs that is saved, or goes on from what was saved; rank 0 prints one JSON object.

    mpirun -n 2 python tests/dda/parallel/save_slabs.py save FOLDER      # three steps, saved, three more
    mpirun -n 3 python tests/dda/parallel/save_slabs.py load FOLDER      # three steps from there

`digest`: of all state, rank by rank; `difference`: the largest from the run on one rank, over the largest value.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from mpi4py import MPI

import dda
from dda.parallel import SlabSimulation, cut

sys.path.insert(0, str(Path(__file__).parent))
from compare import TIGHT, difference
from rank_scenes import loaded

PROBE = (7, (1.2, 1.2))
NAMES = ("displacements", "velocities", "stresses", "rotations")


def digest(sim: SlabSimulation) -> str:
    state = sim.comm.allgather(sorted(sim.state().items()))
    return hashlib.sha256(repr(state).encode()).hexdigest()


def whole(sim: SlabSimulation, name: str) -> np.ndarray:
    return np.concatenate(sim.comm.allgather(sim.stretch.rows(getattr(sim, name))))


def compare(sim: SlabSimulation, alone: dda.Simulation) -> dict[str, Any]:
    found = {name: difference(whole(sim, name), getattr(alone, name)) for name in NAMES}
    xy, slip, sizes = sim.vertices
    stretched = [sim.stretch.ragged(values, sizes)[0] for values in (xy, slip)]
    points, slips = (np.concatenate(sim.comm.allgather(values)) for values in stretched)
    here, there = sim.point(*PROBE), alone.point(*PROBE)
    contacts = sim.contacts
    force = np.zeros((len(alone.masses), 2))
    for table in sim.comm.allgather(contacts):
        np.add.at(force, table["block_a"], np.column_stack([table["normal"], table["shear"]]))
    expected = np.zeros_like(force)
    np.add.at(expected, alone.contacts["block_a"], np.column_stack([alone.contacts["normal"], alone.contacts["shear"]]))
    return found | {
        "vertices": difference(points, alone.all_vertices[0]),
        "slips": difference(slips, alone.slips),
        "point": max(difference(a, b) for a, b in zip(here, there, strict=True)),
        "energy": difference(np.array(list(sim.energy.values())[:-1]), np.array(list(alone.energy.values())[:-1])),
        "forces": difference(force, expected),
        "speed": abs(sim.peak_speed - alone.peak_speed) / alone.peak_speed,
    }


def main(what: str, folder: Path) -> None:
    comm = MPI.COMM_WORLD
    options: dict[str, Any] = {"settings": TIGHT}
    if what == "save":
        if comm.rank == 0:
            cut(loaded(), folder / "slabs.h5")
        comm.barrier()
        sim = SlabSimulation(folder / "slabs.h5", **options)
        sim.run(steps=3)
        sim.reset(displacement=True, energy=True)
        sim.save(folder / "state.h5")
    else:
        sim = SlabSimulation.load(folder / "slabs.h5", folder / "state.h5", **options)
    sim.run(steps=3)
    alone = dda.Simulation(loaded(), **options)
    alone.run(steps=3)
    alone.reset(displacement=True, energy=True)
    alone.run(steps=3)
    found = {"digest": digest(sim), "difference": compare(sim, alone), "time": sim.time - alone.time}
    if comm.rank == 0:
        print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
