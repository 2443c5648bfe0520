"""Run under mpirun: scenes of which each rank has a slab, against one rank; rank 0 prints one JSON object.

    mpirun -n 3 python tests/dda/parallel/compare_slabs.py STEPS FOLDER [SCENE ...]

The blocks are dealt out anew in the middle of the run. By scene: the largest differences over the largest values, and
what each rank owns and follows.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

import dda
from dda.parallel import SlabSimulation, cut

sys.path.insert(0, str(Path(__file__).parent))
from compare import SCHEMES, TIGHT, difference
from rank_scenes import SCENES


def gathered(sim: SlabSimulation, name: str) -> np.ndarray:
    """Rows of all ranks in the order of the numbers of their blocks."""
    rows = np.concatenate(sim.comm.allgather(getattr(sim, name)))
    return np.asarray(rows[np.argsort(np.concatenate(sim.comm.allgather(sim.owned)))])


def compare(scene: str, scheme: str, steps: int, folder: Path) -> dict[str, Any]:
    from mpi4py import MPI

    comm = MPI.COMM_WORLD
    options: dict[str, Any] = {"dt": 1e-3, "settings": TIGHT} | SCHEMES[scheme]
    model, path = SCENES[scene](), folder / f"{scene}.h5"
    if comm.rank == 0:
        cut(model, path)
    comm.barrier()
    alone, slabs = dda.Simulation(model, **options), SlabSimulation(path, **options)
    for sim in (alone, slabs):
        sim.run(steps=steps)
    slabs._redeal(1.0)
    for sim in (alone, slabs):
        sim.run(steps=1)
    energy = [np.array(list(sim.energy.values())[:-1]) for sim in (slabs, alone)]
    found = {name: difference(gathered(slabs, name), getattr(alone, name)) for name in ("displacements", "velocities")}
    return found | {
        "energy": difference(*energy),
        "centroids": difference(gathered(slabs, "centroids"), alone.centroids),
        "time": slabs.time - alone.time,
        "owned": comm.allgather(len(slabs.owned)),
        "ghosts": comm.allgather(slabs.ghosts),
    }


if __name__ == "__main__":
    steps, folder = int(sys.argv[1]), Path(sys.argv[2])
    wanted = sys.argv[3:] or list(SCENES)
    found = {f"{name} {scheme}": compare(name, scheme, steps, folder) for name in wanted for scheme in SCHEMES}
    from mpi4py import MPI

    if MPI.COMM_WORLD.rank == 0:
        print(json.dumps(found, indent=1))
