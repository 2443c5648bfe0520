"""A material: density, elastic constants, and the law of its strength."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from dda.checks import number, unknown
from dda.cone import Match
from dda.constitutive import MATERIAL_LAWS, ClosedFormLaw, LinearElastic, parameters_of
from dda.errors import InputError, explain
from dda.lagged_law import LaggedLaw
from dda.learned_law import standard_law, yield_law
from dda.material_law import ConstitutiveLaw
from dda.network_law import network_law
from dda.outside_law import Outside, OutsideLaw

__all__ = ["Material", "check_material"]

LawName = Literal[
    "elastic", "power-elastic", "mohr-coulomb", "drucker-prager", "von-mises", "network", "yield", "standard", "outside"
]

LEARNED = ("network", "yield", "standard")
"""Laws that are arrays of a model file."""

STRENGTH = (
    "friction",
    "cohesion",
    "dilation",
    "tension",
    "yield_stress",
    "hardening",
    "match",
    "reference_strain",
    "exponent",
)
"""Fields of a material that only some laws have."""


@dataclass(frozen=True)
class Material:
    """A material: linear elastic, elastoplastic, or with a learned elastic law.

    density: kg/m3, > 0; young: Young's modulus [Pa], > 0; poisson: Poisson's ratio [-], 0 <= poisson < 0.5.
    law: "elastic", "power-elastic", "mohr-coulomb", "drucker-prager" or "von-mises", with the numbers of that law (see
    `dda.MATERIAL_LAWS`): friction, dilation [deg]; cohesion, tension, yield_stress, hardening [Pa]; match;
    reference_strain, exponent [-]. What is None
    was not given. law "network": `network` has what `NetworkLaw` takes (from a model file:
    `harmony.laws.material_files`); beyond its trust linear elasticity with young and poisson goes on. "standard": the
    same with a state, what `StandardLaw` takes. "yield": what `YieldLaw` takes; beyond its trust `fallback` goes on,
    the name and the numbers of a law that yields. "outside": a function of arrays, `outside`, for the manifold method
    and finite elements. lagged: the law acts a step late, explicitly (`dda.lagged_law`), in these two methods.

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
    reference_strain: float | None = None
    exponent: float | None = None
    network: Mapping[str, Any] | None = field(default=None, hash=False)
    fallback: Mapping[str, Any] | None = field(default=None, hash=False)
    outside: Outside | None = None
    lagged: bool = False
    weakened: float = 1.0  # strength factor of a learned law; others are divided number by number

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
        return self.law not in ("elastic", "power-elastic", "network")

    @property
    def linear(self) -> bool:
        """Stress is proportional to strain."""
        return self.law == "elastic"

    @cached_property
    def constitutive(self) -> ConstitutiveLaw:
        """The law, as `evaluate(strain, strain_old, state, dt)`."""
        law = self._in_the_iteration
        if not self.lagged and not (self.outside is not None and self.outside.lagged):
            return law
        if self.linear:
            raise InputError(
                explain(
                    "a linear law has nothing to lag",
                    where="material, lagged",
                    expected="a law that is learned, yields, or is not linear",
                    got="law 'elastic'",
                    do="leave lagged out",
                )
            )
        return LaggedLaw(law, LinearElastic(self.young, self.poisson))

    @property
    def _in_the_iteration(self) -> ConstitutiveLaw:
        if (self.law in LEARNED) != (self.network is not None):
            raise InputError(
                explain(
                    "a learned law and its network belong together",
                    where="material",
                    expected='law "network", "yield" or "standard", and network',
                    got=f"law {self.law!r}, network {'absent' if self.network is None else 'given'}",
                    do="in a case write law: learned and file: the model file",
                )
            )
        if (self.law == "outside") != (self.outside is not None):
            raise InputError(
                explain(
                    "a law outside and its function belong together",
                    where="material",
                    expected='law "outside" and outside, a dda.Outside',
                    got=f"law {self.law!r}, outside {self.outside}",
                    do='write law="outside", outside=dda.Outside(function)',
                )
            )
        if self.outside is not None:
            for name in self._given:
                raise unknown("number of the law outside", name, ("none",), "material")
            return OutsideLaw(self.outside, LinearElastic(self.young, self.poisson))
        if self.network is not None:
            for name in self._given:
                raise unknown(f"number of the law {self.law}", name, ("network", "fallback"), "material")
            return self._learned(self.network)
        if self.fallback is not None:
            raise InputError(f"material: fallback belongs to a learned law, got law {self.law!r}")
        return self._closed_form

    def _learned(self, network: Mapping[str, Any]) -> ConstitutiveLaw:
        if self.law == "yield":
            return yield_law(network, self._beyond, self.weakened)
        if self.fallback is not None:
            raise InputError(
                explain(
                    "a fall-back of a law that does not yield",
                    where=f"material, law {self.law}",
                    expected="young and poisson: beyond its trust linear elasticity goes on",
                    got=f"fallback {dict(self.fallback)}",
                    do="leave fallback out",
                )
            )
        closed = LinearElastic(self.young, self.poisson)
        return network_law(network, closed) if self.law == "network" else standard_law(network, closed)

    @property
    def _beyond(self) -> ConstitutiveLaw | None:
        if self.fallback is None:
            return None
        beyond = Material(self.density, self.young, self.poisson, **self.fallback)
        return beyond.reduced(self.weakened).constitutive

    @property
    def _closed_form(self) -> ClosedFormLaw:
        if self.law not in MATERIAL_LAWS:
            raise unknown("material law", self.law, (*MATERIAL_LAWS, *LEARNED, "outside"), "material, law")
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
        weaken = number(factor, "material", "strength factor", unit="-", above=0.0)
        if self.outside is not None:
            if weaken != 1.0:
                raise InputError(
                    explain(
                        "the strength of a law outside is not known",
                        where="strength, factor",
                        expected="1, or a law of the solver",
                        got=weaken,
                        do="let the function take the factor, as one of its options",
                    )
                )
            return self
        if self.network is not None:
            return replace(self, weakened=self.weakened * weaken) if self.law == "yield" else self
        weaker = self._closed_form.reduced(weaken)
        return replace(self, **{name: getattr(weaker, name) for name in self._given})

    @property
    def _given(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in STRENGTH if getattr(self, name) is not None}


def _required(law: type[ClosedFormLaw]) -> tuple[str, ...]:
    known = parameters_of(law)
    if "reference_strain" in known:
        return ("reference_strain",)
    return ("cohesion", "friction") if "friction" in known else ()


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
