"""`harmony view`: a run as a window, a picture or a film."""

from pathlib import Path
from typing import Annotated

import typer

_COLORS = "what is shown by colour: speed, displacement or stress of blocks, tractions of faces, or contacts"


def view(
    run: Annotated[Path, typer.Argument(help="the run directory", show_default=False)],
    png: Annotated[Path | None, typer.Option(help="write one frame as a picture")] = None,
    gif: Annotated[Path | None, typer.Option(help="write the run as an animated GIF")] = None,
    mp4: Annotated[Path | None, typer.Option(help="write the run as a film (needs ffmpeg)")] = None,
    frame: Annotated[int | None, typer.Option(help="number of the frame of the picture; -1 is the last")] = None,
    time: Annotated[float | None, typer.Option(help="the frame nearest to this time [s] instead")] = None,
    color: Annotated[str, typer.Option(help=_COLORS)] = "speed",
    size: Annotated[str | None, typer.Option(help="width and height in pixels, as 1600x900")] = None,
    vectors: Annotated[bool, typer.Option("--vectors", help="draw velocities (or displacements) as arrows")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print the files written as JSON and nothing else")] = False,
) -> None:
    """Look at a run: in a window, or as files where --png, --gif or --mp4 ask for them."""
    import json

    from dda.errors import InputError
    from harmony.run import Run
    from harmony.view import Kind, render

    if frame is not None and time is not None:
        raise InputError("view: --frame and --time both choose the frame. Give one of them.")
    read, pixels = Run.read(run), _pixels(size)

    def draw(kind: Kind, path: Path | None) -> None:
        number = -1 if frame is None else frame
        render(read, path, kind, color, number, time=time, size=pixels, vectors=vectors)

    wanted: dict[Kind, Path | None] = {"png": png, "gif": gif, "mp4": mp4}
    files = {kind: path for kind, path in wanted.items() if path is not None}
    if not files:
        draw("window", None)
    for kind, path in files.items():
        draw(kind, path)
    if as_json:
        print(json.dumps({kind: str(path) for kind, path in files.items()}))
    else:
        print("\n".join(str(path) for path in files.values()))


def _pixels(size: str | None) -> tuple[int, int] | None:
    """(width, height) from "1600x900"."""
    from dda.errors import InputError

    if size is None:
        return None
    try:
        width, height = (int(part) for part in size.lower().split("x"))
    except ValueError:
        raise InputError(f"--size: {size!r} is no size. Give width and height in pixels, as 1600x900.") from None
    return width, height
