"""`harmony compare`: runs of any methods side by side."""

from pathlib import Path
from typing import Annotated

import typer


def compare(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN RUN...", help="run directories", show_default=False)],
    out: Annotated[Path, typer.Option(help="the figure")] = Path("compare.png"),
    as_json: Annotated[bool, typer.Option("--json", help="print the numbers as JSON and nothing else")] = False,
) -> None:
    """Put runs side by side: probes, fields at common points, energies, critical values; the first is the measure."""
    from harmony import tables
    from harmony.comparison import compare as put_side_by_side
    from harmony.disk_errors import refused
    from harmony.view.comparison import comparison

    out = out if out.suffix else out.with_suffix(".png")
    result = put_side_by_side(runs)
    found = result.as_dict()
    try:
        comparison(result).savefig(out, dpi=150)
    except (OSError, ValueError) as error:
        from dda.errors import InputError

        if isinstance(error, OSError) and not refused(error) and not isinstance(error, FileNotFoundError):
            raise
        raise InputError(f"--out: {out} cannot be written ({error}); give the name of a .png in a folder") from error
    if as_json:
        tables.print_json(found | {"figure": str(out)})
    else:
        tables.print_comparison(found)
        print(out)
    if any(run["status"] == "failed" for run in found["runs"]):
        raise typer.Exit(1)
