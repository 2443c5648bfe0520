"""Impact: momentum is kept, contacts do not ring, and what elastic blocks send back is theirs to send."""

import numpy as np
import pytest

import dda

SPEED = 1.0  # m/s


def collision(scenes, dt, *, poisson=0.0, until=0.008, scheme=None):
    """Two equal squares head-on, one at rest, half a millimetre apart."""
    rock = dda.Material(density=2600.0, young=5e9, poisson=poisson)
    model = dda.Model(gravity=(0.0, 0.0))
    model.joint = dda.Joint(30.0)
    model.add_block(scenes.box(x=-1.0005), rock, velocity=(SPEED, 0.0, 0.0))
    model.add_block(scenes.box(), rock)
    sim = dda.Simulation(model, dt=dt, scheme=scheme)
    sim.run(until=until)
    return sim


@pytest.mark.parametrize("dt", [1e-2, 1e-3, 1e-4])
@pytest.mark.parametrize("poisson", [0.0, 0.25])
def test_momentum_is_kept(scenes, dt, poisson):
    sim = collision(scenes, dt, poisson=poisson, until=0.05)
    momentum = sim.masses @ sim.velocities / (sim.masses[0] * SPEED)
    np.testing.assert_allclose(momentum, (1.0, 0.0), atol=1e-9)
    left, right = sim.velocities[:, 0]
    # They part, or stay together; the blocks are elastic, so 3/4 of the speed may return (see below), never more.
    assert 0.0 <= (right - left) / SPEED <= 0.76
    assert sim.vertices(0)[:, 0].max() <= sim.vertices(1)[:, 0].min() + 1e-6
    assert 0.0 <= sim.energy["impact"] <= 0.25 * 2600.0 * SPEED**2 * (1.0 + 1e-6)


def test_elastic_blocks_rebound_with_three_quarters(scenes):
    """The faces stick (plastic), the block behind each is a mass with one elastic mode, so u is half the speed:
    impulse m u / 4 leaves x' = 3/4 u and 3/4 of the energy; half a period later x' = -3/4 u. So e = 3/4, and the faces
    took a quarter of the m SPEED^2 / 4 of relative motion. The scheme's damping vanishes with the step.
    """
    sim = collision(scenes, 1e-5)
    left, right = sim.velocities[:, 0]
    assert (right - left) / SPEED == pytest.approx(0.75, rel=0.03)
    assert sim.energy["impact"] == pytest.approx(0.25 * 0.25 * 2600.0 * SPEED**2, rel=1e-3)


def test_a_plastic_floor_stops_a_flat_fall(scenes):
    """m v^2 / 2 is booked, and the block does not leave by more than its own elasticity."""
    model = dda.Model()
    model.joint = dda.Joint(30.0)
    model.add_block(scenes.box(4, 1, -2, -1), scenes.ROCK, fixed=True)
    model.add_block(scenes.box(x=-0.5, y=0.3), scenes.ROCK)
    sim = dda.Simulation(model, dt=1e-3)
    sim.run(until=3.0)
    assert sim.displacements[1, 1] == pytest.approx(-0.3, abs=1e-5)
    assert sim.peak_speed < 1e-6


def test_a12_conserving_returns_to_its_height(scenes):
    model = dda.Model()
    model.joint = dda.Joint(30.0)
    model.add_block(scenes.box(10, 1, -5, -1), scenes.ROCK, fixed=True)
    model.add_block(scenes.box(x=-0.5, y=1.0), scenes.ROCK)
    sim = dda.Simulation(model, dt=1e-3, scheme="conserving")
    sim.run(until=0.5)
    heights = []
    while sim.time < 1.9:
        sim.run(steps=2)
        heights.append(sim.displacements[1, 1])
    back = np.array(heights)
    first, second = back[: len(back) // 2].max(), back[len(back) // 2 :].max()
    assert first == pytest.approx(0.0, abs=0.01)
    assert second == pytest.approx(0.0, abs=0.02)
    assert sim.rotations[1] == pytest.approx(0.0, abs=1e-6)
