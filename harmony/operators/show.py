"""What the file of a surrogate says of it, for a person."""

from pathlib import Path
from typing import Any

from harmony.learning.model_file import read_model
from harmony.operators.files import KIND, shipped

__all__ = ["print_surrogate", "show_surrogate"]

GROUPS = ("all", "trusted", "stable", "creeping", "rapid")

MOST = 12
"""Inputs that are listed, the most relevant first."""


def show_surrogate(path: Path) -> dict[str, Any]:
    """What the file says; a shipped surrogate by its name."""
    known = shipped(str(path))
    found = known if known.exists() else path
    return {"file": str(found), **read_model(found, KIND).metadata}


def print_surrogate(said: dict[str, Any]) -> None:
    """Inputs, errors by regime, constraints, and how what trust said came true."""
    rows = said["rows"]
    print(f"surrogate of {said['ensemble']}   {said['file']}")
    print(f"  {said['command']}")
    print(f"  learned from {rows['train']} runs, calibrated with {rows['calibration']}, tested with {rows['test']}")
    print(f"  preset {said['preset']} buys {said['buys']}; {said['members']} members, {said['numbers']} numbers")
    print("inputs, the most relevant first")
    for label in sorted(said["relevance"], key=lambda name: -float(said["relevance"][name]))[:MOST]:
        item = said["inputs"].get(label.partition("[")[0], {})
        span = f"{item['low']:.4g} to {item['high']:.4g} {item['unit']}" if "low" in item else _kind(label)
        print(f"  {label:40} {said['relevance'][label]:8.3f}   {span}")
    print("constraints")
    for name, words in said["constraints"].items():
        print(f"  {name}: {words}")
    print("errors on the test runs")
    groups = [name for name in GROUPS if name in said["errors"]]
    print("  " + " " * 42 + "".join(f"{name:>11}" for name in groups))
    lines = {key: key for key in said["errors"]["all"] if key != "scalars"}
    for key in lines:
        _line(key.replace("_", " "), [said["errors"][name].get(key) for name in groups])
    for name in said["errors"]["all"]["scalars"]:
        for what in ("r2", "coverage"):
            _line(f"{name} {what}", [said["errors"][group]["scalars"][name][what] for group in groups])
    if "field" in said["errors"]:
        own = said["errors"]["field"]
        print(
            f"final displacement at {own['points']} points: relative L2 {own['relative_l2']}, R2 {own['r2']}, ", end=""
        )
        print(f"intervals cover {own['coverage']}")
        if "on_the_way" in own:
            way = own["on_the_way"]
            print(f"on the way: relative L2 {way['relative_l2']}, R2 {way['r2']}, intervals cover {way['coverage']}")
    trust = said["errors"]["trust"]
    print(f"trust: within {trust['tolerance']:.0%} of the range and of the right class; said -> came true (runs)")
    print("  " + ", ".join(f"{b['said']:.2f} -> {b['came']:.2f} ({b['rows']})" for b in trust["reliability"]))


def _kind(label: str) -> str:
    from harmony.operators.inputs import along_a_line

    return "function of place" if along_a_line(label.partition("[")[0]) else "function of time"


def _line(name: str, values: list[Any]) -> None:
    cells = "".join(f"{'' if value is None else f'{value:.4g}':>11}" for value in values)
    print(f"  {name:42}{cells}")
