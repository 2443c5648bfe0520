"""Vajont by its monitoring: what the creep rates known at a date say of the day of failure.

`python cases/vajont/monitoring.py [DATE ...]` prints one JSON object. The posterior is sampled with the reduced law of
creep.py itself in every step. Known at a date are the rates up to it, the reservoir up to it, and that the mass had not
failed; what the reservoir does afterwards is a stated scenario.
"""

import json
import sys

import creep
import numpy as np
from numpy.typing import NDArray

from harmony.inverse.baselines import cma_es, stretch
from harmony.inverse.refine import Site

type Array = NDArray[np.float64]

FLOOR = 2.0
"""Rate below which a source says nothing [mm/day]: readings are of ln(rate + FLOOR)."""

ERROR, VAGUE = 0.35, 0.6
"""Deviation of a reading [-]: of a rate dated to the day; of one dated to a month or so. GUESS, from rows that
conflict."""

PASSES, MEMBERS, STARTS = 45, 120, 2
"""Generations and runs of a generation of CMA-ES, and how many of them begin."""

TEMPER = 6.0
"""Power by which the density of its runs is flattened where the walkers begin [-]."""

WALKERS, SWEEPS, KEPT = 200, 110, 800
"""Walkers, their sweeps, of which the last third counts, and samples of the posterior."""

LONGER = {"1963-10-08": 300}
"""Sweeps of cut-offs whose chains settle later."""

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


def posterior(cut: float, level: tuple[Array, Array], seed: int = 0, sweeps: int = SWEEPS) -> tuple[Array, Array]:
    """Scores (KEPT, 10), and the mean log density of each sweep, which tells whether the chains have settled.

    The valleys of this posterior are narrow: CMA-ES finds the best ones, draws of all its runs by their tempered
    density begin the chains, and the stretch move makes them the posterior.
    """
    random, prior = np.random.default_rng(seed), creep.prior()
    days, y, error = readings(cut)

    def simulate(xi: Array) -> Array:
        speed, _, failed = creep.creep(prior.values(xi), cut, level, days)
        return np.where((failed > cut)[:, None], np.log(speed + FLOOR), np.nan)

    runs = [
        cma_es(Site(y, error, simulate), prior.dimension, passes=PASSES, members=MEMBERS, seed=k, told=_hush)
        for k in range(STARTS)
    ]
    xi = np.concatenate([run.runs[0] for run in runs])

    def log_density(X: Array) -> Array:
        return np.asarray(log_likelihood(prior.values(X), cut, level) - 0.5 * (X**2).sum(axis=1))

    p = np.concatenate([-0.5 * Site(y, error, simulate).chi2(run.runs[1]) for run in runs]) - 0.5 * (xi**2).sum(axis=1)
    w = np.exp((p - p.max()) / TEMPER)
    start = xi[random.choice(len(xi), WALKERS, p=w / w.sum(), replace=False)]
    chains, _ = stretch(log_density, start, sweeps, seed)
    settled = np.array([log_density(chains[k]).mean() for k in np.linspace(0, len(chains) - 1, 6).astype(int)])
    last = chains[-(len(chains) // 3) :].reshape(-1, prior.dimension)
    return last[random.choice(len(last), KEPT, replace=False)], settled


def _hush(line: str) -> None:
    """Nothing is told of single generations."""


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


def main(dates: list[str]) -> dict[str, object]:
    """Everything of these cut-offs (all of them where there are none), as JSON."""
    found: dict[str, object] = {"prior predictive": prior_predictive(creep.day("1963-09-15"))}
    for date, scenarios in CUTS.items():
        if dates and date not in dates:
            continue
        cut = creep.day(date)
        known = level_known(cut, "drawdown ordered" if "drawdown ordered" in scenarios else "held")
        xi, settled = posterior(cut, known, sweeps=LONGER.get(date, SWEEPS))
        item: dict[str, object] = {
            "settled": [round(float(v), 1) for v in settled],
            "inverse velocity": inverse_velocity(cut),
        }
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
        if dates and date not in dates:
            continue
        cut = creep.day(date)
        xi, settled = posterior(cut, level_known(cut, "recorded"))
        found[f"false alarm {date}"] = {
            "settled": [round(float(v), 1) for v in settled],
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
    print(json.dumps(main(sys.argv[1:]), indent=2))
