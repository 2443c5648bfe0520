"""The value of a parameter at which a case fails, by bisection, or from a guess.

A guess does not change the answer: the intervals are those of the bisection, and the one that holds the guess is tried
first, then its neighbours at doubled distances; where the guess was right two trials are enough.

Each trial begins settled: with the first static stage of the case where a stage follows it, otherwise with all joints
stuck. Then the trial's own joints and loads act, and the model is relaxed: it stands, or it fails. A model that finds a
new equilibrium only beyond the `failure:` that its case states has failed. A continuum (nmm, fem) has failed where its
statics finds no equilibrium, see `harmony.equilibrium`.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dda.errors import InputError, StepFailure, explain
from harmony.equilibrium import Equilibria
from harmony.history import Sampler
from harmony.relaxation import relax, watch

if TYPE_CHECKING:
    from dda import Simulation
    from harmony.case import Case, Stage

__all__ = ["Critical", "Guess", "Trial", "around", "critical"]

RESOLUTION = 0.01
"""Width of the final interval over the first one, where neither the case nor the caller says it [-]."""


@dataclass(frozen=True)
class Trial:
    """One value that was tried."""

    value: float
    fails: bool
    reason: str


@dataclass(frozen=True)
class Critical:
    """What a search found. critical: the middle of [low, high], the last interval between standing and failing, or None
    where both ends behave alike, with the reason; runs: number of trials."""

    parameter: str
    critical: float | None
    low: float
    high: float
    tolerance: float
    runs: int
    reason: str
    trials: tuple[Trial, ...]

    def as_dict(self) -> dict[str, Any]:
        """The result as plain data."""
        return asdict(self) | {"trials": [asdict(trial) for trial in self.trials]}


@dataclass(frozen=True)
class Guess:
    """Where a case may begin to fail, at which end of the search it is expected to, and how unsure that is (half the
    width of the values between standing and failing)."""

    value: float
    fails_low: bool
    half_width: float = 0.0


def critical(
    case: "Case",
    parameter: str | None = None,
    low: float | None = None,
    high: float | None = None,
    tolerance: float | None = None,
    *,
    threads: int = 1,
    guess: Guess | None = None,
    told: Callable[[Trial], None] = lambda trial: None,
) -> Critical:
    """The value of `parameter` (path of a number of the case) between `low` and `high` at which the case fails.

    What is not given is taken from `critical:` of the case. tolerance: width of the interval at which the search ends,
    in the unit of the parameter. guess: where to look first, such as what a surrogate says. told: called after every
    trial.
    """
    parameter, low, high, tolerance = _what(case, parameter, low, high, tolerance)
    for end in (low, high):  # a value that cannot be right shows before anything is run
        case.with_values({parameter: end})
    if case.method == "fem":
        from harmony.methods.finite_elements import refuse_undecided

        refuse_undecided(case)
    settler, equilibria = _Settler(threads), Equilibria(threads)
    trials: list[Trial] = []

    def fails(value: float) -> bool:
        changed = case.with_values({parameter: value})
        if case.method == "dda":
            trials.append(_trial(changed, value, settler))
        else:
            trials.append(Trial(value, *equilibria.trial(changed, value)))
        told(trials[-1])
        return trials[-1].fails

    if guess is not None:
        found = around(fails, low, high, tolerance, guess)
        if found is not None:
            return Critical(parameter, 0.5 * sum(found), *found, tolerance, len(trials), "", tuple(trials))
        how = "fails" if trials[-1].fails else "stands"
        reason = f"it {how} at both ends, {low:g} and {high:g}, and at all values tried between"
        return Critical(parameter, None, low, high, tolerance, len(trials), reason, tuple(trials))
    fails_low, fails_high = fails(low), fails(high)
    if fails_low == fails_high:
        how = "fails" if fails_low else "stands"
        reason = f"it {how} at both ends, {low:g} ({trials[0].reason}) and {high:g} ({trials[1].reason})"
        return Critical(parameter, None, low, high, tolerance, len(trials), reason, tuple(trials))
    while high - low > tolerance:
        middle = 0.5 * (low + high)
        if fails(middle) == fails_low:
            low = middle
        else:
            high = middle
    return Critical(parameter, 0.5 * (low + high), low, high, tolerance, len(trials), "", tuple(trials))


def around(
    fails: Callable[[float], bool], low: float, high: float, tolerance: float, guess: Guess
) -> tuple[float, float] | None:
    """The interval of the bisection of [low, high] in which `fails` changes, found from a guess; None where it does
    not. Two trials where the guess lies in it, about twice the logarithm of the distance more otherwise."""
    cells = 2 ** max(0, int(np.ceil(np.log2((high - low) / tolerance))))
    known: dict[int, bool] = {}

    def state(k: int) -> bool:
        if k not in known:
            known[k] = fails(low + (high - low) * k / cells)
        return known[k]

    k = int(np.clip(np.floor((guess.value - low) / (high - low) * cells), 0, cells - 1))
    stride = max(1, round(guess.half_width / (high - low) * cells))
    a, b = k, k + 1
    if state(a) == state(b):
        up = state(a) == guess.fails_low  # it fails here and fails at low: the change is above
        found = (_change(state, b, cells, stride) or _change(state, a, 0, stride)) if up else None
        found = found or _change(state, a, 0, stride) or _change(state, b, cells, stride)
        if found is None:
            return None
        a, b = found
    while b - a > 1:
        middle = (a + b) // 2
        a, b = (middle, b) if state(middle) == state(a) else (a, middle)
    return low + (high - low) * a / cells, low + (high - low) * b / cells


def _change(state: Callable[[int], bool], k: int, end: int, stride: int) -> tuple[int, int] | None:
    """Two numbers of cell ends, in order, between which the state changes: from k to the end, in doubled strides."""
    reach, here = stride, k
    while here != end:
        there = min(here + reach, end) if end > here else max(here - reach, end)
        if state(there) != state(here):
            return min(here, there), max(here, there)
        here, reach = there, 2 * reach
    return None


def _what(
    case: "Case", parameter: str | None, low: float | None, high: float | None, tolerance: float | None
) -> tuple[str, float, float, float]:
    """The search that the caller and the case ask for together."""
    stated = case.critical if case.critical is not None and parameter in (None, case.critical.parameter) else None
    if stated is not None:
        parameter = stated.parameter
        low, high = stated.low if low is None else low, stated.high if high is None else high
        tolerance = stated.tolerance if tolerance is None else tolerance
    if parameter is None or low is None or high is None:
        raise InputError(
            explain(
                "no search for a critical value",
                where=case.name,
                expected="parameter, low and high",
                got=f"parameter {parameter}, low {low}, high {high}",
                do="give --parameter, --low and --high, or critical: in the case",
            )
        )
    if not np.isfinite([low, high]).all() or low >= high:
        raise InputError(f"low ({low:g}) and high ({high:g}) must be finite numbers, low below high")
    tolerance = RESOLUTION * (high - low) if tolerance is None else tolerance
    if not 0.0 < tolerance < np.inf:
        raise InputError(f"tolerance ({tolerance:g}) must be above 0, in the unit of {parameter}")
    if isinstance(case.get(parameter), bool) or not isinstance(case.get(parameter), int | float):
        raise InputError(
            f"{case.name}: {parameter} is no number but {case.get(parameter)!r}; choose a number of the case"
        )
    return parameter, float(low), float(high), float(tolerance)


def _trial(case: "Case", value: float, settler: "_Settler") -> Trial:
    """Settle, let the trial's joints act, and see whether it stands."""
    try:
        stage = _judged(case)
        sim, reason = settler.settled(case)
        if sim is None:
            return Trial(value, True, reason)
        sim.revise(case.model(stage))
        sim.reset(displacement=True, energy=True)
        has_failed = _watch(case, sim)
        outcome = relax(sim, stage, has_failed)
    except StepFailure as error:
        raise StepFailure(f"at {value:g}: {error.reason}", error.report) from error
    still = np.zeros(len(case.blocks))  # motion in the last round [m]: what rests is slowing
    if outcome.converged and has_failed(sim, still, still):
        return Trial(value, True, f"{outcome.reason}, but failed on the way: moved {outcome.moved:.3g} m")
    return Trial(value, outcome.failed, outcome.reason)


def _judged(case: "Case") -> "Stage":
    """The stage whose joints and loads are judged: the one after the settling, or the first."""
    settling = _settling(case)
    return case.stages[0] if settling is None else case.stages[settling.index + 1]


def _settling(case: "Case") -> "Stage | None":
    """The first static stage that another stage follows."""
    return next((stage for stage in case.stages[:-1] if stage.analysis == "static"), None)


def _watch(case: "Case", sim: "Simulation") -> Any:
    moving = np.array([not block.fixed for block in case.blocks])
    sampler = Sampler({name: (probe.block, probe.at) for name, probe in case.probes.items()}, moving)
    return watch(case, sampler, *sim.all_vertices)


class _Settler:
    """Settled simulations; one that does not depend on the parameter is settled once."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._kept: tuple[Any, bytes] | None = None

    def settled(self, case: "Case") -> "tuple[Simulation | None, str]":
        """A simulation at rest, or None and the reason where even the settling fails."""
        import dda

        stage, stuck = _settling(case) or case.stages[0], _settling(case) is None
        model = case.model(stage)
        given = _given(case, stage)
        settings: dict[str, Any] = {"contact": case.contact, "threads": self.threads}
        if self._kept is not None and self._kept[0] == given:
            return dda.Simulation.load(model, self._kept[1], **settings), ""
        sim = dda.Simulation(model, **settings)
        outcome = relax(sim, stage, _watch(case, sim), stuck)
        if outcome.failed:
            return None, f"while settling: {outcome.reason}"
        if not outcome.converged:
            raise StepFailure(f"the settling ends without equilibrium and without failure: {outcome.reason}")
        self._kept = given, sim.save()
        return sim, ""


def _given(case: "Case", stage: "Stage") -> Any:
    """All that the settling of a case depends on, to be compared."""
    from harmony.case.overrides import joints_in

    index = stage.index if case.data.stages else None
    joints = {name: part.value for name, part in joints_in(case.data, index).items()}
    stages = [] if index is None else [case.data.stages[index].model_copy(update={"joints": {}})]
    return joints, case.data.model_copy(update={"joints": {}, "stages": stages})
