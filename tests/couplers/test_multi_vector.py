"""The Jacobian that IQN-IMVJ never forms is that of its formula, and forgets in good order."""

from collections.abc import Iterator

import numpy as np
import pytest

from couplers.accelerations.iqn_imvj import IQNIMVJ
from couplers.accelerations.secant_qr import SecantQR

N, COLUMNS = 12, 3


def windows(step: IQNIMVJ, count: int, rng: np.random.Generator) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Columns V, W (n, m) of each window, those of x -> B x + a mild curve, which `step` is fed with."""
    B = rng.normal(size=(N, N)) / N
    for _ in range(count):
        load, x = rng.normal(size=N), rng.normal(size=N)
        seen = []
        for k in range(COLUMNS + 1):
            f = B @ x + load + 0.01 * x**3
            seen.append((f - x, f))
            if k < COLUMNS:
                step.next(x, f)
                x = x + rng.normal(size=N)
        step.end_window(x, f)
        r, f = (np.array(part) for part in zip(*seen, strict=True))
        yield np.diff(r, axis=0).T, np.diff(f, axis=0).T


def test_it_is_the_dense_one_as_long_as_nothing_is_forgotten() -> None:
    rng = np.random.default_rng(3)
    step = IQNIMVJ(time_windows_reused=4)
    J = np.zeros((N, N))
    for V, W in windows(step, 4, rng):
        J = J + (W - J @ V) @ np.linalg.pinv(V)
        np.testing.assert_allclose(step._times(np.eye(N)).T, J, atol=1e-11)


def test_the_newest_columns_are_explained_whatever_is_forgotten() -> None:
    step = IQNIMVJ(time_windows_reused=2)
    for V, W in windows(step, 7, np.random.default_rng(4)):
        np.testing.assert_allclose(step._times(V.T).T, W, atol=1e-10)
        assert len(step._jacobian) <= 2


@pytest.mark.parametrize("kind", ["QR1", "QR2", "none"])
@pytest.mark.parametrize("gap", [1.0, 1e-5, 1e-9, 0.0])
def test_columns_that_grow_give_the_least_squares_of_all(kind: str, gap: float) -> None:
    """Q, R and the inverse that grow with their columns, also where one hardly differs from the others."""
    rng = np.random.default_rng(5)
    secants, before = SecantQR(N, 20), np.zeros(N)
    V: list[np.ndarray] = []
    for k in range(5):
        r = rng.normal(size=N) if k < 4 else before + V[0] + 0.5 * V[1] + gap * rng.normal(size=N)
        if k:
            v, w = r - before, rng.normal(size=N)
            V.append(v)
            secants.add(v, w, r, float(v @ v))
        step = secants.step(r, 1e-7, kind)
        before = r
    kept = V if gap > 1e-8 or (kind == "none" and gap > 0.0) else V[1:]
    c = np.linalg.lstsq(np.array(kept).T, -r, rcond=None)[0]
    accuracy = 1e-10 if gap in (1.0, 0.0) else 1e-4
    np.testing.assert_allclose(secants.remainder(r), r + np.array(kept).T @ c, atol=accuracy * np.linalg.norm(r))
    columns, _, Z = secants.with_inverse(1e-7, kind)
    np.testing.assert_allclose(Z @ columns.T, np.eye(secants.m), atol=1e-5)
    assert step is not None
