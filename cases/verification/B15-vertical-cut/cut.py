"""Vertical cuts by the manifold method: stability numbers N_s = gamma H / c by bisection of the weight."""

import numpy as np

import dda
import harmony
import nmm

HEIGHT, WIDTH, COHESION = 1.0, 1.2, 3.45  # m, m, Pa
FINE, COARSE, GROWTH = 0.004, 0.09, 1.5  # cells at the toe and far from it [m], and from one to the next [-]
WEIGHTS = {"friction-0": (0.0, 12.6, 13.6), "friction-30": (30.0, 22.6, 24.2)}
"""Friction [degrees], and unit weights [N/m3] between which the limit is sought."""
TOLERANCE = 0.2  # N/m3


def run(case: harmony.Case) -> dict[str, float]:
    """`friction-<deg>.stability`: N_s; `.stands`, `.falls`: the weights that enclose the limit, over c / H."""
    cover = lattice(graded(WIDTH), graded(HEIGHT))
    found = {}
    for name, (friction, stands, falls) in WEIGHTS.items():
        if not equilibrium(cover, friction, stands) or equilibrium(cover, friction, falls):
            raise RuntimeError(f"{name}: the limit is not between {stands} and {falls} N/m3")
        while falls - stands > TOLERANCE:
            middle = (stands + falls) / 2
            stands, falls = (middle, falls) if equilibrium(cover, friction, middle) else (stands, middle)
        found |= {f"{name}.stability": (stands + falls) / 2 * HEIGHT / COHESION}
        found |= {f"{name}.{key}": w * HEIGHT / COHESION for key, w in {"stands": stands, "falls": falls}.items()}
    return found


def equilibrium(cover: nmm.Mesh, friction: float, weight: float) -> bool:
    """Whether a cut of soil of this friction [degrees] and unit weight [N/m3] stands; the toe is at the origin."""
    model = nmm.Model(gravity=(0.0, -1.0), cover=cover)
    soil = dda.Material(weight, 6778.0, 0.25, law="mohr-coulomb", cohesion=COHESION, friction=friction)
    model.add_body([(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)], soil)
    model.fix([(0, 0), (WIDTH, 0)])
    model.fix([(WIDTH, 0), (WIDTH, HEIGHT)], ["x"])
    return nmm.Simulation(model, order=2).settle(1e-6).converged


def graded(end: float) -> np.ndarray:
    """Coordinates of nodes [m] on both sides of the toe, at 0, which none of them meets."""
    places, step = [-0.63 * FINE, 0.37 * FINE], FINE
    while places[-1] < end:
        step = min(COARSE, GROWTH * step)
        places.append(places[-1] + step)
    return np.array(places)


def lattice(x: np.ndarray, y: np.ndarray) -> nmm.Mesh:
    """A cover of rectangles between lines x and y [m]."""
    nodes = np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1)
    n = np.arange(len(x) * len(y)).reshape(len(x), len(y))
    cells = np.dstack([n[:-1, :-1], n[1:, :-1], n[1:, 1:], n[:-1, 1:]])
    return nmm.Mesh(nodes.reshape(-1, 2), cells.reshape(-1, 4))
