"""Channels: everything of an ensemble that can be observed, each as a curve over the common times.

A history is its own curve; a scalar of the run and a block of a field are constant ones; the level of a water table is
its function between the knots, a parameter is itself (a piezometer, a test in the laboratory); `failed` is 0 before the
case's failure and 1 from then on, `failure_time` its time (events.py).
"""

import fnmatch
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain
from harmony.inverse import events
from harmony.inverse.observations import Observations
from harmony.inverse.outlines import Outlines

if TYPE_CHECKING:
    from harmony.learning.ensemble import Ensemble

__all__ = ["Channels", "curves_of", "default_channels", "offered"]

type Array = NDArray[np.float64]

SAME_TIME = 1e-9
"""Part of the run by which a reading may lie beside the times of the run [-]."""

AFTERWARDS = ("failure_time", "rest_time")
"""Scalars of a run that are known before its end, once they have happened."""

FIELDS = {"displacement.x": 0, "displacement.y": 1, "displacement.magnitude": 2}


@dataclass(frozen=True, eq=False)
class Channels:
    """names: of the channels; time (m,) s, increasing; timed: whether a reading of it has a time; outlines: of the
    blocks whose field channels `field.displacement.x#7` are among the names; steady: parameters, which need no time."""

    names: tuple[str, ...]
    time: Array
    timed: tuple[bool, ...]
    outlines: Outlines = field(default_factory=Outlines)
    steady: tuple[str, ...] = ()

    def locate(self, observations: Observations) -> tuple[NDArray[np.int64], Array]:
        """Channel (N,) and time (N,) s of each reading; an InputError names the first that the run does not have."""
        channel = np.empty(len(observations), dtype=np.int64)
        time = np.array(observations.time)
        low, high = float(self.time[0]), float(self.time[-1])
        slack = SAME_TIME * max(1.0, high - low)
        for k, quantity in enumerate(observations.quantity):
            where = f"{observations.name}, reading {k + 1} ({quantity})"
            channel[k] = self._index(quantity, observations.place[k], where)
            if not self.timed[channel[k]]:
                if quantity not in AFTERWARDS and not (np.isnan(time[k]) or abs(time[k] - high) <= slack):
                    what = f"read at {time[k]:g} s, but a run tells it at its end only"
                    do = "leave the time out if it was read at the end; let the run end then; or read a probe"
                    raise _refused(where, what, f"{high:g} s", f"{time[k]:g} s", do)
                time[k] = high
            elif np.isnan(time[k]) and quantity in self.steady:
                time[k] = low
            elif np.isnan(time[k]):
                raise _refused(where, "no time", "the time of the reading [s]", "none")
            elif not low - slack <= time[k] <= high + slack:
                raise _refused(where, "a time outside the run", f"{low:g} to {high:g} s", f"{time[k]:g} s")
        return channel, np.clip(time, low, high)

    def _index(self, quantity: str, place: Array, where: str) -> int:
        for name in (quantity, same(quantity)):
            if name in self.names:
                return self.names.index(name)
        blocks = [k for k, known in enumerate(self.names) if known.startswith(f"{quantity}#")]
        if blocks and np.isfinite(place).all():
            held, away = self.outlines.holding(place[None])
            if held[0] < 0:
                what = f"({place[0]:g}, {place[1]:g}) m lies on no block"
                expected = "a place on a block, as it was before the run"
                raise _refused(where, what, expected, f"{away[0]:.3g} m from the nearest one")
            name = f"{quantity}#{held[0]}"
            if name not in self.names:
                what = f"the block at ({place[0]:g}, {place[1]:g}) m is not known: it is fixed, or was not observed"
                raise _refused(where, what, ", ".join(self.names[k] for k in blocks[:8]), name)
            return self.names.index(name)
        if blocks:
            raise _refused(where, "no place", "columns x and y [m]", "none")
        from harmony.case.problems import closest

        known = list(dict.fromkeys(name.partition("#")[0] for name in self.names))
        do = "name one of these, or train an operator that observes it: harmony train inverse --observe"
        raise _refused(where, f"no quantity '{quantity}'", closest(quantity, known), quantity, do)

    def weights(self, time: Array) -> tuple[NDArray[np.int64], Array]:
        """Linear interpolation in time (...): curve(t) = (1 - w) curve[k] + w curve[k + 1]; k and w."""
        last = max(len(self.time) - 2, 0)
        k = np.clip(np.searchsorted(self.time, time, side="right") - 1, 0, last)
        if len(self.time) == 1:
            return k, np.zeros_like(time)
        return k, np.clip((time - self.time[k]) / (self.time[k + 1] - self.time[k]), 0.0, 1.0)

    def read(self, curves: Array, channel: NDArray[np.int64], time: Array) -> Array:
        """Readings (n, N) of curves (n, channels, m)."""
        k, w = self.weights(time)
        after = np.minimum(k + 1, len(self.time) - 1)
        return np.asarray((1.0 - w) * curves[:, channel, k] + w * curves[:, channel, after])

    def metadata(self) -> dict[str, Any]:
        """As JSON, beside the arrays `time`, `vertices` and `offsets`."""
        return {"names": list(self.names), "timed": [bool(t) for t in self.timed], "steady": list(self.steady)}

    @staticmethod
    def of_metadata(data: Mapping[str, Any], arrays: Mapping[str, Array]) -> "Channels":
        """The channels that a model file tells of."""
        outlines = (
            Outlines(arrays["vertices"].reshape(-1, 2), arrays["offsets"].astype(np.int64))
            if "offsets" in arrays
            else Outlines()
        )
        names, timed = tuple(data["names"]), tuple(data["timed"])
        return Channels(names, arrays["time"], timed, outlines, tuple(data.get("steady", ())))


def same(quantity: str) -> str:
    """The other name of a quantity: the speed of a probe is the magnitude of its velocity."""
    return quantity.removesuffix(".speed") + ".velocity.magnitude" if quantity.endswith(".speed") else quantity


def offered(ensemble: "Ensemble") -> dict[str, Callable[[], Array]]:
    """Every channel of an ensemble -> its curves (n, m)."""
    m = len(ensemble.time)

    def steady(values: Array) -> Callable[[], Array]:
        return lambda: np.repeat(np.asarray(values, dtype=float)[:, None], m, axis=1)

    found: dict[str, Callable[[], Array]] = {}
    for name, values in ensemble.histories.items():
        found[name] = lambda values=values: np.asarray(values, dtype=float)  # type: ignore[misc]
    for path, values in ensemble.functions.items():
        knots = ensemble.knots[path]
        found[path] = lambda values=values, knots=knots: np.stack(  # type: ignore[misc]
            [np.interp(ensemble.time, knots, row) for row in values]
        )
    for k, path in enumerate(ensemble.names):
        found[path] = steady(ensemble.parameters[:, k])
    found |= _events(ensemble)
    for name, values in ensemble.scalars.items():
        if name not in found:
            found[name] = steady(values)
    moved = ensemble.fields.get("displacement")
    if moved is not None:
        both = np.concatenate([moved, np.linalg.norm(moved, axis=2, keepdims=True)], axis=2)
        for part, k in FIELDS.items():
            for block in range(moved.shape[1]):
                found[f"field.{part}#{block}"] = steady(both[:, block, k])
    return found


def _events(ensemble: "Ensemble") -> dict[str, Callable[[], Array]]:
    """`failed` and `failure_time` of the case's `failure`, where its quantity is a history."""
    failure = ensemble.base_case.failure if ensemble.origin.get("case") else None
    name = events.watched(failure)
    if failure is None or name not in ensemble.histories:
        return {}
    time = np.asarray(ensemble.time, dtype=float)
    when = events.failure_time(time, ensemble.histories[name], failure)
    return {
        "failed": lambda: events.failed(time, when, float(time[-1] - time[0])),
        "failure_time": lambda: np.repeat(when[:, None], len(time), axis=1),
    }


def default_channels(ensemble: "Ensemble") -> list[str]:
    """What is observed unless a user says otherwise: motion of the probes (of the mass where there are none), water
    levels. The event is learned where it is asked for: a step is hard to learn."""
    kinds = (".displacement.", ".velocity.", ".speed")
    motion = [name for name in ensemble.histories if any(kind in name for kind in kinds)]
    probes = [name for name in motion if not name.startswith("mass.")] or motion
    return [*(probes or list(ensemble.histories) or list(ensemble.scalars)), *ensemble.functions]


def curves_of(ensemble: "Ensemble", patterns: Sequence[str] | None) -> tuple[Channels, Array]:
    """The channels that `patterns` (globs; None: the default ones) choose, and their curves (n, channels, m)."""
    known = offered(ensemble)
    names: list[str] = []
    for pattern in default_channels(ensemble) if patterns is None else patterns:
        chosen = [n for n in known if fnmatch.fnmatchcase(n, pattern) or n.partition("#")[0] == pattern]
        chosen = chosen or [n for n in known if fnmatch.fnmatchcase(n, same(pattern))]
        if not chosen:
            from harmony.case.problems import closest

            kinds = list(dict.fromkeys(n.partition("#")[0] for n in known))
            what, expected = f"no quantity '{pattern}' in the ensemble", closest(pattern, kinds)
            raise _refused("--observe", what, expected, pattern, "name what the ensemble holds, or leave --observe out")
        names += [n for n in chosen if n not in names]
    if not names:
        raise _refused("ensemble", "nothing that can be observed", "histories or scalars", "none")
    curves = np.stack([known[name]() for name in names], axis=1)
    dated = {*ensemble.histories, *ensemble.functions, *ensemble.names, "failed"}
    timed = tuple(n in dated for n in names)
    shape = ensemble.geometry
    outlines = Outlines(shape["vertices"], shape["offsets"]) if "offsets" in shape else Outlines()
    steady = tuple(n for n in names if n in ensemble.names)
    return Channels(tuple(names), np.asarray(ensemble.time, dtype=float), timed, outlines, steady), curves


def _refused(where: str, what: str, expected: str, got: Any, do: str = "mend the observations") -> InputError:
    return InputError(explain(what, where=where, expected=expected, got=got, do=do))
