"""Generators: geometry from a few numbers. `GENERATORS` maps the name used in a case file to the generator."""

from harmony.geometry.generators.arch import Arch
from harmony.geometry.generators.base import Generator
from harmony.geometry.generators.column import Column
from harmony.geometry.generators.incline import Incline
from harmony.geometry.generators.jointed_slope import JointedSlope
from harmony.geometry.generators.stepped_slope import SteppedSlope
from harmony.geometry.generators.voronoi import Voronoi
from harmony.geometry.generators.wall import Wall

__all__ = ["GENERATORS", "Arch", "Column", "Generator", "Incline", "JointedSlope", "SteppedSlope", "Voronoi", "Wall"]

GENERATORS: dict[str, type[Generator]] = {
    "incline": Incline,
    "column": Column,
    "wall": Wall,
    "arch": Arch,
    "stepped-slope": SteppedSlope,
    "jointed-slope": JointedSlope,
    "voronoi": Voronoi,
}
