"""Small pieces of HTML. Text is escaped here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

__all__ = ["chip", "escape", "numbers", "section", "table"]


def section(title: str, body: str) -> str:
    """A part of the page; nothing where there is no body."""
    return f"<section><h2>{escape(title)}</h2>\n{body}\n</section>\n" if body else ""


def chip(text: str, kind: str = "") -> str:
    """A word that stands out; kind: good, bad, note or nothing."""
    return f'<span class="chip {kind}">{escape(text)}</span>'


def numbers(pairs: Iterable[tuple[str, str]]) -> str:
    """Key numbers as tiles: (label, value)."""
    tiles = "".join(f"<div><b>{escape(value)}</b><span>{escape(label)}</span></div>" for label, value in pairs)
    return f'<div class="numbers">{tiles}</div>'


def table(head: Sequence[str], rows: Iterable[Sequence[str]], words: int = 1) -> str:
    """A table of cells that are HTML already; all but the first `words` columns hold numbers, aligned right."""

    def line(cells: Sequence[str], tag: str) -> str:
        kinds = [""] * words + [' class="n"'] * (len(cells) - words)
        return "<tr>" + "".join(f"<{tag}{k}>{c}</{tag}>" for k, c in zip(kinds, cells, strict=True)) + "</tr>"

    body = "\n".join(line(row, "td") for row in rows)
    if not body:
        return ""
    return f'<div class="scroll"><table><thead>{line(head, "th")}</thead><tbody>{body}</tbody></table></div>'
