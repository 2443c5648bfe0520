"""The figure and the table of `compare_laws.py`: error over noise, with few data and with many, one line a method."""

from pathlib import Path
from typing import Any

__all__ = ["draw", "table"]

LINES = {
    ("closed form", "fem"): ("C0", "-", "closed form, fitted"),
    ("closed form, linear", "fem"): ("C0", ":", "closed form of another kind (linear)"),
    ("learned manifold", "fem"): ("C1", "-", "learned manifold"),
    ("model-free on the manifold", "nmm"): ("C1", "--", "model-free on the manifold (nmm)"),
    ("model-free", "fem"): ("C2", "-", "model-free, points"),
    ("physics-informed network", "-"): ("C3", "-", "physics-informed network, form known"),
    ("neural operator", "-"): ("C4", "-", "neural operator, solved problems"),
}


def draw(result: dict[str, Any], file: Path) -> None:
    """Displacement error over noise; a panel for the smaller and one for the larger data."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.6, 4.2), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    rows = result["rows"]
    for k, axes in enumerate(panels):
        for (method, on), (colour, dash, label) in LINES.items():
            own = [r for r in rows if (r["method"], r["on"]) == (method, on)]
            count = sorted({r["data"] for r in own})[k]
            found = sorted((100 * r["noise"], 100 * r["displacement"]) for r in own if r["data"] == count)
            axes.plot(*zip(*found, strict=True), dash, color=colour, marker="o", markersize=4, label=label)
        axes.set(yscale="log", xlabel="noise of the data [%]", xticks=[0, 1, 5])
        axes.set_title(("200 points, 50 solved problems", "4,000 points, 400 solved problems")[k])
        axes.grid(alpha=0.3)
    panels[0].set_ylabel("error of the displacements [%]")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=8)
    figure.savefig(file, dpi=110)


def table(result: dict[str, Any]) -> str:
    """Displacement error [%] at each noise, fewer / more data; then stress error at no noise, more data; times."""
    rows = result["rows"]
    noise = sorted({r["noise"] for r in rows})
    head = [f"{100 * n:g} % noise" for n in noise]
    out = [f"| method | on | {' | '.join(head)} | stress, no noise | teaching [s] | an answer [s] |"]
    out.append("|---|---|" + "---|" * (len(noise) + 3))
    for method, on in dict.fromkeys((r["method"], r["on"]) for r in rows):
        own = [r for r in rows if (r["method"], r["on"]) == (method, on)]
        few, many = min(r["data"] for r in own), max(r["data"] for r in own)
        at = {(r["noise"], r["data"]): r for r in own}
        cells = [f"{_cent(at[n, few]['displacement'])} / {_cent(at[n, many]['displacement'])}" for n in noise]
        best = at[noise[0], many]
        stress = _cent(best["stress"]) if "stress" in best else "-"
        times = f"{best['teach_seconds']:.2g} | {best['answer_seconds']:.2g}"
        out.append(f"| {method} | {on} | {' | '.join(cells)} | {stress} | {times} |")
    return "\n".join(out)


def _cent(value: float) -> str:
    """In per cent, two digits; under 1e-3 % nothing is told apart."""
    return f"{100 * value:.2g}" if value >= 1e-5 else "0"
