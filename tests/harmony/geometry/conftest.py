"""What is asked of any set of blocks, whoever made it."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
import shapely

from harmony.geometry import GeneratedBlock

# Two faces are one when they overlap by more than this length [m] at a distance below it; the scenes are 1 to 100 m.
SAME_FACE = 1e-9


def _edges(blocks: Sequence[GeneratedBlock]) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """All edges as lines, the block each belongs to, and its joint name."""
    pairs = np.vstack([np.stack([b.vertices, np.roll(b.vertices, -1, axis=0)], axis=1) for b in blocks])
    owner = np.repeat(np.arange(len(blocks)), [len(b.vertices) for b in blocks])
    names = [name for b in blocks for name in (b.edge_joints or ("",) * len(b.vertices))]
    return shapely.linestrings(pairs), owner, names


def _faces_agree(blocks: Sequence[GeneratedBlock]) -> int:
    """Assert that wherever two blocks share a face both edges carry the same joint name; the number of such faces."""
    lines, owner, names = _edges(blocks)
    first, second = shapely.STRtree(lines).query(lines, predicate="dwithin", distance=SAME_FACE)
    keep = owner[first] < owner[second]
    first, second = first[keep], second[keep]
    shared = shapely.length(shapely.intersection(lines[first], shapely.buffer(lines[second], SAME_FACE)))
    faces = [(i, j) for i, j, s in zip(first, second, shared, strict=True) if s > 100 * SAME_FACE]
    for i, j in faces:
        assert names[i] == names[j], (owner[i], names[i], owner[j], names[j], lines[i], lines[j])
    return len(faces)


def _sound(blocks: Sequence[GeneratedBlock]) -> None:
    """Assert simple polygons, no closure vertex, and no overlap beyond roundoff."""
    polygons = shapely.polygons([shapely.linearrings(b.vertices) for b in blocks])
    assert shapely.is_valid(polygons).all()
    assert all(np.abs(b.vertices[0] - b.vertices[-1]).max() > 0 for b in blocks)
    total = shapely.area(polygons).sum()
    assert abs(shapely.area(shapely.union_all(polygons)) - total) < 1e-12 * total


@pytest.fixture
def faces_agree() -> Callable[[Sequence[GeneratedBlock]], int]:
    return _faces_agree


@pytest.fixture
def sound() -> Callable[[Sequence[GeneratedBlock]], None]:
    return _sound
