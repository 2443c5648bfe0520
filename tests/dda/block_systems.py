"""Synthetic systems as a step makes them: A = 2 M / dt^2 + K + sum of k r r^T over the rows of contacts."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse

WIDTH, HEIGHT, DENSITY, YOUNG, DT = 1.0, 0.5, 2500.0, 1e9, 1e-3  # m, m, kg/m3, Pa, s


@dataclass
class BlockSystem:
    """diagonal (n, 6, 6), off (m, 6, 6) for the pairs (m, 2), rhs (n, 6)."""

    diagonal: np.ndarray
    pairs: np.ndarray
    off: np.ndarray
    rhs: np.ndarray

    def sparse(self) -> scipy.sparse.csc_matrix:
        """The whole matrix, (6 n, 6 n)."""
        i, j = self.pairs.T
        row = np.concatenate([np.arange(len(self.diagonal)), i, j])
        column = np.concatenate([np.arange(len(self.diagonal)), j, i])
        blocks = np.concatenate([self.diagonal, self.off, self.off.transpose(0, 2, 1)])
        six = np.arange(6)
        rows = np.broadcast_to(6 * row[:, None, None] + six[:, None], blocks.shape)
        columns = np.broadcast_to(6 * column[:, None, None] + six[None, :], blocks.shape)
        size = self.rhs.size
        return scipy.sparse.coo_matrix((blocks.ravel(), (rows.ravel(), columns.ravel())), shape=(size, size)).tocsc()

    def residual(self, x: np.ndarray) -> float:
        """|b - A x| / |b|"""
        return float(np.linalg.norm(self.rhs.ravel() - self.sparse() @ x.ravel()) / np.linalg.norm(self.rhs))


def motion(d: np.ndarray, n: np.ndarray) -> np.ndarray:
    """r with r . (u, v, r0, ex, ey, gxy) = n . displacement at the offset d from the centroid."""
    return np.array([n[0], n[1], d[0] * n[1] - d[1] * n[0], d[0] * n[0], d[1] * n[1], (d[1] * n[0] + d[0] * n[1]) / 2])


def inertia() -> np.ndarray:
    """2 M / dt^2 + K of one brick."""
    sx, sy = WIDTH**2 / 12, HEIGHT**2 / 12
    m = np.diag([1, 1, sx + sy, sx, sy, (sx + sy) / 4])
    m[2, 5] = m[5, 2] = (sx - sy) / 2
    k = np.zeros((6, 6))
    k[3:5, 3:5] = [[1, 0.25], [0.25, 1]]
    k[5, 5] = 0.375
    return WIDTH * HEIGHT * (2 * DENSITY / DT**2 * m + YOUNG / (1 - 0.25**2) * k)


def bricks(
    columns: int, courses: int, stiffness: float, *, seed: int = 1, free: int = -1, shuffled: bool = False
) -> BlockSystem:
    """A wall in running bond on fixed ground; each contact spring is `stiffness` times the inertia term.

    A tenth of the contacts are open, a tenth slide. The block `free` touches nothing. One course is a chain.
    """
    rng = np.random.default_rng(seed)
    count = columns * courses
    name = rng.permutation(count) if shuffled else np.arange(count)
    centre = np.array([(i + j % 2 / 2, j * HEIGHT) for j in range(courses) for i in range(columns)]) * [WIDTH, 1.0]
    diagonal = np.repeat(inertia()[None], count, axis=0)
    off: dict[tuple[int, int], np.ndarray] = {}
    rhs = np.zeros((count, 6))
    rhs[:, 1] = -9.81 * DENSITY * WIDTH * HEIGHT

    def touch(a: int, b: int, point: np.ndarray, normal: np.ndarray) -> None:
        if free in (a, b):
            return
        low, high = sorted((name[a], name[b])) if b >= 0 else (-1, -1)
        if b >= 0:
            off.setdefault((low, high), np.zeros((6, 6)))
        draw = rng.random()
        if draw < 0.1 and b >= 0:
            return
        for k, n in ((1.0, normal), (0.4 if draw > 0.2 else 0.0, np.array([-normal[1], normal[0]]))):
            k *= stiffness * 2 * DENSITY * WIDTH * HEIGHT / DT**2
            r = {int(name[a]): motion(point - centre[a], n)}
            if b >= 0:
                r[int(name[b])] = -motion(point - centre[b], n)
                off[low, high] += k * np.outer(r[low], r[high])
            for block, v in r.items():
                diagonal[block] += k * np.outer(v, v)
                rhs[block] += 1e-5 * k * draw * v

    half, up, right = HEIGHT / 2, np.array([0.0, 1.0]), np.array([1.0, 0.0])
    for a in range(count):
        x, y = centre[a]
        if (a + 1) % columns:
            for side in (-half, half):
                touch(a, a + 1, np.array([x + WIDTH / 2, y + side]), right)
        if a < columns:
            for side in (-0.5, 0.5):
                touch(a, -1, np.array([x + side * WIDTH, y - half]), up)
        for b in range((a // columns + 1) * columns, min(count, (a // columns + 2) * columns)):
            low, high = max(x, centre[b, 0]) - WIDTH / 2, min(x, centre[b, 0]) + WIDTH / 2
            for end in (low, high) if high - low > 1e-9 * WIDTH else ():
                touch(a, b, np.array([end, y + half]), up)
    keys = sorted(off)
    return BlockSystem(
        diagonal,
        np.array(keys, dtype=np.int32).reshape(-1, 2),
        np.array([off[k] for k in keys]).reshape(-1, 6, 6),
        rhs,
    )
