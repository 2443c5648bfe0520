"""What all readers share: opening a file, refusing what is no block, and the layer names that mean fixed."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from dda.errors import InputError, explain
from dda.polygons import check_polygon
from harmony.geometry.block import GeneratedBlock

__all__ = ["block", "is_fixed_name", "read_text", "refuse", "without_closure"]


def refuse(what: str, where: str, expected: str, got: object, do: str) -> InputError:
    """The error for something a file says."""
    return InputError(explain(what, where=where, expected=expected, got=got, do=do))


def read_text(path: Path) -> str:
    """The text of a UTF-8 file."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise refuse("no such file", str(path), "an existing file", "none", "correct the path") from None
    except UnicodeDecodeError as error:
        raise refuse("not a text file", str(path), "UTF-8 text", error.reason, "save it as UTF-8 text") from None
    except OSError as error:
        raise refuse("cannot read", str(path), "a readable file", error.strerror, "correct the path") from None


def block(
    points: Sequence[Sequence[float]] | np.ndarray,
    where: str,
    *,
    fixed: bool = False,
    group: str = "",
    material: str = "",
    joints: Sequence[str] = (),
) -> GeneratedBlock:
    """A block with a checked polygon, in the order it was given.

    joints: none, one for all edges, or one for each; where the last point repeats the first, it takes its joint along.
    """
    vertices = without_closure(np.asarray(points, dtype=float))
    check_polygon(vertices, where)
    names = tuple(joints) * len(vertices) if len(joints) == 1 else tuple(joints)
    if len(names) == len(points):
        names = names[: len(vertices)]
    if names and len(names) != len(vertices):
        raise refuse(
            "wrong number of joint names",
            where,
            f"one name, or one for each of the {len(vertices)} edges",
            len(names),
            "give edge k, from vertex k to vertex k + 1, its name; an empty one for none",
        )
    return GeneratedBlock(vertices, fixed, group, names if any(names) else None, material)


def without_closure(points: np.ndarray) -> np.ndarray:
    """Points (n, 2) without a last one that repeats the first."""
    return points[:-1] if len(points) > 3 and np.array_equal(points[0], points[-1]) else points


def is_fixed_name(name: str) -> bool:
    """Whether a layer or physical group of this name is fixed: `fixed`, `fixed-...` or `fixed_...`, any case."""
    return name.lower() == "fixed" or name.lower().startswith(("fixed-", "fixed_"))
