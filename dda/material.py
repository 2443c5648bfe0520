"""A material: density, elastic constants, and the law of its strength."""

from dataclasses import dataclass, replace
from typing import Any, Literal

from dda.checks import number, unknown
from dda.constitutive import MATERIAL_LAWS, ClosedFormLaw, Match, parameters_of
from dda.errors import InputError, explain

__all__ = ["Material", "check_material", "require_elastic"]

LawName = Literal["elastic", "mohr-coulomb", "drucker-prager", "von-mises"]

STRENGTH = ("friction", "cohesion", "dilation", "tension", "yield_stress", "hardening", "match")
"""Fields of a material that only some laws have."""


@dataclass(frozen=True)
class Material:
    """An isotropic material, linear elastic or elastoplastic.

    density: kg/m3, > 0; young: Young's modulus [Pa], > 0; poisson: Poisson's ratio [-], 0 <= poisson < 0.5.
    law: "elastic", "mohr-coulomb", "drucker-prager" or "von-mises", with the numbers of that law (see
    `dda.MATERIAL_LAWS`): friction, dilation [deg]; cohesion, tension, yield_stress, hardening [Pa]; match. What is None
    was not given.

    >>> clay = Material(2000.0, 5e7, 0.3, law="mohr-coulomb", cohesion=2e4, friction=25.0)
    >>> clay.constitutive.symmetric
    True
    >>> round(clay.reduced(1.25).cohesion)
    16000
    """

    density: float
    young: float
    poisson: float
    law: LawName = "elastic"
    friction: float | None = None
    cohesion: float | None = None
    dilation: float | None = None
    tension: float | None = None
    yield_stress: float | None = None
    hardening: float | None = None
    match: Match | None = None

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
        _ = self.constitutive

    @property
    def plastic(self) -> bool:
        """It can yield."""
        return self.law != "elastic"

    @property
    def constitutive(self) -> ClosedFormLaw:
        """The law, as `evaluate(strain, strain_old, state, dt)`."""
        if self.law not in MATERIAL_LAWS:
            raise unknown("material law", self.law, MATERIAL_LAWS, "material, law")
        law = MATERIAL_LAWS[self.law]
        known = parameters_of(law)
        for name in self._given:
            if name not in known:
                raise unknown(f"number of the law {self.law}", name, known or ("none",), "material")
        for name in _required(law):
            if name not in self._given:
                raise InputError(
                    explain(
                        f"{name} is missing",
                        where=f"material, law {self.law}",
                        expected=", ".join(_required(law)),
                        got=", ".join(self._given) or "nothing",
                        do=f"give {name}",
                    )
                )
        return law(self.young, self.poisson, **self._given)  # type: ignore[call-arg]

    def reduced(self, factor: float) -> "Material":
        """The material with cohesion and the tangents of friction and dilation divided by `factor` [-]."""
        weaker = self.constitutive.reduced(number(factor, "material", "strength factor", unit="-", above=0.0))
        return replace(self, **{name: getattr(weaker, name) for name in self._given})

    @property
    def _given(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in STRENGTH if getattr(self, name) is not None}


def _required(law: type[ClosedFormLaw]) -> tuple[str, ...]:
    return ("cohesion", "friction") if "friction" in parameters_of(law) else ()


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


def require_elastic(material: Material, where: str) -> None:
    """Blocks deform elastically: their strength is that of their joints."""
    if material.plastic:
        raise InputError(
            explain(
                "a block cannot yield",
                where=where,
                expected="law elastic",
                got=f"law {material.law}",
                do="cut the body into blocks by joints with that strength, or use method nmm or fem",
            )
        )
