"""Material laws: strain and internal state in, stress, consistent tangent and new state out, for many points at once.

Every law has `evaluate(strain, strain_old, state, dt) -> Answer`. Tensors are rows of six in Mandel notation, (xx, yy,
zz, sqrt2 yz, sqrt2 xz, sqrt2 xy), so that the scalar product of two rows is that of the tensors; SI units, tension
positive. Stress is three-dimensional: plane strain is eps_zz = 0. A law keeps nothing: the caller owns the state, so a
rejected step just keeps the old one.

A triaxial test that yields at sigma_1 = 3 sigma_3 + 2 c sqrt(3) for 30 degrees:

>>> import numpy as np
>>> law = MohrCoulomb(young=6.778e9, poisson=0.25, cohesion=3.45e6, friction=30.0)
>>> strain = np.array([[1e-3, 1e-3, -6e-3, 0, 0, 0]])
>>> answer = law.evaluate(strain, np.zeros((1, 6)), law.initial_state(1), 0.0)
>>> xx, yy, zz = answer.stress[0, :3] / 1e6
>>> bool(abs(zz - (3 * xx - 2 * 3.45 * np.sqrt(3))) < 1e-9)
True
"""

from abc import abstractmethod
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from math import atan, degrees, inf, radians, sqrt, tan
from typing import Any, ClassVar, Self

from dda import _core
from dda.checks import number, unknown
from dda.cone import MATCHES, Match, cone_of
from dda.errors import InputError, explain
from dda.material_law import MANDEL, Answer, ConstitutiveLaw, CoreLaw

__all__ = [
    "MANDEL",
    "MATERIAL_LAWS",
    "Answer",
    "ConstitutiveLaw",
    "DruckerPrager",
    "PowerElastic",
    "LinearElastic",
    "MohrCoulomb",
    "VonMises",
    "reduced_angle",
]

LARGEST_ANGLE = 90.0


class ClosedFormLaw(CoreLaw):
    """A law of the core, chosen by `name`; its numbers are its fields."""

    name: ClassVar[str]

    @abstractmethod
    def core_parameters(self) -> dict[str, float]:
        """The numbers as the core takes them."""

    @abstractmethod
    def reduced(self, factor: float) -> Self:
        """The law with cohesion and tan(friction) divided by `factor`."""

    @cached_property
    def core(self) -> Any:
        return _core.make_material_law(self.name, self.core_parameters())


@dataclass(frozen=True)
class LinearElastic(ClosedFormLaw):
    """Isotropic linear elasticity. young [Pa], poisson [-]."""

    name = "elastic"
    young: float
    poisson: float

    def __post_init__(self) -> None:
        _check_elastic(self)

    def core_parameters(self) -> dict[str, float]:
        return {"young": self.young, "poisson": self.poisson}

    def reduced(self, factor: float) -> Self:
        return self


@dataclass(frozen=True)
class PowerElastic(ClosedFormLaw):
    """Elasticity whose secant shear modulus is G (1 + (e / e0)^2)^m, e the norm of the strain deviator; linear volume.

    young [Pa], poisson: at rest. reference_strain: e0 [-]. exponent: m [-], -1/2 (absent) the hyperbolic law of soils,
    whose stress deviator tends to 2 G e0; above 0 it stiffens; under -1/2 it would not be stable.
    """

    name = "power-elastic"
    young: float
    poisson: float
    reference_strain: float
    exponent: float = -0.5

    def __post_init__(self) -> None:
        _check_elastic(self)
        _set(
            self, "reference_strain", number(self.reference_strain, self.name, "reference_strain", unit="-", above=0.0)
        )
        _set(self, "exponent", number(self.exponent, self.name, "exponent", unit="-", least=-0.5))

    def core_parameters(self) -> dict[str, float]:
        return {
            "young": self.young,
            "poisson": self.poisson,
            "reference_strain": self.reference_strain,
            "exponent": self.exponent,
        }

    def reduced(self, factor: float) -> Self:
        return self


@dataclass(frozen=True)
class MohrCoulomb(ClosedFormLaw):
    """Mohr-Coulomb, perfectly plastic, exact edges and apex.

    cohesion [Pa]; friction, dilation [deg], 0 <= dilation <= friction, absent = friction (associated flow); tension:
    largest principal stress [Pa], absent = that of the apex, c / tan(friction).
    """

    name = "mohr-coulomb"
    young: float
    poisson: float
    cohesion: float
    friction: float
    dilation: float | None = None
    tension: float | None = None

    def __post_init__(self) -> None:
        _check_elastic(self)
        _check_frictional(self)
        if self.tension is not None:
            _set(self, "tension", number(self.tension, self.name, "tension", unit="Pa", least=0.0))

    @property
    def flow_angle(self) -> float:
        """The dilation that holds [deg]."""
        return self.friction if self.dilation is None else self.dilation

    def core_parameters(self) -> dict[str, float]:
        return {
            "young": self.young,
            "poisson": self.poisson,
            "cohesion": self.cohesion,
            "friction": self.friction,
            "dilation": self.flow_angle,
            "tension": inf if self.tension is None else self.tension,
        }

    def reduced(self, factor: float) -> Self:
        return replace(self, **_reduced_angles(self, factor))


@dataclass(frozen=True)
class DruckerPrager(ClosedFormLaw):
    """Drucker-Prager, sqrt(J2) + a p <= k, from the cohesion and friction of Mohr-Coulomb.

    cohesion [Pa]; friction, dilation [deg], dilation absent = friction. match: the cone agrees with Mohr-Coulomb where
    it yields in plane strain (with its own dilation), on the edges of triaxial "compression" or "extension", or it
    is the cone "inscribed" in the hexagon.
    """

    name = "drucker-prager"
    young: float
    poisson: float
    cohesion: float
    friction: float
    dilation: float | None = None
    match: Match = "plane-strain"

    def __post_init__(self) -> None:
        _check_elastic(self)
        _check_frictional(self)
        if self.match not in MATCHES:
            raise unknown("match", self.match, MATCHES, self.name)

    @property
    def flow_angle(self) -> float:
        """The dilation that holds [deg]."""
        return self.friction if self.dilation is None else self.dilation

    @property
    def cone(self) -> tuple[float, float, float]:
        """a, b [-] and k [Pa] of sqrt(J2) + a p = k with flow along sqrt(J2) + b p, p the mean stress."""
        a, k = cone_of(self.friction, self.flow_angle, self.match)
        return a, cone_of(self.flow_angle, self.flow_angle, self.match)[0], k * self.cohesion

    def core_parameters(self) -> dict[str, float]:
        a, b, k = self.cone
        return {"young": self.young, "poisson": self.poisson, "slope": a, "flow": b, "strength": k}

    def reduced(self, factor: float) -> Self:
        return replace(self, **_reduced_angles(self, factor))


@dataclass(frozen=True)
class VonMises(ClosedFormLaw):
    """Von Mises with linear isotropic hardening.

    yield_stress: in uniaxial tension [Pa]; or cohesion: the strength in shear [Pa], yield_stress = sqrt(3) cohesion.
    hardening: its slope over the equivalent plastic strain [Pa].
    """

    name = "von-mises"
    young: float
    poisson: float
    yield_stress: float | None = None
    hardening: float = 0.0
    cohesion: float | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        _check_elastic(self)
        if (self.yield_stress is None) == (self.cohesion is None):
            raise InputError(
                explain(
                    "the strength is given twice" if self.cohesion is not None else "the strength is missing",
                    where=f"material, law {self.name}",
                    expected="yield_stress [Pa] or cohesion [Pa]",
                    got=f"yield_stress {self.yield_stress}, cohesion {self.cohesion}",
                    do="give one of them",
                )
            )
        for key in ("yield_stress", "cohesion"):
            if getattr(self, key) is not None:
                _set(self, key, number(getattr(self, key), self.name, key, unit="Pa", above=0.0))
        _set(self, "hardening", number(self.hardening, self.name, "hardening", unit="Pa", least=0.0))

    @property
    def strength(self) -> float:
        """The yield stress in tension [Pa]."""
        if self.yield_stress is not None:
            return self.yield_stress
        assert self.cohesion is not None
        return sqrt(3.0) * self.cohesion

    def core_parameters(self) -> dict[str, float]:
        return {
            "young": self.young,
            "poisson": self.poisson,
            "yield_stress": self.strength,
            "hardening": self.hardening,
        }

    def reduced(self, factor: float) -> Self:
        given = "yield_stress" if self.cohesion is None else "cohesion"
        divided: dict[str, Any] = {given: getattr(self, given) / factor, "hardening": self.hardening / factor}
        return replace(self, **divided)


MATERIAL_LAWS: dict[str, type[ClosedFormLaw]] = {
    law.name: law for law in (LinearElastic, PowerElastic, MohrCoulomb, DruckerPrager, VonMises)
}
"""Every closed-form law by its name in a case file."""


def reduced_angle(angle: float, factor: float) -> float:
    """The angle [deg] whose tangent is that of `angle` [deg] over `factor`."""
    return angle if factor == 1.0 else degrees(atan(tan(radians(angle)) / factor))


def _reduced_angles(law: MohrCoulomb | DruckerPrager, factor: float) -> dict[str, Any]:
    dilation = None if law.dilation is None else reduced_angle(law.dilation, factor)
    return {
        "cohesion": law.cohesion / factor,
        "friction": reduced_angle(law.friction, factor),
        "dilation": dilation,
    }


def _set(law: object, key: str, value: float) -> None:
    object.__setattr__(law, key, value)


def _check_elastic(law: Any) -> None:
    _set(law, "young", number(law.young, law.name, "young", unit="Pa", above=0.0))
    _set(law, "poisson", number(law.poisson, law.name, "poisson", unit="-", least=0.0, below=0.5))


def _check_frictional(law: MohrCoulomb | DruckerPrager) -> None:
    where = f"material, law {law.name}"
    _set(law, "cohesion", number(law.cohesion, where, "cohesion", unit="Pa", least=0.0))
    _set(law, "friction", number(law.friction, where, "friction", unit="deg", least=0.0, below=LARGEST_ANGLE))
    if law.dilation is not None:
        _set(law, "dilation", number(law.dilation, where, "dilation", unit="deg", least=0.0, below=LARGEST_ANGLE))
        if law.dilation > law.friction:
            raise InputError(
                explain(
                    "dilation above friction",
                    where=where,
                    expected=f"0 <= dilation <= friction = {law.friction:g} deg",
                    got=f"{law.dilation:g} deg",
                    do="a material that dilates more than it rubs would give energy; usual is 0 to friction",
                )
            )
    if law.cohesion == 0.0 and law.friction == 0.0:
        raise InputError(
            explain(
                "a material without strength",
                where=where,
                expected="cohesion or friction above 0",
                got="both 0",
                do="give one of them",
            )
        )


def parameters_of(law: type[ClosedFormLaw]) -> tuple[str, ...]:
    """Names of the numbers of a law beyond the elastic ones."""
    return tuple(f.name for f in fields(law) if f.name not in ("young", "poisson"))  # type: ignore[arg-type]
