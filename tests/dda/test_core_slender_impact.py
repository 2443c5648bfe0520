"""Restitution of slender blocks: the impulse sets them into rigid motion, however thin they are."""

import numpy as np
import pytest

import dda

METHODS = pytest.mark.parametrize("contact", [dda.Penalty(), dda.Complementarity()], ids=["penalty", "complementarity"])
SPEED, OFF = 10.0, 0.3  # m/s; m from the middle of the plate


@METHODS
@pytest.mark.parametrize("thick", [0.005, 0.02, 0.2])
@pytest.mark.parametrize("restitution", [0.3, 0.8])
def test_a_corner_hits_a_free_plate(scenes, contact, thick, restitution):
    """J = (1 + e) v / (1/m1 + 1/m2 + r^2/I2), through the centre of the striker: v1' = v - J/m1, w2' = J r / I2."""
    model = dda.Model(gravity=(0.0, 0.0))
    model.joint = dda.Joint(0.0, restitution=restitution)
    model.add_block(scenes.box(2.0, thick, -1.0, -thick), scenes.ROCK)
    side = 0.1
    corners = scenes.turned(scenes.box(side, side, -side / 2, -side / 2), 45.0)
    corners += np.array([OFF, 0.01 - corners[:, 1].min()])
    model.add_block(corners, scenes.ROCK, velocity=(0.0, -SPEED, 0.0))
    sim = dda.Simulation(model, dt=2e-4, contact=contact)
    sim.run(until=3e-3)
    plate, striker = sim.masses
    inertia = plate * (2.0**2 + thick**2) / 12
    impulse = (1 + restitution) * SPEED / (1 / plate + 1 / striker + OFF**2 / inertia)
    assert sim.velocities[1, 1] == pytest.approx(-SPEED + impulse / striker, abs=0.02 * SPEED)
    assert sim.velocities[0, 1] == pytest.approx(-impulse / plate, abs=0.02 * SPEED)
    assert sim.angular_velocities[0] == pytest.approx(-impulse * OFF / inertia, abs=0.02 * SPEED)
    assert np.abs(sim.stresses).max() < 1e5  # Pa: of an elastic impact they would be 1e7
