"""`harmony invert`: the parameters of a site, from its observations."""

from pathlib import Path
from typing import Annotated

import typer


def invert(
    case: Annotated[Path, typer.Argument(help="the case file, with parameters:", show_default=False)],
    observations: Annotated[Path, typer.Option(help="CSV: time or date, quantity, value, error", show_default=False)],
    operator: Annotated[
        Path | None,
        typer.Option(help="of harmony train inverse; without it the prior is the first guess", show_default=False),
    ] = None,
    refine: Annotated[int, typer.Option(min=0, help="passes of the solver at most; 0: the operator alone")] = 8,
    method: Annotated[
        str | None,
        typer.Option(help="refine, or a baseline: es-mda, cma-es, mcmc, mcmc-surrogate", show_default=False),
    ] = None,
    members: Annotated[
        int | None, typer.Option(min=4, help="runs of a pass  [default: 2 p + 12, at most 96]", show_default=False)
    ] = None,
    predictive: Annotated[int, typer.Option(min=2, help="runs from the posterior")] = 24,
    until_date: Annotated[
        str | None, typer.Option(help="use readings up to this date (or time [s]) only: a forecast", show_default=False)
    ] = None,
    start_date: Annotated[
        str | None, typer.Option(help="the date of t = 0, where observations have dates", show_default=False)
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="of the samples")] = 0,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="runs at a time")] = 1,
    limit: Annotated[
        float | None, typer.Option(help="longest wall time of a run [s]; a slower one fails", show_default=False)
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="folder  [default: runs/<case>-inversion]", show_default=False)
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="replace an inversion that lies there")] = False,
    force: Annotated[bool, typer.Option("--force", help="take an operator that is over-confident")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="show no passes and no table")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print the summary as JSON and nothing else")] = False,
) -> None:
    """Find the parameters of a site: posterior, refinement by the solver, predictive runs, report."""
    import sys

    from harmony import ranks

    if ranks.rank() > 0:
        return
    from harmony import tables
    from harmony.case import Case
    from harmony.inverse.invert import invert as run
    from harmony.inverse.observations import read_observations, seconds_of
    from harmony.inverse.output import plan, write

    def told(line: str) -> None:
        if not (quiet or as_json):
            print(line, file=sys.stderr, flush=True)

    read = Case.read(case)
    folder = out or Path("runs") / f"{read.key}-inversion"
    plan(folder, overwrite)
    given = read_observations(observations, start_date)
    until = None if until_date is None else seconds_of(until_date, start_date, "--until-date")
    made = run(
        read,
        given,
        operator=operator,
        method=method,
        passes=refine,
        members=members,
        predictive=predictive,
        until=until,
        seed=seed,
        jobs=jobs,
        limit=limit,
        force=force,
        told=told,
    )
    write(made, folder)
    summary = {"folder": str(folder), **made.summary()}
    if as_json:
        tables.print_json(summary)
    elif not quiet:
        _print(summary)


def _print(said: dict) -> None:  # type: ignore[type-arg]
    print(f"{said['case']}: {said['verdict']}")
    print(f"  {said['observations']} readings, {said['runs']} runs ({said['failed_runs']} failed), in {said['folder']}")
    units = {name: p["unit"] for name, p in said["parameters"].items()}
    labels = {name: f"{name} [{unit}]" if unit else name for name, unit in units.items()}
    width = max(len(label) for label in labels.values())
    print(f"  {'parameter':{width}} {'mean':>11} {'deviation':>11} {'90 % interval':>25} {'contraction':>12}")
    for name, p in said["parameters"].items():
        q = p["quantiles"]
        print(
            f"  {labels[name]:{width}} {p['mean']:11.5g} {p['deviation']:11.3g} {q['5%']:12.5g} {q['95%']:12.5g} "
            f"{p['contraction']:12.2f}"
        )
    for name, value in said["discrepancy"].items():
        print(f"  discrepancy of {name}: {value:.3g} (SI, one standard deviation)")
    if said["blind"]:
        print(f"  the data cannot see: {', '.join(said['blind'])}")
    f = said["forecast"]
    if f:
        print(f"  failure by {f['until']:g} s in {100 * f['failure_probability']:.0f} % of {f['runs']} runs", end="")
        t = f.get("failure_time")
        print(f", at {t['50%']:.4g} s ({t['5%']:.4g} to {t['95%']:.4g})" if t else "")
