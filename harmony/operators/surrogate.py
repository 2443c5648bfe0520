"""A trained surrogate: answers to queries, each with an uncertainty and a trust. NumPy alone, any number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from dataclasses import field as default
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from harmony.operators.basis import Basis
from harmony.operators.energy import available
from harmony.operators.inputs import Coordinates, Inputs
from harmony.operators.intervals import Intervals
from harmony.operators.network import branch, ordered
from harmony.operators.prepare import CLASSES, MASS
from harmony.operators.trust import Trust

if TYPE_CHECKING:
    from harmony.operators.charts import Charts
    from harmony.operators.field import Field

__all__ = ["PEAK", "Answers", "Raw", "Surrogate", "least"]

Floats = NDArray[np.float64]

PEAK = "mass.speed.max"
"""The scalar that comes from the ordered network."""

AT_ONCE = 512
"""Queries that the networks take at a time [-]."""

LEAST_LOG, LARGEST_LOG = -12.0, 6.0
"""Range of the logarithm of a predicted error [-]."""


@dataclass(frozen=True, eq=False)
class Raw:
    """What the members say of n queries: a (M, n, K), scalars (M, n, S) standard, severity (M, n, 2 or 0) logits."""

    a: NDArray[np.float32]
    scalars: NDArray[np.float32]
    severity: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Answers:
    """Answers to n queries, SI. a (M, n, K): coefficients by member; scalars, low, high (n, S); probability (n, 3) of
    CLASSES and verdict (n,), -1 without; error (n,): expected error of the histories in focus, in parts of their range;
    trust (n,): probability that it is within the tolerance and the class right."""

    a: NDArray[np.float32]
    scalars: Floats
    low: Floats
    high: Floats
    probability: Floats
    verdict: NDArray[np.int64]
    error: Floats
    scatter: Floats
    trust: Floats
    features: Floats


@dataclass(eq=False)
class Surrogate:
    """Everything that answers. weights: network -> its weights; names, centre, spread, floor (S,) of the scalars;
    monotone: input -> +1 (severity never falls with it) or -1; focus: the histories by which errors are judged, and
    their ranges; charts: of the experts of a federation; field: final displacements; residual (K, K): covariance of the
    coefficients' errors over the square of their error in focus; rows (m, 2): which rows taught it (parts.py)."""

    inputs: Inputs
    basis: Basis
    weights: dict[str, dict[str, NDArray[np.float32]]]
    names: list[str]
    centre: Floats
    spread: Floats
    floor: Floats
    monotone: dict[str, int] = default(default_factory=dict)
    classes: bool = True
    gravity: Floats | None = None
    focus: dict[str, float] = default(default_factory=dict)
    residual: Floats | None = None
    charts: "Charts | None" = None
    field: "Field | None" = None
    intervals: Intervals | None = None
    trust: Trust | None = None
    metadata: dict[str, Any] = default(default_factory=dict)
    rows: Floats | None = None

    # -- the networks ------------------------------------------------------------------------------------------------

    @property
    def members(self) -> int:
        """Networks of the ensemble M."""
        return len(self.weights["branch"]["offset"]) // self.experts

    @property
    def experts(self) -> int:
        """Experts of the federation, 1 for one network."""
        return len(self.weights["gate"]["offset"]) if "gate" in self.weights else 1

    def parted(self, x: Any) -> tuple[Any, Any]:
        """x in the inputs with a sign, turned so that severity never falls with them, and the others."""
        return parted(x, self.inputs.labels, self.monotone)

    def raw(self, x: NDArray[np.float32]) -> Raw:
        """What the members say at coordinates x (n, d), AT_ONCE of them at a time: layers that stay in the cache."""
        if len(x) <= AT_ONCE:
            return self._raw(x)
        parts = [self._raw(x[k : k + AT_ONCE]) for k in range(0, len(x), AT_ONCE)]
        return Raw(*(np.concatenate([getattr(p, f.name) for p in parts], axis=1) for f in fields(Raw)))

    def _raw(self, x: NDArray[np.float32]) -> Raw:
        out = branch(self.weights["branch"], x)
        if "gate" in self.weights:
            scores = branch(self.weights["gate"], x)  # (E, n, 1)
            share = 1.0 / (1.0 + np.exp(-np.clip(scores, -20.0, 20.0)))
            share /= share.sum(axis=0)
            out = (out.reshape(self.experts, -1, *out.shape[1:]) * share[:, None]).sum(axis=0)
        count = self.basis.width
        a, scalars = out[..., :count] * self.basis.energy.astype(np.float32), out[..., count:]
        severity = np.zeros((len(out), len(x), 0), dtype=np.float32)
        if "ordered" in self.weights:
            said = ordered(self.weights["ordered"], *self.parted(x))
            severity = said[..., : 2 * self.classes]
            if said.shape[-1] > severity.shape[-1]:
                scalars = scalars.copy()
                k = self.names.index(PEAK)
                mean = said[..., -1].mean(axis=0)
                scalars[..., k] = mean + _resized(said[..., -1] - mean, len(scalars))
        return Raw(a, scalars, severity)

    # -- answers -----------------------------------------------------------------------------------------------------

    def answer(self, where: Coordinates) -> Answers:
        """Answers at coordinates."""
        raw = self.raw(where.x)
        mean = raw.scalars.mean(axis=0).astype(float)
        probability = probabilities(raw.severity)
        verdict = severest(probability) if self.classes else np.full(len(mean), -1)
        scatter = self.scatter(raw.a)
        log_error = self.log_error(where.x, raw)
        if log_error is None:
            sigma, error = raw.scalars.std(axis=0).astype(float), scatter
        else:
            sigma = np.sqrt(np.exp(2.0 * log_error[:, :-1]) + raw.scalars.var(axis=0))
            error = np.sqrt(np.exp(2.0 * log_error[:, -1]) + scatter**2)
        reach = sigma * (1.0 if self.intervals is None else self.intervals.of_scalars(verdict))
        features = trust_features(error, scatter, probability, where.x)
        trust = np.ones(len(mean)) if self.trust is None else self.trust.probability(features, where.outside)
        scalars, low, high = (self.centre + self.spread * part for part in (mean, mean - reach, mean + reach))
        return Answers(
            raw.a,
            np.maximum(scalars, self.floor),
            np.maximum(low, self.floor),
            np.maximum(high, self.floor),
            probability,
            verdict,
            error,
            scatter,
            trust,
            features,
        )

    def log_error(self, x: NDArray[np.float32], raw: Raw) -> Floats | None:
        """Logarithms of the expected errors (n, S + 1): of the standard scalars, and of the histories in focus."""
        if "error" not in self.weights:
            return None
        said = branch(self.weights["error"], error_inputs(x, raw)).mean(axis=0)
        return np.clip(said.astype(float), LEAST_LOG, LARGEST_LOG)

    def scatter(self, a: Any) -> Floats:
        """Disagreement of the members on the histories in focus (n,), in parts of their ranges."""
        return np.sqrt((self.focus_parts(a - a.mean(axis=0)) ** 2).mean(axis=(0, -1)))

    def focus_parts(self, a: Any) -> Any:
        """Histories of coefficient errors a (..., K) in focus, in parts of their ranges, (..., columns x times)."""
        return a @ self.focus_matrix

    @property
    def focus_matrix(self) -> NDArray[np.float32]:
        """(K, columns x times): from coefficients to histories in focus over their ranges."""
        if "_focus" not in self.__dict__:
            rows = [self.basis.names.index(name) for name in self.focus]
            scale = self.basis.scale[rows] / np.array(list(self.focus.values()))
            modes = self.basis.modes[rows] * scale[:, None, None]
            modes = modes.reshape(modes.shape[0] * modes.shape[1], self.basis.width)
            self.__dict__["_focus"] = np.ascontiguousarray(modes.T.astype(np.float32))
        return self.__dict__["_focus"]

    # -- histories ---------------------------------------------------------------------------------------------------

    def histories(
        self, answers: Answers, times: Floats | None = None, columns: Sequence[str] | None = None, bound: bool = True
    ) -> dict[str, Floats]:
        """Histories (n, m) at any times [s] within the run; with `bound` no faster than their energy allows."""
        chosen = list(columns if columns is not None else self.basis.names)
        needed = list(dict.fromkeys([*chosen, *(self._of_energy() if bound else ())]))
        values = self.basis.decode(answers.a.mean(axis=0).astype(float), times, needed)
        found = {name: values[:, c] for c, name in enumerate(needed)}
        if bound and self.gravity is not None and MASS in self.names:
            self._bound(found, answers.scalars[:, [self.names.index(MASS)]])
        return {name: np.maximum(found[name], least(name)) for name in chosen}

    def _of_energy(self) -> tuple[str, ...]:
        wanted = ("mass.displacement.x", "mass.displacement.y", "energy.external")
        return wanted if self.gravity is not None and set(wanted) <= set(self.basis.names) else ()

    def _bound(self, found: dict[str, Floats], mass: Floats) -> None:
        assert self.gravity is not None, "asked by the caller"
        work = found.get("energy.external", 0.0)
        most = available(mass, self.gravity, found["mass.displacement.x"], found["mass.displacement.y"], work)
        if "energy.kinetic" in found:
            most = np.minimum(most, np.maximum(found["energy.kinetic"], 0.0))
            found["energy.kinetic"] = most
        speed = np.sqrt(2.0 * most / mass)
        if "mass.speed" in found:
            found["mass.speed"] = np.clip(found["mass.speed"], 0.0, speed)
            speed = found["mass.speed"]
        parts = [name for name in ("mass.velocity.x", "mass.velocity.y") if name in found]
        size = np.sqrt(sum(found[name] ** 2 for name in parts)) if parts else np.zeros_like(speed)
        share = np.minimum(1.0, np.divide(speed, size, out=np.ones_like(size), where=size > speed))
        for name in parts:
            found[name] = found[name] * share
        if "mass.velocity.magnitude" in found:
            found["mass.velocity.magnitude"] = np.clip(found["mass.velocity.magnitude"], 0.0, speed)

    def bands(
        self, answers: Answers, times: Floats | None = None, columns: Sequence[str] | None = None
    ) -> dict[str, Floats]:
        """Half widths (n, m) of the intervals of the histories, at the same times."""
        chosen = list(columns if columns is not None else self.basis.names)
        origin = np.zeros((1, self.basis.width))
        zero = self.basis.decode(origin, times, chosen)[0]
        modes = self.basis.decode(np.eye(self.basis.width), times, chosen) - zero  # (K, C, m)
        members = answers.a - answers.a.mean(axis=0)
        variance = np.einsum("znk,kcm->zncm", members, modes.astype(np.float32), optimize=True).var(axis=0)
        if self.residual is not None:
            shape = np.einsum("kcm,kl,lcm->cm", modes, self.residual, modes, optimize=True)
            variance = variance + answers.error[:, None, None] ** 2 * shape
        reach = np.sqrt(np.maximum(variance, 0.0))
        factor = 1.0 if self.intervals is None else self.intervals.of_histories(answers.verdict, chosen)
        return {name: (reach * factor)[:, c] for c, name in enumerate(chosen)}


def least(history: str) -> float:
    """What no value of this history is below, whatever the networks say."""
    return 0.0 if history.endswith(("magnitude", "speed", "kinetic")) else -np.inf


def parted(x: Any, labels: Sequence[str], monotone: dict[str, int]) -> tuple[Any, Any]:
    """x (..., d) in the inputs of `monotone`, each times its sign, and the others."""
    own = [labels.index(name) for name in monotone]
    rest = [k for k in range(len(labels)) if k not in own]
    signs = np.array([monotone[name] for name in monotone], dtype=np.float32)
    turned = x[..., own]
    for k, sign in enumerate(signs):
        turned[..., k] *= float(sign)  # indexing with a list has made a copy
    return turned, x[..., rest]


def probabilities(severity: NDArray) -> Floats:
    """P of CLASSES (n, 3) from logits (M, n, 2): P(not stable) = mean s(f_1), P(rapid) = mean s(f_1) s(f_2)."""
    if severity.shape[-1] == 0:
        return np.zeros((severity.shape[1], 0))
    p = 1.0 / (1.0 + np.exp(-severity.astype(float)))
    fails, rapid = p[..., 0].mean(axis=0), (p[..., 0] * p[..., 1]).mean(axis=0)
    return np.stack([1.0 - fails, fails - rapid, rapid], axis=1)


def severest(probability: Floats) -> NDArray[np.int64]:
    """The median class: the least severe whose cumulative probability is one half; monotone as the logits are."""
    fails, rapid = 1.0 - probability[:, 0], probability[:, 2]
    return np.where(rapid >= 0.5, 2, np.where(fails >= 0.5, 1, 0)).astype(np.int64)


def error_inputs(x: NDArray[np.float32], raw: Raw) -> NDArray[np.float32]:
    """What the network of errors sees: the coordinates, the severity and the scalars that are predicted."""
    return np.concatenate([x, raw.severity.mean(axis=0), raw.scalars.mean(axis=0)], axis=1)


def trust_features(error: Floats, scatter: Floats, probability: Floats, x: NDArray[np.float32]) -> Floats:
    """(n, 4): log of the expected error, log of the disagreement, certainty of the class, distance from the middle."""
    tiny = 1e-9
    sure = np.log(np.clip(probability.max(axis=1) if probability.shape[1] else 1.0, tiny, 1.0))
    certainty = -np.log1p(tiny - np.exp(sure)) if probability.shape[1] else np.zeros(len(error))
    return np.stack(
        [
            np.log(error + tiny),
            np.log(scatter + tiny),
            np.clip(certainty, 0.0, 12.0),
            np.asarray((x.astype(float) ** 2).mean(axis=1)),
        ],
        axis=1,
    )


def _resized(values: NDArray, members: int) -> NDArray:
    return values if len(values) == members else np.resize(values, (members, *values.shape[1:]))


assert len(CLASSES) == 3, "probabilities are of three classes"
