"""Blocks from an outline and the joints that cut it.

All lines (outline, fixed regions, joint traces) become one arrangement of nodes and edges, its faces are the cells.
Ends of joints that reach no other line bound nothing and are ignored, and so are joints that enclose a piece inside a
single cell without reaching its boundary (the piece could not move, and a block has no holes).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from dda.arrangement import Arrangement, arrange
from dda.block_count import estimate_blocks
from dda.cells import Cell, Trace
from dda.errors import InputError, explain
from dda.faces import Faces, clean_faces, contains
from dda.polygons import outline_polygon

__all__ = ["BLOCK_LIMIT", "Cell", "Trace", "cut"]

# Most blocks cut without asking [-]; the estimate is made before anything is cut, so that a spacing of 1 mm on a
# mountain is an error message and not a machine out of memory.
BLOCK_LIMIT = 1_000_000

# Fractions of the domain's diagonal [-]. SNAP: points this close are one; usual gaps of roundoff are 1e-15, usual
# written coordinates differ by 1e-6 and more. SLIVER: a cell thinner than this (2 area / perimeter) is merged into its
# neighbour; smaller lets blocks through that no contact can hold. STRAIGHT: a vertex this close to the line of its
# neighbours is redundant; larger would move the boundary by more than roundoff.
SNAP = 1e-9
SLIVER = 1e-6
STRAIGHT = 1e-12

# Relative area [-] that may be lost between outline and cells before the cut is called wrong.
AREA_LOSS = 1e-9


@dataclass(frozen=True, eq=False)
class _Lines:
    """All input lines in order of rank, fixed regions, the outline, traces, as segments.

    segments: (s, 2, 2) [m]. line: (s,) rank of the line each belongs to.
    """

    outline: np.ndarray
    regions: Mapping[str, np.ndarray]
    traces: Sequence[Trace]
    segments: np.ndarray = field(init=False)
    line: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        rings = [*self.regions.values(), self.outline]
        lines = [np.vstack([r, r[:1]]) for r in rings] + [t.points for t in self.traces]
        segments = np.concatenate([np.stack([p[:-1], p[1:]], axis=1) for p in lines])
        line = np.repeat(np.arange(len(lines)), [len(p) - 1 for p in lines])
        long = (segments[:, 0] != segments[:, 1]).any(axis=1)
        object.__setattr__(self, "segments", segments[long])
        object.__setattr__(self, "line", line[long])

    @property
    def first_trace(self) -> int:
        """Rank of the first trace; that of the outline is one less."""
        return len(self.regions) + 1

    @property
    def size(self) -> float:
        """Diagonal of the domain [m]."""
        return float(np.linalg.norm(np.ptp(np.vstack([self.outline, *self.regions.values()]), axis=0)))


def cut(
    outline: ArrayLike,
    traces: Sequence[Trace],
    *,
    fixed_regions: Mapping[str, ArrayLike] | None = None,
    limit: int = BLOCK_LIMIT,
    tolerance: float | None = None,
    sliver: float | None = None,
) -> list[Cell]:
    """Cut the outline (n, 2) [m] by joint traces; fixed cells first, in the order of the regions, then by x and y.

    What lies in a fixed region (name -> polygon [m]) is one fixed cell, whether the region is inside, across or outside
    the outline; where regions overlap the first one has it. Joints cut moving rock only, but a boundary that runs
    along a trace carries its name, on both faces. Where traces coincide, a mapped one names the edge before one of a
    joint set, then the first in the list.

    No vertex is set where a neighbour's corner meets a straight face, only where the face bends or its joint name
    changes. limit: most blocks allowed; their number is estimated before cutting.

    tolerance [m]: points closer than this are joined; None takes 1e-9 of the domain's diagonal. sliver [m]: cells
    thinner than this (2 area / perimeter) are merged into the neighbour with the longest common boundary; None takes
    the tolerance, or 1e-6 of the diagonal.
    """
    regions = {name: outline_polygon(p, f"fixed region {name!r}") for name, p in (fixed_regions or {}).items()}
    lines = _Lines(outline_polygon(outline, "outline"), regions, sorted(traces, key=lambda t: t.rank))
    for key, value in (("tolerance", tolerance), ("sliver", sliver)):
        if value is not None and not 0 < value < lines.size:
            raise InputError(
                explain(
                    f"{key} of the cut out of range",
                    where=f"cut, {key}",
                    expected=f"above 0 and below the size of the domain, {lines.size:g} m",
                    got=f"{value:g} m",
                    do="leave it out, or give a length well below the size of a block",
                )
            )
    _refuse_too_many(lines, limit)
    snap, thin = tolerance or SNAP * lines.size, sliver or tolerance or SLIVER * lines.size
    network = arrange(lines.segments, lines.line, snap, SNAP * lines.size)
    kept, names = _domain_edges(lines, network)
    faces, used = clean_faces(network.nodes, network.edges[kept], lines.outline, list(regions.values()), thin)
    _refuse_wrong(lines, faces, snap)
    return faces.cells([names[e] for e in kept[used]], list(regions), STRAIGHT * lines.size)


def _domain_edges(lines: _Lines, network: Arrangement) -> tuple[np.ndarray, list[str]]:
    """Edges that may bound a cell, and the joint name of every edge.

    A line counts only outside the fixed regions that outrank it, a trace only inside the outline. An edge belongs to
    the first line that runs along it.
    """
    line = lines.line[network.cover_segment]
    count = len(network.edges)
    owner, trace = np.full(count, len(lines.traces) + lines.first_trace), np.full(count, len(lines.traces))
    np.minimum.at(owner, network.cover_edge, line)
    named = line >= lines.first_trace
    np.minimum.at(trace, network.cover_edge[named], line[named] - lines.first_trace)

    middle = network.nodes[network.edges].mean(axis=1)
    keep = (owner < lines.first_trace) | contains(lines.outline, middle)
    for rank, region in enumerate(lines.regions.values()):
        keep &= (owner <= rank) | ~contains(region, middle)
    joint = [*(t.name for t in lines.traces), ""]
    return np.flatnonzero(keep), [joint[t] for t in trace]


def _refuse_too_many(lines: _Lines, limit: int) -> None:
    """Estimate the number of blocks before cutting."""
    traces = lines.segments[lines.line >= lines.first_trace]
    count = estimate_blocks(traces, lines.outline) if len(traces) else 1.0
    if count > limit:
        raise InputError(
            explain(
                "the joints would cut too many blocks",
                where=f"outline of {len(lines.outline)} vertices, {len(lines.traces)} joint traces",
                expected=f"at most {limit:,} blocks",
                got=f"about {count:,.0f} blocks",
                do="widen the spacing, shorten the traces, or raise the limit of blocks if that many are meant",
            )
        )


def _refuse_wrong(lines: _Lines, faces: Faces, snap: float) -> None:
    """Something must be able to move, and the cells must fill the outline and the regions."""
    import shapely

    if not (faces.region == faces.moving).any():
        raise InputError(
            explain(
                "nothing is left to move",
                where=f"outline with fixed regions {list(lines.regions)}",
                expected="moving rock in the outline outside the fixed regions",
                got="an empty domain",
                do="enlarge the outline or shrink the fixed regions",
            )
        )
    domain = shapely.union_all([shapely.Polygon(r) for r in (lines.outline, *lines.regions.values())])
    lost = abs(domain.area - faces.area)
    if lost > AREA_LOSS * domain.area + snap * domain.length:
        raise InputError(
            explain(
                "the cells do not fill the domain",
                where="cut",
                expected=f"cells of {domain.area:g} m2 in all",
                got=f"{faces.area:g} m2",
                do="lower the tolerance, or move lines that nearly coincide apart or together",
            )
        )
