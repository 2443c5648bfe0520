"""Blocks as the rows of a CSV file, in a block of text that a case file can hold.

Ten thousand blocks are read from such a text in a moment; as nested YAML lists they would take a quarter of a minute.
"""

import csv
import io
from collections.abc import Sequence

from harmony.geometry import GeneratedBlock

__all__ = ["block_text"]

COLUMNS = ("block", "x", "y", "fixed", "group", "material", "joint")


def block_text(blocks: Sequence[GeneratedBlock]) -> str:
    """One row a vertex, coordinates to the last bit; columns that say nothing of any block are left out."""
    rows = [row for index, block in enumerate(blocks) for row in _rows(index, block)]
    used = [k for k, name in enumerate(COLUMNS) if name in ("block", "x", "y") or any(row[k] for row in rows)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([COLUMNS[k] for k in used])
    writer.writerows([row[k] for k in used] for row in rows)
    return text.getvalue()


def _rows(index: int, block: GeneratedBlock) -> list[tuple[str, ...]]:
    joints = block.edge_joints or ("",) * len(block.vertices)
    fixed = "true" if block.fixed else ""
    return [
        (str(index), repr(x), repr(y), fixed, block.group, block.material, joint)
        for (x, y), joint in zip(block.vertices.tolist(), joints, strict=True)
    ]
