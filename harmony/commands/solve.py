"""`harmony solve`: run one case and write its run directory."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from harmony.case import Case


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
    petsc: Annotated[
        str,
        typer.Option(
            help="options of PETSc on several ranks, over those of the case, as '-dda_ksp_type cg -log_view'",
            show_default=False,
        ),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="print the summary as JSON and nothing else")] = False,
) -> None:
    """Run one case and write its run directory."""
    from harmony import ranks

    if ranks.size() == 1:
        _lead(case, out, threads, until, quiet, restart, overwrite, checkpoint, as_json)
        return
    from harmony.ending import one_end

    with one_end(petsc):
        if ranks.rank() == 0:
            _lead(case, out, threads, until, quiet, restart, overwrite, checkpoint, as_json)
        else:
            _follow(case, threads, until)


def _lead(
    case: Path,
    out: Path | None,
    threads: int,
    until: float | None,
    quiet: bool,
    restart: bool,
    overwrite: bool,
    checkpoint: float | None,
    as_json: bool,
) -> None:
    """What the first rank does."""
    import sys

    from dda.errors import StepFailure
    from harmony import ranks, tables
    from harmony.case import Case
    from harmony.driver import solve as run_case
    from harmony.expected import any_missed
    from harmony.run import Run

    read = Case.read(case)
    shared = _shared(read)
    ranks.work_together(shared)
    if ranks.size() > 1 and not shared:
        text = f"warning: started on {ranks.size()} ranks; this version computes {read.method} on one, the others end"
        print(f"{text}; --threads uses cores", file=sys.stderr, flush=True)
    folder = out or Path("runs") / read.key
    try:
        run = run_case(read, folder, threads, until, quiet or as_json, restart, overwrite, checkpoint)
    except StepFailure:
        if as_json:
            tables.print_json(Run.read(folder).summary)
        raise
    except KeyboardInterrupt:
        _tell_how_to_go_on(folder, as_json)
        raise
    if as_json:
        tables.print_json(run.summary)
    elif not quiet:
        tables.print_summary(run)
        tables.print_expected(run.summary["expected"])
    if any_missed(run.summary["expected"]):
        raise typer.Exit(1)


def _tell_how_to_go_on(folder: Path, as_json: bool) -> None:
    """Where a run that was told to stop has its checkpoint, and its summary as JSON; nothing if it had not begun."""
    import sys

    from harmony import tables
    from harmony.run import Run
    from harmony.rundir import Status

    if not (folder / "summary.json").is_file():
        return
    summary = Run.read(folder).summary
    if summary.get("status") == Status.INTERRUPTED:
        text = f"stopped at t = {summary['time']:.6g} s with a checkpoint in {folder}; go on with --restart"
        print(text, file=sys.stderr, flush=True)
        if as_json:
            tables.print_json(summary)


def _follow(case: Path, threads: int, until: float | None) -> None:
    """What a rank beside the first does: it computes where the method shares its work, and says nothing."""
    from harmony import ranks
    from harmony.case import Case
    from harmony.driver import follow
    from harmony.ending import DismissedError

    read = Case.read(case)
    shared = _shared(read)
    ranks.work_together(shared)
    if shared and not follow(read, threads, until):
        raise DismissedError


def _shared(case: "Case") -> bool:
    """Whether ranks share the work of a run of the case; all ranks refuse what copies of them cannot do."""
    from dda.errors import InputError
    from harmony import petsc_options, ranks
    from harmony.driver import require_run

    require_run(case)
    if ranks.size() > 1:
        petsc_options.take(case.data.petsc)
    if case.method == "coupled" and ranks.size() > 1:
        raise InputError(
            f"{case.path}: coupled cases run on one rank, and {ranks.size()} were started; leave out mpirun, --threads "
            "gives the participants cores"
        )
    return case.method != "coupled" and case.solver.shared(case)
