"""Records of samples as the arrays of an ensemble: rows brought to the common times, blocks filled up."""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from harmony.history import columns as history_columns
from harmony.learning.ensemble import Ensemble
from harmony.learning.record import DONE, Record, scalar_names
from harmony.schedule import schedule

if TYPE_CHECKING:
    from harmony.case import Case
    from harmony.learning.sampling import Sampling

__all__ = ["Gatherer", "times_of"]

SAME_TIME = 1e-9
"""Part of the run length by which a row may lie beside a common time and still be that of this time [-]."""


def times_of(case: "Case") -> np.ndarray:
    """The times [s] at which a run of the case has rows."""
    at = [item.at for item in case.expected if item.at is not None]
    times, here = [0.0], 0.0
    for stage in case.stages:
        if stage.end is not None and stage.analysis != "static":
            marks = schedule(here, stage.end, case.output.every, case.output.history, at)
            times += [mark.time for mark in marks]
            here = stage.end
    return np.array(times)


class Gatherer:
    """Makes ensembles of records of one sampling."""

    def __init__(self, sampling: "Sampling") -> None:
        case = sampling.case
        self.sampling = sampling
        text = case.to_yaml()
        kind = f"{text}\n{sampling.design}\n{sampling.seed}\n{sampling.samples if sampling.design == 'lhs' else ''}"
        self.origin = {
            "case": text,
            "hash": hashlib.sha256(kind.encode()).hexdigest(),
            "name": case.name,
            "design": sampling.design,
            "design_seed": sampling.seed,
        }
        self.time = times_of(case)
        self.columns = history_columns(list(case.probes))
        self.scalars = scalar_names(case, self.columns)
        self.geometry = _geometry(case)

    def ensemble(self, records: Sequence[Record]) -> Ensemble:
        """The ensemble of these records."""
        records = sorted(records, key=lambda record: record.number)
        sampling = self.sampling
        rows = np.array([record.number for record in records], dtype=np.int64)
        priors = sampling.case.parameters
        return Ensemble(
            origin=self.origin,
            names=sampling.names,
            units=[priors[name].unit for name in sampling.names],
            priors=[priors[name].model_dump(mode="json", exclude_defaults=True) for name in sampling.names],
            seed=rows,
            parameters=sampling.parameters[rows],
            functions={name: values[rows] for name, values in sampling.functions.items()},
            knots={name: curve.knots for name, curve in sampling.curves.items()},
            time=self.time,
            end=np.array([record.rows[-1, 0] if len(record.rows) else np.nan for record in records]),
            histories=self._histories(records),
            scalars={name: np.array([record.scalars.get(name, np.nan) for record in records]) for name in self.scalars},
            fields=_fields(records),
            geometry=self.geometry,
            status=np.array([record.status for record in records], dtype=object),
            reason=np.array([record.reason for record in records], dtype=object),
            verdict=np.array([record.verdict for record in records], dtype=object),
            seconds=np.array([record.seconds for record in records]),
        )

    def _histories(self, records: Sequence[Record]) -> dict[str, np.ndarray]:
        """Histories at the common times as 4-byte numbers, NaN outside the rows of a sample."""
        values = np.full((len(self.columns), len(records), len(self.time)), np.nan, dtype=np.float32)
        slack = SAME_TIME * max(1.0, float(self.time[-1]))
        for k, record in enumerate(records):
            if not len(record.rows):
                continue
            t = record.rows[:, 0]
            inside = (self.time >= t[0] - slack) & (self.time <= t[-1] + slack)
            for j in range(len(self.columns)):
                values[j, k, inside] = np.interp(self.time[inside], t, record.rows[:, 1 + j])
        return {name: values[j] for j, name in enumerate(self.columns)}


def _fields(records: Sequence[Record]) -> dict[str, np.ndarray]:
    """Fields of the blocks, (n, most blocks, ...)."""
    done = [record for record in records if record.status == DONE and record.blocks]
    if not done:
        return {}
    most = max(len(record.blocks["rotation"]) for record in done)
    found = {}
    for name, example in done[0].blocks.items():
        values = np.full((len(records), most, *example.shape[1:]), np.nan, dtype=example.dtype)
        for k, record in enumerate(records):
            if name in record.blocks:
                values[k, : len(record.blocks[name])] = record.blocks[name]
        found[name] = values
    return found


def _geometry(case: "Case") -> dict[str, np.ndarray]:
    """The blocks of the case as it stands: vertices (v, 2) m, offsets (b + 1,) into them, fixed (b,)."""
    points = [np.asarray(block.vertices, dtype=float) for block in case.blocks]
    return {
        "vertices": np.concatenate(points),
        "offsets": np.concatenate([[0], np.cumsum([len(p) for p in points])]).astype(np.int64),
        "fixed": np.array([bool(block.fixed) for block in case.blocks]),
    }
