"""Blocks on the ranks of MPI: `dda.parallel.Simulation` is a `dda.Simulation` whose steps all ranks compute together.

Every rank makes the same calls and reads the same results. Importing this package imports no MPI; making a simulation
imports mpi4py and petsc4py.
"""

from dda.parallel.simulation import Simulation

__all__ = ["Simulation"]
