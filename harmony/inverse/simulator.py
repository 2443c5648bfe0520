"""The simulator of a site: runs of its case, and what its observations would read in each.

Every time of a reading is made a row of the run, so that nothing is interpolated between rows.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from harmony.inverse import events
from harmony.inverse.channels import FIELDS, Channels
from harmony.inverse.observations import Observations
from harmony.inverse.outlines import Outlines
from harmony.inverse.prior import Prior
from harmony.learning.record import DONE, Record, run_sample

if TYPE_CHECKING:
    from harmony.case import Case

__all__ = ["Simulator"]

type Array = NDArray[np.float64]


class Simulator:
    """Runs for normal scores. readings(xi) (n, N), NaN where a run failed; calls: runs so far; reasons: of failed ones.

    jobs: runs at a time; one runs in this process, more each in its own. limit: longest wall time of a run [s].
    """

    def __init__(
        self,
        case: "Case",
        prior: Prior,
        observations: Observations,
        jobs: int = 1,
        limit: float | None = None,
        told: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.plain, self.prior, self.observations = case, prior, observations
        self.case = _with_times(case, np.unique(observations.time[np.isfinite(observations.time)]))
        self.jobs, self.limit, self.told = jobs, limit, told
        self.channels = _channels(self.case, prior)
        self.channel, self.time = self.channels.locate(observations)
        self.calls, self.reasons = 0, list[str]()

    def readings(self, xi: Array) -> Array:
        """What the observations would read, shape (n, N), SI."""
        return self.read(xi, self.records(xi))

    def records(self, xi: Array) -> list[Record]:
        """The runs of n scores, in their order."""
        theta = self.prior.values(xi)
        settings = [self.prior.settings(row) for row in theta]
        self.calls += len(settings)
        if self.jobs == 1 and self.limit is None:
            found = [run_sample(self.case, k, values) for k, values in enumerate(settings)]
        else:
            from harmony.learning.processes import side_by_side

            work: Any = SimpleNamespace(case=self.case, values=lambda k: settings[k])
            came = side_by_side(work, range(len(settings)), self.jobs, 1, self.limit, threading.Event())
            found = sorted(came, key=lambda record: record.number)
        self.reasons += [record.reason for record in found if record.status != DONE]
        return found

    def read(self, xi: Array, records: Sequence[Record]) -> Array:
        """The readings of runs (n, N)."""
        theta = self.prior.values(xi)
        return np.array([self._row(record, values) for record, values in zip(records, theta, strict=True)])

    def curve(self, record: Record, name: str, time: Array) -> Array:
        """A history of a run at `time` (m,); `failed` too; NaN beyond its end."""
        if name == "failed":
            span = float(self.channels.time[-1] - self.channels.time[0])
            return events.failed(time, np.array([self.failure_time(record)]), span)[0]
        values = record.rows[:, 1 + record.columns.index(name)]
        return np.interp(time, record.rows[:, 0], values, left=np.nan, right=np.nan)

    def failure_time(self, record: Record) -> float:
        """When a run failed [s], or would have (events.py)."""
        name = events.watched(self.case.failure)
        assert self.case.failure is not None, "the channel exists with a failure only"
        assert name is not None, "as above"
        column = record.rows[:, 1 + record.columns.index(name)]
        time = np.clip(record.rows[:, 0], *self.channels.time[[0, -1]])
        return float(events.failure_time(time, column[None, :], self.case.failure)[0])

    def _row(self, record: Record, theta: Array) -> Array:
        row = np.full(len(self.observations), np.nan)
        if record.status != DONE:
            return row
        for k, (c, t) in enumerate(zip(self.channel, self.time, strict=True)):
            name = self.channels.names[c]
            if name in record.columns or name == "failed":
                row[k] = float(self.curve(record, name, np.array([t]))[0])
            elif name in self.prior.modes:
                table = np.array(self.prior.settings(theta)[name])
                row[k] = float(np.interp(t, table[:, 0], table[:, 1]))
            elif name.startswith("field."):
                part, _, block = name.removeprefix("field.").rpartition("#")
                shift = _moved(record.blocks, int(block), self.observations.place[k])
                row[k] = [shift[0], shift[1], np.hypot(*shift)][FIELDS[part]]
            elif name == "failure_time":
                row[k] = self.failure_time(record)
            elif name in self.prior.numbers:
                row[k] = theta[self.prior.numbers.index(name)]
            else:
                row[k] = record.scalars.get(name, np.nan)
        return row


def _moved(blocks: Mapping[str, Array], block: int, place: Array) -> Array:
    """u(p) = u_c + (R - I)(p - c) (2,) m of a place p that the block carries; of the centroid c where there is none."""
    shift = np.asarray(blocks["displacement"][block])
    if not np.isfinite(place).all():
        return shift
    r, arm = float(blocks["rotation"][block]), place - blocks["centroid"][block]
    R = np.array([[np.cos(r), -np.sin(r)], [np.sin(r), np.cos(r)]])
    return np.asarray(shift + R @ arm - arm)


def _channels(case: "Case", prior: Prior) -> Channels:
    from harmony.history import columns
    from harmony.learning.gathering import times_of
    from harmony.learning.record import scalar_names

    histories = columns(list(case.probes))
    timed = [*histories, *prior.modes, *prior.numbers]
    steady = [name for name in scalar_names(case, histories) if name not in timed and "@" not in name]
    if events.watched(case.failure) in histories:
        timed.append("failed")
        steady.append("failure_time")
    outlines = Outlines.of_case(case)
    fields = [f"field.{part}#{k}" for part in FIELDS for k in range(len(outlines))]
    names = (*timed, *steady, *fields)
    known = tuple(k < len(timed) for k in range(len(names)))
    return Channels(names, times_of(case), known, outlines, tuple(prior.numbers))


def _with_times(case: "Case", times: Array) -> "Case":
    """`case` with a row at each of `times` [s] that lies inside its run."""
    from harmony.case import Case
    from harmony.learning.gathering import times_of

    ends = times_of(case)
    inside = times[(times > ends[0]) & (times <= ends[-1])]
    if not len(inside):
        return case
    wide = {"quantity": "mass.displacement.magnitude", "between": [-1e300, 1e300], "kind": "observed"}
    rows = [{**wide, "at": float(t), "source": "a row at the time of a reading"} for t in inside]
    data = dict(case.resolved())
    data["expected"] = [*(data.get("expected") or []), *rows]
    return Case.from_dict(data, case.folder)
