"""The rank and the number of ranks of this process, as the MPI launchers tell it, without importing MPI.

Only launchers of one parallel job count. SLURM_PROCID does not: `srun` also starts unrelated runs side by side.
"""

import os
from collections.abc import Mapping
from typing import Any

__all__ = ["rank", "share", "size"]

# Open MPI, MPICH and Intel MPI (hydra), MVAPICH2: the environment variables of rank and size.
_LAUNCHERS = (
    ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),
    ("PMI_RANK", "PMI_SIZE"),
    ("MV2_COMM_WORLD_RANK", "MV2_COMM_WORLD_SIZE"),
)


def rank(environment: Mapping[str, str] = os.environ) -> int:
    """The rank of this process; 0 without a launcher."""
    return _first(0, environment, 0)


def size(environment: Mapping[str, str] = os.environ) -> int:
    """The number of ranks that were started together; 1 without a launcher."""
    return _first(1, environment, 1)


def share(value: Any) -> Any:
    """What the first rank gives, on every rank; all of them must call. Imports MPI."""
    from mpi4py import MPI

    return MPI.COMM_WORLD.bcast(value, root=0)


def _first(which: int, environment: Mapping[str, str], default: int) -> int:
    for names in _LAUNCHERS:
        text = environment.get(names[which], "")
        if text.isdigit():
            return int(text)
    return default
