"""A learned elastic law in the core: arrays of a convex energy network in, the protocol of a material law out.

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
from dda.material_law import MANDEL, Answer, ConstitutiveLaw

__all__ = ["NetworkLaw", "Region", "network_law", "trusted"]

NO_STATE = np.zeros((0, 0))

REGION = ("centre", "shape", "least", "most")

type Region = Mapping[str, ArrayLike] | None


def trusted(core: Any, where: str, trust: float | None, region: Region, fallback: LinearElastic) -> Any:
    """The law of the core within its trust, `fallback` beyond."""
    limit = number(trust, where, "trust", unit="-", above=0.0)
    parts: list[list[float]] = [[] for _ in REGION]
    if region is not None:
        parts = [array(region.get(k, ()), where, f"region, {k}", shape=(None,), unit="-").tolist() for k in REGION]
    try:
        return _core.make_trusted_law(core, limit, fallback.young, fallback.poisson, *parts)
    except ValueError as error:
        raise InputError(
            explain(
                str(error),
                where=f"{where}, region",
                expected="centre (d), shape (d d), least and most (d), d = 2 or 6, positive definite, with rest inside",
                got=", ".join(f"{name} of {len(part)} numbers" for name, part in zip(REGION, parts, strict=True)),
                do="take it from a law that harmony trained",
            )
        ) from None


class NetworkLaw(ConstitutiveLaw):
    """Stress and consistent tangent of a convex energy network, many points at once.

    psi = energy_scale [N(x) - N(0) - sum_affine N_i(0) x_i] + bulk/2 (tr eps)^2 + shear |dev eps|^2
    N(x) = out . a(... a(weights[1] a(weights[0] x + biases[0]) + biases[1])),   x = invariants(eps / strain_scale)

    weights[k]: (outputs, inputs); biases[k]: (outputs,); out: (outputs of the last layer,). All weights but the columns
    of affine invariants in weights[0] are >= 0, which is what makes psi convex; others are refused.
    symmetry: "isotropic" (invariants tr e, |dev e|^2, 6 tr e^2 + 4 tr e^3 + tr e^4; the first is affine), "transverse"
    (those, n . e n affine, |e n|^2, n the axis), "anisotropic" (the six components of e, affine).
    activation a: "algebraic" (x + sqrt(x^2 + 1)) / 2, or "softplus" ln(1 + exp x).
    bulk, shear [Pa], > 0; strain_scale [-]; energy_scale [J/m3]; stiffest: largest eigenvalue of the tangent where the
    law is trusted [Pa], stated by who trained it (absent: that at rest). trust: norm |eps| of the strain up to which
    the network speaks [-]; beyond it `fallback` goes on from the stress at the border (both or none).
    region: centre c (d,) and shape A (d d,) of an ellipsoid, least < 0 and most > 0 (d,) of a box, in which a strain
    must be besides to be trusted, in (tr eps / sqrt3, |dev eps|) where d is 2, in the six components where it is 6;
    absent: the ball of `trust` alone.

    >>> law = NetworkLaw([np.ones((1, 3))], [np.zeros(1)], np.ones(1), bulk=2e9, shear=1e9)
    >>> law.evaluate(np.zeros((1, 6)), np.zeros((1, 6)), law.initial_state(1)).stress
    array([[0., 0., 0., 0., 0., 0.]])
    """

    def __init__(
        self,
        weights: Sequence[ArrayLike],
        biases: Sequence[ArrayLike],
        out: ArrayLike,
        *,
        bulk: float,
        shear: float,
        strain_scale: float = 1.0,
        energy_scale: float = 1.0,
        symmetry: str = "isotropic",
        activation: str = "algebraic",
        axis: ArrayLike = (0.0, 0.0, 1.0),
        stiffest: float | None = None,
        trust: float | None = None,
        region: Region = None,
        fallback: LinearElastic | None = None,
    ) -> None:
        where = "NetworkLaw"
        W = [array(w, where, f"weights[{k}]", shape=(None, None), unit="-") for k, w in enumerate(weights)]
        b = [array(v, where, f"biases[{k}]", shape=(None,), unit="-") for k, v in enumerate(biases)]
        numbers = [
            number(strain_scale, where, "strain_scale", unit="-", above=0.0),
            number(energy_scale, where, "energy_scale", unit="J/m3", above=0.0),
            number(bulk, where, "bulk", unit="Pa", above=0.0),
            number(shear, where, "shear", unit="Pa", above=0.0),
        ]
        direction = array(axis, where, "axis", shape=(3,), unit="-").tolist()
        last = array(out, where, "out", shape=(None,), unit="-")
        try:
            self._core = _core.make_network_law(symmetry, activation, W, b, last, numbers, direction, 0.0)
        except ValueError as error:
            raise InputError(
                explain(
                    str(error),
                    where=where,
                    expected="the arrays of a convex network",
                    got=f"{len(W)} weights of shapes {[w.shape for w in W]}, symmetry {symmetry!r}",
                    do="take them from a law that harmony trained, or mend them",
                )
            ) from None
        at_rest = float(np.linalg.eigvalsh(self.evaluate(np.zeros((1, MANDEL))).tangent[0])[-1])
        bound = at_rest if stiffest is None else max(at_rest, number(stiffest, where, "stiffest", unit="Pa"))
        self._core = _core.make_network_law(symmetry, activation, W, b, last, numbers, direction, bound)
        self.trust, self.fallback = trust, fallback
        if fallback is not None:
            self._core = trusted(self._core, where, trust, region, fallback)

    @property
    def core(self) -> Any:
        """The law as the core holds it."""
        return self._core

    @property
    def state_names(self) -> tuple[str, ...]:
        return ()

    @property
    def symmetric(self) -> bool:
        return True

    @property
    def stiffest(self) -> float:
        return float(self._core.stiffest)

    def evaluate(
        self, strain: ArrayLike, strain_old: ArrayLike = NO_STATE, state: ArrayLike = NO_STATE, dt: float = 0.0
    ) -> Answer:
        """An elastic law: neither `strain_old` nor `dt` matter, and `state` (n, 0) comes back."""
        eps = np.ascontiguousarray(strain, dtype=np.float64)
        if eps.ndim != 2 or eps.shape[1] != MANDEL:
            array(eps, "NetworkLaw.evaluate", "strain", shape=(None, MANDEL), unit="-")
        points = len(eps)
        stress, tangent = np.empty((points, MANDEL)), np.empty((points, MANDEL, MANDEL))
        self._core.evaluate(eps, eps, NO_STATE, dt, stress, tangent, NO_STATE)
        return Answer(stress, tangent, np.zeros((points, 0)))

    def untrusted(self, strain: ArrayLike, state: ArrayLike = NO_STATE) -> int:
        """How many of the strains (n, 6) are beyond the trust; without a fall-back none."""
        return int(self._core.untrusted(np.ascontiguousarray(strain, dtype=np.float64), NO_STATE))

    def evaluate_into(
        self, strain: NDArray[np.float64], stress: NDArray[np.float64], tangent: NDArray[np.float64]
    ) -> None:
        """The same into C-contiguous arrays of the caller, (n, 6), (n, 6), (n, 6, 6); nothing is checked."""
        self._core.evaluate(strain, strain, NO_STATE, 0.0, stress, tangent, NO_STATE)


NEEDED = ("weights", "biases", "out", "bulk", "shear")


def network_law(parts: Mapping[str, Any], fallback: LinearElastic) -> NetworkLaw:
    """The law of a mapping of what `NetworkLaw` takes; beyond its trust, if it has one, `fallback`."""
    for name in NEEDED:
        if name not in parts:
            raise InputError(
                explain(
                    f"{name} is missing",
                    where="material, network",
                    expected=", ".join(NEEDED),
                    got=", ".join(parts) or "nothing",
                    do="take the network from a law that harmony trained",
                )
            )
    given = {name: value for name, value in parts.items() if value is not None}
    beyond = fallback if "trust" in given else None
    try:
        return NetworkLaw(given.pop("weights"), given.pop("biases"), given.pop("out"), **given, fallback=beyond)
    except TypeError as error:
        raise InputError(f"material, network: {error}") from None
