"""Dependence among parameters: a Gaussian copula. Each prior keeps its own distribution.

    z = A xi,  xi ~ N(0, I),  diag(A A^T) = 1,    u_i = Phi(z_i),    theta_i = F_i^-1(u_i)

A is the Cholesky factor of the correlation matrix; for a field that is cut to its leading modes their matrix, its rows
scaled to unit length.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dda.errors import InputError, explain
from harmony.learning.modes import KERNELS, distances, karhunen_loeve

if TYPE_CHECKING:
    from harmony.case.parameters import CorrelationData

__all__ = ["copula_factor"]

LEAST_EIGENVALUE = 1e-10
"""Least eigenvalue of a correlation matrix [-]; below it priors contradict each other."""


def copula_factor(names: Sequence[str], correlations: "Sequence[CorrelationData]") -> np.ndarray:
    """A, shape (p, p): normal scores z = A xi of the parameters `names` from independent ones."""
    matrix = np.eye(len(names))
    for item in correlations:
        rows = [names.index(name) for name in item.between]
        block = _among(item)
        for a, row in enumerate(rows):
            for b, column in enumerate(rows):
                if a != b and matrix[row, column] not in (0.0, block[a, b]):
                    raise _contradiction(item.between[a], item.between[b], "given twice, with different values")
                matrix[row, column] = block[a, b]
    least = float(np.linalg.eigvalsh(matrix).min()) if len(names) else 1.0
    if least < LEAST_EIGENVALUE:
        one, other = correlations[0].between[:2]
        raise _contradiction(one, other, f"their matrix has the eigenvalue {least:.2g}, no priors can be so")
    factor = np.linalg.cholesky(matrix)
    for item in correlations:
        if item.modes is not None:
            rows = [names.index(name) for name in item.between]
            others = [k for k in range(len(names)) if k not in rows]
            if np.abs(matrix[np.ix_(rows, others)]).max(initial=0.0) > 0.0:
                raise _contradiction(item.between[0], item.between[1], "a field cut to modes, correlated with others")
            columns = karhunen_loeve(matrix[np.ix_(rows, rows)], np.ones(len(rows)), item.modes)
            columns /= np.linalg.norm(columns, axis=1, keepdims=True)
            factor[rows, :] = 0.0
            factor[np.ix_(rows, rows[: columns.shape[1]])] = columns
    return factor


def _among(item: "CorrelationData") -> np.ndarray:
    count = len(item.between)
    if item.positions is None:
        assert item.coefficient is not None, "the schema gives coefficient or positions"
        return np.asarray(np.where(np.eye(count) > 0.0, 1.0, item.coefficient))
    assert item.length is not None, "the schema gives positions their length"
    return np.asarray(KERNELS[item.kernel](distances(np.array(item.positions)) / item.length))


def _contradiction(one: str, other: str, got: str) -> InputError:
    return InputError(
        explain(
            "correlations that cannot hold",
            where=f"correlations: between {one} and {other}",
            expected="coefficients that make a positive definite matrix",
            got=got,
            do="take correlations away, or make them smaller",
        )
    )
