"""`harmony train`: learn a model from data. One function a kind of model, imported when it is asked for."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["train"]

TRAINED = {"law": "harmony.laws.command"}
"""What can be trained -> the module whose `train` does it."""


def train(
    what: Annotated[str, typer.Argument(help="law", show_default=False)],
    data: Annotated[Path, typer.Argument(help="the data: a CSV file", show_default=False)],
    kind: Annotated[str, typer.Option(help="of a law: elastic or joint")] = "elastic",
    out: Annotated[
        Path | None, typer.Option(help="model file  [default: <data>-<kind>.safetensors]", show_default=False)
    ] = None,
    symmetry: Annotated[
        str, typer.Option(help="of an elastic law: isotropic, transverse or anisotropic")
    ] = "isotropic",
    axis: Annotated[
        tuple[float, float, float] | None, typer.Option(help="of a transverse law: x y z", show_default=False)
    ] = None,
    monotone: Annotated[
        list[str] | None,
        typer.Option(
            help="of a joint law: input+ or input-, friction never falls or rises with it", show_default=False
        ),
    ] = None,
    distance: Annotated[float, typer.Option(help="of a joint law with state: slip that renews it [m]")] = 1e-5,
    members: Annotated[int, typer.Option(min=1, help="networks of the ensemble")] = 3,
    width: Annotated[int | None, typer.Option(min=1, help="units of a layer", show_default=False)] = None,
    steps: Annotated[int, typer.Option(min=1, help="most steps of the optimiser")] = 900,
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

    def told(line: str) -> None:
        if not (quiet or as_json):
            print(line, file=sys.stderr, flush=True)

    path, metadata = importlib.import_module(TRAINED[what]).train(
        data,
        kind=kind,
        out=out,
        symmetry=symmetry,
        axis=axis,
        monotone=monotone or [],
        distance=distance,
        members=members,
        width=width,
        steps=steps,
        seed=seed,
        told=told,
    )
    if as_json:
        tables.print_json({"file": str(path), **metadata})
    else:
        print(f"wrote {path}; look at it with: harmony show law {path}")
