"""`harmony report`: a run as one HTML page."""

from pathlib import Path
from typing import Annotated

import typer


def report(
    run: Annotated[Path, typer.Argument(help="the run directory", show_default=False)],
    out: Annotated[Path | None, typer.Option(help="the page to write [default: report.html in the run]")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the file written as JSON and nothing else")] = False,
) -> None:
    """Write a run as one self-contained HTML page."""
    import json

    from dda.errors import InputError
    from harmony.report import write_report
    from harmony.run import Run
    from harmony.rundir import REPORT

    path = out or run / REPORT
    read = Run.read(run)
    if not path.parent.is_dir():
        raise InputError(f"{path}: the folder {path.parent} does not exist. Make it first.")
    write_report(read, path)
    print(json.dumps({"report": str(path)}) if as_json else path)
