"""Continuation along the manifold of answers, beyond the training, with the solver as corrector.

A path is theta(s), 0 <= s <= 1, from one question to another. The surrogate predicts; the solver's run at s_k leaves
the residual d_k(t) = h_k(t) - hhat(t; s_k) of the histories in focus, and the next prediction is corrected by their
secant,

    h(t; s) = hhat(t; s) + d_k + (s - s_k) / (s_k - s_k-1) (d_k - d_k-1).

Where trust is high the surrogate alone is believed. Elsewhere the solver runs, and what trust predicts is measured:
the step holds if the error is within the tolerance, verdict and mechanism as before (or as foreseen with trust) and
every constraint kept; otherwise it is halved. On a smooth manifold the error falls with the step, and the path goes on.
Where the manifold ends it does not, at any step: between two runs, `resolution` apart, something else begins. If the
trained runs know its mechanism the path goes on behind it; if they do not, a new failure mode is found.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError
from harmony.operators.corrector import Corrector, Run
from harmony.operators.prepare import CLASSES
from harmony.operators.query import Question, ask
from harmony.operators.surrogate import Answers, Surrogate
from harmony.operators.violated import broken, order_broken

__all__ = ["Options", "Path", "Point", "explore"]

Floats = NDArray[np.float64]

RARE = 0.01
"""Part of the trained runs under which a mechanism counts as not known to the surrogate [-]."""


@dataclass(frozen=True)
class Options:
    """trust: under which the solver runs; tolerance: error of a corrected prediction, in parts of the range (None: that
    of the model); first: the first step, resolution: the last, in parts of the path; runs: of the solver at most;
    limits: scalar -> value above which the path ends."""

    trust: float = 0.8
    tolerance: float | None = None
    first: float = 0.125
    resolution: float = 0.01
    runs: int = 40
    limits: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Point:
    """One point of a path. values: path -> value; trust, verdict and fails (probability) as the surrogate says; solver:
    the verdict of the run, empty where the case has none; mechanism: of the run, empty without one; error: of the
    corrected prediction; held: whether the path went on."""

    at: float
    values: dict[str, float]
    trust: float
    verdict: str
    fails: float
    scalars: dict[str, float]
    solver: str = ""
    mechanism: str = ""
    solved: dict[str, float] = field(default_factory=dict)
    error: float = float("nan")
    held: bool = True
    why: str = ""


@dataclass
class Path:
    """What was found on a path. ended: end, mode, trust, constraint, limit, runs or refused; events: changes that the
    trained runs know; found: the failure mode that they do not."""

    start: dict[str, float]
    target: dict[str, float]
    points: list[Point] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    ended: str = "end"
    reason: str = ""
    found: dict[str, Any] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain data, NaN as None."""
        plain = asdict(self) | {"runs": self.runs}
        for point in plain["points"]:
            for key in ("error", "fails"):
                point[key] = point[key] if np.isfinite(point[key]) else None
            for key in ("scalars", "solved"):
                point[key] = {name: value if np.isfinite(value) else None for name, value in point[key].items()}
        return plain

    @property
    def runs(self) -> int:
        """Solver runs."""
        return sum(bool(point.mechanism) for point in self.points)


def explore(
    made: Surrogate,
    toward: Mapping[str, float],
    given: Mapping[str, Any] | None = None,
    options: Options | None = None,
    corrector: Corrector | None = None,
    told: Callable[[Point], None] = lambda point: None,
) -> Path:
    """Follow the answers of `made` from `given` (over the middle of the training) to the values `toward` (input ->
    value). corrector: what runs the solver and keeps its runs."""
    return _Walk(made, dict(toward), dict(given or {}), options or Options(), corrector or Corrector(made), told).walk()


class _Walk:
    """One path under way. known: (s, run, residual) of the points that held, the last two."""

    def __init__(
        self,
        made: Surrogate,
        toward: dict[str, float],
        given: dict[str, Any],
        options: Options,
        corrector: Corrector,
        told: Callable[[Point], None],
    ) -> None:
        self.made, self.given, self.options, self.corrector, self.told = made, given, options, corrector, told
        stray = [name for name in toward if name not in made.inputs.names]
        if stray or not toward:
            known = ", ".join(made.inputs.names)
            raise InputError(
                f"explore: {', '.join(stray) or 'nothing'} is no number that goes in; give some of {known}"
            )
        first = ask(made, None, given)
        numbers = dict(zip(made.inputs.names, first.numbers.tolist(), strict=True))
        self.path = Path({name: numbers[name] for name in toward}, toward)
        stated = made.trust.tolerance if made.trust is not None else 0.05
        self.tolerance = stated if options.tolerance is None else options.tolerance
        self.known: list[tuple[float, Run, dict[str, Floats]]] = []
        self.last: Point | None = None

    def values(self, s: float) -> dict[str, float]:
        """theta(s): linear, or geometric where the prior is one of logarithms."""
        code, out = self.made.inputs, {}
        for name, end in self.path.target.items():
            begin = self.path.start[name]
            if code.logarithmic[code.names.index(name)] and begin > 0.0 and end > 0.0:
                out[name] = float(begin * (end / begin) ** s)
            else:
                out[name] = float(begin + s * (end - begin))
        return out

    def walk(self) -> Path:
        """bad: the nearest point behind the last one that did not hold, with its run."""
        s, step = 0.0, self.options.first
        bad: tuple[Point, Run] | None = None
        while self.path.ended == "end" and (self.last is None or s < 1.0):
            if bad is not None and bad[0].at - s <= self.options.resolution * (1.0 + 1e-9):
                self.judge(*bad)
                s, step, bad = bad[0].at, self.options.first, None
                continue
            if self.path.runs >= self.options.runs:
                self.stop("runs", f"{self.options.runs} runs of the solver are made; give more with --runs")
                break
            target = 0.0 if self.last is None else min(1.0, s + step) if bad is None else 0.5 * (s + bad[0].at)
            point, run = self.asked(target)
            self.note(point)
            if self.path.ended != "end":
                break
            if self.last is None and not point.held:
                self.stop("constraint", f"the path does not begin: {point.why} at {_words(point.values)}")
                break
            if not point.held and run is not None:
                bad = self.nearer(point, run)
            else:
                self.accept(point, run)
                s = target
            again = None if bad is None else self.again(*bad)
            if again is not None and bad is not None and again.held:  # what was too far off is near enough now
                self.note(again)
                self.accept(again, bad[1])
                s, step, bad = again.at, 0.5 * self.options.first, None
            elif bad is None:
                step = min(2.0 * step, self.options.first)
        if self.path.ended == "end":
            self.path.reason = (
                "the end of the path: every step held, and nothing that the trained runs do not know began"
            )
        self.path.points.sort(key=lambda point: point.at)
        return self.path

    def note(self, point: Point) -> None:
        """Keep a point, in place of what was said of the same place before."""
        self.path.points = [one for one in self.path.points if one.at != point.at] + [point]
        self.told(point)

    def nearer(self, point: Point, run: Run) -> tuple[Point, Run]:
        """A point that does not hold; the one before it is run where it was only believed, to correct from there."""
        last = self.last
        if last is not None and not last.mechanism and self.path.runs < self.options.runs:
            question = ask(self.made, None, self.given | last.values)
            own = self.corrector.run(question)
            self.last = self.measured(last, question, self.made.answer(question.where), own)
            self.last = replace(self.last, held=True)
            self.note(self.last)
            self.anchor(self.last, own)
        return point, run

    def again(self, point: Point, run: Run) -> Point:
        """What the corrections of now say of a run that did not hold."""
        question = ask(self.made, None, self.given | point.values)
        return self.measured(point, question, self.made.answer(question.where), run)

    def stop(self, word: str, reason: str) -> None:
        self.path.ended, self.path.reason = word, reason

    # -- one point ---------------------------------------------------------------------------------------------------

    def asked(self, s: float) -> tuple[Point, Run | None]:
        """The point at s, by the surrogate where it is trusted and keeps its constraints, else by the solver."""
        made = self.made
        question = ask(made, None, self.given | self.values(s))
        said = made.answer(question.where)
        kept = broken(made, said)
        words = CLASSES[int(said.verdict[0])] if made.classes else ""
        fails = float(1.0 - said.probability[0, 0]) if made.classes else float("nan")
        scalars = {name: float(said.scalars[0, k]) for k, name in enumerate(made.names)}
        trust = float(said.trust[0])
        point = Point(s, self.values(s), trust, words, fails, scalars, why=kept)
        if self.last is not None and trust >= self.options.trust and not kept and self.same_class(point):
            return point, None
        try:
            run = self.corrector.run(question)
        except InputError as error:
            self.stop("refused", f"the case or its solver refuses {_words(point.values)}: {error}")
            return point, None
        return self.measured(point, question, said, run), run

    def same_class(self, point: Point) -> bool:
        """Whether the surrogate sees no change since the last point."""
        return self.last is None or (self.last.solver or self.last.verdict) == point.verdict

    def measured(self, point: Point, question: Question, said: Answers, run: Run) -> Point:
        """The point with what the solver says of it, and whether the step holds."""
        error = self.error(self.predicted(point.at, said), run)
        why = []
        if self.changed(run) and not self.foreseen(point, run):
            before = self.last.solver or self.last.verdict if self.last is not None else ""
            was = before or (self.last.mechanism if self.last is not None else "")
            why.append(f"it {run.mechanism}{_in_brackets(run.verdict)}, before it was {was}")
        if self.known and error > self.tolerance:
            why.append(f"error {error:.1%} over {self.tolerance:.1%} of the range")
        why += [words for words in (run.broken,) if words]
        found = {name: run.scalars[name] for name in self.made.names if name in run.scalars}
        return Point(
            point.at, point.values, point.trust, point.verdict, point.fails, point.scalars,
            run.verdict, run.mechanism, found, error, not why, "; ".join(why),
        )  # fmt: skip

    def changed(self, run: Run) -> bool:
        """Whether verdict or mechanism differ from those of the last point, as far as they are known."""
        last = self.last
        if last is None:
            return False
        other = bool(last.mechanism) and last.mechanism != run.mechanism
        return run.verdict != (last.solver or last.verdict) or other or self.new(run)

    def foreseen(self, point: Point, run: Run) -> bool:
        """Whether the surrogate said so, and could be trusted, and its runs know the mechanism."""
        return point.trust >= self.options.trust and point.verdict == run.verdict and not self.new(run)

    def new(self, run: Run) -> bool:
        """Whether a run fails in a way that the trained runs do not know."""
        seen, total = self.corrector.seen(run.mechanism)
        return run.mechanism != "stands" and total > 0 and seen < RARE * total

    def predicted(self, s: float, said: Answers) -> dict[str, Floats]:
        """Histories in focus, corrected by the secant of the last residuals."""
        plain = {name: values[0] for name, values in self.made.histories(said, None, list(self.made.focus)).items()}
        if not self.known:
            return plain
        at, _, residual = self.known[-1]
        out = {name: values + residual[name] for name, values in plain.items()}
        if len(self.known) > 1:
            before, _, earlier = self.known[-2]
            share = (s - at) / (at - before)
            out = {name: values + share * (residual[name] - earlier[name]) for name, values in out.items()}
        return out

    def error(self, predicted: dict[str, Floats], run: Run) -> float:
        """Error of the histories in focus, rms over time, in parts of their range or of their own size."""
        parts = [
            (predicted[name] - run.histories[name]) / max(wide, float(np.abs(run.histories[name]).max()))
            for name, wide in self.made.focus.items()
        ]
        return float(np.sqrt(np.mean(np.square(parts))))

    # -- what follows ------------------------------------------------------------------------------------------------

    def accept(self, point: Point, run: Run | None) -> None:
        self.last = point
        if run is not None:
            self.anchor(point, run)
        scalars = point.solved or point.scalars
        for name, most in self.options.limits.items():
            if scalars.get(name, -np.inf) > most:
                self.stop("limit", f"{name} = {scalars[name]:.4g} passes {most:g} at {_words(point.values)}")
                return
        words = order_broken(self.made, [one for one in self.path.points if one.held])
        if words:
            self.stop("constraint", words)

    def anchor(self, point: Point, run: Run) -> None:
        """The run as what later predictions are corrected by."""
        said = self.made.answer(ask(self.made, None, self.given | point.values).where)
        plain = self.made.histories(said, None, list(self.made.focus))
        residual = {name: run.histories[name] - plain[name][0] for name in self.made.focus}
        self.known = [*self.known, (point.at, run, residual)][-2:]

    def judge(self, point: Point, run: Run | None) -> None:
        """A step that does not hold at the smallest length: a failure mode, a known change, or the end of trust."""
        assert run is not None, "only a run contradicts a prediction"
        last = self.last
        assert last is not None, "the first point holds"
        if run.broken:
            self.stop("constraint", f"{run.broken} at {_words(point.values)}")
            return
        onset = {name: [last.values[name], point.values[name]] for name in point.values}
        seen, total = self.corrector.seen(run.mechanism)
        event = {
            "onset": {name: sorted(both) for name, both in onset.items()},
            "at": [last.at, point.at],
            "from": {"verdict": last.solver or last.verdict, "mechanism": last.mechanism},
            "to": {"verdict": run.verdict, "mechanism": run.mechanism},
            "surrogate": {"verdict": point.verdict, "fails": point.fails, "trust": point.trust},
            "trained_runs_with_it": seen,
            "trained_runs": total,
        }
        says = f", and the surrogate says {point.verdict}" if point.verdict else ""
        if self.new(run):
            self.path.found = event
            self.stop(
                "mode",
                f"a failure mode that the training does not hold: it {run.mechanism}{_in_brackets(run.verdict)} from "
                f"{_words(point.values)} on; {seen} of {total} trained runs do{says}",
            )
        elif self.changed(run):
            self.path.events.append(event)
            self.known, self.last = [], point
            self.anchor(point, run)
        else:
            self.stop("trust", f"trust fails at {_words(point.values)}: {point.why}, at the smallest step")


def _words(values: Mapping[str, float]) -> str:
    return ", ".join(f"{name} = {value:.5g}" for name, value in values.items())


def _in_brackets(verdict: str) -> str:
    return f" ({verdict})" if verdict else ""
