"""Run under mpirun: steps of scenes on all ranks against one rank; rank 0 prints one JSON object.

    mpirun -n 3 python tests/dda/parallel/compare.py STEPS [SCENE ...]

By scene and scheme: the largest differences of d and v over their largest values, of the energies over their sum, and
whether the contacts are the same ones in the same states.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

import dda
from dda.parallel import Simulation

sys.path.insert(0, str(Path(__file__).parent))
from rank_scenes import SCENES

TIGHT = {"solver_tolerance": 1e-12}
SCHEMES: dict[str, dict[str, Any]] = {
    "shi": {},
    "conserving": {"scheme": "conserving"},
    "moreau-jean": {"contact": dda.Complementarity()},
}


def difference(got: Any, wanted: Any) -> float:
    scale = max(float(np.abs(wanted).max()), 1e-300)
    return float(np.abs(np.asarray(got) - wanted).max() / scale)


def compare(scene: str, scheme: str, steps: int) -> dict[str, Any]:
    options: dict[str, Any] = {"dt": 1e-3, "settings": TIGHT} | SCHEMES[scheme]
    alone, together = dda.Simulation(SCENES[scene](), **options), Simulation(SCENES[scene](), **options)
    alone.run(steps=steps)
    together.run(steps=steps)
    energy = np.array(list(alone.energy.values())[:-1]), np.array(list(together.energy.values())[:-1])
    a, b = alone.contacts, together.contacts
    names = ("block_a", "block_b", "vertex", "edge", "state")
    return {
        "displacement": difference(together.displacements, alone.displacements),
        "velocity": difference(together.velocities, alone.velocities),
        "energy": difference(energy[1], energy[0]),
        "contacts": len(a) == len(b) and all(np.array_equal(a[name], b[name]) for name in names),
        "impacts": alone.report["impact_sweeps"],
        "owned": together.comm.allgather(len(together.owned)),
    }


if __name__ == "__main__":
    wanted = sys.argv[2:] or list(SCENES)
    found = {f"{name} {scheme}": compare(name, scheme, int(sys.argv[1])) for name in wanted for scheme in SCHEMES}
    from mpi4py import MPI

    if MPI.COMM_WORLD.rank == 0:
        print(json.dumps(found, indent=1))
