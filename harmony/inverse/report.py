"""The report of an inversion: one HTML page with the verdict, marginals, pairs, what the data cannot see, bands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from harmony.inverse.invert import BLIND, SEEN
from harmony.inverse.units import measures
from harmony.report.html import chip, escape, numbers, section, table
from harmony.report.stylesheet import CSS

if TYPE_CHECKING:
    from harmony.inverse.invert import Inversion
    from harmony.inverse.observations import Observations

__all__ = ["identifiability", "page"]

PAIRS = 6
"""Parameters that are shown against each other, the best identified ones [-]."""

BARS = 30
"""Bins of a marginal."""


def page(made: Inversion) -> str:
    """The report as one HTML document."""
    said = made.summary()
    parts = [
        section("Verdict", _verdict(made)),
        section("Parameters", _parameters(made)),
        section("What the data see", identifiability(made)),
        section("Marginals", _marginals(made)),
        section("Pairs", _pairs(made)),
        section("Predictive bands", _bands(made)),
        section("Readings", _readings(made)),
        section("Forecast", _forecast(made)),
        section("Passes of the solver", _history(made)),
        section("Calibration of the operator", _calibration(made)),
    ]
    tiles = numbers([("readings", str(said["observations"])), ("solver runs", str(said["runs"])),
                     ("failed runs", str(said["failed_runs"])), ("method", str(said["method"]))])  # fmt: skip
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(made.case.name)}: inversion</title>\n<style>{CSS}</style>\n</head>\n<body>\n"
        f"<header><h1>{escape(made.case.name)}: inversion</h1>\n{tiles}</header>\n"
        f"<main>\n{''.join(parts)}</main>\n</body>\n</html>\n"
    )


def _verdict(made: Inversion) -> str:
    kind = "good" if made.refined.reached and made.refined.converged else "bad"
    text = f"<p>{chip('chi2/N ' + format(made.refined.chi2, '.3g'), kind)} {escape(made.verdict)}.</p>"
    lacks = made.summary()["discrepancy"]
    if lacks:
        items = "; ".join(f"{escape(name)}: {value:.3g} (SI)" for name, value in lacks.items())
        text += (
            "<p>Fitted discrepancy, one standard deviation that the model lacks beyond the errors of the readings: "
            f"{items}. The posterior below includes it.</p>"
        )
    for line in made.trust.get("beware", ()):
        text += f"<p>{chip('beware', 'note')} {escape(line)}</p>"
    return text


def _parameters(made: Inversion) -> str:
    rows = [
        [escape(name), *(f"{value:.5g}" for value in (p["mean"], p["deviation"], *p["quantiles"].values(), p["best"])),
         f"{p['contraction']:.2f}", escape(p["unit"])]
        for name, p in made.summary()["parameters"].items()
    ]  # fmt: skip
    return table(["parameter", "mean", "deviation", "5 %", "50 %", "95 %", "best run", "contraction", "unit"], rows)


def identifiability(made: Inversion) -> str:
    """In words: which parameters the data identify, narrow, or cannot see; and which they see only together."""
    c = made.contraction
    kinds = {
        "identified by the data": [n for n, v in c.items() if v >= SEEN],
        "narrowed by the data": [n for n, v in c.items() if BLIND <= v < SEEN],
        "not seen by the data (the posterior is the prior)": [n for n, v in c.items() if v < BLIND],
    }
    text = "".join(
        f"<p><b>{escape(kind)}</b>: {escape(', '.join(names)) or 'none'}</p>" for kind, names in kinds.items()
    )
    if len(made.names) > 1:
        r = np.atleast_2d(np.corrcoef(made.theta.T))
        tied = [
            f"{made.names[i]} and {made.names[j]} ({r[i, j]:+.2f})"
            for i in range(len(r))
            for j in range(i)
            if abs(r[i, j]) > 0.8
        ]
        if tied:
            text += f"<p><b>seen only together</b> (correlation): {escape('; '.join(tied[:10]))}</p>"
    return text


def _figure(width: float, height: float, rows: int, columns: int):  # type: ignore[no-untyped-def]
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False)


def _svg(figure: object, name: str, title: str) -> str:
    from harmony.report.svg import inline_svg

    return inline_svg(figure, name, title)  # type: ignore[arg-type]


def _leading(made: Inversion, most: int) -> list[int]:
    order = np.argsort([-value for value in made.contraction.values()])
    return [int(k) for k in order[:most]]


def _marginals(made: Inversion) -> str:
    from harmony.view import style

    shown = _leading(made, 12)
    rows = -(-len(shown) // 3)
    figure, axes = _figure(9.0, 2.2 * rows, rows, 3)
    before = made.prior.sample(len(made.theta))
    for place, axis in enumerate(axes.ravel()):
        if place >= len(shown):
            axis.set_visible(False)
            continue
        k = shown[place]
        for values, color, label in ((before, style.MUTED, "prior"), (made.theta, style.SERIES[0], "posterior")):
            axis.hist(values[:, k], BARS, density=True, color=color, alpha=0.5, label=label)
        axis.set_xlabel(f"{made.names[k]} [{made.prior.units[k] or 'SI'}]")
        axis.set_yticks([])
    axes[0, 0].legend(frameon=False)
    return _svg(figure, "marginals", "Prior and posterior of each parameter")


def _short(names: list[str]) -> list[str]:
    """The ends of names, of as few words as tell them apart."""
    for words in range(1, 1 + max(name.count(".") + 1 for name in names)):
        found = [".".join(name.split(".")[-words:]) for name in names]
        if len(set(found)) == len(set(names)):
            break
    return found


def _pairs(made: Inversion) -> str:
    from harmony.view import style

    shown = _leading(made, PAIRS)
    if len(shown) < 2:
        return ""
    figure, axes = _figure(9.0, 9.0, len(shown), len(shown))
    few = np.random.default_rng(0).permutation(made.theta)[:400]  # at random: walkers follow each other in turn
    names = _short([made.names[k] for k in shown])
    labels = [f"{name} [{made.prior.units[k] or 'SI'}]" for name, k in zip(names, shown, strict=True)]
    for i, a in enumerate(shown):
        for j, b in enumerate(shown):
            axis = axes[i, j]
            if j > i:
                axis.set_visible(False)
            elif i == j:
                axis.hist(made.theta[:, a], BARS, color=style.SERIES[0], alpha=0.6)
                axis.set_yticks([])
            else:
                axis.plot(few[:, b], few[:, a], ".", markersize=2, color=style.SERIES[0], rasterized=True)
            if i == len(shown) - 1:
                axis.set_xlabel(labels[j])
            if j == 0 and i > 0:
                axis.set_ylabel(labels[i])
    return _svg(figure, "pairs", "Pairs of parameters under the posterior")


def _bands(made: Inversion) -> str:
    from harmony.view import style

    names = [name for name in made.predictive if name != "time"]
    if not names:
        return ""
    figure, axes = _figure(9.0, 2.6 * len(names), len(names), 1)
    time = made.predictive["time"]
    for axis, name in zip(axes[:, 0], names, strict=True):
        low, mid, high = np.nanquantile(made.predictive[name], [0.05, 0.5, 0.95], axis=0)
        axis.fill_between(time, low, high, color=style.SERIES[0], alpha=0.25, linewidth=0, label="90 % of the runs")
        axis.plot(time, mid, color=style.SERIES[0], label="median")
        for given, color, label in ((made.observations, style.SERIES[1], "readings"),
                                    (made.held_out, style.MUTED, "later readings, not used")):  # fmt: skip
            if given is not None and name in given.quantity:
                rows = np.array(given.quantity) == name
                axis.errorbar(given.time[rows], given.value[rows], 2.0 * given.error[rows], fmt="o", markersize=3,
                              color=color, label=label)  # fmt: skip
        axis.set_title(name, loc="left", fontsize="medium")
        axis.set_ylabel(f"[{measures(name) or 'SI'}]")
        axis.legend(frameon=False)
    axes[-1, 0].set_xlabel("time [s]")
    return _svg(figure, "bands", "Predictive bands of runs from the posterior, over the readings")


def _readings(made: Inversion) -> str:
    def rows(o: Observations, values: np.ndarray, what: str) -> list[list[str]]:
        low, high = np.nanquantile(values, [0.05, 0.95], axis=0)
        return [
            [escape(q), what, "" if np.isnan(t) else f"{t:.5g}", f"{v:.5g}", f"{e:.3g}", f"{a:.5g} to {b:.5g}"]
            for q, t, v, e, a, b in zip(o.quantity, o.time, o.value, o.error, low, high, strict=True)
        ]

    found = rows(made.observations, made.readings, "used")
    if made.held_out is not None and made.held_readings is not None:
        found += rows(made.held_out, made.held_readings, "later")
    return table(["quantity", "", "time [s]", "value", "error", "90 % of the runs"], found, words=2)


def _forecast(made: Inversion) -> str:
    f = made.forecast
    if not f:
        return ""
    text = f"<p>Failure by {f['until']:g} s in {100 * f['failure_probability']:.0f} % of {f['runs']} runs.</p>"
    if "failure_time" in f:
        t = f["failure_time"]
        low, mid, high = t["5%"], t["50%"], t["95%"]
        text += f"<p>Time of failure: median {mid:.4g} s, 90 % of the failing runs {low:.4g} to {high:.4g} s.</p>"
    return text


def _history(made: Inversion) -> str:
    rows = [
        [str(k + 1), f"{h['runs']:.0f}", f"{h['chi2/N']:.4g}", f"{h['move']:.3g}"]
        for k, h in enumerate(made.refined.history)
    ]
    return table(["pass", "runs so far", "chi2/N of its runs", "move of the centre [deviations]"], rows)


def _calibration(made: Inversion) -> str:
    if not made.operator:
        return ""
    from harmony.inverse.command import lines

    return "<pre>" + escape("\n".join(lines(made.operator))) + "</pre>"
