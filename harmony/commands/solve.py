"""`harmony solve`: run one case and write its run directory."""

from pathlib import Path
from typing import Annotated

import typer


def solve(
    case: Annotated[Path, typer.Argument(help="the case file", show_default=False)],
    out: Annotated[Path | None, typer.Option(help="run directory  [default: runs/<case>]", show_default=False)] = None,
    threads: Annotated[int, typer.Option(min=1, help="threads of the solver; the result does not depend on them")] = 1,
    until: Annotated[float | None, typer.Option(help="stop at this time [s]", show_default=False)] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="show no progress and no table")] = False,
    restart: Annotated[bool, typer.Option("--restart", help="go on from the checkpoint of an earlier run")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="begin anew where an interrupted run lies")] = False,
    checkpoint: Annotated[
        float | None, typer.Option(help="minutes of wall time between checkpoints  [default: 5]", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the summary as JSON and nothing else")] = False,
) -> None:
    """Run one case and write its run directory."""
    import sys

    from harmony import ranks

    if ranks.rank() > 0:
        _follow(case, threads, until)
        return
    from dda.errors import StepFailure
    from harmony import tables
    from harmony.case import Case
    from harmony.driver import solve as run_case
    from harmony.expected import any_missed
    from harmony.run import Run

    read = Case.read(case)
    if ranks.size() > 1 and not (read.method == "coupled" or read.solver.parallel):
        text = f"warning: started on {ranks.size()} ranks; this version computes {read.method} on one, the others end"
        print(f"{text}; --threads uses cores", file=sys.stderr, flush=True)
    folder = out or Path("runs") / read.key
    try:
        run = run_case(read, folder, threads, until, quiet or as_json, restart, overwrite, checkpoint)
    except StepFailure:
        if as_json:
            tables.print_json(Run.read(folder).summary)
        raise
    if as_json:
        tables.print_json(run.summary)
    elif not quiet:
        tables.print_summary(run)
        tables.print_expected(run.summary["expected"])
    if any_missed(run.summary["expected"]):
        raise typer.Exit(1)


def _follow(case: Path, threads: int, until: float | None) -> None:
    """What a rank beside the first does: it computes where the method shares its work, and says nothing."""
    from dda.errors import InputError, StepFailure
    from harmony.case import Case
    from harmony.driver import follow

    try:
        read = Case.read(case)
        if read.solver.parallel:
            follow(read, threads, until)
    except InputError as error:  # the first rank tells it
        raise typer.Exit(2) from error
    except StepFailure as error:
        raise typer.Exit(1) from error
