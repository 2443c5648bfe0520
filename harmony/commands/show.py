"""`harmony show`: what is in a run or a model."""

from pathlib import Path
from typing import Annotated

import typer


def show(
    run: Annotated[Path, typer.Argument(help="the run directory, a model file, or: law", show_default=False)],
    model: Annotated[Path | None, typer.Argument(help="after law: the model file", show_default=False)] = None,
    png: Annotated[
        Path | None,
        typer.Option(help="of a law: picture of its stress along paths, or of its friction", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the summary as JSON and nothing else")] = False,
) -> None:
    """Show what is in a run: probes, energies, warnings; or in a model: `show MODEL`, `show law NAME`."""
    from harmony import tables

    if model is not None or run.suffix == ".safetensors":
        _show_model(run, model, png, as_json)
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


def _show_model(what: Path, model: Path | None, png: Path | None, as_json: bool) -> None:
    from dda.checks import unknown
    from harmony import tables
    from harmony.laws.command import show as law
    from harmony.learning.model_file import read_model

    if model is not None and str(what) not in ("law", "surrogate", "inverse"):
        raise unknown("thing to show", str(what), ["law", "surrogate", "inverse"], "harmony show")
    path = model or what
    if str(what) == "surrogate" or (model is None and read_model(path).kind == "surrogate"):
        from harmony.operators.show import print_surrogate, show_surrogate

        said = show_surrogate(path)
        tables.print_json(said) if as_json else print_surrogate(said)
        return
    if model is None and read_model(path).kind == "participant":
        from harmony.operators.body_command import lines as body_lines
        from harmony.operators.body_command import show as body

        said = body(path)
        tables.print_json(said) if as_json else print("\n".join([f"file {path}", *body_lines(said)]))
        return
    if str(what) == "inverse" or (model is None and read_model(path).kind == "inverse"):
        from harmony.inverse.command import lines, show

        said = show(path)
        tables.print_json(said) if as_json else print("\n".join([f"file {path}", *lines(said)]))
        return
    found = law(path, png)
    if as_json:
        tables.print_json(found)
        return
    from harmony.laws.show import lines as words

    print("\n".join(words(found)))
