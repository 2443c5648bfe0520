"""A joint with a temperature: it reaches the friction law in every step, and is refused where no law asks for it."""

from math import cos, radians, sin

import numpy as np
import pytest

import dda

G, SLOPE = 9.81, 30.0
WEIGHTS = {
    "widths": [1],
    "weights": [0.0, 0.0, 0.0, -8.0, 0.0, 4.0, 1.58, -1.07],  # W_0 (of the temperature), b_0, w, c
    "slip": [0.0, 0.0],
    "speed": [0.0, 0.0],
    "normal_stress": [0.0, 0.0],
    "temperature": [280.0, 600.0],
    "state": [0.0, 0.0],
    "distance": 1.0,
}
"""Friction 0.8 when cool, 0.2 when hot: a block on 30 degrees stays, or slides."""


def joint(temperature: object) -> dda.Joint:
    return dda.Joint(law="network", joint_temperature=temperature, **WEIGHTS)


def slid(temperature: object, until: float) -> tuple[float, float]:
    """Displacement [m] and speed [m/s] down the slope."""
    down, up = (
        np.array([cos(radians(SLOPE)), -sin(radians(SLOPE))]),
        np.array([sin(radians(SLOPE)), cos(radians(SLOPE))]),
    )
    rock = dda.Material(2600.0, 1e10, 0.25)
    model = dda.Model(gravity=(0.0, -G))
    model.add_block([-5 * down, -5 * down - up, 25 * down - up, 25 * down], rock, fixed=True)
    model.add_block([0 * down, 0 * down + up, down + up, down], rock)
    model.joint = joint(temperature)
    sim = dda.Simulation(model, dt=2e-3, contact=dda.Penalty())
    sim.run(until=until)
    return float(sim.displacements[1] @ down), float(sim.velocities[1, :2] @ down)


def test_a_cool_joint_holds_and_a_hot_one_slides() -> None:
    assert abs(slid(280.0, 0.5)[0]) < 1e-3
    mu = float(joint(600.0).friction_coefficient())
    assert mu == pytest.approx(0.2, abs=0.01)
    assert slid(600.0, 0.5)[1] == pytest.approx(G * (sin(radians(SLOPE)) - mu * cos(radians(SLOPE))) * 0.5, rel=0.02)


def test_a_joint_that_grows_hot_begins_to_slide_then() -> None:
    history = [(0.0, 280.0), (0.4, 280.0), (0.402, 600.0)]
    mu = float(joint(600.0).friction_coefficient())
    assert slid(history, 0.8)[1] == pytest.approx(G * (sin(radians(SLOPE)) - mu * cos(radians(SLOPE))) * 0.4, rel=0.03)


def test_a_temperature_that_no_law_asks_for_is_refused() -> None:
    with pytest.raises(dda.InputError, match="law without temperature"):
        dda.Joint(30.0, joint_temperature=300.0)
    with pytest.raises(dda.InputError, match="temperature is missing"):
        dda.Joint(law="network", **WEIGHTS)
    with pytest.raises(dda.InputError, match="do not rise"):
        joint([(1.0, 300.0), (0.0, 300.0)])
    with pytest.raises(dda.InputError, match="not a history"):
        joint([300.0, 400.0])
    with pytest.raises(dda.InputError, match="K"):
        joint(-5.0)
