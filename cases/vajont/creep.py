"""The creep of the slide over years, reduced to one degree of freedom: slip s of the mass on its clay.

The law of the clay is `slip-rate` (docs/theory/joints.md). Inertia plays no part while the mass creeps, so its friction
equals at every moment the friction that equilibrium needs:

    mu_d(h) + c (h - H)+  =  mu_0 - D (1 - exp(-(s - s_0)+ / d)) + r V / (V + v)
    ds/dt = V = v x / (1 - x),    x = (needed - mu_s(s)) / r,    V = 0 for x < 0,    runaway for x >= 1

mu_d(h): friction needed with the piezometric level h, from the limit equilibrium of this section (21.3 deg dry to 23.0
deg at h = 90 m), times `influence`. h follows the reservoir with the lag tau; clay that is wetted for the first time is
weaker for a while: H is the highest level that it has become used to, within tau_w, and c that weakness. mu_0 is such
that creep begins at the level `onset`; s_0 (`intact`) is the slip before the weakening begins. Verified against DDA:
`python cases/vajont/creep_check.py`.

A first law without s_0, with the same other priors, could not reach the data of 1960 to 8 October 1963: chi2/N 4.8 at
its best. s_0 was added then, with its prior, before any posterior of this law.
"""

import csv
import datetime as calendar
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from harmony.case.parameters import PriorData
from harmony.inverse.prior import Prior

type Array = NDArray[np.float64]

DATA = Path(__file__).parent / "data"
DATUM = 620.0
"""Height of the seat of the slide [m a.s.l.]."""

NEEDED = ((0.0, 21.3), (70.0, 22.6), (80.4, 22.8), (90.0, 23.0))
"""Level above the seat [m], friction needed [deg]: DERIVED, limit equilibrium of the section."""

ZERO = calendar.date(1960, 3, 15)
FINE = (calendar.date(1963, 8, 15) - ZERO).days
COARSE_STEP, FINE_STEP = 2.0, 0.1
"""Steps [day] before and after FINE."""

RUNAWAY = 10.0
"""Speed [m/day] from which inertia decides: the slide has failed."""

PRIORS: dict[str, dict[str, object]] = {
    "onset": {"uniform": [600.0, 720.0], "unit": "m a.s.l."},
    "influence": {"lognormal": [1.0, 0.3], "unit": "-"},
    "weakening": {"loguniform": [5e-4, 0.1], "unit": "-"},
    "distance": {"loguniform": [0.3, 30.0], "unit": "m"},
    "intact": {"uniform": [0.0, 5.0], "unit": "m"},
    "strengthening": {"loguniform": [0.005, 0.1], "unit": "-"},
    "velocity": {"loguniform": [0.01, 1.0], "unit": "m/day"},
    "lag": {"loguniform": [1.0, 60.0], "unit": "day"},
    "wetting": {"loguniform": [1e-5, 1e-3], "unit": "1/m"},
    "used-to": {"loguniform": [20.0, 400.0], "unit": "day"},
}
"""Chosen before any posterior was looked at: wide, GUESS but for `influence`, whose median is the limit equilibrium.
The prior-predictive check changed them once: with weakening to 0.3 and strengthening to 0.05 87 % of the slides failed
before 9 October 1963."""


def prior() -> Prior:
    """The prior of the ten parameters."""
    return Prior(list(PRIORS), [PriorData.model_validate(value) for value in PRIORS.values()])


def day(date: str) -> float:
    """Days since ZERO."""
    return float((calendar.date.fromisoformat(date) - ZERO).days)


def reservoir() -> tuple[Array, Array]:
    """Days and levels [m a.s.l.] that were recorded."""
    rows = [row for row in csv.DictReader((DATA / "reservoir_level.csv").open()) if row["level_masl"]]
    return np.array([day(row["date"]) for row in rows]), np.array([float(row["level_masl"]) for row in rows])


def rates() -> tuple[list[str], Array]:
    """Dates and rates [mm/day] of the creep, one a date; months stand for the date that the table gives them."""
    rows = [row for row in csv.DictReader((DATA / "creep_rate.csv").open()) if row["rate_mm_per_day"]]
    return [row["date"] for row in rows], np.array([float(row["rate_mm_per_day"]) for row in rows])


def steps(end: float) -> Array:
    """Times [day] from 0 to `end`."""
    coarse = np.arange(0.0, min(end, FINE), COARSE_STEP)
    return np.concatenate([coarse, np.arange(FINE, end, FINE_STEP), [end]]) if end > FINE else np.append(coarse, end)


def creep(theta: Array, end: float, level: tuple[Array, Array], at: Array) -> tuple[Array, Array, Array]:
    """Speed [mm/day] (n, times) at `at` [day], slip [m] (n,) at the end, day of failure (n,), infinite for none.

    theta (n, 10), level: days and levels of the reservoir, held after the last one.
    """
    onset, k, D, d, s_0, r, v, lag, c, used = theta.T
    h0, mu = np.array(NEEDED).T
    mu = np.tan(np.radians(mu))
    slope = (mu[-1] - mu[0]) / (h0[-1] - h0[0])

    def needed(above: Array) -> Array:
        known = np.interp(above, h0, mu) - mu[0] + slope * np.minimum(above, 0.0) * (above > -40.0)
        return np.asarray(k * np.where(above < 0.0, slope * np.maximum(above, -40.0), known))

    mu_0 = needed(onset - DATUM)
    s, h, H = np.zeros(len(theta)), np.full(len(theta), level[1][0]), np.full(len(theta), level[1][0])
    failed = np.full(len(theta), np.inf)
    times = steps(end)
    wanted = np.searchsorted(times, at - 1e-9).clip(max=len(times) - 1)
    found = np.zeros((len(theta), len(at)))
    speed = np.zeros(len(theta))
    for i, t in enumerate(times):
        dt = times[min(i + 1, len(times) - 1)] - t
        x = (
            needed(h - DATUM) + c * np.maximum(h - H, 0.0) - mu_0 + D * (1.0 - np.exp(-np.maximum(s - s_0, 0.0) / d))
        ) / r
        speed = np.where(x >= 1.0, np.inf, v * np.maximum(x, 0.0) / np.maximum(1.0 - x, 1e-12))
        speed = np.where(np.isfinite(failed), np.inf, speed)
        failed = np.where((speed >= RUNAWAY) & ~np.isfinite(failed), t, failed)
        for j in np.flatnonzero(wanted == i):
            found[:, j] = 1e3 * np.minimum(speed, RUNAWAY)
        s = s + np.minimum(speed, RUNAWAY) * dt
        now = np.interp(t + dt, *level)
        h = now + (h - now) * np.exp(-dt / lag)
        H = np.where(h > H, h + (H - h) * np.exp(-dt / used), H)
    return found, s, failed
