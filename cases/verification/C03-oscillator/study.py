"""Two masses, three springs, each mass a participant that knows the other by the force of the middle spring.

m u_i'' = -k_i u_i - k_12 (u_i - u_j), constant mean acceleration (Newmark beta = 1/4, gamma = 1/2):
(m + h^2/4 k) a = -k (u_0 + h v_0 + h^2/4 a_0) + F_j, k = k_i + k_12, F_j = k_12 u_j.
"""

import numpy as np

import couplers
import harmony

OUTER, MIDDLE = 4 * np.pi**2, 16 * np.pi**2
ENERGY = 98.69604401


def exact(time):
    """u_1, u_2 [m]."""
    c1, c3 = np.cos(2 * np.pi * time), np.cos(6 * np.pi * time)
    return (c1 + c3) / 2, (c1 - c3) / 2


def _mass(name, other, u, other_u, time_step):
    k = OUTER + MIDDLE

    def step(state, inputs, h):
        u, v, a = state
        predicted = u + h * v + h * h / 4 * a
        new = (inputs[f"Force-{other}"][0] - k * predicted) / (1 + k * h * h / 4)
        state = np.array([predicted + h * h / 4 * new, v + h / 2 * (a + new), new])
        return state, {f"Force-{name}": MIDDLE * state[:1]}

    start = np.array([u, 0.0, MIDDLE * other_u - k * u])
    return couplers.CallableParticipant(name, step, {f"Force-{name}": [MIDDLE * u]}, start, time_step=time_step)


def coupled(window, steps=(1, 1), scheme="serial-implicit"):
    """Windows of `window` [s], `steps` of each mass in one."""
    masses = [
        _mass("Left", "Right", 1.0, 0.0, window / steps[0]),
        _mass("Right", "Left", 0.0, 1.0, window / steps[1]),
    ]
    return masses, couplers.Coupling(
        masses,
        [couplers.Exchange("Force-Left", "Left", "Right"), couplers.Exchange("Force-Right", "Right", "Left")],
        scheme=scheme,
        time_window_size=window,
        convergence=[couplers.Measure(limit=1e-10)] if "implicit" in scheme else (),
        acceleration="IQN-ILS" if "implicit" in scheme else None,
    )


def _at(window, until, **settings):
    masses, coupling = coupled(window, **settings)
    coupling.run(until=until)
    return np.array([mass.state for mass in masses])


def _order(steps, scheme="serial-implicit"):
    """log2 of the ratio of errors at 0.3 s of windows of 5 and 2.5 ms."""
    errors = [np.abs(_at(w, 0.3, steps=steps, scheme=scheme)[:, 0] - exact(0.3)).max() for w in (0.005, 0.0025)]
    return np.log2(errors[0] / errors[1])


def _energy(states):
    (u1, v1, _), (u2, v2, _) = states
    return (v1**2 + v2**2 + OUTER * (u1**2 + u2**2) + MIDDLE * (u1 - u2) ** 2) / 2


def run(case: harmony.Case) -> dict[str, float]:
    """Displacements [m], energy [J], and orders of convergence."""
    found = {}
    for time in (0.1, 0.5):
        u = _at(0.0005, time)[:, 0]
        found |= {f"u1.{time}": u[0], f"u2.{time}": u[1]}
    found["energy"] = _energy(_at(0.01, 1.0))
    found["drift"] = found["energy"] / ENERGY - 1.0
    found["order"] = _order((1, 1))
    found["order.parallel"] = _order((1, 1), "parallel-implicit")
    found["order.substeps"] = _order((2, 3))
    found["order.explicit"] = _order((1, 1), "serial-explicit")
    return found
