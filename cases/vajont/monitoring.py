"""Vajont by its monitoring: what the creep rates known at a date say of the day of failure.

`python cases/vajont/monitoring.py [--quick]` prints one JSON object. Posterior by population Monte Carlo on the reduced
law (creep.py), whose simulations are exact for it: tempered rounds of draws about the weighted draws of the round
before. Known at a date are the rates up to it, the reservoir up to it, and that the mass had not failed; what the
reservoir does afterwards is a stated scenario.
"""

import json
import sys

import creep
import numpy as np
from numpy.typing import NDArray

from harmony.inverse.baselines import stretch

type Array = NDArray[np.float64]

FLOOR = 2.0
"""Rate below which a source says nothing [mm/day]: readings are of ln(rate + FLOOR)."""

ERROR, VAGUE = 0.35, 0.6
"""Deviation of a reading [-]: of a rate dated to the day; of one dated to a month or so. GUESS, from rows that
conflict."""

FIRST, EACH, ROUNDS, KEPT = 16000, 6000, 4, 800
"""Draws of the first population, of each later one, populations, samples of the posterior."""

WALKERS, SWEEPS = 240, 70
"""Walkers of the chains that end it, begun at draws of the last population; sweeps, of which the last third counts."""

ENOUGH = 0.04
"""Part of the draws that the tempering of a round leaves effective [-]."""

HORIZON = 150.0
"""Days after the cut-off that a forecast looks at."""

CHUNK = 4000

CUTS = {
    "1963-09-15": ("held",),
    "1963-09-26": ("held", "drawdown ordered"),
    "1963-10-02": ("held", "drawdown ordered"),
    "1963-10-08": ("held", "drawdown ordered"),
}
"""Cut-off -> scenarios of the reservoir after it. Drawdown ordered: 1 m/day, as ordered on 26 September, to 640 m."""

ALARMS = ("1960-11-04", "1962-12-02")
"""Cut-offs of the false-alarm tests; there the recorded drawdown is the input."""


def level_known(cut: float, scenario: str) -> tuple[Array, Array]:
    """Days and levels: those recorded up to `cut`, then the scenario; `recorded` takes all of them as an input."""
    days, levels = creep.reservoir()
    if scenario == "recorded":
        return days, levels
    known = days <= cut
    days, levels = days[known], levels[known]
    if scenario == "held":
        return np.append(days, cut + HORIZON), np.append(levels, levels[-1])
    begin = max(float(days[-1]), creep.day("1963-09-27"))
    low = 640.0
    return np.append(days, [begin, begin + levels[-1] - low]), np.append(levels, [levels[-1], low])


def readings(cut: float) -> tuple[Array, Array, Array]:
    """Days, ln(rate + FLOOR), deviations of the rates known at `cut`."""
    dates, rates = creep.rates()
    days = np.array([creep.day(date) for date in dates])
    vague = np.array([not date.startswith(("1963-09", "1963-10", "1960-11-04")) for date in dates])
    known = days <= cut
    return days[known], np.log(rates + FLOOR)[known], np.where(vague, VAGUE, ERROR)[known]


def log_likelihood(theta: Array, cut: float, level: tuple[Array, Array]) -> Array:
    """Of the rates, and of not having failed at `cut`."""
    days, y, error = readings(cut)
    found = []
    for k in range(0, len(theta), CHUNK):
        speed, _, failed = creep.creep(theta[k : k + CHUNK], cut, level, days)
        r = (np.log(speed + FLOOR) - y) / error
        found.append(np.where(failed > cut, -0.5 * (r**2).sum(axis=1), -np.inf))
    return np.concatenate(found)


def posterior(cut: float, level: tuple[Array, Array], seed: int = 0, scale: float = 1.0) -> tuple[Array, float]:
    """Scores (KEPT, 10) and the part of the moves that the chains took."""
    random, prior = np.random.default_rng(seed), creep.prior()
    xi = random.standard_normal((int(FIRST * scale), prior.dimension))
    log_q = -0.5 * (xi**2).sum(axis=1)
    for k in range(ROUNDS + 1):
        like = log_likelihood(prior.values(xi), cut, level)
        target = -0.5 * (xi**2).sum(axis=1) - log_q
        power = 1.0 if k == ROUNDS else _tempered(target, like)
        w = _weights(np.where(np.isfinite(like), target + power * like, -np.inf))
        if k == ROUNDS:
            break
        centres = xi[random.choice(len(xi), 400, p=w)]
        shift = centres - centres.mean(axis=0)
        L = np.linalg.cholesky(0.35 * shift.T @ shift / len(shift) + 1e-6 * np.eye(xi.shape[1]))
        count = int(EACH * scale)
        mixed = centres[random.integers(0, len(centres), count)] + random.standard_normal((count, len(L))) @ L.T
        xi = np.where(random.random((count, 1)) < 0.1, random.standard_normal(mixed.shape), mixed)
        log_q = _log_mixture(xi, centres, L)

    def log_density(X: Array) -> Array:
        return np.asarray(log_likelihood(prior.values(X), cut, level) - 0.5 * (X**2).sum(axis=1))

    start = xi[random.choice(len(xi), WALKERS, p=w)] + 0.02 * random.standard_normal((WALKERS, prior.dimension))
    chains, taken = stretch(log_density, start, max(6, int(SWEEPS * scale)), seed)
    last = chains[-(len(chains) // 3) :].reshape(-1, prior.dimension)
    return last[random.choice(len(last), KEPT, replace=False)], taken


def _weights(log_w: Array) -> Array:
    w = np.exp(log_w - log_w.max())
    return np.asarray(w / w.sum())


def _tempered(target: Array, like: Array) -> float:
    """The largest power of the likelihood that leaves ENOUGH effective draws."""
    low, high = 0.0, 1.0
    for _ in range(20):
        middle = 0.5 * (low + high)
        w = _weights(np.where(np.isfinite(like), target + middle * like, -np.inf))
        low, high = (middle, high) if 1.0 / (w**2).sum() > ENOUGH * len(w) else (low, middle)
    return low if low < 0.999 else 1.0


def _log_mixture(xi: Array, centres: Array, L: Array) -> Array:
    """log (0.9 mean of N(centre, L L^T) + 0.1 N(0, I)), without the common constant of normals."""
    a, b = np.linalg.solve(L, xi.T).T, np.linalg.solve(L, centres.T).T
    square = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1) - 2.0 * a @ b.T
    top = square.min(axis=1)
    near = -0.5 * top + np.log(np.exp(-0.5 * (square - top[:, None])).mean(axis=1)) - np.log(np.diag(L)).sum()
    return np.asarray(np.logaddexp(np.log(0.9) + near, np.log(0.1) - 0.5 * (xi**2).sum(axis=1)))


def forecast(xi: Array, cut: float, level: tuple[Array, Array]) -> dict[str, object]:
    """Chance of failure within 60 days and HORIZON days, and the dates, of the slides that had not failed at `cut`."""
    _, _, failed = creep.creep(creep.prior().values(xi), cut + HORIZON, level, np.array([cut]))
    soon = failed[np.isfinite(failed)]
    low, mid, high = np.quantile(soon, [0.05, 0.5, 0.95]) if len(soon) else (np.nan, np.nan, np.nan)
    return {
        "within 60 days": float((failed <= cut + 60.0).mean()),
        f"within {HORIZON:.0f} days": float(np.isfinite(failed).mean()),
        "date": {"5%": _date(low), "50%": _date(mid), "95%": _date(high)},
    }


def inverse_velocity(cut: float) -> str:
    """Where a straight line through 1 / rate of September and October meets zero, with the data up to `cut`."""
    dates, rates = creep.rates()
    days = np.array([creep.day(date) for date in dates])
    used = (days >= creep.day("1963-09-01")) & (days <= cut)
    if used.sum() < 2:
        return "none"
    slope, at_zero = np.polyfit(days[used], 1.0 / rates[used], 1)
    return _date(-at_zero / slope)


def _date(day: float) -> str:
    import datetime as calendar

    return "none" if not np.isfinite(day) else str(creep.ZERO + calendar.timedelta(days=float(day)))


def prior_predictive(cut: float, seed: int = 3) -> dict[str, float]:
    """Part of the prior's slides that had failed at `cut`, and rank of each reading among the others', least and
    largest."""
    theta = creep.prior().sample(CHUNK, seed)
    days, y, error = readings(cut)
    speed, _, failed = creep.creep(theta, cut, level_known(cut, "held"), days)
    noise = error * np.random.default_rng(seed).standard_normal(speed.shape)
    rank = (np.log(speed + FLOOR) + noise < y)[failed > cut].mean(axis=0)
    return {"failed": float((failed <= cut).mean()), "least rank": float(rank.min()), "largest rank": float(rank.max())}


def main(scale: float = 1.0) -> dict[str, object]:
    """Everything, as JSON."""
    found: dict[str, object] = {"prior predictive": prior_predictive(creep.day("1963-09-15"))}
    for date, scenarios in CUTS.items():
        cut = creep.day(date)
        known = level_known(cut, "drawdown ordered" if "drawdown ordered" in scenarios else "held")
        xi, taken = posterior(cut, known, scale=scale)
        item: dict[str, object] = {"moves taken": taken, "inverse velocity": inverse_velocity(cut)}
        for scenario in scenarios:
            after = known if scenario != "held" else _then_held(known, cut)
            item[scenario] = forecast(xi, cut, after)
        item["chi2/N"] = _fit(xi, cut, known)
        theta = creep.prior().values(xi)
        item["parameters"] = {
            name: [float(f"{q:.3g}") for q in np.quantile(theta[:, k], [0.05, 0.5, 0.95])]
            for k, name in enumerate(creep.PRIORS)
        }
        item["contraction"] = dict(zip(creep.PRIORS, (1.0 - xi.var(axis=0)).round(2).tolist(), strict=True))
        found[date] = item
    for date in ALARMS:
        cut = creep.day(date)
        xi, taken = posterior(cut, level_known(cut, "recorded"), scale=scale)
        found[f"false alarm {date}"] = {
            "moves taken": taken,
            "recorded drawdown (an input)": forecast(xi, cut, level_known(cut, "recorded")),
            "held": forecast(xi, cut, _then_held(level_known(cut, "recorded"), cut)),
        }
    return found


def _fit(xi: Array, cut: float, level: tuple[Array, Array]) -> float:
    """Mean of chi2/N over the posterior; 1 is expected of a law that is right."""
    like = log_likelihood(creep.prior().values(xi), cut, level)
    return float(-2.0 * like.mean() / len(readings(cut)[0]))


def _then_held(level: tuple[Array, Array], cut: float) -> tuple[Array, Array]:
    days, levels = level
    now = float(np.interp(cut, days, levels))
    return np.append(days[days < cut], [cut, cut + HORIZON]), np.append(levels[days < cut], [now, now])


if __name__ == "__main__":
    print(json.dumps(main(0.25 if "--quick" in sys.argv else 1.0), indent=2))
