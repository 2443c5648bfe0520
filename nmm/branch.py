"""The branch functions of a crack tip: what the displacement does where no polynomial can follow.

Williams (1957): around the tip of a traction-free crack the displacement is a sum of terms of order n/2. Those of odd n
jump across the crack; each component is a combination of four functions,

    psi = chi(rho) rho^(n/2) {sin(n theta / 2), cos(n theta / 2), sin((n/2 - 2) theta), cos((n/2 - 2) theta)},

rho = r / R. n = 1 spans the four Westergaard functions sqrt(r) {sin, cos}(theta / 2) {1, sin theta}. The cut-off chi
takes them to zero at rho = 1 with three continuous derivatives, and leaves the tip alone: 1 - chi = O(rho^4).
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["TERMS", "branch_functions", "cut_off"]

type Array = NDArray[np.float64]

TERMS = (1, 3, 5)
"""Orders n of the terms: r^(1/2), r^(3/2), r^(5/2). What is left, r^(7/2), no order 0, 1 or 2 of the covers notices."""


def cut_off(rho: Array) -> tuple[Array, Array]:
    """chi = 1 - 35 rho^4 + 84 rho^5 - 70 rho^6 + 20 rho^7 inside rho = 1, 0 outside; and d chi / d rho."""
    s = np.minimum(rho, 1.0)
    chi = 1 - s**4 * (35 - 84 * s + 70 * s**2 - 20 * s**3)
    return chi, -140 * (s * (1 - s)) ** 3


def branch_functions(radius: Array, angle: Array, size: float, terms: tuple[int, ...] = TERMS) -> tuple[Array, ...]:
    """Values (n, 4 t), derivatives along and across the ray (n, 4 t) [1/m], at r (n,) [m] and theta (n,) [rad].

    size: R [m]. r must not be zero.
    """
    rho = (radius / size)[:, None]
    chi, slope = cut_off(rho)
    f, f_r, f_t = [], [], []
    for n in terms:
        power = rho ** (n / 2)
        g = chi * power
        g_r = (slope + n / 2 * chi / rho) * power / size
        for m in (n / 2, n / 2 - 2):
            s, c = np.sin(m * angle)[:, None], np.cos(m * angle)[:, None]
            f += [g * s, g * c]
            f_r += [g_r * s, g_r * c]
            f_t += [g * m * c / (rho * size), -g * m * s / (rho * size)]
    return np.hstack(f), np.hstack(f_r), np.hstack(f_t)
