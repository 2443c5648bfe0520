"""Where a surrogate says that a case begins to fail: the value at which P(not stable) is one half."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dda.checks import unknown
from dda.errors import InputError
from harmony.limits import Guess
from harmony.operators.inputs import Coordinates, along_a_line
from harmony.operators.query import ask
from harmony.operators.sections import moves_geometry

if TYPE_CHECKING:
    from harmony.case import Case

__all__ = ["threshold"]

VALUES = 65
"""Values at which the surrogate is asked [-]; between two of them the probability is taken as linear."""

SURE = 0.95
"""Probability from which a surrogate is sure that a case fails, or stands [-]; between is the width of its guess."""


def threshold(model: Path, case: "Case", parameter: str | None, low: float | None, high: float | None) -> Guess:
    """The value of `parameter` between `low` and `high` (what is not given: of the case's critical) at which the
    surrogate expects `case` to begin to fail; where it does not, the end that is nearer to it."""
    from harmony.operators.files import read_surrogate

    made = read_surrogate(model)
    stated = case.critical
    parameter = parameter or (stated.parameter if stated else None)
    if parameter is None:
        raise InputError("critical --surrogate needs --parameter, or critical: in the case")
    low = low if low is not None else stated.low if stated else None
    high = high if high is not None else stated.high if stated else None
    if low is None or high is None:
        raise InputError("critical --surrogate needs --low and --high, or critical: in the case")
    if not made.classes:
        raise InputError(
            f"{model}: its runs have no verdict, so it knows no failure; give the ensemble's case failure:"
        )
    of_section = made.inputs.section is not None and moves_geometry(parameter)
    if parameter not in made.inputs.names and not of_section:
        raise unknown("input", parameter, made.inputs.names, f"{model}, --parameter")
    values = np.linspace(low, high, VALUES)
    # a limit is static: functions of time act with their first value, those of places as they are
    tables = {name: rows for name, rows in ask(made, case).tables.items() if not along_a_line(name)}
    still = {name: rows[0, made.metadata["inputs"][name].get("column", 1)] for name, rows in tables.items()}
    asked = [ask(made, case, still | {parameter: value}).where for value in values]
    where = Coordinates(np.concatenate([one.x for one in asked]), np.concatenate([one.outside for one in asked]))
    away = (1.0 - made.answer(where).probability[:, 0]) - 0.5
    turns = np.flatnonzero(away[1:] * away[:-1] <= 0.0)
    if not len(turns):
        return Guess(float(values[np.abs(away).argmin()]), bool(away[0] > away[-1]))
    k = int(turns[0])
    share = away[k] / (away[k] - away[k + 1]) if away[k] != away[k + 1] else 0.5
    unsure = float((np.abs(away) < SURE - 0.5).sum()) * float(values[1] - values[0])
    return Guess(float(values[k] + share * (values[k + 1] - values[k])), bool(away[k] > away[k + 1]), 0.5 * unsure)
