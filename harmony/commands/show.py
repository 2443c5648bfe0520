"""`harmony show`: what is in a run."""

from pathlib import Path
from typing import Annotated

import typer


def show(
    run: Annotated[Path, typer.Argument(help="the run directory", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="print the summary as JSON and nothing else")] = False,
) -> None:
    """Show what is in a run: probes, energies, warnings."""
    from harmony import tables
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
