"""`harmony new`: a commented case to start from."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["new", "templates"]

TEMPLATES = Path(__file__).parent.parent / "templates"


def new(
    folder: Annotated[Path, typer.Argument(help="Folder of the new case; its name becomes the name of the run.")],
    template: Annotated[str, typer.Option("--from", help="Template to start from.")] = "incline",
) -> None:
    """Write a commented case that runs as it stands."""
    import shutil

    source = _template(template)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        from dda.errors import InputError

        raise InputError(f"{folder}: already there and not empty; nothing is overwritten, choose another name")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / "case.yaml"
        shutil.copyfile(source, target)
    except OSError as error:
        from dda.errors import InputError

        raise InputError(f"{folder}: cannot be written ({error.strerror})") from None
    print(f"wrote {target}; run it with: harmony solve {target}")


def templates() -> dict[str, Path]:
    """The templates by name: one a generator, and `slope`, a domain cut by its joints."""
    return {path.stem: path for path in sorted(TEMPLATES.glob("*.yaml"))}


def _template(name: str) -> Path:
    known = templates()
    if name not in known:
        from dda.errors import InputError
        from harmony.case.problems import closest

        raise InputError(f"no template {name!r}; {closest(name, known)}")
    return known[name]
