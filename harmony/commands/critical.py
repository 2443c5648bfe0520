"""`harmony critical`: the value of a parameter at which a case fails."""

from pathlib import Path
from typing import Annotated

import typer


def critical(
    case: Annotated[Path, typer.Argument(help="the case file", show_default=False)],
    parameter: Annotated[
        str | None, typer.Option(help="path of a number of the case, as joints.slide.friction", show_default=False)
    ] = None,
    low: Annotated[float | None, typer.Option(help="one end of the search", show_default=False)] = None,
    high: Annotated[float | None, typer.Option(help="the other end", show_default=False)] = None,
    tolerance: Annotated[
        float | None,
        typer.Option(help="width of the final interval  [default: a hundredth of the first]", show_default=False),
    ] = None,
    threads: Annotated[int, typer.Option(min=1, help="threads of the solver")] = 1,
    surrogate: Annotated[
        Path | None,
        typer.Option(help="model file that says where to look first; the answer is the same", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="run directory that the value belongs to; kept as OUT.critical.json  [default: runs/<case>]",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the result as JSON and nothing else")] = False,
) -> None:
    """Find the value of a parameter at which a case fails; what is not given is taken from the case's critical."""
    import sys

    from harmony import ranks

    if ranks.rank() > 0:
        return
    from harmony import tables
    from harmony.case import Case
    from harmony.critical_file import write_critical
    from harmony.limits import Trial
    from harmony.limits import critical as search

    def told(trial: Trial) -> None:
        if not as_json:
            how = "fails " if trial.fails else "stands"
            print(f"{trial.value:12.6g} {how}  {trial.reason}", file=sys.stderr, flush=True)

    read = Case.read(case)
    guess = None
    if surrogate is not None:
        from harmony.operators.threshold import threshold

        guess = threshold(surrogate, read, parameter, low, high)
    result = search(read, parameter, low, high, tolerance, threads=threads, guess=guess, told=told)
    try:
        write_critical(result, read, out or Path("runs") / read.key)
    except OSError as error:  # the search was the work: tell its result all the same
        print(f"warning: the result is not kept: {error}", file=sys.stderr, flush=True)
    if as_json:
        tables.print_json(result.as_dict())
    elif result.critical is None:
        print(f"{result.parameter}: no critical value, {result.reason}")
    else:
        print(
            f"{result.parameter}: {result.critical:g} (between {result.low:g} and {result.high:g}, {result.runs} runs)"
        )
    if result.critical is None:
        raise typer.Exit(1)
