"""A factorisation that grows and forgets column by column is that of the columns that are left."""

import numpy as np
import pytest

from couplers.accelerations import Anderson
from couplers.accelerations.qr_filter import least_squares
from couplers.accelerations.secant_qr import SecantQR

N = 30


@pytest.mark.parametrize("spread", [0.0, 6.0])  # decades between the sizes of the columns
@pytest.mark.parametrize("most", [1, 2, 5])
def test_forgetting_the_oldest_column_leaves_the_least_squares_of_the_others(most, spread):
    rng = np.random.default_rng(7)
    secants, V, W = SecantQR(N, most), [], []
    r = rng.normal(size=N)
    for k in range(25):
        v, w = rng.normal(size=(2, N)) * 10.0 ** (-spread * k / 25)
        r = r + v
        secants.add(v, w, r, float(v @ v))
        V, W = [*V, v][-most:], [*W, w][-most:]
        step = secants.step(r, 1e-10, "QR2")
        assert step is not None
        c = np.linalg.lstsq(np.array(V).T, -r, rcond=None)[0]
        np.testing.assert_allclose(step, c @ np.array(W), rtol=1e-9, atol=1e-12 * np.abs(W).max() * np.abs(c).max())
        assert secants.windows == (len(V),)


def mixed(x, f, history, depth, mixing):
    """The formula of Walker and Ni with all differences formed anew."""
    history.append((x, f - x))
    X, D = (np.diff(np.array(part), axis=0)[-depth:][::-1].T for part in zip(*history, strict=True))
    keep, c = least_squares(D, history[-1][1], 1e-10) if len(history) > 1 else ([], np.empty(0))
    return x + mixing * (f - x) + (X[:, keep] + mixing * D[:, keep]) @ c if len(keep) else x + mixing * (f - x)


@pytest.mark.parametrize("depth", [1, 3, 10])
def test_mixing_is_that_of_its_formula(depth):
    rng = np.random.default_rng(2)
    A, b = 0.9 * np.linalg.qr(rng.normal(size=(N, N)))[0], rng.normal(size=N)
    step, x, y, history = Anderson(depth=depth, mixing=0.3), np.zeros(N), np.zeros(N), []
    for _ in range(20):
        x, y = step.next(x, A @ x + b), mixed(y, A @ y + b, history, depth, 0.3)
        np.testing.assert_allclose(x, y, rtol=1e-8, atol=1e-8)
