"""A cylinder on a plane by the manifold method: pressure and width of the contact."""

import numpy as np

import dda
import harmony
import nmm

R, FORCE, YOUNG, POISSON = 0.05, 1.0e6, 210.0e9, 0.3  # m, N/m, Pa, -
STEEL = dda.Material(7800.0, YOUNG, POISSON)
CELL, FACET = 0.13e-3, 0.025e-3  # m, near the contact; outwards both grow
FINE = (0.9e-3, 0.5e-3)  # m, how far along the plane and into the bodies they do not
GROWTH = (1.5, 1.15)  # from one cell and one facet to the next


def run(case: harmony.Case) -> dict[str, float]:
    """`rigid.p0`, `.half-width`, `.under`: pressure at the centre [Pa], half of the contact [m], stress along the
    axis of the load at a depth of 0.4 mm [Pa]; `equal.*` the same for two cylinders of twice the radius, which press
    each other flat: of a cylinder on a half-space of its own steel these are the same."""
    found = {}
    for name, radius in {"rigid": R, "equal": 2 * R}.items():
        sim = pressed(radius)
        stress = sim.at([(0.0, 1e-6), (0.0, 0.4e-3)]).stress[:, 1]
        contacts = sim.contacts[sim.contacts["state"] > 0]
        found |= {f"{name}.p0": -stress[0], f"{name}.under": -stress[1], f"{name}.half-width": contacts["x"].max()}
        found[f"{name}.force"] = 2 * contacts["normal"].sum()
    return {key: float(value) for key, value in found.items()}


def pressed(radius: float) -> nmm.Simulation:
    """A quarter of the cylinder, x = 0 its plane of symmetry, on a rigid plane, under an even load on its flat top."""
    model = nmm.Model(gravity=(0.0, 0.0), cover=lattice(graded(FINE[0], radius), graded(FINE[1], radius)))
    model.add_body(quarter(radius), STEEL)
    model.add_body([(-radius, -radius), (2 * radius, -radius), (2 * radius, 0), (-radius, 0)], STEEL, fixed=True)
    model.joint = dda.Joint(0.0)
    model.fix([(0, 0), (0, radius)], ["x"])
    model.add_traction([(0, radius), (radius, radius)], (0.0, -FORCE / (2 * radius)))
    sim = nmm.Simulation(model, order=1, dt=1e-5)
    if not sim.settle(1e-6).converged:
        raise RuntimeError("no equilibrium")
    return sim


def graded(fine: float, radius: float) -> np.ndarray:
    """Coordinates of nodes [m] from before 0, which none of them meets, to beyond the radius."""
    places = [-0.37 * CELL]
    step = CELL
    while places[-1] < radius:
        step = step if places[-1] < fine else GROWTH[0] * step
        places.append(places[-1] + step)
    return np.array(places)


def lattice(x: np.ndarray, y: np.ndarray) -> nmm.Mesh:
    """A cover of rectangles between lines x and y [m]."""
    nodes = np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1)
    n = np.arange(len(x) * len(y)).reshape(len(x), len(y))
    cells = np.dstack([n[:-1, :-1], n[1:, :-1], n[1:, 1:], n[:-1, 1:]])
    return nmm.Mesh(nodes.reshape(-1, 2), cells.reshape(-1, 4))


def quarter(radius: float) -> list[tuple[float, float]]:
    """The outline: facets of the circle about (0, radius), then the plane of symmetry."""
    arc, step = [0.0], FACET
    while arc[-1] < (np.pi / 2 - 0.02) * radius:
        step = FACET if arc[-1] < FINE[0] else min(GROWTH[1] * step, radius / 10)
        arc.append(arc[-1] + step)
    angles = [s / radius for s in arc[:-1]] + [np.pi / 2]
    return [(radius * float(np.sin(t)), radius * float(1 - np.cos(t))) for t in angles] + [(0.0, radius)]
