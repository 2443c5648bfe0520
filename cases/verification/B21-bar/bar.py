"""The bar on covers that lie askew in it: frequencies, the triangle of a sudden load, orders of the schemes in time."""

import numpy as np

import dda
import harmony
import nmm

EXACT = (2 * np.arange(1, 4) - 1) * np.pi / 2  # rad/s
SIZES = {0: (0.1, 0.05), 1: (0.3, 0.15)}
"""Cells between which the rate of the first frequency is taken, by order [m]."""
STEPS = (0.02, 0.01)  # s


def run(case: harmony.Case) -> dict[str, float]:
    """`omega.k` [rad/s], `order-p.omega`, `step-load.*` [-, s], `<scheme>.order`, `shi.damping` [-]."""
    fine = bar(0.07, order=1).frequencies(3)
    found = {f"omega.{k + 1}": omega for k, omega in enumerate(fine)}
    for order, (coarse, small) in SIZES.items():
        errors = [abs(bar(h, order).frequencies(1)[0] - EXACT[0]) for h in (coarse, small)]
        found[f"order-{order}.omega"] = np.log(errors[0] / errors[1]) / np.log(coarse / small)
    time, tip = sudden_load(bar(0.05, order=1, dt=0.005, scheme="conserving", load=1e-3))
    found["step-load.max"] = tip.max() / 1e-3
    late = time > 2.5  # the second top is a period after the first
    found["step-load.period"] = time[late][np.argmax(tip[late])] - time[~late][np.argmax(tip[~late])]
    for scheme in ("conserving", "shi"):
        found[f"{scheme}.order"] = order_in_time(scheme)
    found["shi.damping"] = damping(dt=0.02) / (EXACT[0] * 0.02 / 4)
    return {key: float(value) for key, value in found.items()}


def bar(size: float, order: int, dt: float = 0.01, scheme: str = "shi", load: float = 0.0) -> nmm.Simulation:
    """One-dimensional: poisson 0, a roller below; fixed along x on the left, a stress on the right from the start."""
    cover = nmm.Triangles(size, (0.013, 0.007), 13.0)
    model = nmm.Model(gravity=(0.0, 0.0), plane="stress", cover=cover)
    model.add_body([(0, 0), (1, 0), (1, 0.1), (0, 0.1)], dda.Material(1.0, 1.0, 0.0))
    model.fix([(0, 0), (0, 0.1)], ["x"])
    model.fix([(0, 0), (1, 0)], ["y"])
    if load:
        model.add_traction([(1, 0), (1, 0.1)], (load, 0.0))
    return nmm.Simulation(model, order, dt=dt, scheme=scheme)


def sudden_load(sim: nmm.Simulation) -> tuple[np.ndarray, np.ndarray]:
    """Times [s] and displacement of the end [m] over two periods."""
    rows = []
    while sim.time < 7.0:
        sim.run(steps=1)
        rows.append((sim.time, sim.at([(1.0, 0.05)]).displacement[0, 0]))
    return tuple(np.array(rows).T)


def pulled(dt: float, scheme: str) -> nmm.Simulation:
    """Stretched along the first mode, u = sin(pi x / 2), let go from rest."""
    sim = bar(0.2, order=1, dt=dt, scheme=scheme)
    stretched = bar(0.2, order=1)
    stretched.model.set_displacement([(1, 0), (1, 0.1)], (1e-3, 0.0), ["x"])
    mode, _ = sim.modes(1)
    sim.unknowns = 1e-3 * mode[:, 0] / np.abs(mode[:, 0]).max()
    return sim


def order_in_time(scheme: str) -> float:
    """From the displacement after a quarter of a second against that with a step twenty times as short."""
    ends = []
    for dt in (*STEPS, STEPS[1] / 20):
        sim = pulled(dt, scheme)
        sim.run(until=1.0)
        ends.append(sim.unknowns)
    errors = [np.linalg.norm(end - ends[2]) for end in ends[:2]]
    return np.log(errors[0] / errors[1]) / np.log(STEPS[0] / STEPS[1])


def damping(dt: float) -> float:
    """Part of critical damping in the first mode, from the energy left after two periods of it."""
    sim = pulled(dt, "shi")
    before = sim.strain_energy
    sim.run(until=8.0)
    energy = sim.energy
    left = energy["kinetic"] + energy["strain"]
    return -np.log(left / before) / (2 * EXACT[0] * 8.0)
