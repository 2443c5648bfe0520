"""`harmony explore`: follow a surrogate beyond its training, with the solver as corrector."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from harmony.operators.explore import Path as Track
    from harmony.operators.explore import Point

__all__ = ["explore"]

PICTURES = (".png", ".svg")


def explore(
    model: Annotated[Path, typer.Argument(help="the model file of `harmony train surrogate`", show_default=False)],
    toward: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="where an input goes; several move together  [default: every number alone, down and up]",
            show_default=False,
        ),
    ] = None,
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="where the path starts, by path", show_default=False),
    ] = None,
    reach: Annotated[
        float, typer.Option(min=0.0, help="without --toward: how far beyond the range of training, in parts of it")
    ] = 1.0,
    trust: Annotated[float, typer.Option(min=0.0, max=1.0, help="trust under which the solver runs")] = 0.8,
    tolerance: Annotated[
        float | None,
        typer.Option(help="error of a step that holds, part of the range  [default: the model's]", show_default=False),
    ] = None,
    resolution: Annotated[float, typer.Option(help="smallest step, part of the path")] = 0.01,
    runs: Annotated[int, typer.Option(min=1, help="solver runs of a path at most")] = 40,
    limit: Annotated[
        list[str] | None,
        typer.Option(metavar="SCALAR=VALUE", help="a path ends where this scalar is larger", show_default=False),
    ] = None,
    figure: Annotated[
        Path | None, typer.Option(help="picture of the path (of the last one), PNG or SVG", show_default=False)
    ] = None,
    forget: Annotated[
        bool, typer.Option("--forget", help="do not keep the runs for train surrogate --continue")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print the paths as JSON and nothing else")] = False,
) -> None:
    """Look for failure modes that a surrogate's training does not hold: step beyond it, and let the solver correct."""
    import sys

    from dda.errors import InputError
    from harmony import ranks, tables
    from harmony.commands.predict import _given as given
    from harmony.operators.command import more_of
    from harmony.operators.corrector import Corrector
    from harmony.operators.directions import directions
    from harmony.operators.explore import Options
    from harmony.operators.explore import explore as follow
    from harmony.operators.files import read_surrogate

    if ranks.rank() > 0:
        return
    made = read_surrogate(model)
    if not 0.0 < resolution <= 0.5:
        raise InputError(f"--resolution {resolution:g}: a part of the path, above 0 and up to 0.5")
    if figure is not None and figure.suffix not in PICTURES:
        raise InputError(f"--figure {figure}: a picture ends in {' or '.join(PICTURES)}")
    limits = {name: _number("--limit", name, value) for name, value in given(limit or []).items()}
    stray = [name for name in limits if name not in made.names]
    if stray:
        raise InputError(f"--limit: {', '.join(stray)} is no scalar of the model; it has {', '.join(made.names)}")
    options = Options(trust, tolerance, min(0.125, 8.0 * resolution), resolution, runs, limits)
    target = {name: _number("--toward", name, value) for name, value in given(toward or []).items()}
    begin = given(values or [])

    def told(point: "Point") -> None:
        if not as_json:
            print(_line(point), file=sys.stderr, flush=True)

    file = None if forget else more_of(model)
    tracks = []
    for end in [target] if target else directions(made, reach):
        if not as_json:
            print("toward " + ", ".join(f"{name} = {value:.6g}" for name, value in end.items()), file=sys.stderr)
        tracks.append(follow(made, end, begin, options, Corrector(made, file), told))
    if figure is not None:
        from harmony.operators.explore_figure import draw

        draw(next((track for track in reversed(tracks) if track.found is not None), tracks[-1]), figure)
    kept = str(file) if file is not None and file.exists() else None
    if as_json:
        found = [track.found | {"toward": track.target} for track in tracks if track.found is not None]
        total = sum(track.runs for track in tracks)
        tables.print_json(
            {"paths": [track.as_dict() for track in tracks], "found": found, "runs": total, "kept_in": kept}
        )
    else:
        _print(tracks, kept)


def _number(option: str, name: str, value: Any) -> float:
    from dda.errors import InputError

    try:
        return float(value)
    except ValueError:
        raise InputError(f"{option}: {name} needs a number, got {value!r}") from None


def _line(point: "Point") -> str:
    where = ", ".join(f"{value:.5g}" for value in point.values.values())
    said = f"trust {point.trust:.2f}  {point.verdict}"
    if not point.mechanism:
        return f"  {where:>14}  {said:24}"
    ran = _words({"verdict": point.solver, "mechanism": point.mechanism})
    error = f"error {point.error:.1%}" if point.held else point.why
    return f"  {where:>14}  {said:24}  solver: {ran}; {error}"


def _print(tracks: "list[Track]", kept: str | None) -> None:
    """A line a path, and what was found."""
    for track in tracks:
        ends = ", ".join(f"{n} {track.start[n]:.5g} -> {v:.5g}" for n, v in track.target.items())
        print(f"{ends}: {track.ended}, {track.runs} runs; {track.reason}")
        for event in track.events:
            where = ", ".join(f"{n} {low:.5g} to {high:.5g}" for n, (low, high) in event["onset"].items())
            print(f"  known change at {where}: {_words(event['from'])} -> {_words(event['to'])}")
    found = [track.found for track in tracks if track.found is not None]
    for one in found:
        where = ", ".join(f"{n} between {low:.5g} and {high:.5g}" for n, (low, high) in one["onset"].items())
        print(f"failure mode outside the training: it {one['to']['mechanism']}, from {where}")
    if not found:
        print("no failure mode outside the training")
    if kept is not None:
        print(f"runs kept in {kept}; harmony train surrogate ... --continue learns from them")


def _words(way: Mapping[str, str]) -> str:
    """Verdict, where there is one, and mechanism."""
    return ", ".join(word for word in (way["verdict"], way["mechanism"]) if word)
