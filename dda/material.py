"""The elastic constants and density of a block."""

from dataclasses import dataclass

from dda.checks import number
from dda.errors import InputError, explain

__all__ = ["Material", "check_material"]


@dataclass(frozen=True)
class Material:
    """A linear elastic, isotropic material.

    density: kg/m3, > 0; young: Young's modulus [Pa], > 0; poisson: Poisson's ratio [-], 0 <= poisson < 0.5.
    """

    density: float
    young: float
    poisson: float

    def __post_init__(self) -> None:
        where = "material"
        object.__setattr__(self, "density", number(self.density, where, "density", unit="kg/m3", above=0.0))
        object.__setattr__(self, "young", number(self.young, where, "young", unit="Pa", above=0.0))
        poisson = number(self.poisson, where, "poisson", unit="-", least=0.0)
        if poisson >= 0.5:
            raise InputError(
                explain(
                    "Poisson's ratio too large",
                    where="material, poisson",
                    expected="0 <= poisson < 0.5",
                    got=poisson,
                    do="a nearly incompressible rock has 0.49; 0.5 makes plane strain singular",
                )
            )
        object.__setattr__(self, "poisson", poisson)


def check_material(material: object, where: str) -> None:
    """Raise `InputError` unless it is a `Material`."""
    if not isinstance(material, Material):
        raise InputError(
            explain(
                "not a material",
                where=where,
                expected="a dda.Material",
                got=repr(material),
                do="write dda.Material(density, young, poisson)",
            )
        )
