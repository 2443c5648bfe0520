"""Finite elements: the independent reference, `method: fem`, on DOLFINx and PETSc.

The section is an `nmm.Model`: bodies, holes, regions, joints, supports and loads mean the same for both methods. Here
it is meshed by triangles that follow all of that, and solved with Lagrange elements of degree 1 or 2. Nothing of
DOLFINx is imported before a simulation is made.
"""

from harmony.fem.mesh import TriangleMesh
from harmony.fem.mesher import Refinement, mesh_model
from harmony.fem.simulation import Simulation

__all__ = ["Refinement", "Simulation", "TriangleMesh", "mesh_model"]
