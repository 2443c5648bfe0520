"""Water: buoyancy from pressures on faces, pore pressure in joints, and what is refused."""

import math

import numpy as np
import pytest

import dda
from dda import _core

GAMMA = 9810.0
ROCK = dda.Material(density=2600.0, young=5e9, poisson=0.25)
SHAPES = {
    "square": [(0, 0), (1, 0), (1, 1), (0, 1)],
    "triangle": [(0, 0), (2, 0.3), (0.4, 1.7)],
    "L": [(0, 0), (3, 0), (3, 1), (1, 1), (1, 3), (0, 3)],
    "clockwise": [(0, 0), (0, 2), (1, 3), (2.5, 1)],
}


def turned(shape, degrees):
    a = math.radians(degrees)
    return np.array(SHAPES[shape], float) @ np.array([[math.cos(a), math.sin(a)], [-math.sin(a), math.cos(a)]])


def area_and_centroid(polygon):
    """Area [m2] and centroid [m], either orientation."""
    x, y = np.asarray(polygon, float).T
    x1, y1 = np.roll(x, -1), np.roll(y, -1)
    c = x * y1 - x1 * y
    area = c.sum() / 2
    return abs(area), np.array([((x + x1) * c).sum(), ((y + y1) * c).sum()]) / (6 * area)


def below(polygon, level):
    """The part of a convex polygon with y <= level."""
    out = []
    for p, q in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if p[1] <= level:
            out.append(p)
        if (p[1] - level) * (q[1] - level) < 0:
            out.append(p + (level - p[1]) / (q[1] - p[1]) * (q - p))
    return np.array(out)


def forces(model, time=0.0, velocity=None):
    """Generalised forces (m, 6) of a model at rest."""
    probe = _core.LoadProbe(model.core_data())
    step = _core.StepTime()
    step.start, step.dt, step.is_static = time, 1e-3, True
    probe.prepare(step)
    return np.array(probe.force), np.array(probe.centre)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("degrees", [0.0, 17.0, 90.0, 200.0])
def test_a_submerged_block_loses_the_weight_of_the_water(shape, degrees):
    model = dda.Model()
    polygon = turned(shape, degrees)
    model.add_block(polygon, ROCK)
    model.water = dda.Water([dda.WaterLevel(10.0)])
    (force,), (centre,) = forces(model)
    area, _ = area_and_centroid(polygon)
    up = GAMMA * area
    np.testing.assert_allclose(force[:3], [0.0, up, 0.0], atol=1e-10 * up)
    # On the strains works the mean pressure, that at the centroid, by the divergence theorem.
    pressure = GAMMA * (10.0 - centre[1])
    np.testing.assert_allclose(force[3:], [-pressure * area, -pressure * area, 0.0], rtol=1e-12, atol=1e-9 * up)


@pytest.mark.parametrize("shape", ["square", "triangle", "clockwise"])
@pytest.mark.parametrize("degrees", [0.0, 17.0, 200.0])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_floating_block_feels_the_water_it_displaces(shape, degrees, share):
    model = dda.Model()
    polygon = turned(shape, degrees)
    low, high = polygon[:, 1].min(), polygon[:, 1].max()
    level = low + share * (high - low)
    model.add_block(polygon, ROCK)
    model.water = dda.Water([dda.WaterLevel(level)])
    (force,), (centre,) = forces(model)
    area, buoyancy_centre = area_and_centroid(below(polygon, level))
    up = GAMMA * area
    moment = up * (buoyancy_centre[0] - centre[0])
    np.testing.assert_allclose(force[:3], [0.0, up, moment], atol=1e-10 * GAMMA)


def test_dry_above_the_level():
    model = dda.Model()
    model.add_block(SHAPES["square"], ROCK)
    model.water = dda.Water([dda.WaterLevel(-0.1)])
    np.testing.assert_array_equal(forces(model)[0], np.zeros((1, 6)))


def on_floor(joint="bed", water=None, gap=0.0, floor_first=True):
    """A unit block on a wide fixed floor; the joint between them carries a name."""
    floor = ([(-3, -1), (4, -1), (4, -gap), (-3, -gap)], {"fixed": True, "edge_joints": ["", "", joint, ""]})
    block = (SHAPES["square"], {"edge_joints": [joint, "", "", ""]})
    model = dda.Model()
    for vertices, options in (floor, block) if floor_first else (block, floor):
        model.add_block(vertices, ROCK, **options)
    model.water = water
    return model


@pytest.mark.parametrize("level", [3.0, 0.4])
@pytest.mark.parametrize("floor_first", [True, False])
def test_on_a_floor_the_joint_brings_the_uplift(level, floor_first):
    free = dda.WaterLevel(level)
    dry_joint = on_floor(water=dda.Water([free]), floor_first=floor_first)
    top = GAMMA * max(0.0, level - 1.0)
    np.testing.assert_allclose(forces(dry_joint)[0][0, :3], [0.0, -top, 0.0], atol=1e-9)
    wet_joint = on_floor(water=dda.Water([free], {"bed": [(0.0, level)]}), floor_first=floor_first)
    np.testing.assert_allclose(forces(wet_joint)[0][0, :3], [0.0, GAMMA * min(1.0, level), 0.0], atol=1e-9)


def test_a_joint_that_opens_wide_belongs_to_the_free_water():
    open_wide = on_floor(water=dda.Water([dda.WaterLevel(3.0)]), gap=0.1)
    np.testing.assert_allclose(forces(open_wide)[0][0, :3], [0.0, GAMMA, 0.0], atol=1e-9)


def test_one_height_is_a_horizontal_piezometric_line():
    height, line = (dda.Water(piezometric={"crack": given}).piezometric["crack"] for given in (4.0, [(0.0, 4.0)]))
    np.testing.assert_array_equal(height, line)


def test_pore_pressure_is_equal_and_opposite():
    model = dda.Model()
    model.add_block([(0, 0), (2, 0), (2, 1), (0, 1.5)], ROCK, edge_joints=["", "", "crack", ""])
    model.add_block([(0, 1.5), (1.2, 1.2), (1.2, 3), (0, 3)], ROCK, edge_joints=["crack", "", "", ""])
    model.water = dda.Water(piezometric={"crack": [(-1.0, 1.0), (0.3, 4.0), (0.9, 1.4), (5.0, 1.3)]})
    force, centre = forces(model)
    assert np.linalg.norm(force[0, :2]) > 1e3
    np.testing.assert_allclose(force[0, :2], -force[1, :2], rtol=1e-12)
    moment = force[:, 2] + centre[:, 0] * force[:, 1] - centre[:, 1] * force[:, 0]  # about the origin
    assert moment[0] == pytest.approx(-moment[1], rel=1e-12)
    # Fine midpoint sums over the shared piece of the face, y = 1.5 - x / 4, 0 < x < 1.2.
    x = (np.arange(200_000) + 0.5) * 1.2 / 200_000
    u = GAMMA * np.maximum(0.0, np.interp(x, [-1.0, 0.3, 0.9, 5.0], [1.0, 4.0, 1.4, 1.3]) - (1.5 - 0.25 * x))
    assert force[1, 1] == pytest.approx(u.mean() * 1.2, rel=1e-6)


def test_triangular_uplift_of_a_dam():
    """A21: H = 50 m, B = 42 m, full uplift at the heel falling to zero at the toe, water on the upstream face."""
    model = dda.Model()
    model.add_block([(0, 0), (42, 0), (0, 50)], ROCK, edge_joints=["base", "", ""])
    model.add_block([(-60, -30), (120, -30), (120, 0), (-60, 0)], ROCK, fixed=True, edge_joints=["", "", "base", ""])
    heel, toe = (0.0, 50.0), (42.0, 0.0)
    model.water = dda.Water(piezometric={"base": [heel, toe]})
    (uplift,), (centre, _) = forces(model)
    assert uplift[1] == pytest.approx(10300.5e3, rel=1e-12)
    assert centre[0] + uplift[2] / uplift[1] == pytest.approx(42.0 / 3.0, rel=1e-12)
    upstream = dda.WaterLevel(50.0, region=[(-100, -50), (0.1, -50), (0.1, 60), (-100, 60)])
    model.water = dda.Water([upstream], {"base": [heel, toe]})
    (force,), _ = forces(model)
    # The region takes in 0.1 m of the downstream face at the crest: far less than 1 N of 12262.5 kN.
    assert force[0] == pytest.approx(12262.5e3, rel=1e-4)


def test_levels_act_in_their_regions_and_the_higher_one_wins():
    model = dda.Model()
    model.add_block([(0, 0), (10, 0), (10, 10), (0, 10)], ROCK)
    left = [(-1, -1), (5, -1), (5, 11), (-1, 11)]
    model.water = dda.Water([dda.WaterLevel(4.0), dda.WaterLevel(8.0, left)])
    (force,), _ = forces(model)
    thrust = GAMMA * (8.0**2 - 4.0**2) / 2
    uplift = GAMMA * 5.0 * (8.0 + 4.0)
    np.testing.assert_allclose(force[:2], [thrust, uplift], rtol=1e-12)


def test_levels_and_piezometric_lines_follow_their_histories():
    level = dda.WaterLevel([(0.0, 0.0), (10.0, 1.0)])
    water = dda.Water([level], {"bed": [(0.0, 0.0)]}, piezometric_history={"bed": [(0.0, 0.0), (10.0, 2.0)]})
    model = on_floor(water=water)
    assert forces(model, time=0.0)[0][0, 1] == 0.0
    assert forces(model, time=5.0)[0][0, 1] == pytest.approx(GAMMA * 1.0)
    assert forces(model, time=50.0)[0][0, 1] == pytest.approx(GAMMA * 2.0)


def test_sharp_corners_are_not_joints():
    """A block beside another one, touching it in one corner: all of its faces are wet."""
    model = dda.Model()
    model.add_block(SHAPES["square"], ROCK)
    model.add_block([(1, 1), (2, 1), (2, 2), (1, 2)], ROCK)
    model.water = dda.Water([dda.WaterLevel(5.0)])
    np.testing.assert_allclose(forces(model)[0][:, :3], [[0.0, GAMMA, 0.0]] * 2, atol=1e-9)


@pytest.mark.parametrize("theta", [0.5, 1.0])
def test_a_floating_block_gains_no_energy(theta):
    """Heave of a square block, 60 s at 20 ms: the amplitude is kept at theta = 1/2, lost at theta = 1, never grown."""
    model = dda.Model(gravity=(0.0, 0.0))
    light = dda.Material(density=500.0, young=1e12, poisson=0.0)
    model.add_block(SHAPES["square"], light, velocity=(0.0, 0.5, 0.0))
    model.water = dda.Water([dda.WaterLevel(0.5)])
    probe = _core.LoadProbe(model.core_data())
    step = _core.StepTime()
    step.dt, step.theta = 0.02, theta
    heave = []
    for k in range(3000):
        step.start = k * step.dt
        probe.prepare(step)
        lift = probe.force[0][1] - 0.5 * GAMMA  # less the weight
        v = probe.velocity[0][1]
        probe.step([[0.0, step.dt * v + 0.5 * step.dt**2 * lift / 500.0, 0.0, 0.0, 0.0, 0.0]], step)
        heave.append(probe.centre[0][1] - 0.5)
    amplitude = 0.5 / math.sqrt(GAMMA / 500.0)
    assert max(np.abs(heave)) <= 1.01 * amplitude
    last = max(np.abs(heave[-100:]))
    assert last == pytest.approx(amplitude, rel=0.01) if theta == 0.5 else last < 0.01 * amplitude


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: dda.WaterLevel(math.nan), ["level", "nan"]),
        (lambda: dda.WaterLevel([(1, 0), (0, 1)]), ["increase"]),
        (lambda: dda.WaterLevel(1.0, region=[(0, 0), (1, 1)]), ["region", "3 vertices"]),
        (lambda: dda.Water(levels=[80.4]), ["levels[0]", "dda.WaterLevel"]),
        (lambda: dda.Water(80.4), ["levels[0]", "levels=[dda.WaterLevel(y)]"]),
        (lambda: dda.Water(piezometric={"slide": math.inf}), ["slide", "inf"]),
        (lambda: dda.Water(unit_weight=0.0), ["unit_weight", "> 0"]),
        (lambda: dda.Water(piezometric={"slide": [(1, 0), (0, 1)]}), ["slide", "row 1"]),
        (lambda: dda.Water(piezometric_history={"slide": [(0, 1)]}), ["slide", "piezometric"]),
    ],
)
def test_refused(make, words):
    with pytest.raises(dda.InputError) as error:
        make()
    assert all(word in str(error.value) for word in words), str(error.value)
