"""Partitioned heat conduction: u_t - div grad u = f on [0, 2] x [0, 1], cut at x = 1, u = 1 + x^2 + 3 y^2 + 1.2 t.

Biquadratic elements, which hold u, and implicit Euler, exact for u linear in t: (M / h + K) u = M (u_0 / h + f) + q.
On a regular mesh M = M_y x M_x and K = M_y x K_x + K_y x M_x from the matrices of quadratic elements on a line. The
Dirichlet side (left) takes the temperature of the interface and gives the heat flux through it, as the nodal sums
q_i = int du/dx phi_i of its equations; the Neumann side takes -q.
"""

import numpy as np
from scipy.sparse import csr_array, kron
from scipy.sparse.linalg import splu

import couplers
import harmony

ALPHA, BETA = 3.0, 1.2
STEP, END = 0.1, 1.0
CELLS = 5
SOURCE = BETA - 2.0 - 2.0 * ALPHA


def exact(points, time):
    """Temperature at points (n, 2)."""
    x, y = points.T
    return 1.0 + x**2 + ALPHA * y**2 + BETA * time


def line(cells, begin):
    """Nodes, mass and stiffness of quadratic elements on [begin, begin + 1]."""
    h, n = 1.0 / cells, 2 * cells + 1
    mass = h / 30 * np.array([[4, 2, -1], [2, 16, 2], [-1, 2, 4]])
    stiffness = 1 / (3 * h) * np.array([[7, -8, 1], [-8, 16, -8], [1, -8, 7]])
    M, K = np.zeros((n, n)), np.zeros((n, n))
    for first in range(0, n - 1, 2):
        own = slice(first, first + 3)
        M[own, own] += mass
        K[own, own] += stiffness
    return np.linspace(begin, begin + 1.0, n), csr_array(M), csr_array(K)


class Half:
    """One unit square from `begin`; where="left" or "right" of the interface. A participant."""

    def __init__(self, name, begin, where, cells, step):
        self.name, self.time_step = name, step
        x, Mx, Kx = line(cells, begin)
        y, My, Ky = line(cells, 0.0)
        self.points = np.array([(a, b) for b in y for a in x])
        self.M, self.K = kron(My, Mx).tocsr(), (kron(My, Kx) + kron(Ky, Mx)).tocsr()
        px, py = self.points.T
        on_interface = (px == 1.0) & (py > 0.0) & (py < 1.0)
        outer = (py == 0.0) | (py == 1.0) | (px == (0.0 if where == "left" else 2.0))
        self.interface = np.flatnonzero(on_interface)
        self.held = np.flatnonzero(outer | on_interface) if where == "left" else np.flatnonzero(outer)
        self.free = np.setdiff1d(np.arange(len(self.points)), self.held)
        self.time, self.u = 0.0, exact(self.points, 0.0)
        self.flux = np.zeros(len(self.points))
        self._solvers = {}

    def initialize(self):
        """The flux at the start, du/dx = 2."""
        self.flux = self.K @ self.u - self.M @ np.full(len(self.u), SOURCE - BETA)

    def mesh(self, data):
        """Nodes of the interface, the same for both data."""
        return couplers.Mesh(self.points[self.interface])

    def read(self, data, values):
        """Take temperature or flux."""
        self.given = np.array(values)

    def write(self, data):
        """Give flux or temperature."""
        return (self.flux if data == "Heat-Flux" else self.u)[self.interface]

    def advance(self, dt):
        """One step of implicit Euler."""
        if dt not in self._solvers:
            A = (self.M / dt + self.K).tocsc()
            self._solvers[dt] = A, splu(A[self.free][:, self.free])
        A, solver = self._solvers[dt]
        self.time += dt
        u = exact(self.points, self.time)  # counts where held
        right = self.M @ (self.u / dt + SOURCE)
        if self.name == "Dirichlet":
            u[self.interface] = self.given
        else:
            right[self.interface] -= self.given
        u[self.free] = solver.solve((right - A[:, self.held] @ u[self.held])[self.free])
        self.u, self.flux = u, A @ u - right

    def save(self):
        """Time, temperature, flux: arrays are replaced, never changed."""
        return self.time, self.u, self.flux

    def restore(self, state):
        """Go back."""
        self.time, self.u, self.flux = state


def coupled(steps=(1, 1), **settings):
    """Both halves and their coupling; steps of each in a window."""
    halves = [
        Half("Dirichlet", 0.0, "left", CELLS, STEP / steps[0]),
        Half("Neumann", 1.0, "right", CELLS, STEP / steps[1]),
    ]
    settings = {"acceleration": "constant", "options": {"relaxation": 0.5}, "max_iterations": 100} | settings
    return halves, couplers.Coupling(
        halves,
        [
            couplers.Exchange("Heat-Flux", "Dirichlet", "Neumann"),
            couplers.Exchange("Temperature", "Neumann", "Dirichlet"),
        ],
        scheme="serial-implicit",
        time_window_size=STEP,
        max_time=END,
        convergence=[couplers.Measure(data, "relative", 1e-10) for data in ("Heat-Flux", "Temperature")],
        **settings,
    )


def run(case: harmony.Case) -> dict[str, float]:
    """Largest nodal errors, the flux through the interface [1/m], the temperature at (1, 0.5), iterations a window."""
    found = {}
    for name, settings in {
        "constant": {},
        "substeps": {"steps": (2, 3)},
        "IQN-ILS": {
            "acceleration": "IQN-ILS",
            "options": {
                "initial_relaxation": 0.1,
                "max_used_iterations": 10,
                "time_windows_reused": 5,
                "limit": 1e-3,
            },
        },
    }.items():
        halves, coupling = coupled(**settings)
        reports = coupling.run()
        found[f"{name}.error"] = max(np.abs(half.u - exact(half.points, half.time)).max() for half in halves)
        found[f"{name}.iterations"] = np.mean([report.iterations for report in reports])
        if name == "constant":
            left = halves[0]
            # int phi_i dy over the interface
            weights = line(CELLS, 0.0)[1].sum(axis=0)[1:-1]
            found["flux"] = (left.flux[left.interface] / weights).mean()
            middle = np.argmin(np.abs(left.points - [1.0, 0.5]).sum(axis=1))
            found["temperature"] = left.u[middle]
    return found
