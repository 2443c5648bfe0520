"""Fixed-point coupling of any participants: f(x) = x, residual e(x) = f(x) - x. It knows no solver.

Words and strings are those of preCICE: participants, exchanges, mappings, schemes, time windows, convergence measures,
acceleration.

Two masses with a spring between them, each held by a spring of its own, solved apart and coupled by the force of the
middle spring; the result is that of both solved together:

>>> import numpy as np, couplers
>>> def mass(name, stiffness):
...     def step(state, inputs, dt):  # (m + k h^2 / 4) a = -k (u + h v + h^2 / 4 a_0) + f: constant mean acceleration
...         u, v, a = state
...         f = middle * inputs["From-Other"]
...         new = (f - k * (u + dt * v + dt * dt / 4 * a)) / (1 + k * dt * dt / 4)
...         state = np.array([u + dt * v + dt * dt / 4 * (a + new), v + dt / 2 * (a + new), new])
...         return state, {name: state[:1]}
...     return step
>>> k, middle = 20 * np.pi**2, 16 * np.pi**2  # both springs of a mass [1/s2], the middle one of them
>>> left = couplers.CallableParticipant("Left", lambda s, i, dt: mass("Left-Displacement", k)(s,
...     {"From-Other": i["Right-Displacement"][0]}, dt), {"Left-Displacement": [1.0]}, np.array([1.0, 0.0, -k]))
>>> right = couplers.CallableParticipant("Right", lambda s, i, dt: mass("Right-Displacement", k)(s,
...     {"From-Other": i["Left-Displacement"][0]}, dt), {"Right-Displacement": [0.0]}, np.array([0.0, 0.0, middle]))
>>> coupling = couplers.Coupling([left, right],
...     [couplers.Exchange("Left-Displacement", "Left", "Right"),
...      couplers.Exchange("Right-Displacement", "Right", "Left")],
...     scheme="serial-implicit", time_window_size=0.005, max_time=0.5)
>>> reports = coupling.run()
>>> bool(abs(coupling.value("Left", "Left-Displacement")[0] - -1.0) < 0.02)  # (cos 2 pi t + cos 6 pi t) / 2
True
>>> max(report.iterations for report in reports) <= 4
True
"""

from couplers.accelerations import (
    ACCELERATIONS,
    IQNILS,
    IQNIMVJ,
    Acceleration,
    Aitken,
    Anderson,
    Constant,
    make_acceleration,
)
from couplers.callable import CallableParticipant
from couplers.convergence import Measure
from couplers.coupling import Coupling
from couplers.errors import CouplingFailure, Interrupted, NotConverged, NotFinite, SetupError
from couplers.exchange import Exchange, Mapping
from couplers.fixed_point import FixedPoint, fixed_point
from couplers.ledger import Conjugate, Work
from couplers.mappings import CONSTRAINTS, MAPPINGS, mapping_matrix
from couplers.mesh import Mesh
from couplers.participant import Participant
from couplers.report import WindowReport
from couplers.schemes import SCHEMES, Scheme

__all__ = [
    "ACCELERATIONS",
    "CONSTRAINTS",
    "IQNILS",
    "IQNIMVJ",
    "MAPPINGS",
    "SCHEMES",
    "Acceleration",
    "Aitken",
    "Anderson",
    "CallableParticipant",
    "Conjugate",
    "Constant",
    "Coupling",
    "CouplingFailure",
    "Exchange",
    "FixedPoint",
    "Interrupted",
    "Mapping",
    "Measure",
    "Mesh",
    "NotConverged",
    "NotFinite",
    "Participant",
    "Scheme",
    "SetupError",
    "Work",
    "WindowReport",
    "fixed_point",
    "make_acceleration",
    "mapping_matrix",
]
