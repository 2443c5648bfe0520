"""`harmony ensemble`: sample the priors of a case and run the samples."""

from pathlib import Path
from typing import Annotated

import typer


def ensemble(
    case: Annotated[Path, typer.Argument(help="the case file, with parameters:", show_default=False)],
    samples: Annotated[int, typer.Option("--samples", "-n", min=1, help="number of samples")] = 100,
    design: Annotated[str, typer.Option(help="sobol, lhs or random")] = "sobol",
    seed: Annotated[int, typer.Option(min=0, help="seed of the design: the same seed gives the same samples")] = 0,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="samples at a time  [default: cores]", show_default=False)
    ] = None,
    threads: Annotated[int, typer.Option(min=1, help="threads of the solver in each sample")] = 1,
    out: Annotated[
        Path | None,
        typer.Option(help="file .h5, or a folder  [default: runs/<case>-ensemble]", show_default=False),
    ] = None,
    only: Annotated[
        str | None,
        typer.Option("--range", metavar="FIRST:END", help="run these samples only, for job arrays", show_default=False),
    ] = None,
    limit: Annotated[
        float | None, typer.Option(help="longest wall time of a sample [s]; a slower one fails", show_default=False)
    ] = None,
    merge: Annotated[
        list[Path] | None,
        typer.Option(help="run nothing: put this file and the others given so into --out", show_default=False),
    ] = None,
    csv: Annotated[
        Path | None, typer.Option(help="run nothing: take the samples from this table", show_default=False)
    ] = None,
    columns: Annotated[
        Path | None, typer.Option(help="with --csv: YAML file that says which column is what", show_default=False)
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="begin anew where another ensemble lies")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print the summary as JSON and nothing else")] = False,
) -> None:
    """Sample the priors of a case and run the samples side by side; asked again, it goes on where it was stopped."""
    import sys

    from harmony import ranks

    if ranks.rank() > 0:
        if merge is None and csv is None:
            from harmony.learning.mpi_pool import serve

            serve()
        return
    from harmony import tables
    from harmony.case import Case
    from harmony.learning.ensemble import Ensemble
    from harmony.learning.ensembles import Count
    from harmony.learning.ensembles import ensemble as make
    from harmony.learning.shards import file_in

    try:
        read = Case.read(case)
        file = file_in(out or Path("runs") / f"{read.key}-ensemble")
        if merge or csv:
            made = Ensemble.merge(merge) if merge else Ensemble.from_csv(csv, _columns(columns), read)  # type: ignore[arg-type]
            file.parent.mkdir(parents=True, exist_ok=True)
            made.write(file)
        else:

            def told(count: Count) -> None:
                if not as_json and sys.stderr.isatty():
                    print(f"\r{count.done} of {count.wanted}, {count.failed} failed ", end="", file=sys.stderr)

            made = make(
                read,
                samples,
                design=design,
                seed=seed,
                jobs=jobs,
                threads=threads,
                out=file,
                only=_range(only),
                limit=limit,
                overwrite=overwrite,
                told=told,
            )
    finally:
        if ranks.size() > 1 and merge is None and csv is None:
            from harmony.learning.mpi_pool import dismiss

            dismiss()
    summary = {"file": str(file), "case": read.name, **made.summary()}
    if as_json:
        tables.print_json(summary)
    else:
        _print(summary)
    if not summary["done"]:
        raise typer.Exit(1)


def _range(text: str | None) -> tuple[int, int] | None:
    from dda.errors import InputError

    if text is None:
        return None
    first, colon, end = text.partition(":")
    if not (colon and first.isdigit() and end.isdigit()):
        raise InputError(f"--range: '{text}' is no range of samples; give FIRST:END, such as 0:500")
    return int(first), int(end)


def _columns(path: Path | None) -> dict[str, object]:
    from dda.errors import InputError
    from harmony.case.yaml_document import read_document

    if path is None:
        raise InputError("--csv needs --columns: a YAML file such as parameters: {joints.default.friction: phi}")
    return read_document(path).data


def _print(summary: dict[str, object]) -> None:
    verdicts = summary["verdicts"]
    assert isinstance(verdicts, dict), "a count of verdicts"
    print(f"{summary['case']}: {summary['done']} samples, {summary['failed']} failed, in {summary['file']}")
    if verdicts:
        print("  " + ", ".join(f"{count} {word}" for word, count in verdicts.items()))
    reasons = summary["reasons"]
    assert isinstance(reasons, dict), "a count of reasons"
    for reason, count in reasons.items():
        print(f"  {count} failed: {reason}")
