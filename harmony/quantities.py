"""Quantities: numbers of a run by their name.

| name | meaning |
|---|---|
| `<probe>.<quantity>.<component>` with `at`, or ending in `.max`, `.min`, `.final` | a column of the history |
| `<probe>.speed` | the same as `<probe>.velocity.magnitude`; for `mass` the mass-weighted mean of the blocks' speeds |
| `energy.<key>` | an energy [J/m]: its final value, or as above |
| `rest_time` | time after which `mass.speed` stays under 0.1 m/s [s]; infinite if it does not |
| `deposit.top` with a region | y of the highest vertex in the region that belongs to a moved block [m] |
| `crack.<name>.tip1.KI`, `.KII`, `.J` | stress intensity factors [Pa sqrt(m)], energy release rate [N/m] at the end |
| `critical`, study results | what `harmony critical` or the study found |
| `steps`, `totals.open_close`, ... | any number of the summary, by its path |

Between two recorded rows a history is read by linear interpolation; times of expectations are recorded, so that reading
there is exact. `.max` and `.min` are over the recorded rows.
"""

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dda.errors import InputError, explain

if TYPE_CHECKING:
    from harmony.output.fields import Frame
    from harmony.run import Run

__all__ = ["available", "check", "column_of", "deposit_top", "numbers", "resolve", "rest_time", "sizes"]

REST_SPEED = 0.1
"""Speed of the mass under which it rests [m/s]; DESIGN fixes it. Larger ends slides early, smaller never ends creep."""

MOVED = 0.01
"""Displacement over the size of its block above which a vertex has moved [-]; the same part as in a failure by default.
Smaller counts elastic settlement as deposit."""

TIME_SLACK = 1e-9
"""Part of the run length (at least 1 s) by which `at` may lie outside the recorded times. Usual 1e-9, rounding only."""

_REDUCTIONS: dict[str, Callable[[np.ndarray], float]] = {
    "max": lambda values: float(values.max()),
    "min": lambda values: float(values.min()),
    "final": lambda values: float(values[-1]),
}

_NAMED = ("rest_time", "deposit.top")
_SUMMARY = frozenset(
    [
        "blocks",
        "coupling",
        "crack",
        "dt",
        "energy",
        "failure",
        "probes",
        "ranks",
        "steps",
        "substeps",
        "threads",
        "time",
        "totals",
        "wall_time",
    ]
)
"""Keys of `summary.json` that are numbers, or hold numbers."""
_SHOWN = 12


def resolve(run: "Run", quantity: str, at: float | None = None, region: str | None = None) -> float:
    """The value of `quantity` in `run`, SI; `at` [s] for a history, `region` for deposit.top."""
    if quantity in run.found:
        return run.found[quantity]
    column, reduce = column_of(quantity, run.history)
    if column:
        if at is not None and reduce is None:
            return _at(run.history["time"], run.history[column], at)
        if reduce is None and not column.startswith("energy."):
            raise _no_time(quantity)
        return _REDUCTIONS[reduce or "final"](run.history[column])
    if quantity == "rest_time":
        return rest_time(run.history["time"], run.history["mass.speed"])
    if quantity == "deposit.top":
        return deposit_top(run.fields.frame(-1), _inside(run, region))
    summary = numbers(run.summary)
    if quantity in summary:
        return summary[quantity]
    raise _unknown(quantity, [*available(run.history), *run.found, *summary])


def check(quantity: str, at: float | None, columns: Iterable[str]) -> None:
    """Refuse, before a run, a history quantity that it will not have. Names that only a run can know pass."""
    names = list(columns)
    probes = {name.split(".")[0] for name in names}
    column, reduce = column_of(quantity, names)
    if column:
        if at is None and reduce is None and not column.startswith("energy."):
            raise _no_time(quantity)
        return
    known = quantity in _NAMED or (quantity.split(".")[0] in _SUMMARY and quantity.split(".")[0] not in probes)
    if not known or quantity.rpartition(".")[2] in _REDUCTIONS:
        raise _unknown(quantity, [*available(names), *sorted(_SUMMARY)])


def available(columns: Iterable[str]) -> list[str]:
    """The quantities that a run with these history columns offers, without the numbers of its summary."""
    names = [name for name in columns if name != "time"]
    speeds = [name.replace(".velocity.magnitude", ".speed") for name in names if name.endswith(".velocity.magnitude")]
    return [*dict.fromkeys([*names, *speeds]), *_NAMED]


def rest_time(time: np.ndarray, speed: np.ndarray) -> float:
    """Time [s] after which `speed` [m/s] stays under REST_SPEED; infinite if it is not under it at the end."""
    moving = np.flatnonzero(speed >= REST_SPEED)
    if not len(moving):
        return float(time[0])
    last = int(moving[-1])
    if last == len(time) - 1:
        return float("inf")
    # v(t) = v_k + (v_k+1 - v_k) (t - t_k) / (t_k+1 - t_k) = REST_SPEED
    share = (speed[last] - REST_SPEED) / (speed[last] - speed[last + 1])
    return float(time[last] + share * (time[last + 1] - time[last]))


def deposit_top(frame: "Frame", inside: Callable[[np.ndarray], np.ndarray]) -> float:
    """y [m] of the highest vertex for which `inside((N, 2) m) -> (N,) bool` holds and whose block has moved.

    -inf where there is none.
    """
    counts = np.diff(frame.offsets)
    moved = np.linalg.norm(frame.cell_data["displacement"], axis=1) > MOVED * sizes(frame.points, frame.offsets)
    chosen = np.repeat(moved, counts) & inside(frame.points)
    return float(frame.points[chosen, 1].max()) if chosen.any() else float("-inf")


def sizes(points: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Size of each block [m], shape (n,): the longer side of its bounding box."""
    low, high = np.minimum.reduceat(points, offsets[:-1]), np.maximum.reduceat(points, offsets[:-1])
    extent: np.ndarray = (high - low).max(axis=1)
    return extent


def numbers(tree: Mapping[str, Any], prefix: str = "") -> dict[str, float]:
    """All numbers of nested dicts by dotted path."""
    found: dict[str, float] = {}
    for key, value in tree.items():
        if isinstance(value, Mapping):
            found |= numbers(value, f"{prefix}{key}.")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found[f"{prefix}{key}"] = float(value)
    return found


def column_of(quantity: str, columns: Iterable[str]) -> tuple[str | None, str | None]:
    """The column and the reduction that a quantity names; (None, None) if it is no history."""
    names = set(columns) - {"time"}
    head, _, last = quantity.rpartition(".")
    for name, reduce in ((quantity, None), (head, last if last in _REDUCTIONS else None)):
        if reduce is None and name != quantity:
            continue
        for column in (name, name.removesuffix(".speed") + ".velocity.magnitude" if name.endswith(".speed") else name):
            if column in names:
                return column, reduce
    return None, None


def _at(time: np.ndarray, values: np.ndarray, at: float) -> float:
    slack = TIME_SLACK * max(1.0, abs(float(time[-1])))
    if not time[0] - slack <= at <= time[-1] + slack:
        raise InputError(
            explain(
                "a time outside the run",
                where=f"at: {at}",
                expected=f"{time[0]:g} to {time[-1]:g} s",
                got=at,
                do="choose a time inside, or run longer",
            )
        )
    return float(np.interp(at, time, values))


def _inside(run: "Run", region: str | None) -> Callable[[np.ndarray], np.ndarray]:
    if region is None:
        return lambda points: np.ones(len(points), dtype=bool)
    return lambda points: run.case.contains(region, points)


def _no_time(quantity: str) -> InputError:
    return InputError(
        explain(
            f"quantity '{quantity}' is a history",
            where=quantity,
            expected="one number of it",
            got="no time",
            do=f"add at:, or write {', '.join(f'{quantity}.{name}' for name in _REDUCTIONS)}",
        )
    )


def _unknown(quantity: str, known: Sequence[str]) -> InputError:
    bare, reductions = quantity, set(_REDUCTIONS)
    head, _, last = quantity.rpartition(".")
    if last in reductions:
        bare = head
    near = difflib.get_close_matches(bare, known, n=1, cutoff=0.5)
    listed = difflib.get_close_matches(bare, known, n=_SHOWN, cutoff=0.0)
    more = f" and {len(known) - len(listed)} more (`harmony show RUN`)" if len(known) > len(listed) else ""
    return InputError(
        explain(
            f"no quantity '{quantity}'",
            where=quantity,
            expected=f"one of {', '.join(listed)}{more}",
            got=quantity,
            do=f"did you mean '{near[0]}'?" if near else "choose one of those",
        )
    )
