"""`harmony regress`: the regression cases against their expected values."""

from typing import Annotated

import typer


def regress(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="folders under cases/ or cases/verification/, globs too; default all"),
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="cases at a time, each in its own process")] = 1,
    contact: Annotated[
        str | None,
        typer.Option(
            metavar="METHOD",
            help="judge every case under penalty or complementarity, but for those that ask for the other one",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the rows as JSON and nothing else")] = False,
) -> None:
    """Run the regression cases against their expected values; a failing case stops nothing."""
    import sys
    from pathlib import Path

    from harmony import ranks

    if ranks.rank() > 0:
        return
    from harmony import tables
    from harmony.expected import Row, any_missed
    from harmony.regression import regress as run_cases

    def told(path: Path, rows: list[Row]) -> None:
        if not as_json:
            met = sum(row["pass"] for row in rows)
            print(f"{path.parent.name}/{path.name}: {met} of {len(rows)}", file=sys.stderr, flush=True)

    rows = run_cases(names or (), jobs=jobs, contact=contact, told=told)
    if as_json:
        tables.print_json(rows)
    else:
        tables.print_regression(rows)
    if any_missed(rows):
        raise typer.Exit(1)
