"""`harmony show`: what is in a run."""

from pathlib import Path
from typing import Annotated

import typer


def show(
    run: Annotated[Path, typer.Argument(help="the run directory, or: law", show_default=False)],
    model: Annotated[Path | None, typer.Argument(help="after law: the model file", show_default=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the summary as JSON and nothing else")] = False,
) -> None:
    """Show what is in a run: probes, energies, warnings; or in a law: `show law MODEL`."""
    from harmony import tables

    if model is not None or run.suffix == ".safetensors":
        _show_law(run, model, as_json)
        return
    from harmony.run import Run

    read = Run.read(run)
    if as_json:
        tables.print_json(read.summary)
        return
    tables.print_summary(read)
    tables.print_probes(read.summary["probes"])
    tables.print_energy(read.summary["energy"])
    tables.print_expected(read.summary["expected"])
    tables.print_columns(read)


def _show_law(what: Path, model: Path | None, as_json: bool) -> None:
    from dda.checks import unknown
    from harmony import tables
    from harmony.laws.command import show as law

    if model is not None and str(what) != "law":
        raise unknown("thing to show", str(what), ["law"], "harmony show")
    found = law(model or what)
    if as_json:
        tables.print_json(found)
        return
    for key, value in found.items():
        if not isinstance(value, dict):
            print(f"{key:12} {value}")
            continue
        print(key)
        for name, item in value.items():
            print(f"  {name:16} {f'{item:.4g}' if isinstance(item, float) else item}")
