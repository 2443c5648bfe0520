"""A beam by the manifold method in one piece, and cut in two that are coupled; at rest and in motion.

4 m x 1 m, held at x = 0, a shear traction on its end that rises in 10 ms. The halves have covers that do not match; the
interface is a line of points of its own. The half at the wall takes the force, the other one the displacement.
"""

import numpy as np

import couplers
import dda
import harmony
import nmm
from harmony.participants.manifold import manifold_participant

ROCK = dda.Material(density=2600.0, young=1.0e9, poisson=0.25)
LENGTH, HEIGHT, CUT = 4.0, 1.0, 2.0
LOAD, RISE = 1.0e5, 0.01
STEP, END = 2.0e-4, 0.02
POINTS = 9
TIP = [(LENGTH, HEIGHT / 2)]


def beam(begin, end, size, origin=(0.0, 0.0), static=False):
    """The part from `begin` to `end`, with what holds and loads it."""
    model = nmm.Model(gravity=(0.0, 0.0), plane="stress", cover=nmm.Triangles(size, origin=origin))
    model.add_body([(begin, 0), (end, 0), (end, HEIGHT), (begin, HEIGHT)], ROCK)
    if begin == 0.0:
        model.fix([(0, 0), (0, HEIGHT)])
    if end == LENGTH:
        t = np.linspace(0.0, RISE, 100)
        history = None if static else np.column_stack([t, np.sin(np.pi * t / RISE / 2) ** 2])
        model.add_traction([(end, 0), (end, HEIGHT)], (0.0, LOAD), history)
    return nmm.Simulation(model, order=2, dt=STEP, scheme="conserving", displacements="small")


def coupled(analysis):
    """Both halves and their coupling."""
    line = np.column_stack([np.full(POINTS, CUT), np.linspace(0.0, HEIGHT, POINTS)])
    static = analysis == "static"
    wall, free = beam(0.0, CUT, 0.25, static=static), beam(CUT, LENGTH, 0.21, (0.05, 0.03), static)
    return free, couplers.Coupling(
        [
            manifold_participant("Free", free, line, reads="Displacement", analysis=analysis),
            manifold_participant("Wall", wall, line, reads="Force", analysis=analysis),
        ],
        [couplers.Exchange("Force", "Free", "Wall"), couplers.Exchange("Displacement", "Wall", "Free")],
        scheme="serial-implicit",
        time_window_size=1.0 if static else STEP,
        max_time=1.0 if static else END,
        convergence=[couplers.Measure(limit=1e-8)],
        options={"time_windows_reused": 5, "limit": 1e-4},
        energy=[couplers.Conjugate("Force", "Displacement")],
    )


def run(case: harmony.Case) -> dict[str, float]:
    """Tip displacement of the coupled run over that of the whole one, and energy made at the interface."""
    whole = beam(0.0, LENGTH, 0.23, static=True)
    whole.solve()
    exact = whole.at(TIP).displacement[0]
    free, coupling = coupled("static")
    coupling.run()
    found = {"static.difference": np.linalg.norm(free.at(TIP).displacement[0] - exact) / np.linalg.norm(exact)}
    whole = beam(0.0, LENGTH, 0.23)
    free, coupling = coupled("dynamic")
    difference, largest = 0.0, 0.0
    while coupling.time < END - STEP / 2:
        coupling.advance()
        whole.run(steps=1)
        exact = whole.at(TIP).displacement[0]
        difference = max(difference, np.linalg.norm(free.at(TIP).displacement[0] - exact))
        largest = max(largest, np.linalg.norm(exact))
    work = coupling.total_work["Force, Displacement"]
    found["dynamic.difference"] = difference / largest
    found["dynamic.energy"] = work.error / work.given
    found["dynamic.iterations"] = np.mean([report.iterations for report in coupling.reports])
    return found
