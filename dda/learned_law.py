"""Learned laws with internal state in the core: arrays in, the protocol of a material law out.

`harmony.laws` reads model files and hands the arrays over; this module knows neither files nor torch.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dda import _core
from dda.checks import array, number
from dda.constitutive import LinearElastic
from dda.errors import InputError, explain
from dda.material_law import ConstitutiveLaw, CoreLaw
from dda.network_law import NetworkLaw, Region, network_law, trusted

__all__ = ["StandardLaw", "YieldLaw", "standard_law", "yield_law"]

type Array = NDArray[np.float64]


class YieldLaw(CoreLaw):
    """Elastoplasticity with a learned yield function, a separate learned potential, and hardening.

    surface, potential: planes (m, 3) [-], offsets (m,) [-] and sharpness [-] of a smooth maximum over all orders of the
    principal stresses, in units of `unit` [Pa]; potential absent: flow is associated and the tangent symmetric.
    hardening: (h, q_1 ... , k_1 ...), r = 1 + h k + sum q (1 - exp(-k / k_i)). bulk, shear [Pa]. bound: largest
    singular value of the tangent as it was measured [Pa]. trust: norms of the stress [Pa] and of the plastic strain
    [-] up to which it was taught; beyond them `fallback`, a closed form that yields and has its elasticity, follows;
    without one the law goes on, and the points are counted all the same.

    >>> planes = np.array([[1.0, 0.0, -1.0]])
    >>> law = YieldLaw((planes, np.array([0.5]), 50.0), bulk=2e9, shear=1e9, unit=1e6)
    >>> law.evaluate(np.zeros((1, 6)), np.zeros((1, 6)), law.initial_state(1)).stress
    array([[0., 0., 0., 0., 0., 0.]])
    """

    def __init__(
        self,
        surface: tuple[ArrayLike, ArrayLike, float],
        potential: tuple[ArrayLike, ArrayLike, float] | None = None,
        *,
        bulk: float,
        shear: float,
        unit: float,
        hardening: Sequence[float] = (0.0,),
        bound: float = 0.0,
        trust: tuple[float, float] | None = None,
        fallback: ConstitutiveLaw | None = None,
    ) -> None:
        where = "YieldLaw"
        numbers = [
            number(bulk, where, "bulk", unit="Pa", above=0.0),
            number(shear, where, "shear", unit="Pa", above=0.0),
            number(unit, where, "unit", unit="Pa", above=0.0),
            number(bound, where, "bound", unit="Pa", least=0.0),
        ]
        f, g = _facets(surface, "surface"), None if potential is None else _facets(potential, "potential")
        grown = [number(v, where, "hardening", unit="-") for v in hardening]
        if len(grown) % 2 == 0:
            raise InputError(f"{where}: hardening is (h, q ..., k ...), an odd count of numbers, got {len(grown)}")
        half = (len(grown) - 1) // 2
        try:
            self._core = _core.make_yield_law(numbers, f, g, grown[0], grown[1 : 1 + half], grown[1 + half :])
            if trust is not None:
                closed = None if fallback is None else fallback.core
                self._core = _core.make_trusted_yield(self._core, trust[0], trust[1], closed)
        except ValueError as error:
            raise InputError(
                explain(
                    str(error),
                    where=where,
                    expected="the arrays of a law of yielding, and a closed form that yields beyond its trust",
                    got=f"{f[0].shape[0]} planes, trust {trust}, fall-back {fallback}",
                    do="take the arrays from a law that harmony trained; fall back to mohr-coulomb, say",
                )
            ) from None

    @property
    def core(self) -> Any:
        """The law as the core holds it."""
        return self._core


class StandardLaw(CoreLaw):
    """A generalized standard material of three convex networks: free energy psi_e, stored energy psi_s, and the dual of
    the dissipation potential, whose "strain" is a stress and whose "stress" a rate. strain_scale: size of the internal
    strain [-]. trust, region, fallback: as of `NetworkLaw`, the strain being the whole one."""

    def __init__(
        self,
        free: NetworkLaw,
        stored: NetworkLaw,
        dual: NetworkLaw,
        *,
        strain_scale: float,
        trust: float | None = None,
        region: Region = None,
        fallback: LinearElastic | None = None,
    ) -> None:
        scale = number(strain_scale, "StandardLaw", "strain_scale", unit="-", above=0.0)
        self.free, self.kept = free, stored
        self._core = _core.make_standard_law(free.core, stored.core, dual.core, scale)
        if fallback is not None:
            self._core = trusted(self._core, "StandardLaw", trust, region, fallback)

    @property
    def core(self) -> Any:
        """The law as the core holds it."""
        return self._core

    def energy_stored(self, strain: ArrayLike, state: ArrayLike) -> Array:
        """psi_e(eps - a) + psi_s(a) [J/m3]."""
        a = np.asarray(state, dtype=np.float64)[:, :6]
        return self.free.energy(np.asarray(strain, dtype=np.float64) - a) + self.kept.energy(a)


def _facets(of: Any, what: str) -> tuple[Array, Array, float]:
    planes, offsets, sharp = of
    return (
        array(planes, "YieldLaw", f"{what}, planes", shape=(None, 3), unit="-"),
        array(offsets, "YieldLaw", f"{what}, offsets", shape=(None,), unit="-"),
        number(sharp, "YieldLaw", f"{what}, sharpness", unit="-", above=0.0),
    )


def yield_law(parts: Mapping[str, Any], fallback: ConstitutiveLaw | None, factor: float = 1.0) -> YieldLaw:
    """The law of a mapping of what `YieldLaw` takes; factor: by which the strength in shear at every mean stress is
    divided [-]: the deviators of all planes grow by it."""
    given = {name: value for name, value in _complete(parts, YIELD).items() if value is not None}
    for name in ("surface", "potential"):
        if name in given:
            facets = given[name]
            planes = np.asarray(facets["planes"], dtype=np.float64)
            mean = planes.mean(axis=1, keepdims=True)
            given[name] = (mean + factor * (planes - mean), facets["offsets"], facets["sharp"])
    try:
        return YieldLaw(given.pop("surface"), given.pop("potential", None), **given, fallback=fallback)
    except TypeError as error:
        raise InputError(f"material, network: {error}") from None


def standard_law(parts: Mapping[str, Any], fallback: LinearElastic) -> StandardLaw:
    """The law of a mapping of what `StandardLaw` takes, its networks as what `NetworkLaw` takes."""
    given = _complete(parts, STANDARD)
    free, stored, dual = (network_law(given[name], fallback) for name in ("free", "stored", "dual"))
    trust, region = given.get("trust"), given.get("region")
    beyond = None if trust is None else fallback
    scale = given["strain_scale"]
    return StandardLaw(free, stored, dual, strain_scale=scale, trust=trust, region=region, fallback=beyond)


YIELD = ("surface", "bulk", "shear", "unit")
STANDARD = ("free", "stored", "dual", "strain_scale")


def _complete(parts: Mapping[str, Any], needed: tuple[str, ...]) -> dict[str, Any]:
    for name in needed:
        if parts.get(name) is None:
            raise InputError(
                explain(
                    f"{name} is missing",
                    where="material, network",
                    expected=", ".join(needed),
                    got=", ".join(parts) or "nothing",
                    do="take the network from a law that harmony trained",
                )
            )
    return dict(parts)
