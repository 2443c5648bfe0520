"""What was measured as Markdown: written between marks into benchmarks/README.md and docs/reference/benchmarks.md."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from floor import Scene, cost, parts
from reference import RIGID_ENGINES, nearest

__all__ = ["write"]

PLOT = "![Block-steps per second over the number of blocks](../images/scaling.png)"

BUSY = 0.2
"""Cores that others kept busy above which a figure is marked as taken on a busy machine."""

SIZE = 1000
"""Blocks of the cells that stand beside the floor, and least number for which memory a block means something."""


def write(result: dict[str, Any], root: Path) -> None:
    """Put the tables between their marks."""
    readme, page = root / "benchmarks/README.md", root / "docs/reference/benchmarks.md"
    _put(readme, "counted", counted())
    _put(readme, "measured", f"{_conditions(result)}\n\n{beside_the_floor(result)}")
    _put(page, "measured", f"{PLOT}\n\n{_conditions(result)}\n\n{block_steps(result['results'])}")
    _put(page, "wall", wall(result.get("wall_second", [])))
    _put(page, "many", many(result.get("many_runs", [])))


def counted() -> str:
    """The parts of a step, for the usual scene."""
    rows = [[part.name, part.once, f"{part.operations:,.0f}", f"{part.bytes:,.0f}"] for part in parts(Scene())]
    return _table(("part", "once a", "operations a block", "bytes a block"), rows)


def beside_the_floor(result: dict[str, Any]) -> str:
    """The floor of each scene at about 1,000 blocks, with its measured number of contacts, and what was measured."""
    floor = result.get("floor", {})
    if "gigabytes_per_second" not in floor:
        return "Not measured."
    rows = []
    for one in result["results"]:
        if one["failed"] or one["wanted"] != SIZE or one["threads"] != 1:
            continue
        operations, moved = cost(Scene(contacts=one["closed_per_block"]))
        least = max(
            1e-3 * operations / floor["gigaoperations_per_second"], 1e-3 * moved / floor["gigabytes_per_second"]
        )
        rows.append(
            [
                one["scene"],
                one["contact"],
                f"{one['closed_per_block']:.1f}",
                f"{operations:,.0f}",
                f"{moved:,.0f}",
                f"{least:.2f}",
                f"{one['us_per_block_step']:.2f}{_mark(one)}",
                f"{one['us_per_block_step'] / least:.0f}",
            ]
        )
    head = ("scene", "contact", "closed contacts a block", "operations", "bytes", "floor, us", "measured, us", "times")
    rate = f"{floor['gigaoperations_per_second']} G operations/s, {floor['gigabytes_per_second']} GB/s on one core."
    return f"{_table(head, rows)}\n\nRates of this machine: {rate}"


def block_steps(results: list[dict[str, Any]]) -> str:
    """One row a scene, contact method and size; thread counts side by side."""
    threads = sorted({one["threads"] for one in results})
    cells: dict[tuple[str, str, int], dict[int, dict[str, Any]]] = {}
    for one in results:
        cells.setdefault((one["scene"], one["contact"], one["wanted"]), {})[one["threads"]] = one
    scenes = list(dict.fromkeys(scene for scene, *_ in cells))
    order = sorted(cells, key=lambda name: (scenes.index(name[0]), name[1] != "penalty", name[2]))
    rates = [f"block-steps/s, {_threads(count)}" for count in threads]
    counts = ("ms/step", "open-close/step", "solver it./step", "kB/block", "classic code, block-steps/s")
    table = _table(
        ("scene", "contact", "blocks", *rates, "speed-up", *counts),
        [_row(*name, cells[name], threads) for name in order],
    )
    missed = [
        f"- {one['scene']}, {one['contact']}, {one['wanted']:,} blocks, {_threads(one['threads'])}: {one['failed']}"
        for one in results
        if one["failed"]
    ]
    return "\n\n".join([table, *(["Not measured:", "\n".join(missed)] if missed else [])])


def _row(scene: str, contact: str, wanted: int, cells: dict[int, dict[str, Any]], threads: list[int]) -> list[str]:
    """The cells of one scene, contact method and size: thread count -> result."""
    measured = {count: one for count, one in cells.items() if not one["failed"]}
    rates = [_rate(cells.get(count)) for count in threads]
    if not measured:
        return [scene, contact, f"{wanted:,}", *rates, *[""] * 6]
    few, more = (measured.get(count) for count in (threads[0], threads[-1]))
    speed_up = few and more and few is not more and more["block_steps_per_second"] / few["block_steps_per_second"]
    one = measured[min(measured)]
    memory, classic = one["memory"]["kb_per_block"], nearest(scene, one["blocks"])
    return [
        scene,
        contact,
        f"{one['blocks']:,}",
        *rates,
        f"{speed_up:.2f}" if speed_up else "",
        f"{one['ms_per_step']:.2f}",
        f"{one['open_close_per_step']:.1f}",
        f"{one['solver_iterations_per_step']:.1f}",
        f"{memory:.1f}" if memory is not None and wanted >= SIZE else "",
        "" if classic is None else f"{classic.block_steps_per_second:,.0f} ({classic.blocks:,} blocks)",
    ]


def wall(ones: list[dict[str, Any]]) -> str:
    """The second of the wall beside other codes."""
    rows = [[code, seconds] for code, seconds in RIGID_ENGINES.items()]
    for one in ones:
        code = f"Harmony, {one['contact']}"
        if one["failed"] or not one["steps"]:
            rows.append([code, f"failed: {one['failed']}"])
        elif one["seconds"] is None:
            rows.append([code, f"{one['ms_per_step']:.1f} ms a step over the first {one['steps']} steps{_mark(one)}"])
        else:
            rows.append([code, f"{one['seconds']:.1f}{_mark(one)}"])
    return _table(("code", "seconds"), rows)


def many(ones: list[dict[str, Any]]) -> str:
    """Runs side by side beside a run alone."""
    rows = [
        [one["contact"], "", f"failed: {one['failed']}", "", ""]
        if one["failed"]
        else [
            one["contact"],
            f"{one['threads']} x {one['blocks']}",
            f"{one['alone']:,.0f}",
            f"{one['together']:,.0f}",
            f"{one['ratio']:.2f}",
        ]
        for one in ones
    ]
    return _table(("contact", "runs x blocks", "steps/s of one alone", "steps/s together", "ratio"), rows)


def _rate(one: dict[str, Any] | None) -> str:
    return "" if one is None else "-" if one["failed"] else f"{one['block_steps_per_second']:,.0f}{_mark(one)}"


def _mark(one: dict[str, Any]) -> str:
    return " *" if (one["others"] or 0.0) > BUSY else ""


def _threads(count: int) -> str:
    return "one thread" if count == 1 else f"{count} threads"


def _conditions(result: dict[str, Any]) -> str:
    on = result["machine"]
    busy = any(not one["failed"] and _mark(one) for one in result["results"])
    begun = {"settled": "settled first (slope, slide: not)", "sudden": "gravity switched on at t = 0"}[result["start"]]
    return (
        f"{on['processor']}, {on['cores']} cores, {on['date']}, version {on['commit']}; dt = 1 ms, {begun}, warm-up "
        f"steps not counted.{' * other processes were at work on the same cores.' if busy else ''}"
    )


def _table(head: Iterable[str], rows: list[list[str]]) -> str:
    names = list(head)
    lines = ["| " + " | ".join(names) + " |", "|---" * len(names) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def _put(page: Path, mark: str, text: str) -> None:
    begin, end = f"<!-- {mark}: begin -->", f"<!-- {mark}: end -->"
    before, found, rest = page.read_text().partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"{page} lacks the marks {begin} and {end}")
    page.write_text(f"{before}{begin}\n{text}\n{end}{after}")
