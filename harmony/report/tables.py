"""The numbers of a report: verdict, expected values, key numbers, probes, stages, effort."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from harmony.expected import Row, describe
from harmony.report.html import chip, escape, numbers, table
from harmony.summary import pieces

if TYPE_CHECKING:
    from harmony.run import Run

STATUS = {"done": "good", "failed": "bad", "interrupted": "note", "stopped": "note", "running": "note"}
"""Status of a run -> how its chip looks."""
VERDICT = {"stable": "good", "creeping": "note", "rapid": "bad"}
"""Verdict of a case with a failure criterion -> how its chip looks."""


def headline(run: Run) -> str:
    """How the run ended, in chips and a sentence."""
    summary, rows = run.summary, run.summary.get("expected") or []
    chips = [chip(str(summary.get("status", "unknown")), STATUS.get(str(summary.get("status")), ""))]
    if summary.get("verdict"):
        chips.append(chip(summary["verdict"], VERDICT.get(summary["verdict"], "")))
    counted = {"met": [0, "good"], "missed": [0, "bad"], "observation missed": [0, "note"]}
    for row in rows:
        counted[_result(row)[0]][0] += 1  # type: ignore[operator]
    chips += [chip(f"{count} {name}", str(kind)) for name, (count, kind) in counted.items() if count]
    reason = f"<p>{escape(str(summary['reason']))}</p>" if summary.get("reason") else ""
    return f"<p>{' '.join(chips)}</p>{reason}{_failure(summary)}"


def _failure(summary: Mapping[str, Any]) -> str:
    judged = summary.get("failure")
    if not judged:
        return ""
    above = judged.get("above") is not None
    limit = f"above {judged['above']:g}" if above else f"below {judged['below']:g}"
    return f'<p class="muted">Failure is {escape(judged["quantity"])} {limit}; it was {judged["value"]:.4g}.</p>'


def expectations(rows: Sequence[Row]) -> str:
    """Expected against what was got, row by row, with the source of each value."""
    head = ["quantity", "result", "expected", "got", "error", "tolerance"]
    return table(head, [_expectation(row) for row in rows], words=2)


def _expectation(row: Row) -> list[str]:
    text = describe(row)
    source = f'<div class="source">{escape(row["kind"])}: {escape(row["source"])}</div>'
    cells = [escape(str(text[key])) for key in ("expected", "got", "error", "tolerance")]
    return [escape(text["quantity"]) + source, chip(*_result(row)), *cells]


def _result(row: Row) -> tuple[str, str]:
    """What became of an expectation, and how that looks."""
    if row["pass"]:
        return "met", "good"
    return ("observation missed", "note") if row["kind"] == "observed" else ("missed", "bad")


def key_numbers(run: Run) -> str:
    """The run in a dozen numbers."""
    s = run.summary
    pairs = [
        (pieces(s), _number(s.get("blocks"))),
        ("time", f"{_number(s.get('time'))} s"),
        ("steps", _number(s.get("steps"))),
        ("substeps", _number(s.get("substeps"))),
        ("nominal step", f"{_number(s.get('dt'))} s"),
        ("scheme", str(s.get("scheme", ""))),
        ("wall time", f"{s.get('wall_time', 0.0):.1f} s"),
        ("threads", _number(s.get("threads"))),
    ]
    if "mass.speed" in run.history and len(run.history["time"]):
        pairs.append(("peak speed of the mass", f"{run.history['mass.speed'].max():.4g} m/s"))
        pairs.append(("displacement of the mass", f"{run.history['mass.displacement.magnitude'][-1]:.4g} m"))
    return numbers((label, value) for label, value in pairs if value not in ("", "- s", "-"))


def probes(values: Mapping[str, Any]) -> str:
    """Final values of the probes, one a row."""
    head = ["probe", "ux [m]", "uy [m]", "|u| [m]", "|v| [m/s]", "σxx [Pa]", "σyy [Pa]", "σxy [Pa]", "rotation [rad]"]
    rows = []
    for name, probe in values.items():
        u, s = probe.get("displacement", {}), probe.get("stress", {})
        speed = probe.get("speed", probe.get("velocity", {}).get("magnitude"))
        found = [u.get("x"), u.get("y"), u.get("magnitude"), speed, s.get("xx"), s.get("yy"), s.get("xy")]
        rows.append([escape(name), *(_number(value) for value in [*found, probe.get("rotation")])])
    return table(head, rows)


def stages(values: Sequence[Mapping[str, Any]]) -> str:
    """The stages and how each went."""
    rows = []
    for stage in values:
        if stage.get("analysis") == "static":
            outcome = f"residual {_number(stage.get('residual'))}"
        else:
            outcome = f"{_number(stage.get('start'))} to {_number(stage.get('end'))} s"
        rows.append([escape(str(stage["name"])), escape(str(stage["analysis"])), outcome, _number(stage.get("steps"))])
    return table(["stage", "analysis", "result", "steps"], rows, words=3)


def effort(summary: Mapping[str, Any]) -> str:
    """Iterations and where the time went."""
    totals, steps = dict(summary.get("totals") or {}), max(1, int(summary.get("substeps") or 1))
    labels = {"open_close": "open-close iterations", "solver_iterations": "solver iterations"}
    rows = [
        [label, _number(totals.pop(key)), f"{value / steps:.2f} a step"]
        for key, label in labels.items()
        if (value := totals.get(key)) is not None
    ]
    wall = float(summary.get("wall_time") or 0.0)
    for key in [key for key in totals if key.endswith("_seconds")]:
        seconds = float(totals.pop(key))
        share = f"{seconds / wall:.0%} of the wall time" if wall > 0.0 else ""
        rows.append([f"time in {escape(key.removesuffix('_seconds'))}", f"{seconds:.3g} s", share])
    rows += [[escape(key.replace("_", " ")), _number(value), ""] for key, value in totals.items()]
    return table(["", "total", ""], rows)


def energies(energy: Mapping[str, float]) -> str:
    """The ledger at the end."""
    return table(["energy at the end", "J/m"], [[escape(name), _number(value)] for name, value in energy.items()])


def _number(value: Any) -> str:
    """A number for people; a dash where there is none."""
    if isinstance(value, int):
        return f"{value:,}"
    return "-" if value is None else f"{value:.5g}" if isinstance(value, float) else escape(str(value))
