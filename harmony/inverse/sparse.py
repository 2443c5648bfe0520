"""Sparse polynomials of many normal scores, of which each answer needs a few: sparse polynomial chaos.

    a(xi) = sum_t w_t U_t(xi),   U_t = P_k(xi_i) P_l(xi_j)

P_1, P_2, P_3 are Legendre polynomials of 2 Phi(xi) - 1, orthonormal for xi ~ N(0, 1), bounded where a polynomial of xi
runs away; P_4 = xi, so that what is linear stays so, and P_5 = (xi^2 - 1) / sqrt 2. Terms are chosen one by one by
their correlation with what is left (orthogonal matching pursuit; Blatman & Sudret 2011 choose them by least angles),
first of single scores, then with products of those that were chosen, until samples that were held out gain no more.
"""

import itertools
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

__all__ = ["Polynomial", "choose"]

type Array = NDArray[np.float64]

KINDS = 6
"""1 and P_1 to P_5."""

ACTIVE = 14
"""Scores whose products are tried for one answer [-]."""

PRODUCTS = ((1, 1), (2, 1), (1, 2))
"""Degrees of the two factors of a product."""

SAMPLES_PER_TERM = 6
"""Samples for each term at least [-]."""

PATIENCE = 8
"""Terms in a row without a gain on what is held out, after which no more are added."""


def _univariate(xi: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """P_k (n, d, KINDS) of scores (n, d), and their derivatives."""
    w = 2.0 * torch.special.ndtr(xi) - 1.0
    slope = np.sqrt(2.0 / np.pi) * torch.exp(-0.5 * xi**2)
    one = torch.ones_like(xi)
    c1, c2, c3 = np.sqrt(3.0), np.sqrt(5.0) / 2.0, np.sqrt(7.0) / 2.0
    values = [one, c1 * w, c2 * (3.0 * w**2 - 1.0), c3 * (5.0 * w**3 - 3.0 * w), xi, (xi**2 - 1.0) / np.sqrt(2.0)]
    slopes = [0.0 * one, c1 * slope, c2 * 6.0 * w * slope, c3 * (15.0 * w**2 - 3.0) * slope, one, np.sqrt(2.0) * xi]
    return torch.stack(values, dim=-1), torch.stack(slopes, dim=-1)


class Polynomial(torch.nn.Module):
    """terms (T, 4): score and degree of both factors (degree 0: no second one); weights (T, answers)."""

    terms: torch.Tensor
    weights: torch.Tensor

    def __init__(self, count: int, answers: int) -> None:
        super().__init__()
        self.register_buffer("terms", torch.zeros(count, 4, dtype=torch.int64))
        self.register_buffer("weights", torch.zeros(count, answers, dtype=torch.float64))

    def forward(self, xi: torch.Tensor) -> torch.Tensor:
        """a (n, answers) of scores (n, d)."""
        U = _univariate(xi)[0]
        i, k, j, l = self.terms.T  # noqa: E741 - as in the formula above
        return (U[:, i, k] * U[:, j, l]) @ self.weights

    def jacobian(self, xi: torch.Tensor) -> torch.Tensor:
        """da / dxi (n, answers, d), score by score."""
        U, dU = _univariate(xi)
        found = xi.new_zeros(len(xi), self.weights.shape[1], xi.shape[1])
        i, k, j, l = self.terms.T  # noqa: E741 - as in the formula above
        for score in torch.unique(torch.cat([i, j[l > 0]])):
            first, second = i == score, (j == score) & (l > 0)
            part = (dU[:, i[first], k[first]] * U[:, j[first], l[first]]) @ self.weights[first]
            part = part + (U[:, i[second], k[second]] * dU[:, j[second], l[second]]) @ self.weights[second]
            found[:, :, score] = part
        return found


def choose(xi: Array, a: Array) -> tuple[Polynomial, Array]:
    """The polynomial of answers a (n, answers) at scores xi (n, d), and its constants (answers,)."""
    U = _univariate(torch.as_tensor(xi))[0].numpy()
    held = np.arange(len(xi)) % 5 == 2
    chosen = [_terms(U, column, held) for column in a.T]
    every = sorted({term for terms in chosen for term in terms})
    made = Polynomial(len(every), a.shape[1])
    made.terms.copy_(torch.tensor(every, dtype=torch.int64).reshape(-1, 4))
    constant = a.mean(axis=0)
    for k, terms in enumerate(chosen):
        design = np.column_stack([np.ones(len(xi)), *(_column(U, term) for term in terms)])
        solved = np.linalg.lstsq(design, a[:, k], rcond=None)[0]
        constant[k] = solved[0]
        for term, weight in zip(terms, solved[1:], strict=True):
            made.weights[every.index(term), k] = weight
    return made, constant


type Term = tuple[int, int, int, int]


def _column(U: Array, term: Term) -> Array:
    i, k, j, l = term  # noqa: E741 - as in the formula above
    return np.asarray(U[:, i, k] * U[:, j, l])


def _terms(U: Array, a: Array, held: NDArray[np.bool_]) -> list[Term]:
    """The terms of one answer (n,)."""
    single: list[Term] = [(i, k, 0, 0) for i in range(U.shape[1]) for k in range(1, KINDS)]
    first = _pursuit(U, single, a, held)
    active = list(dict.fromkeys(term[0] for term in first))[:ACTIVE]
    pairs = [(i, k, j, m) for i, j in itertools.combinations(active, 2) for k, m in PRODUCTS]
    return _pursuit(U, [term for term in single if term[0] in active] + pairs, a, held) if active else []


def _pursuit(U: Array, terms: Sequence[Term], a: Array, held: NDArray[np.bool_]) -> list[Term]:
    """Terms in the order in which they were chosen, up to the best on what is held out."""
    columns = np.stack([_column(U, term) for term in terms], axis=1)
    mean, centre = columns[~held].mean(axis=0), a[~held].mean()
    rest, columns = a - centre, columns - mean
    size = np.sqrt((columns[~held] ** 2).sum(axis=0)) + 1e-300
    basis: list[Array] = []
    order: list[int] = []
    best, count = float((rest[held] ** 2).mean()), 0
    while len(order) < min(len(a) // SAMPLES_PER_TERM, len(terms)) and len(order) - count < PATIENCE:
        gain = np.abs(columns[~held].T @ rest[~held]) / size
        gain[order] = -1.0
        j = int(gain.argmax())
        q = columns[:, j].copy()
        for b in basis:
            q -= (b[~held] @ columns[~held, j]) * b
        norm = float(np.linalg.norm(q[~held]))
        order.append(j)
        if norm < 1e-9 * size[j]:
            continue
        q /= norm
        basis.append(q)
        rest = rest - (q[~held] @ rest[~held]) * q
        missed = float((rest[held] ** 2).mean())
        if missed < best:
            best, count = missed, len(order)
    return [terms[j] for j in order[:count]]
