"""The mesh of `method: fem`."""

from typing import Literal

from pydantic import Field

from harmony.case.cover import RefineData
from harmony.case.section import Positive, Section
from harmony.case.tables import FileName

__all__ = ["FemData"]


class FemData(Section):
    """The mesh of the finite elements, which follows outline, holes, joints and the ends of loads and supports."""

    size: Positive | None = Field(
        default=None, description="size of the elements [m]; absent = a twentieth of the longer side"
    )
    refine: list[RefineData] = Field(default_factory=list, description="points with smaller elements around them")
    degree: Literal[1, 2] = Field(default=2, description="degree of the elements [-]; 1 locks where volume is kept")
    mesher: Literal["delaunay", "structured", "gmsh"] = Field(
        default="delaunay",
        description="delaunay: for any section; structured: for bodies of four corners; gmsh: if it is installed",
    )
    mesh: FileName | None = Field(
        default=None, description="file with triangles (.msh, .vtu, ...) in place of a mesh that is made"
    )
    joints: Literal["slip", "tied"] | None = Field(
        default=None,
        description="slip: joints hold by their law, Mohr-Coulomb, in statics; tied: by springs of their stiffness, in "
        "both senses; absent = slip, in motion tied",
    )
    solver: Literal["auto", "mumps", "gamg"] = Field(
        default="auto", description="mumps: direct; gamg: conjugate gradients with multigrid; auto: by size"
    )
