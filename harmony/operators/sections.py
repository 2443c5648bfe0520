"""Geometry as a set of points: a section enters a surrogate by integrals over its lines, whatever mesh or generator it
is from.

The lines are the edges of the blocks, of four kinds: free edges, joints between moving blocks, the slide between moving
and fixed ones, and the ground, also below the slide. With t = (cos q, sin q) along the line and x from the centroid of
what moves,

    z_kjc = int_{lines of kind k} exp(-|x - c_j|^2 / 2 l_k^2) f_c(q) ds / l_k,    f = (1, cos 2q, sin 2q)

These are sums over points with their lengths as weights: the order of points and blocks, their number, and the end from
which a line is walked do not matter (DeepSets, Zaheer et al. 2017; with Gaussians a kernel mean embedding, which tells
any two sets of lines apart as the centres become dense). Gravity has a direction, so nothing is turned; lengths are not
scaled, as cohesion has one. The centres lie among the points of training, as far from each other as can be.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from harmony.case import Case

__all__ = ["GEOMETRY", "Lines", "SectionCode", "lines_of", "moves_geometry", "sections_of"]

Floats = NDArray[np.float64]

GEOMETRY = "geometry"
"""The input that stands for the section."""

FREE, JOINT, SLIDE, GROUND = range(4)
"""Kinds of lines."""

CENTRES = 24
"""Centres of a kind [-]. More tell finer shapes apart, and need more sections to learn from."""

REACH = 1.5
"""Width of the Gaussians over the median distance of neighbouring centres [-]. Smaller leaves gaps between them."""

POINTS = 160
"""Points on the lines of a section, about, from which its integrals are taken [-]."""

BESIDE = ("parameters", "correlations", "expected", "critical")
"""Parts of a case that have no geometry: a variant without them is read sooner."""

TOUCH = 1e-6
"""Distance over the size of the section under which edges of two blocks lie on each other [-]."""


@dataclass(frozen=True, eq=False)
class Lines:
    """Points (m, 2) [m] from the centroid of the moving blocks; along (m, 2): (cos 2q, sin 2q); length (m,) [m]; kind
    (m,)."""

    points: Floats
    along: Floats
    length: Floats
    kind: NDArray[np.int64]


def moves_geometry(path: str) -> bool:
    """Whether a parameter of this path changes the section."""
    return path.startswith(f"{GEOMETRY}.")


def lines_of(case: "Case", points: int = POINTS) -> Lines:
    """The lines of a case's blocks, about `points` points on those of the moving blocks."""
    return lines_of_blocks([(np.asarray(b.vertices, dtype=float), bool(b.fixed)) for b in case.blocks], points)


def lines_of_blocks(blocks: Iterable[tuple[Floats, bool]], points: int = POINTS) -> Lines:
    """Lines of polygons (n, 2) [m], each with whether it is fixed."""
    import shapely

    rings = list(blocks)
    polygons = np.array([shapely.Polygon(ring) for ring, _ in rings])
    fixed = np.array([held for _, held in rings], dtype=bool)
    free = ~fixed if (~fixed).any() else fixed
    area = shapely.area(polygons[free])
    centre = (shapely.get_coordinates(shapely.centroid(polygons[free])) * area[:, None]).sum(axis=0) / area.sum()
    steps = [float(shapely.length(polygons[own]).sum()) / points for own in (free, fixed)]
    parts = [_along(ring, steps[int(held)], k) for k, (ring, held) in enumerate(rings)]
    at, along, length, owner = (np.concatenate([part[k] for part in parts]) for k in range(4))
    within = TOUCH * float(np.ptp(at, axis=0).max())
    seen, met = shapely.STRtree(polygons).query(shapely.points(at), predicate="dwithin", distance=within)
    other = owner[seen] != met
    touches_fixed, touches_free = np.zeros(len(at), dtype=bool), np.zeros(len(at), dtype=bool)
    touches_fixed[seen[other & fixed[met]]] = True
    touches_free[seen[other & ~fixed[met]]] = True
    kind = np.where(touches_fixed, SLIDE, np.where(touches_free, JOINT, FREE))
    kind = np.where(fixed[owner], GROUND, kind)
    kept = ~(fixed[owner] & touches_fixed)  # not what lies inside the ground
    share = np.where(kind == JOINT, 0.5, 1.0)  # both blocks of a joint have its edge
    return Lines(at[kept] - centre, along[kept], (share * length)[kept], kind[kept])


def _along(ring: Floats, step: float, owner: int) -> tuple[Floats, Floats, Floats, NDArray[np.int64]]:
    """Middles of equal parts of each edge, not longer than `step`; (cos 2q, sin 2q); their lengths; the block."""
    at, along, length = [], [], []
    for a, b in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        size = float(np.hypot(*(b - a)))
        if size == 0.0:
            continue
        count = max(4, int(np.ceil(size / step)))
        share = (np.arange(count) + 0.5) / count
        x, y = (b - a) / size
        at.append(a + share[:, None] * (b - a))
        along.append(np.tile([x * x - y * y, 2.0 * x * y], (count, 1)))
        length.append(np.full(count, size / count))
    found = np.concatenate(length)
    return np.concatenate(at), np.concatenate(along), found, np.full(len(found), owner)


@dataclass(frozen=True, eq=False)
class SectionCode:
    """centres (J, 2) [m], width (J,) [m] and kind (J,) of the Gaussians."""

    centres: Floats
    width: Floats
    kind: NDArray[np.int64]

    @classmethod
    def of(cls, sections: Sequence[Lines], seed: int = 0) -> "SectionCode":
        """Gaussians among the points of these sections."""
        rng = np.random.default_rng([seed, 19])
        centres, width, kinds = [], [], []
        for kind in (FREE, JOINT, SLIDE, GROUND):
            cloud = np.concatenate([own.points[own.kind == kind] for own in sections])
            if not len(cloud):
                continue
            found = _apart(cloud[rng.permutation(len(cloud))[:4000]], CENTRES)
            gaps = np.sqrt(((found[:, None] - found[None]) ** 2).sum(axis=-1) + np.diag(np.full(len(found), np.inf)))
            size = float(np.median(gaps.min(axis=1))) if len(found) > 1 else 1.0
            centres.append(found)
            width.append(np.full(len(found), REACH * max(size, 1e-12)))
            kinds.append(np.full(len(found), kind))
        return cls(np.concatenate(centres), np.concatenate(width), np.concatenate(kinds))

    @property
    def size(self) -> int:
        """Integrals of a section."""
        return 3 * len(self.centres)

    def embed(self, lines: Lines) -> Floats:
        """The integrals z (3 J,) of a section."""
        away = ((lines.points[:, None] - self.centres) ** 2).sum(axis=-1)
        near = np.exp(-0.5 * away / self.width**2) * (lines.kind[:, None] == self.kind)
        weighed = near * lines.length[:, None] / self.width
        return np.concatenate([weighed.sum(axis=0), (lines.along.T @ weighed).ravel()])


def _apart(cloud: Floats, count: int) -> Floats:
    """`count` points of a cloud, each as far as can be from those before it."""
    chosen = [0]
    far = ((cloud - cloud[0]) ** 2).sum(axis=1)
    while len(chosen) < min(count, len(cloud)) and far.max() > 0.0:
        chosen.append(int(far.argmax()))
        far = np.minimum(far, ((cloud - cloud[chosen[-1]]) ** 2).sum(axis=1))
    return np.asarray(cloud[chosen])


def sections_of(case: "Case", names: Sequence[str], numbers: Floats) -> list[Lines]:
    """The sections of variants of a case: `names` of all numbers, `numbers` (n, p)."""
    from harmony.case import Case

    moving = [k for k, name in enumerate(names) if moves_geometry(name)]
    rest = {key: value for key, value in case.resolved().items() if key not in BESIDE}
    case = Case.from_dict(rest, case.folder)
    known: dict[Any, Lines] = {}
    found = []
    for row in numbers[:, moving]:
        key = row.tobytes()
        if key not in known:
            values = {names[k]: float(value) for k, value in zip(moving, row, strict=True)}
            known[key] = lines_of(case.with_values(values) if values else case)
        found.append(known[key])
    return found
