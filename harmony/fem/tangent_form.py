"""int B^T D B dA, D given at the quadrature points, assembled by DOLFINx."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmony.fem.space import Space

__all__ = ["TangentForm"]

type Array = NDArray[np.float64]


class TangentForm:
    """The form, compiled once; D (c, q, 3, 3) [Pa] on (xx, yy, 2 xy), in the order of cells and points."""

    def __init__(self, space: Space, degree: int) -> None:
        """degree: of the quadrature."""
        import basix.ufl
        import ufl
        from dolfinx import fem

        element = basix.ufl.quadrature_element("triangle", value_shape=(3, 3), scheme="default", degree=degree)
        self.D = fem.Function(fem.functionspace(space.mesh, element))
        u, v = ufl.TrialFunction(space.functions), ufl.TestFunction(space.functions)
        dx = ufl.dx(metadata={"quadrature_degree": degree, "quadrature_scheme": "default"})

        def strain(w: Any) -> Any:
            e = ufl.sym(ufl.grad(w))
            return ufl.as_vector([e[0, 0], e[1, 1], 2 * e[0, 1]])

        self.form = fem.form(ufl.inner(strain(v), ufl.dot(self.D, strain(u))) * dx)

    def assembled(self, tangent: Array, into: Any = None) -> Any:
        """A PETSc matrix of its own, or `into`, one of this form, written over."""
        from dolfinx.fem.petsc import assemble_matrix

        self.D.x.array[: tangent.size] = tangent.ravel()
        if into is None:
            matrix = assemble_matrix(self.form)
        else:
            into.zeroEntries()
            matrix = assemble_matrix(into, self.form)
        matrix.assemble()
        return matrix
