"""The rank and the number of ranks of this process, as the MPI launchers tell it, without importing MPI.

Only launchers of one parallel job count. SLURM_PROCID does not: `srun` also starts unrelated runs side by side.
"""

import os
import time
from collections.abc import Mapping
from typing import Any

__all__ = ["any_bits", "end_together", "meet", "rank", "share", "size", "together", "work_together"]

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


_team: list[Any] = []
"""The communicator on which ranks that compute one run tell each other of its end; none where each works for itself."""


_together = False
"""Whether they share the work of that run."""


def end_together() -> None:
    """From now on the ranks that were started together can meet. All of them must call. Imports MPI."""
    if size() > 1 and not _team:
        from mpi4py import MPI

        _team.append(MPI.COMM_WORLD.Dup())


def together() -> bool:
    """Whether this rank computes one run with others."""
    return _together


def work_together(wanted: bool) -> None:
    """From now on the ranks that can meet share the work of their run, if that is wanted."""
    global _together
    _together = wanted and bool(_team)


def meet(seconds: float) -> bool:
    """Wait for all other ranks to call this; False if one of them has not after so long [s]."""
    if not _team:
        return True
    request = _team[0].Ibarrier()
    end = time.monotonic() + seconds
    while not request.Test():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def any_bits(bits: int) -> int:
    """The bits that any of the ranks that work together has."""
    if not _team:
        return bits
    from mpi4py import MPI

    return int(_team[0].allreduce(bits, op=MPI.BOR))


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
