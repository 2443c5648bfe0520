"""Pieces of the graph of neighbours, by PETSc with PTScotch: few neighbours apart, equally many blocks on each rank.

The vertices are the moving blocks, an edge joins two whose boxes lie within a small distance. The graph (not the model:
some 50 bytes a block) goes to the first rank, which cuts it, because PTScotch on several ranks does not give the same
pieces twice, and a run must. Where the pieces along the curve part fewer neighbours, or those of the graph are uneven,
those of the curve stay.
"""

import ctypes
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["graph_owners"]

type Index = NDArray[np.int64]

NEAR = 0.05
"""Distance of boxes up to which blocks are neighbours, of the mean block [-]: contacts now, and soon."""
UNEVEN = 1.10
"""Most blocks of a rank over the mean from which pieces are refused [-]."""


def graph_owners(
    comm: Any, rows: NDArray[Any], others: NDArray[Any], size: float, bolts: Sequence[tuple[int, int]]
) -> tuple[Index, str]:
    """The ranks of the blocks `rows`, which this rank owns by the curve, and how they were found, in words.

    others: rows of the blocks around them; size: of a usual block [m]. All ranks must call.
    """
    moving = rows["moving"]
    told = comm.gather((rows[moving][["number", "holder"]], _neighbours(rows, others, NEAR * size)), root=0)
    answer = None
    if told is not None:
        answer = _cut([blocks for blocks, _ in told], np.concatenate([pairs for _, pairs in told]), bolts)
    found, words = comm.scatter([(owner, answer[1]) for owner in answer[0]] if answer else None, root=0)
    owner = np.full(len(rows), comm.rank, dtype=np.int64)
    owner[moving] = found
    return owner, words


def _neighbours(rows: NDArray[Any], others: NDArray[Any], distance: float) -> Index:
    """Numbers (n, 2) of moving blocks whose boxes are no further apart, the first of them in `rows`."""
    import shapely

    here, there = rows[rows["moving"]], np.concatenate([rows, others])
    there = there[there["moving"]]
    if not len(here) or not len(there):
        return np.zeros((0, 2), np.int64)
    box = here["box"] + distance * np.array([-1.0, -1.0, 1.0, 1.0])
    a, b = shapely.STRtree(shapely.box(*there["box"].T)).query(shapely.box(*box.T))
    pairs = np.column_stack([here["number"][a], there["number"][b]])
    return np.asarray(pairs[pairs[:, 0] != pairs[:, 1]])


def _cut(told: list[NDArray[Any]], pairs: Index, bolts: Sequence[tuple[int, int]]) -> tuple[list[Index], str]:
    """On the first rank: the owners of the blocks that each rank told of, in their order."""
    blocks = np.concatenate(told)
    ranks = len(told)
    by_curve = np.repeat(np.arange(ranks), [len(rows) for rows in told])
    order = np.argsort(blocks["number"])
    numbers = blocks["number"][order]
    edges = np.searchsorted(numbers, pairs)
    curve = by_curve[order]
    owner, words = _chosen(curve, edges, blocks["holder"][order], ranks, _tied(bolts, numbers))
    back = np.empty_like(owner)
    back[order] = owner
    return np.split(back, np.cumsum([len(rows) for rows in told])[:-1]), words


def _chosen(curve: Index, edges: Index, holder: Index, ranks: int, tied: Sequence[Index]) -> tuple[Index, str]:
    """The pieces of the graph, or those of the curve where these are no worse."""
    if ranks == 1 or len(curve) < ranks:
        return curve, "Hilbert curve"
    found = _ptscotch(len(curve), edges, ranks)
    if isinstance(found, str):
        return curve, f"Hilbert curve, as {found}"
    for cluster in tied:
        found[cluster] = found[cluster[0]]
    parted, parted_curve = (int((of[edges[:, 0]] != of[edges[:, 1]]).sum()) // 2 for of in (found, curve))
    uneven = float(np.bincount(found, minlength=ranks).max() * ranks / len(found))
    if uneven > UNEVEN:
        return curve, f"Hilbert curve, as the pieces of the graph are uneven ({uneven:.2f})"
    if parted >= parted_curve:
        return curve, f"Hilbert curve, which parts {parted_curve} neighbours, the graph of PTScotch {parted}"
    return _renamed(
        found, holder, ranks
    ), f"graph by PTScotch, which parts {parted} neighbours, the curve {parted_curve}"


def _renamed(owner: Index, holder: Index, ranks: int) -> Index:
    """The pieces named after the ranks that have most of their blocks already."""
    common = np.zeros((ranks, ranks))
    np.add.at(common, (owner, holder), 1.0)
    name = np.zeros(ranks, dtype=np.int64)
    for _ in range(ranks):
        piece, rank = np.unravel_index(np.argmax(common), common.shape)
        name[piece] = rank
        common[piece, :], common[:, rank] = -1.0, -1.0
    return np.asarray(name[owner])


def _tied(bolts: Sequence[tuple[int, int]], numbers: Index) -> list[Index]:
    """Places of the moving blocks that bolts hold together, directly or through others."""
    from dda.parallel.partition import clusters

    places = np.searchsorted(numbers, np.array(bolts, dtype=np.int64).reshape(-1, 2))
    inside = np.minimum(places, len(numbers) - 1)
    moving = (numbers[inside] == np.array(bolts, dtype=np.int64).reshape(-1, 2)).all(axis=1)
    return clusters(len(numbers), [(int(a), int(b)) for a, b in places[moving]])


def _ptscotch(count: int, edges: Index, pieces: int) -> Index | str:
    """The piece of each vertex, the same in every run; or why there is none."""
    from dda.parallel.petsc import load

    PETSc = load()
    if not _reset():
        return "PETSc has no PTScotch here that gives the same pieces twice"
    edges = np.unique(edges, axis=0)
    start = np.searchsorted(edges[:, 0], np.arange(count + 1)).astype(np.int32)
    ones = np.ones(len(edges))
    matrix = PETSc.Mat().createAIJ(
        (count, count), csr=(start, edges[:, 1].astype(np.int32), ones), comm=PETSc.COMM_SELF
    )
    adjacency = matrix.convert("mpiadj")
    cutter, found = PETSc.MatPartitioning().create(PETSc.COMM_SELF), PETSc.IS().create(PETSc.COMM_SELF)
    try:
        cutter.setAdjacency(adjacency)
        cutter.setType("ptscotch")
        cutter.setOptionsPrefix("harmony_")
        options = PETSc.Options()
        options["harmony_mat_partitioning_nparts"] = pieces
        cutter.setFromOptions()
        options.delValue("harmony_mat_partitioning_nparts")
        cutter.apply(found)
        return np.asarray(found.getIndices(), dtype=np.int64).copy()
    except PETSc.Error as error:
        return f"PETSc cannot cut the graph (error {error.ierr})"
    finally:
        for thing in (found, cutter, adjacency, matrix):
            thing.destroy()


def _reset() -> bool:
    """Put Scotch's random numbers to their beginning; False where its library cannot be found."""
    with suppress(OSError, AttributeError, StopIteration):
        maps = Path("/proc/self/maps").read_text().splitlines()
        path = next(line.split()[-1] for line in maps if "/libscotch.so" in line or "/libscotch-" in line)
        ctypes.CDLL(path).SCOTCH_randomReset()
        return True
    return False
