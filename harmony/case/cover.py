"""The mathematical cover of `method: nmm`."""

from typing import Literal, Self

from pydantic import Field, model_validator

from harmony.case.section import NonNegative, Number, Point, Positive, Section
from harmony.case.tables import FileName

__all__ = ["CoverData", "RefineData", "RemakeData"]


class RefineData(Section):
    """Smaller elements, or cells, around a point; they grow with the distance from it."""

    at: Point = Field(description="the point [m, m]")
    size: Positive = Field(description="size of the elements there [m]")
    radius: NonNegative = Field(default=0.0, description="distance up to which they keep this size [m]")


class RemakeData(Section):
    """Fresh covers under bodies that a run in large displacements distorts. State and histories go on."""

    distortion: Positive = Field(
        default=0.3,
        description="largest stretch |U - 1| of a point since its cover was laid, above which a fresh one is laid [-]",
    )


class CoverData(Section):
    """What the unknowns of the manifold method stand on. It does not follow the body."""

    shape: Literal["triangles", "rectangles"] = Field(default="triangles", description="cells of a regular cover")
    size: Positive | tuple[Positive, Positive] | None = Field(
        default=None,
        description="side of the triangles, or sides of the rectangles [m]; absent = a twentieth of the longer side",
    )
    origin: Point = Field(default=(0.0, 0.0), description="a node of the cover [m, m]")
    angle: Number = Field(default=0.0, description="angle of a side of the cells to the x axis [degrees]")
    refine: list[RefineData] = Field(
        default_factory=list,
        description="of rectangles: points that lines of smaller cells pass; size: of their longer side",
    )
    mesh: FileName | None = Field(
        default=None, description="file with triangles or quadrilaterals (.msh, .vtu, ...) in place of a regular cover"
    )
    order: Literal[0, 1, 2] = Field(default=1, description="order of the local polynomials [-]")
    displacements: Literal["small", "large"] | None = Field(
        default=None,
        description="large: bodies turn and bend by any angle; small: strains are those of the undeformed frame, and a "
        "run stops at 0.1 rad; absent = large in motion and with contact, small in statics without",
    )
    remake: RemakeData | None = Field(
        default=None,
        description="lay fresh covers under bodies that are distorted, in large displacements; absent = never",
    )
    solver: Literal["direct", "mumps", "cg"] = Field(
        default="direct", description="of linear statics; mumps: by PETSc, faster from 20 000 unknowns on"
    )

    @model_validator(mode="after")
    def _one_size_fits(self) -> Self:
        if self.shape == "triangles" and isinstance(self.size, tuple):
            raise ValueError("size: triangles have one side, give one number")
        if self.remake is not None and self.displacements == "small":
            raise ValueError("remake: is for displacements: large; small ones distort no cover")
        if self.refine and (self.shape == "triangles" or self.mesh is not None or self.size is None):
            raise ValueError("refine: is for shape: rectangles with a size; other cells are the same everywhere")
        return self
