"""What the commands print on standard output: tables for people, one JSON value for programs."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from harmony.expected import Row, describe
from harmony.quantities import numbers
from harmony.run import Run
from harmony.rundir import finite
from harmony.summary import pieces

__all__ = [
    "console",
    "print_columns",
    "print_comparison",
    "print_energy",
    "print_expected",
    "print_json",
    "print_probes",
    "print_regression",
    "print_summary",
]

NARROW = 100
"""Columns of a table where standard output is no terminal: rich would fold numbers at 80."""

_EXPECTED = ("quantity", "kind", "expected", "got", "error", "tolerance", "result")


def console() -> Console:
    """Standard output."""
    return Console(width=None if sys.stdout.isatty() else NARROW, highlight=False)


def print_json(value: Any) -> None:
    """Print one JSON value; infinities and NaN become null."""
    print(json.dumps(finite(value), indent=2))


def print_summary(run: Run) -> None:
    """The run in a few lines, warnings included."""
    summary, out = run.summary, console()
    reason = f" ({summary['reason']})" if summary["reason"] else ""
    what = "" if "coupling" in summary else f"{summary['blocks']} {pieces(summary)}, "
    lines = [
        f"{summary['case']}: {summary['status']}{reason}",
        *_coupling(summary),
        f"  {what}t = {summary['time']:g} s, {summary['steps']} steps"
        f" ({summary['substeps']} substeps), {summary['wall_time']:.1f} s of wall time",
    ]
    lines += [f"  stage {stage['name']}: {_stage(stage)}" for stage in summary["stages"]]
    lines += _convergence(summary.get("totals") or {})
    judged = summary.get("failure")
    if judged:
        limit = f"above {judged['above']:g}" if judged["above"] is not None else f"below {judged['below']:g}"
        lines.append(f"  {summary['verdict']}: {judged['quantity']} = {judged['value']:.4g}, failure {limit}")
    lines += [f"  warning: {text}" for text in summary["warnings"]]
    lines += [f"  in {run.folder}"] if run.folder else []
    for line in lines:
        out.print(line, markup=False, soft_wrap=True)


def _coupling(summary: Mapping[str, Any]) -> list[str]:
    """Iterations and the energy ledger of a coupled run."""
    if "coupling" not in summary:
        return []
    c = summary["coupling"]
    lines = [
        f"  {', '.join(summary['participants'])} by {c['scheme']}: {c['windows']} windows, "
        f"{c['mean_iterations']:.2f} iterations a window, at most {max(c['iterations'], default=0)}"
    ]
    for name, w in c["work"].items():
        lines.append(
            f"  work of {name}: given {w['given']:.6g}, taken {w['taken']:.6g}, mapping {w['mapping']:.2e}, "
            f"iteration {w['iteration']:.2e} J/m"
        )
    return lines


def _stage(stage: Mapping[str, Any]) -> str:
    if stage["analysis"] == "static":
        return f"equilibrium after {stage['steps']} steps, residual {stage['residual']:.2g}"
    return f"{stage['start']:g} to {stage['end']:g} s, {stage['steps']} steps"


def _convergence(totals: Mapping[str, float]) -> list[str]:
    """How well the accepted steps converged; nothing for a run that does not tell."""
    if "loose" not in totals:
        return []
    lines = [
        f"  every accepted step converged, {totals['loose']:.0f} to a loose tolerance only;"
        f" {totals['cuts']:.0f} cuts; largest penetration {totals['penetration']:.1e} of the block size"
    ]
    if "unbalanced" in totals:
        lines.append(
            f"  worst that a step left: gaps off by {totals['missed']:.1e} of the block size, forces on a block out of"
            f" balance by {totals['unbalanced']:.1e} of its weight or load"
        )
    return lines


def print_expected(rows: Sequence[Row]) -> None:
    """The expectations of one case; nothing where there are none."""
    if rows:
        _print(_EXPECTED, (_cells(row, _EXPECTED) for row in rows))


def print_regression(rows: Sequence[Row]) -> None:
    """The expectations of many cases, and how many were met."""
    _print(("case", *_EXPECTED), (_cells(row, _EXPECTED, row["case"]) for row in rows))
    missed = sum(not row["pass"] and row["kind"] != "observed" for row in rows)
    console().print(f"{len(rows)} values, {missed} missed", markup=False)


def print_probes(probes: Mapping[str, Any]) -> None:
    """Final values of the probes."""
    _print(("probe, at the end", "SI"), ((name, f"{value:.6g}") for name, value in numbers(probes).items()))


def print_energy(energy: Mapping[str, float]) -> None:
    """The energy ledger [J/m]."""
    _print(("energy", "J/m"), ((name, f"{value:.6g}") for name, value in energy.items()))


def print_columns(run: Run) -> None:
    """How much history and how many frames there are."""
    rows = len(run.history.get("time", ()))
    console().print(f"history.csv: {rows} rows of {len(run.history)} columns", markup=False)
    console().print(f"  {', '.join(run.history)}", markup=False)
    where = "fields.vtkhdf of each participant" if "coupling" in run.summary else "fields.vtkhdf"
    console().print(f"{where}: {len(run.fields)} frames", markup=False)


def print_comparison(found: Mapping[str, Any]) -> None:
    """Runs side by side: one table with their sizes, probes, fields, energies and critical values."""
    names = [run["name"] for run in found["runs"]]
    rows = [[key, *(_short(run[key]) for run in found["runs"]), *([""] * (len(names) - 1))] for key in _HEADS]
    for section, unit in (("probes", ""), ("energy", "energy.")):
        for name, row in found[section].items():
            if any(row["values"]):
                rows.append([f"{unit}{name}", *map(_short, row["values"]), *map(_percent, row["relative"][1:])])
    for name in ("displacement", "stress"):
        if name in found["fields"]:
            row = found["fields"][name]
            values = [_short(v) for v in row["rms"]]
            rows.append([f"field {name}, rms [{row['unit']}]", *values, *map(_percent, row["relative"][1:])])
    if any(value is not None for value in found["critical"]):
        rows.append(["critical", *map(_short, found["critical"]), *([""] * (len(names) - 1))])
    _print(["", *names, *(f"{name} - {names[0]}" for name in names[1:])], rows)
    out = console()
    out.print(f"{found['fields']['points']} common points", markup=False)
    for text in found["warnings"]:
        out.print(f"warning: {text}", markup=False, soft_wrap=True)


_HEADS = ("method", "blocks", "steps", "time", "wall_time")
"""What is told of each run first."""


def _short(value: Any) -> str:
    return "-" if value is None else value if isinstance(value, str) else f"{value:.6g}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:+.3%}"


def _cells(row: Row, names: Iterable[str], *first: str) -> list[str]:
    cells = describe(row)
    return [*first, *(cells[name] for name in names)]


def _print(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(*header, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    console().print(table, markup=False)
