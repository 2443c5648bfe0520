"""Coupled cases: from the file to `couplers`, and its run."""

from harmony.coupling.build import Coupled, build_coupling
from harmony.coupling.solve import solve_coupled

__all__ = ["Coupled", "build_coupling", "solve_coupled"]
