"""Blocks on the ranks of MPI: `dda.parallel.Simulation` is a `dda.Simulation` whose steps all ranks compute together.

Every rank makes the same calls and reads the same results. For models that are too large for one rank, `cut` writes a
model to a file in the order of a space-filling curve, on one process, and `SlabSimulation` runs it: each rank reads and
holds its own blocks and the ghosts around them, no others. Importing this package imports no MPI; making a simulation
imports mpi4py and petsc4py.

    dda.parallel.cut(model, "blocks.h5")                              # once, on one process
    sim = dda.parallel.SlabSimulation("blocks.h5", dt=1e-3)           # on all ranks
    sim.run(steps=100)
    sim.owned, sim.centroids, sim.velocities                          # of the blocks that this rank owns now
    sim.save("state.h5")                                              # all ranks, one file
    sim = dda.parallel.SlabSimulation.load("blocks.h5", "state.h5", dt=1e-3)  # on any number of ranks
"""

from dda.parallel.simulation import Simulation
from dda.parallel.slab_simulation import SlabSimulation
from dda.parallel.slabs import Slabs, cut

__all__ = ["Simulation", "SlabSimulation", "Slabs", "cut"]
