"""Small scenes shared by the tests of the core, in closed-form reach."""

import itertools
import math

import numpy as np

import dda

G = 9.81  # m/s2
ROCK = dda.Material(density=2600.0, young=5e9, poisson=0.25)


def tan(degrees):
    return math.tan(math.radians(degrees))


def box(width=1.0, height=1.0, x=0.0, y=0.0):
    """Rectangle with its lower left corner at (x, y), counter-clockwise, (4, 2) m."""
    return np.array([(x, y), (x + width, y), (x + width, y + height), (x, y + height)])


def turned(points, degrees):
    """Points turned about the origin, counter-clockwise."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return np.asarray(points, dtype=float) @ np.array([[c, s], [-s, c]])


def incline(
    angle, friction, *, width=1.0, height=1.0, length=40.0, start=2.0, pieces=1, material=ROCK, joint=None, **options
):
    """A block (the last one) on a base that falls towards +x by `angle` [deg] and is cut into `pieces`; m."""
    model = dda.Model()
    model.joint = joint or dda.Joint(friction)
    cuts = np.linspace(0.0, length, pieces + 1)
    for a, b in itertools.pairwise(cuts):
        model.add_block(turned(box(b - a, max(1.0, height), a, -max(1.0, height)), -angle), material, fixed=True)
    model.add_block(turned(box(width, height, start), -angle), material, **options)
    return model


def downhill(sim, angle):
    """How far the last block has gone down the slope [m]."""
    return float(sim.displacements[-1] @ turned([(1.0, 0.0)], -angle)[0])


def slope_acceleration(angle, friction):
    """g (sin a - cos a tan phi) [m/s2]."""
    return G * (math.sin(math.radians(angle)) - math.cos(math.radians(angle)) * tan(friction))


def stack(count, *, width=1.0, height=1.0, material=ROCK, joint=None, plane="stress", base_width=3.0):
    """`count` boxes on each other upon a fixed base (block 0)."""
    model = dda.Model(plane=plane)
    model.joint = joint or dda.Joint(30.0)
    model.add_block(box(base_width * width, height, -base_width * width / 2, -height), material, fixed=True)
    for i in range(count):
        model.add_block(box(width, height, -width / 2, i * height), material)
    return model


def rough_pile(seed):
    """Twelve pentagons thrown into a box at 60 degrees of friction: they jam and wedge, m and m/s."""
    random = np.random.default_rng(seed)
    model = dda.Model()
    model.joint = dda.Joint(60.0)
    for wall in (box(20, 1, -10, -1), box(1, 20, -4, 0), box(1, 20, 4, 0)):
        model.add_block(wall, ROCK, fixed=True)
    for k in range(12):
        angle = np.arange(5) * 2 * np.pi / 5 + random.uniform(-0.3, 0.3, 5)
        centre = (-2.1 + 1.5 * (k % 4), 0.8 + 1.5 * (k // 4))
        corners = 0.7 * np.column_stack([np.cos(angle), np.sin(angle)]) + centre
        model.add_block(corners, ROCK, velocity=(3 * random.normal(), -6.0, 3 * random.normal()))
    return model


def bits(sim):
    """All that a run carries on, as bytes: equal where two runs are equal to the last bit. For the end of a test:
    saving makes the linear solver forget what it kept."""
    arrays = {
        "vertices": sim.all_vertices[0],
        "centroids": sim.centroids,
        "velocities": sim._core.velocities(),
        "gradients": sim._core.gradients(),
        "stresses": sim._core.stresses(),
        "displacements": sim.displacements,
        "rotations": sim.rotations,
        "slips": sim.slips,
        "contacts": sim.contacts,
        "energy": np.array(list(sim.energy.values())),
        "count": np.array([sim.time, sim.steps, sim.substeps, sim.totals["open_close"]]),
    }
    return {name: np.asarray(array).tobytes() for name, array in arrays.items()} | {"state": sim.save()}
