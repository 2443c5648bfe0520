"""`harmony check`: is the case right, and what does it hold?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from harmony.case import Case

__all__ = ["check", "overview"]


def check(
    case: Annotated[Path | None, typer.Argument(help="The case file.", show_default=False)] = None,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of case files.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Validate a case file and build its blocks; every error names file, line and key."""
    from json import dumps

    if schema:
        from harmony.case import CaseData

        print(dumps(CaseData.model_json_schema(by_alias=True), indent=2))
        return
    if case is None:
        raise typer.BadParameter("give a case file, or --schema", param_hint="CASE")
    from harmony.case import Case

    found = overview(Case.read(case))
    if json:
        print(dumps(found, indent=2))
    else:
        _print(found)


def _probes(case: "Case") -> list[str]:
    """Those of the case, or of its participants."""
    if not case.data.participants:
        return [*case.data.probes, "mass"]
    from harmony.case import Case

    found = []
    for name, part in case.data.participants.items():
        own = list(part.probes)
        if part.case is not None:
            own = [*Case.read(case.source.file(("participants", name, "case"), part.case)).probes, "mass"]
        found += [f"{name}.{probe}" for probe in own]
    return found


def overview(case: "Case") -> dict[str, Any]:
    """What a case holds, after building all of it."""
    case.check()
    if case.data.geometry is not None and case.study is None:
        for stage in case.stages:
            case.solver.examine(case, stage)
    found: dict[str, Any] = {
        "case": case.name,
        "file": str(case.path),
        "method": case.method,
        "study": None if case.study is None else str(case.study),
        "expected": len(case.expected),
        "parameters": list(case.parameters),
        "probes": _probes(case),
        "stages": [],
        "warnings": case.warnings,
    }
    if case.data.participants:
        found |= _coupled(case)
    if case.data.geometry is not None:
        found |= _geometry(case)
        found["stages"] = [
            {"name": s.name, "analysis": s.analysis, "end": s.end, "step": s.step, "scheme": s.scheme}
            for s in case.stages
        ]
    return found


def _coupled(case: "Case") -> dict[str, Any]:
    data = case.data
    return {
        "participants": {name: p.case or f"{p.python}:{p.function}" for name, p in data.participants.items()},
        "exchange": [f"{e.data}: {e.source} to {e.target}" for e in data.exchange],
        "scheme": data.scheme.type,
    }


def _geometry(case: "Case") -> dict[str, Any]:
    import numpy as np

    blocks = case.blocks
    corners = np.concatenate([block.vertices for block in blocks])
    materials = [case.material_name(index) for index in range(len(blocks))]
    if case.data.method == "dda":
        named = [name for block in blocks for name in block.edge_joints or () if name]  # edges
    else:  # bodies are cut later: the traces and sets of the file
        named = [joint.name for joint in case.data.geometry.joints] if case.data.geometry else []
    return {
        "blocks": {
            "total": len(blocks),
            "moving": sum(not block.fixed for block in blocks),
            "fixed": sum(block.fixed for block in blocks),
            "groups": _count(block.group for block in blocks if block.group),
        },
        "materials": _count(materials),
        "joints": _count(named),
        "laws": {name: joint.law for name, joint in case.data.joints.items()},
        "extent": {"low": corners.min(axis=0).tolist(), "high": corners.max(axis=0).tolist()},
    }


def _count(names: Any) -> dict[str, int]:
    from collections import Counter

    return dict(sorted(Counter(names).items()))


def _print(found: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(found["case"]), title_justify="left", show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for key, value in _lines(found):
        table.add_row(key, Text(value))
    console = Console(highlight=False, soft_wrap=False)
    console.print(table)
    for warning in found["warnings"]:
        console.print(f"warning: {warning}", style="yellow", markup=False)
    console.print("ok", style="green")


def _lines(found: dict[str, Any]) -> list[tuple[str, str]]:
    lines = [("file", found["file"]), ("method", found["method"])]
    if found["study"]:
        lines.append(("study", found["study"]))
    if "participants" in found:
        lines.append(("participants", ", ".join(f"{name} ({what})" for name, what in found["participants"].items())))
        lines.append(("exchange", "; ".join(found["exchange"])))
        lines.append(("scheme", found["scheme"]))
    if "blocks" in found:
        blocks, low, high = found["blocks"], found["extent"]["low"], found["extent"]["high"]
        lines += [
            ("blocks", f"{blocks['total']}: {blocks['moving']} moving, {blocks['fixed']} fixed"),
            ("groups", _counted(blocks["groups"])),
            ("materials", _counted(found["materials"])),
            ("joints", _counted(found["joints"], "edges" if found["method"] == "dda" else "")),
            ("laws", ", ".join(f"{name}: {law}" for name, law in found["laws"].items()) or "none"),
            ("extent", f"x {low[0]:g} to {high[0]:g} m, y {low[1]:g} to {high[1]:g} m"),
        ]
    for stage in found["stages"]:
        end = "to equilibrium" if stage["end"] is None else f"to {stage['end']:g} s"
        steps = f"{stage['analysis']} {end}, step {stage['step']:g} s, scheme {stage['scheme']}"
        lines.append((f"stage {stage['name']}", steps))
    lines.append(("probes", ", ".join(found["probes"])))
    if found["expected"]:
        lines.append(("expected", str(found["expected"])))
    if found["parameters"]:
        lines.append(("parameters", ", ".join(found["parameters"])))
    return lines


def _counted(counts: dict[str, int], unit: str = "") -> str:
    return ", ".join(f"{name} ({count}{' ' + unit if unit else ''})" for name, count in counts.items()) or "none"
