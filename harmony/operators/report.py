"""How good a surrogate is: errors, coverage and trust on rows that neither its training nor its calibration saw."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmony.operators.inputs import Coordinates
from harmony.operators.prepare import CLASSES, Prepared
from harmony.operators.surrogate import Answers, Surrogate
from harmony.operators.teach import within
from harmony.operators.trust import rank_correlation, reliability

__all__ = ["errors", "r2"]

TRUSTED = 0.8
"""Part of the queries, the most trusted, that errors are told of too [-]."""

ALIKE = 0.01
"""Range of a scalar over that of the training from which runs differ [-]; R2 of runs that do not says nothing."""

MOVING = 0.01
"""Displacement over the largest one in training from which a run counts as moving [-]."""


def errors(made: Surrogate, data: Prepared, rows: NDArray[np.int64] | None = None) -> dict[str, Any]:
    """Errors on the test rows (or others), all, of the trusted, and by class."""
    chosen = data.split.test if rows is None else rows
    said = made.answer(Coordinates(data.x[chosen], data.outside[chosen]))
    tolerance = made.trust.tolerance if made.trust else 0.05
    good = within(made, data, chosen, said, tolerance)
    groups = {"all": np.ones(len(chosen), dtype=bool)}
    if len(chosen):
        groups["trusted"] = said.trust >= np.quantile(said.trust, 1.0 - TRUSTED)
    groups |= {name: data.verdict[chosen] == k for k, name in enumerate(CLASSES)} if made.classes else {}
    found: dict[str, Any] = {
        name: _group(made, data, chosen, said, good, own) for name, own in groups.items() if own.any()
    }
    found["trust"] = {
        "tolerance": tolerance,
        "reliability": reliability(said.trust, good),
        "rank_correlation_with_error": rank_correlation(-said.trust, history_error(made, data, chosen, said)),
    }
    return found


def history_error(made: Surrogate, data: Prepared, rows: NDArray[np.int64], said: Answers) -> NDArray[np.float64]:
    """Error of the histories in focus of each row, rms over time in parts of their range, (n,)."""
    return np.sqrt((made.focus_parts(said.a.mean(axis=0) - data.a[rows]) ** 2).mean(axis=1))


def r2(true: NDArray[np.float64], said: NDArray[np.float64]) -> float:
    """1 - sum (y - yhat)^2 / sum (y - mean y)^2; NaN where y does not vary."""
    known = np.isfinite(true)
    true, said = true[known], said[known]
    total = float(((true - true.mean()) ** 2).sum()) if len(true) else 0.0
    return 1.0 - float(((true - said) ** 2).sum()) / total if total > 0.0 else float("nan")


def _group(
    made: Surrogate,
    data: Prepared,
    rows: NDArray[np.int64],
    said: Answers,
    good: NDArray[np.bool_],
    own: NDArray[np.bool_],
) -> dict[str, Any]:
    true = data.scalars[rows][own]
    low, high, value = said.low[own], said.high[own], said.scalars[own]
    known = np.isfinite(true)
    inside = np.where(known, (true >= low) & (true <= high), np.nan)
    prior = (
        np.nanquantile(data.scalars[data.split.train], [0.05, 0.95], axis=0) if len(data.names) else np.zeros((2, 0))
    )
    differs = [
        np.ptp(column[np.isfinite(column)]) > ALIKE * span if np.isfinite(column).any() else False
        for column, span in zip(true.T, prior[1] - prior[0], strict=True)
    ]
    wide = np.where(prior[1] > prior[0], prior[1] - prior[0], np.nan)
    scalars = {
        name: {
            "r2": _rounded(r2(true[:, k], value[:, k]) if differs[k] else np.nan),
            "rmse": _rounded(
                float(np.sqrt(np.nanmean((true[:, k] - value[:, k]) ** 2))) if known[:, k].any() else np.nan
            ),
            "coverage": _rounded(float(np.nanmean(inside[:, k])) if known[:, k].any() else np.nan),
            "width": _rounded(float((high[:, k] - low[:, k]).mean() / wide[k])),
        }
        for k, name in enumerate(data.names)
    }
    out: dict[str, Any] = {
        "rows": int(own.sum()),
        "within_tolerance": _rounded(float(good[own].mean())),
        "scalars": scalars,
    }
    out |= _history(made, data, rows, said, own)
    if made.classes:
        true_class, said_class = data.verdict[rows][own], said.verdict[own]
        each = [float((said_class[true_class == k] == k).mean()) for k in range(3) if (true_class == k).any()]
        out["class_accuracy"] = _rounded(float((true_class == said_class).mean()))
        out["balanced_class_accuracy"] = _rounded(float(np.mean(each)))
    return out


def _history(
    made: Surrogate, data: Prepared, rows: NDArray[np.int64], said: Answers, own: NDArray[np.bool_]
) -> dict[str, Any]:
    """Errors of the histories in focus: over their range, and over the size of each history of a moving run."""
    times = data.basis.time[:: max(1, len(data.basis.time) // 60)]
    columns = list(made.focus)
    told = made.histories(said, times, columns)
    bands = made.bands(said, times, columns)
    true = data.basis.decode(data.a[rows], times, columns)
    of_range, relative, covered = [], [], []
    for c, name in enumerate(columns):
        wrong = (told[name] - true[:, c])[own]
        size = np.linalg.norm(true[own, c], axis=1)
        moves = size > MOVING * max(float(np.linalg.norm(true[:, c], axis=1).max()), 1e-30)
        of_range.append(np.sqrt((wrong**2).mean(axis=1)) / made.focus[name])
        if moves.any():
            relative.append(float((np.linalg.norm(wrong, axis=1)[moves] / size[moves]).mean()))
        covered.append(float((np.abs(wrong) <= bands[name][own] + 1e-12).mean()))
    return {
        "history_error_of_range": _rounded(float(np.mean(of_range))),
        "history_error_relative_moving": _rounded(float(np.mean(relative)) if relative else np.nan),
        "history_coverage": _rounded(float(np.mean(covered))),
    }


def _rounded(value: float) -> float | None:
    return None if not np.isfinite(value) else float(f"{value:.4g}")
