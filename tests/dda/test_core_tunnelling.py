"""No tunnelling: a fast small block never passes a thin one, whatever the step: the step is cut near other blocks."""

import numpy as np
import pytest

import dda

METHODS = pytest.mark.parametrize("contact", [dda.Penalty(), dda.Complementarity()], ids=["penalty", "complementarity"])
SHOTS = 40
WALL = 2.0  # m, length of the thin block
LOOKS = 30  # at the motion, from its start to half as long again as the flight takes
OVERLAP = 1e-3  # of the smaller block


def polygon(random, radius):
    """A convex polygon of 3 to 6 corners on a circle, none of its sides longer than 2.4 radians."""
    while True:
        angles = np.sort(random.uniform(0, 2 * np.pi, random.integers(3, 7)))
        gaps = np.diff([*angles, angles[0] + 2 * np.pi])
        if gaps.min() > 0.3 and gaps.max() < 2.4:
            return radius * np.column_stack([np.cos(angles), np.sin(angles)])


class Shot:
    """A small block flies at a thin one, which is fixed, free, or comes towards it; all of it turned at random."""

    def __init__(self, scenes, seed):
        random = np.random.default_rng(seed)
        thick, radius = 10 ** random.uniform(-2.5, -0.7), 10 ** random.uniform(-2.0, -0.7)
        speed, lean, turn = 10 ** random.uniform(0.0, 2.0), np.radians(random.uniform(-60, 60)), random.uniform(0, 360)
        apart = thick / 2 + random.uniform(1.1, 4.0) * radius
        kind = ("fixed", "free", "coming")[seed % 3]
        velocity = speed * np.array([np.cos(lean), np.sin(lean)])
        spin = random.normal() * 0.2 * speed / radius
        start = np.array([-apart, -apart * np.tan(lean) + random.uniform(-0.5, 0.5)])
        small = polygon(random, radius) + start
        coming = [-0.5 * speed if kind == "coming" else 0.0, 0.0]
        self.model = dda.Model(gravity=(0.0, 0.0))
        self.model.joint = dda.Joint(random.choice([0.0, 30.0]))
        wall = scenes.turned(scenes.box(thick, WALL, -thick / 2, -WALL / 2), turn)
        to = (scenes.turned([v], turn)[0] for v in (coming, velocity))
        self.model.add_block(wall, scenes.ROCK, fixed=kind == "fixed", velocity=(*next(to), 0.0))
        self.model.add_block(scenes.turned(small, turn), scenes.ROCK, velocity=(*next(to), spin))
        size = np.sqrt(abs(area(small)))
        # As large as it may be: half of what would make a block jump its own size.
        self.dt = 0.5 * min(size, np.sqrt(thick * WALL)) / (speed + abs(spin) * 2 * radius)
        self.flight, self.radius = (apart + radius) / (speed * np.cos(lean)), radius


def area(polygon):
    x, y = np.asarray(polygon).T
    return 0.5 * float(x @ np.roll(y, -1) - np.roll(x, -1) @ y)


def place(sim):
    """Distance of the small block's centre behind the thin one, and its place along it [m]."""
    corners = sim.vertices(0)
    along = (corners[2] - corners[1]) / np.linalg.norm(corners[2] - corners[1])
    away = sim.centroids[1] - sim.centroids[0]
    return float(away @ [along[1], -along[0]]), float(away @ along)


@METHODS
@pytest.mark.parametrize("part", [1.0, 0.02])
def test_random_shots_stay_on_their_side(scenes, contact, part):
    import shapely

    hits = 0
    for seed in range(SHOTS):
        shot = Shot(scenes, seed)
        sim = dda.Simulation(shot.model, dt=part * shot.dt, contact=contact)
        before, start = place(sim), sim.velocities[1].copy()
        for look in range(LOOKS):
            sim.run(until=1.5 * shot.flight * (look + 1) / LOOKS)
            now = place(sim)
            met = before[1] + (now[1] - before[1]) * before[0] / (before[0] - now[0]) if now[0] != before[0] else 0.0
            beside = abs(met) > WALL / 2 - 2 * shot.radius
            assert not before[0] < 0.0 <= now[0] or beside, f"shot {seed} passed"
            blocks = [shapely.Polygon(sim.vertices(k)) for k in (0, 1)]
            common = blocks[0].intersection(blocks[1]).area
            assert common < OVERLAP * min(block.area for block in blocks), f"shot {seed} overlaps"
            before = now
        hits += bool(np.linalg.norm(sim.velocities[1] - start) > 1e-3 * np.linalg.norm(start))
    assert hits > 0.75 * SHOTS  # the others pass beside a thin block that comes towards them


@METHODS
@pytest.mark.parametrize("dt", [1e-3, 1e-2, 0.09])
def test_a_block_that_falls_fast_never_gets_through_a_thin_plate(scenes, contact, dt):
    """From 30 m, so that it goes 24 m/s at the end, 40 times its size in a step of 0.09 s; the plate is 1 cm thick."""
    model = dda.Model()
    model.add_block(scenes.box(2.0, 0.01, -1.0, -0.01), scenes.ROCK, fixed=True)
    model.add_block(scenes.box(0.05, 0.05, 0.0, 30.0), scenes.ROCK)
    sim = dda.Simulation(model, dt=dt, contact=contact)
    lowest = []
    for look in range(40):
        sim.run(until=0.1 * (look + 1))
        lowest.append(sim.vertices(1)[:, 1].min())
    assert lowest[23] == pytest.approx(30.0 - 9.81 * 2.4**2 / 2, abs=1e-6)
    assert min(lowest) > -1e-6
    assert min(lowest[25:]) < lowest[23] < 2.0  # it has hit the plate
