"""The bar on covers that lie askew in it, or in elements: frequencies, a sudden load, orders in time."""

from functools import partial

import numpy as np

import dda
import harmony
import nmm
from harmony import fem

EXACT = (2 * np.arange(1, 4) - 1) * np.pi / 2  # rad/s
SIZES = {"nmm": {0: (0.1, 0.05), 1: (0.3, 0.15)}, "fem": {1: (0.05, 0.025), 2: (0.25, 0.125)}}
"""Sizes between which the rate of the first frequency is taken, by method and order or degree [m]."""
FINE = {"nmm": (0.07, 1), "fem": (0.05, 2)}
STEPS = (0.02, 0.01)  # s


def run(case: harmony.Case) -> dict[str, float]:
    """`omega.k` [rad/s], `order-p.omega`, `step-load.*` [-, s], `<scheme>.order`, `shi.damping` [-]."""
    make = partial(bar, case.method)
    fine = make(*FINE[case.method]).frequencies(3)
    found = {f"omega.{k + 1}": omega for k, omega in enumerate(fine)}
    for order, (coarse, small) in SIZES[case.method].items():
        errors = [abs(make(h, order).frequencies(1)[0] - EXACT[0]) for h in (coarse, small)]
        found[f"order-{order}.omega"] = np.log(errors[0] / errors[1]) / np.log(coarse / small)
    order = FINE[case.method][1]
    time, tip = sudden_load(make(0.05, order, dt=0.005, scheme="conserving", load=1e-3))
    found["step-load.max"] = tip.max() / 1e-3
    late = time > 2.5  # the second top is a period after the first
    found["step-load.period"] = time[late][np.argmax(tip[late])] - time[~late][np.argmax(tip[~late])]
    for scheme in ("conserving", "shi"):
        found[f"{scheme}.order"] = order_in_time(partial(make, 0.2, order, scheme=scheme))
    found["shi.damping"] = damping(pulled(make(0.2, order, dt=0.02, scheme="shi"))) / (EXACT[0] * 0.02 / 4)
    return {key: float(value) for key, value in found.items()}


def bar(method: str, size: float, order: int, dt: float = 0.01, scheme: str = "shi", load: float = 0.0):
    """One-dimensional: poisson 0, a roller below; fixed along x on the left, a stress on the right from the start."""
    cover = nmm.Triangles(size, (0.013, 0.007), 13.0)
    model = nmm.Model(gravity=(0.0, 0.0), plane="stress", cover=cover)
    model.add_body([(0, 0), (1, 0), (1, 0.1), (0, 0.1)], dda.Material(1.0, 1.0, 0.0))
    model.fix([(0, 0), (0, 0.1)], ["x"])
    model.fix([(0, 0), (1, 0)], ["y"])
    if load:
        model.add_traction([(1, 0), (1, 0.1)], (load, 0.0))
    if method == "fem":
        return fem.Simulation(model, fem.mesh_model(model, size, mesher="structured"), order, dt=dt, scheme=scheme)
    return nmm.Simulation(model, order, dt=dt, scheme=scheme)


def sudden_load(sim) -> tuple[np.ndarray, np.ndarray]:
    """Times [s] and displacement of the end [m] over two periods."""
    rows = []
    while sim.time < 7.0:
        sim.run(steps=1)
        rows.append((sim.time, sim.at([(1.0, 0.05)]).displacement[0, 0]))
    return tuple(np.array(rows).T)


def pulled(sim):
    """Stretched along the first mode, u = sin(pi x / 2), let go from rest."""
    mode = sim.modes(1)[0][..., 0]
    sim.unknowns = 1e-3 * mode / np.abs(mode).max()
    return sim


def order_in_time(make) -> float:
    """From the displacement after a second against that with a step twenty times as short."""
    ends = []
    for dt in (*STEPS, STEPS[1] / 20):
        sim = pulled(make(dt=dt))
        sim.run(until=1.0)
        ends.append(sim.unknowns)
    errors = [np.linalg.norm(end - ends[2]) for end in ends[:2]]
    return np.log(errors[0] / errors[1]) / np.log(STEPS[0] / STEPS[1])


def damping(sim) -> float:
    """Part of critical damping in the first mode, from the energy left after two periods of it."""
    before = sim.strain_energy
    sim.run(until=8.0)
    energy = sim.energy
    left = energy["kinetic"] + energy["strain"]
    return -np.log(left / before) / (2 * EXACT[0] * 8.0)
