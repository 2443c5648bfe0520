"""A linear interface problem that every scheme and acceleration must solve: x = f(x) between two participants."""

import numpy as np
import pytest

import couplers


@pytest.fixture
def pair():
    """Make two participants, stiffnesses K (given displacement) and F (given force), and a coupling of them."""

    def make(n=6, strength=0.7, seed=1, steps=(None, None), energy=(), **settings):
        rng = np.random.default_rng(seed)
        A, B = (rng.normal(size=(n, n)) for _ in range(2))
        K, S = A @ A.T + n * np.eye(n), B @ B.T + n * np.eye(n)
        K *= strength / np.abs(np.linalg.eigvals(np.linalg.solve(S, K))).max()
        load = rng.normal(size=n)
        first = couplers.CallableParticipant(
            "D", lambda s, i, dt: {"Force": K @ i["Motion"]}, {"Force": np.zeros(n)}, time_step=steps[0]
        )
        second = couplers.CallableParticipant(
            "N",
            lambda s, i, dt: (s + dt, {"Motion": np.linalg.solve(S, (s + dt) * load - i["Force"])}),
            {"Motion": np.zeros(n)},
            0.0,
            time_step=steps[1],
        )
        settings = {"scheme": "serial-implicit", "time_window_size": 1.0, "max_time": 1.0} | settings
        coupling = couplers.Coupling(
            [first, second],
            [couplers.Exchange("Force", "D", "N"), couplers.Exchange("Motion", "N", "D")],
            energy=energy,
            **settings,
        )
        return coupling, np.linalg.solve(K + S, load)

    return make
