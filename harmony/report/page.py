"""A report from top to bottom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harmony.report import figures, tables
from harmony.report.html import escape, section
from harmony.report.stylesheet import CSS

if TYPE_CHECKING:
    from harmony.run import Run

LONGEST_CASE = 200_000
"""Characters of the resolved case that are shown [-]: a case with thousands of blocks inline would drown the page."""


def page(run: Run) -> str:
    """The report of `run` as one HTML document."""
    summary = run.summary
    name = str(summary["case"])
    parts = [
        section("Expected and got", tables.expectations(summary.get("expected") or [])),
        section("Key numbers", tables.key_numbers(run)),
        section("Warnings", _warnings(summary.get("warnings") or [])),
        section("Snapshots", figures.snapshots(run)),
        section("Histories", figures.curves(run)),
        section("Probes at the end", tables.probes(summary.get("probes") or {})),
        section("Energy", figures.ledger(run) + tables.energies(summary.get("energy") or {})),
        section("Stages", tables.stages(summary.get("stages") or [])),
        section("Effort", tables.effort(summary)),
        section("Case", _case(run)),
    ]
    versions = ", ".join(f"{key} {value}" for key, value in (summary.get("versions") or {}).items())
    method = f"{escape(str(summary.get('method', '')).upper())} · {escape(str(summary.get('file', '')))}"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(name)}</title>\n<style>{CSS}</style>\n</head>\n<body>\n"
        f'<header><h1>{escape(name)}</h1>\n<p class="muted">{method}</p>\n{tables.headline(run)}</header>\n'
        f"<main>\n{''.join(parts)}</main>\n<footer>{escape(versions)}</footer>\n</body>\n</html>\n"
    )


def _warnings(texts: list[str]) -> str:
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f'<ul class="warnings">{items}</ul>' if items else ""


def _case(run: Run) -> str:
    """The case as it was resolved, folded."""
    text = run.case.to_yaml()
    cut = "" if len(text) <= LONGEST_CASE else f"\n... {len(text) - LONGEST_CASE:,} more characters in case.yaml"
    return (
        "<details><summary>case.yaml, as it was solved</summary>"
        f"<pre>{escape(text[:LONGEST_CASE])}{escape(cut)}</pre></details>"
    )
