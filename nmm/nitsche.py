"""Nitsche's stiffness of supports and seams, large enough for a positive form on every cut."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nmm.rows import Rows

if TYPE_CHECKING:
    from nmm.equations import Equations

__all__ = ["stabilised"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

# Nitsche's stiffness over the trace constant of its aggregate [-] (see `stabilised`). Above 1 the form is positive for
# every cut; at 2 half of the energy is left. Larger only stiffens the matrix.
NITSCHE = 3.0


def stabilised(equations: "Equations", conditions: list[Rows]) -> list[Rows]:
    """Nitsche's stiffness: NITSCHE sum_s 2 c_s^2 lambda_s over the sides s of a seam, NITSCHE lambda on a boundary.

    An aggregate is a root with the slivers that are tied to it; lambda is the largest int |t(u)|^2 ds over all its
    conditions against its energy. With int |t|^2 <= lambda energy on every aggregate the form stays positive.
    """
    nitsche = [r for r in conditions if r.flux.any()]
    if not nitsche:
        return conditions
    root, count = equations.aggregates.root, equations.manifold.count
    aggregate = _aggregate(equations)
    element = np.concatenate([r.faces.elements[:, s] for r in nitsche for s in (0, 1)])
    ends = np.concatenate([e for r in nitsche for e in (r.faces.ends, r.faces.ends[:, [2, 3, 0, 1]])])
    direction = np.concatenate([r.direction for r in nitsche for _ in (0, 1)])
    weight = np.concatenate([r.flux[:, s] for r in nitsche for s in (0, 1)])
    used = np.flatnonzero((element >= 0) & (weight > 0.0))
    groups, group = np.unique(aggregate[element[used]], return_inverse=True)
    by_group = used[np.argsort(group, kind="stable")]
    members = np.flatnonzero(np.isin(aggregate, groups))
    members = members[np.argsort(aggregate[members], kind="stable")]
    rows, table = equations.material_table
    constants = equations.space.core.trace_constants(
        np.searchsorted(aggregate[members], [*groups, count + 1]).astype(np.int32),
        members.astype(np.int32),
        np.where(equations.single, np.arange(count), root)[members].astype(np.int32),
        equations.ghosts[members],
        np.searchsorted(np.sort(group), np.arange(len(groups) + 1)).astype(np.int32),
        element[by_group].astype(np.int32),
        np.ascontiguousarray(ends[by_group]),
        np.ascontiguousarray(direction[by_group]),
        rows.astype(np.int32),
        table,
    )
    of_group = np.zeros(count + 1)
    of_group[groups] = constants
    return [r if not r.flux.any() else _with_stiffness(r, of_group, aggregate) for r in conditions]


def _aggregate(equations: "Equations") -> Index:
    """Number of the aggregate of each element, (m,): its root, or the first element of a cover of its own."""
    first = np.full(int(equations.space.covers.max()) + 1, equations.manifold.count)
    np.minimum.at(first, equations.space.covers[:, 0], np.arange(equations.manifold.count))
    return np.where(equations.single, first[equations.space.covers[:, 0]], equations.aggregates.root)


def _with_stiffness(r: Rows, constants: Array, aggregate: Index) -> Rows:
    group = np.where(r.faces.elements >= 0, aggregate[r.faces.elements], -1)
    share = np.where(r.faces.elements[:, 1] >= 0, 2.0, 1.0)
    stiffness = NITSCHE * share * (r.flux**2 * constants[group]).sum(axis=1)
    return Rows(r.faces, r.direction, stiffness, r.flux, r.given)
