"""The elastic tube of preCICE's tutorial elastic-tube-1d: a fluid in a tube, a wall that gives way.

Degroote, Bruggeman, Haelterman and Vierendeels 2008, eqs. (13) to (15), implicit Euler. A_(i+1/2), v_(i+1/2) are means
of two nodes:

    dx/h (v A - v_0 A_0)_i + [A_(i+1/2) v_(i+1/2) v_i]_(i-1/2)^(i+1/2)
        + 1/2 (A_(i-1/2) (p_i - p_(i-1)) + A_(i+1/2) (p_(i+1) - p_i)) = 0
    dx/h (A - A_0)_i + [A_(i+1/2) v_(i+1/2)]_(i-1/2)^(i+1/2) = 0

v at the inlet is given, p there and v at the outlet are linear, p at the outlet reflects nothing. The wall:
A = A_ref ((p_ref - 2 c^2) / (p - 2 c^2))^2.
"""

import numpy as np
from scipy.linalg import solve_banded

LENGTH, NODES = 10.0, 101
YOUNG, RADIUS = 1.0e4, 1.0 / np.sqrt(np.pi)
SPEED_SQUARED = YOUNG / 2.0 / RADIUS
AREA = 1.0

NEWTON = 1e-10
"""Residual over the norm of the unknowns at which Newton's iteration ends, as in the tutorial."""
BAND = 4


def points():
    """Nodes of both, (101, 2) m."""
    return np.column_stack([np.linspace(0.0, LENGTH, NODES), np.zeros(NODES)])


def inlet_speed(time):
    """m/s."""
    return 10.0 + 3.0 * np.sin(10.0 * np.pi * time)


def wall(pressure):
    """Cross section [m2] under a pressure [Pa over the density of the fluid]."""
    return AREA * (2.0 * SPEED_SQUARED / (pressure - 2.0 * SPEED_SQUARED)) ** 2


def fluid(speed_old, pressure_old, area_old, area, h, inlet):
    """Speed and pressure at the end of a step, each (101,)."""
    v, p = speed_old.copy(), pressure_old.copy()
    n, dx = NODES, LENGTH / (NODES - 1)
    mid = (area[1:] + area[:-1]) / 2
    while True:
        vm = (v[1:] + v[:-1]) / 2
        momentum, mass = mid * vm * v[:-1], mid * vm
        res = np.zeros((n, 2))
        res[1:-1, 0] = dx / h * (v * area - speed_old * area_old)[1:-1] + np.diff(momentum)
        res[1:-1, 0] += 0.5 * (mid[:-1] * np.diff(p)[:-1] + mid[1:] * np.diff(p)[1:])
        res[1:-1, 1] = dx / h * (area - area_old)[1:-1] + np.diff(mass)
        res[0] = v[0] - inlet, p[0] - 2 * p[1] + p[2]
        root = np.sqrt(SPEED_SQUARED - pressure_old[-1] / 2) - (v[-1] - speed_old[-1]) / 4
        res[-1] = v[-1] - 2 * v[-2] + v[-3], p[-1] - 2 * (SPEED_SQUARED - root**2)
        if np.linalg.norm(res) < NEWTON * np.sqrt(v @ v + p @ p):
            return v, p
        step = solve_banded((BAND, BAND), _jacobian(v, area, mid, vm, dx / h, root), -res.reshape(-1))
        v, p = v + step[0::2], p + step[1::2]


def _jacobian(v, area, mid, vm, rate, root):
    """Rows (momentum, mass) of each node, unknowns (v, p) of each node; a[u + i - j, j] as solve_banded takes it."""
    n = NODES
    band = np.zeros((2 * BAND + 1, 2 * n))

    def put(rows, columns, values):
        band[BAND + rows - columns, columns] = values

    i = np.arange(1, n - 1)
    left, right = mid[i - 1], mid[i]
    put(2 * i, 2 * (i - 1), -left * (vm[i - 1] + v[i - 1] / 2))
    put(2 * i, 2 * i, rate * area[i] + right * (vm[i] + v[i] / 2) - left * v[i - 1] / 2)
    put(2 * i, 2 * (i + 1), right * v[i] / 2)
    put(2 * i, 2 * (i - 1) + 1, -left / 2)
    put(2 * i, 2 * i + 1, (left - right) / 2)
    put(2 * i, 2 * (i + 1) + 1, right / 2)
    put(2 * i + 1, 2 * (i - 1), -left / 2)
    put(2 * i + 1, 2 * i, (right - left) / 2)
    put(2 * i + 1, 2 * (i + 1), right / 2)
    for row, column, value in (
        (0, 0, 1.0),
        (1, 1, 1.0),
        (1, 3, -2.0),
        (1, 5, 1.0),
        (2 * n - 2, 2 * n - 2, 1.0),
        (2 * n - 2, 2 * n - 4, -2.0),
        (2 * n - 2, 2 * n - 6, 1.0),
        (2 * n - 1, 2 * n - 1, 1.0),
        (2 * n - 1, 2 * n - 2, -root),
    ):
        put(row, column, value)
    return band
