"""`harmony train`: learn a model from data. One function a kind of model, imported when it is asked for."""

from pathlib import Path
from typing import Annotated, Any

import typer

__all__ = ["train"]

FIELDS = ("elements", "reactions", "strains")
"""Options of a law that is learned from displacement fields."""

TRAINED = {
    "law": (
        "harmony.laws.command",
        (*("kind", "symmetry", "axis", "distance", "flow", "stage", "start", "first"), *FIELDS),
    ),
    "surrogate": (
        "harmony.operators.command",
        ("preset", "device", "goes_on", "pairs", "tolerance", "outputs", "test", "experts", "expert", "geometry"),
    ),
    "participant": ("harmony.operators.body_command", ("of", "reach", "paths", "modes", "tolerance")),
    "inverse": ("harmony.inverse.command", ("observe", "errors", "readings", "force")),
}
"""What can be trained -> the module whose `train` does it, and the options that are its own."""

TOLERANCE = {"surrogate": 0.05, "participant": 0.02}
"""Of trust, where none is given [-]."""

OF_ALL = ("out", "monotone", "members", "width", "steps", "seed")


def train(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help="law, surrogate, participant or inverse", show_default=False)],
    data: Annotated[
        Path, typer.Argument(help="the data: a CSV file, an ensemble, or a coupled case", show_default=False)
    ],
    kind: Annotated[str, typer.Option(help="of a law: elastic, inelastic or joint")] = "elastic",
    out: Annotated[Path | None, typer.Option(help="model file  [default: beside the data]", show_default=False)] = None,
    symmetry: Annotated[
        str, typer.Option(help="of an elastic law: isotropic, transverse or anisotropic")
    ] = "isotropic",
    axis: Annotated[
        tuple[float, float, float] | None, typer.Option(help="of a transverse law: x y z", show_default=False)
    ] = None,
    monotone: Annotated[
        list[str] | None,
        typer.Option(
            help="input+ or input-: friction of a joint law, or severity of a surrogate's answer, never falls or rises "
            "with it",
            show_default=False,
        ),
    ] = None,
    distance: Annotated[float, typer.Option(help="of a joint law with state: slip that renews it [m]")] = 1e-5,
    flow: Annotated[
        str, typer.Option(help="of an inelastic law: auto, standard (data with time), associated or non-associated")
    ] = "auto",
    stage: Annotated[
        str, typer.Option(help="of a law: weak (all data), intended (the site at hand) or perturbed (small noise)")
    ] = "weak",
    start: Annotated[
        Path | None, typer.Option(help="of a law: the law that the next stage goes on from", show_default=False)
    ] = None,
    first: Annotated[
        Path | None, typer.Option(help="of a law: data of the first stage, not to be forgotten", show_default=False)
    ] = None,
    elements: Annotated[
        Path | None,
        typer.Option(help="of a law: triangles of measured displacement fields, a CSV file", show_default=False),
    ] = None,
    reactions: Annotated[
        Path | None,
        typer.Option(help="of a law: forces of the grips beside those fields, a CSV file", show_default=False),
    ] = None,
    strains: Annotated[str, typer.Option(help="of a law from fields: small or finite")] = "small",
    preset: Annotated[str, typer.Option(help="of a surrogate: accurate, fast or small")] = "accurate",
    device: Annotated[str, typer.Option(help="of a surrogate: auto, cpu or cuda")] = "auto",
    goes_on: Annotated[
        bool, typer.Option("--continue", help="of a surrogate: go on from --out, with the runs of predict --fallback")
    ] = False,
    pairs: Annotated[
        int, typer.Option(min=0, help="of a surrogate: pairs of solver runs that test each --monotone")
    ] = 200,
    tolerance: Annotated[
        float | None,
        typer.Option(
            help="of a surrogate: error that trust is about, part of a history's range [default: 0.05]; of a "
            "participant: part of its force [default: 0.02]",
            show_default=False,
        ),
    ] = None,
    of: Annotated[
        str | None,
        typer.Option(help="of a participant: its name  [default: the one that yields]", show_default=False),
    ] = None,
    reach: Annotated[
        float | None,
        typer.Option(
            help="of a participant: root mean square of the softest motion of its interface [m]  [default: where half "
            "of the elastic force is lost]",
            show_default=False,
        ),
    ] = None,
    paths: Annotated[int, typer.Option(min=4, help="of a participant: random motions that it learns from")] = 64,
    modes: Annotated[int, typer.Option(min=1, help="of a participant: most modes of its inside")] = 120,
    outputs: Annotated[
        list[str] | None,
        typer.Option(help="of a surrogate: pattern of histories and scalars, as 'mass.*'", show_default=False),
    ] = None,
    test: Annotated[
        Path | None,
        typer.Option(help="of a surrogate: ensemble to test with  [default: 15 % of the data]", show_default=False),
    ] = None,
    experts: Annotated[
        int | None,
        typer.Option(min=1, help="of a surrogate: experts of a federation  [default: 1]", show_default=False),
    ] = None,
    expert: Annotated[
        int | None,
        typer.Option(
            min=0, help="of a surrogate, with --continue: teach this expert alone, or add one", show_default=False
        ),
    ] = None,
    members: Annotated[
        int | None,
        typer.Option(min=1, help="networks of the ensemble  [default: 3, or the preset's]", show_default=False),
    ] = None,
    width: Annotated[int | None, typer.Option(min=1, help="units of a layer", show_default=False)] = None,
    steps: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="most steps of the optimiser, else epochs  [default: 900, 60 of an operator, or the preset's]",
            show_default=False,
        ),
    ] = None,
    geometry: Annotated[
        bool,
        typer.Option("--geometry", help="of a surrogate: learn sections by their lines, to answer for other sections"),
    ] = False,
    observe: Annotated[
        list[str] | None,
        typer.Option(
            help="of an inverse operator: what may be observed, by name or glob  [default: motion of the probes]",
            show_default=False,
        ),
    ] = None,
    errors: Annotated[
        tuple[float, float], typer.Option(help="of an inverse operator: errors of readings, in parts of the spread")
    ] = (1e-3, 0.3),
    readings: Annotated[int, typer.Option(min=1, help="of an inverse operator: readings of a site in training")] = 24,
    force: Annotated[bool, typer.Option("--force", help="write an inverse operator that is over-confident")] = False,
    seed: Annotated[int, typer.Option(min=0, help="of the first weights")] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="no progress")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print what the model file says and nothing else")] = False,
) -> None:
    """Learn a model from data and write its file; the same data and seed give the same file."""
    import importlib
    import sys

    from dda.checks import unknown
    from harmony import ranks, tables

    if ranks.rank() > 0:
        return
    if what not in TRAINED:
        raise unknown("thing to train", what, TRAINED, "harmony train")
    module, own = TRAINED[what]
    _refuse_others(context, what, own)

    def told(line: str) -> None:
        if not (quiet or as_json):
            print(line, file=sys.stderr, flush=True)

    given: dict[str, Any] = {name: context.params[name] for name in (*OF_ALL, *own)}
    for name in ("monotone", "outputs", "observe"):
        if name in given:
            given[name] = given[name] or []
    if "tolerance" in given and given["tolerance"] is None:
        given["tolerance"] = TOLERANCE[what]
    path, metadata = importlib.import_module(module).train(data, **given, told=told)
    if as_json:
        tables.print_json({"file": str(path), **metadata})
    else:
        for line in metadata.get("told", ()):
            print(line)
        print(f"wrote {path}; look at it with: harmony show {path}")


def _refuse_others(context: typer.Context, what: str, own: tuple[str, ...]) -> None:
    """An option of another kind of model is an error, not a word in the wind."""
    from dda.errors import InputError

    for kind, (_, names) in TRAINED.items():
        for name in names:
            source = context.get_parameter_source(name)
            if name not in own and source is not None and source.name == "COMMANDLINE":
                option = "--continue" if name == "goes_on" else f"--{name}"
                article = "an" if kind[0] in "aeiou" else "a"
                raise InputError(f"harmony train {what}: {option} belongs to {article} {kind}; leave it out")
