"""Finite elements in time: free fall, spin, absorbed waves, moved supports, energy, checkpoints."""

import numpy as np
import pytest

import dda
import nmm
from harmony.fem import Simulation, mesh_model

ROCK = dda.Material(2000.0, 2e7, 0.2)
SQUARE = [(0, 0), (2, 0), (2, 1), (0, 1)]


def simulation(model: nmm.Model, size: float = 0.5, **options) -> Simulation:
    return Simulation(model, mesh_model(model, size), **options)


@pytest.mark.parametrize("scheme", ["shi", "conserving"])
def test_a_free_body_falls_and_keeps_its_energy(scheme) -> None:
    model = nmm.Model(gravity=(0.0, -9.81))
    model.add_body(SQUARE, ROCK, velocity=(1.0, 2.0, 0.0))
    sim = simulation(model, dt=0.01, scheme=scheme)
    sim.run(until=1.0)
    np.testing.assert_allclose(sim.displacements, np.tile([1.0, 2.0 - 9.81 / 2], (sim.elements, 1)), rtol=1e-7)
    assert abs(sim.energy["drift"]) < 1e-8 * sim.energy["kinetic"]


def test_the_velocity_at_the_start_is_that_of_a_rigid_body() -> None:
    model = nmm.Model(gravity=(0.0, 0.0))
    model.add_body(SQUARE, ROCK, velocity=(0.0, 0.0, 0.3))
    sim = simulation(model, dt=0.01)
    arm = sim.mesh.centroids - [1.0, 0.5]
    np.testing.assert_allclose(sim.velocities, 0.3 * np.column_stack([-arm[:, 1], arm[:, 0]]), atol=1e-12)
    assert sim.energy["kinetic"] == pytest.approx(0.5 * 0.3**2 * 2000 * 2 * (2**2 + 1) / 12)


@pytest.mark.parametrize("scheme", ["shi", "conserving"])
def test_the_ledger_closes_with_supports_springs_and_dashpots_that_work(scheme) -> None:
    model = nmm.Model(gravity=(0.0, -9.81))
    model.add_body(SQUARE, ROCK, initial_stress=(-1e3, -2e3, 5e2))
    model.set_displacement([(0, 0), (1, 0)], (0.01, 0.02), history=[(0.0, 0.0), (0.2, 1.0), (0.4, -1.0)])
    model.hold_point((2.0, 1.0), 1e5, history=[(0.0, 0.0, 0.0), (0.3, 0.02, 0.01)])
    model.add_spring([(0, 0), (0, 1)], 1e5, 2e4)
    model.add_viscous_edge([(0, 1), (2, 1)])
    model.add_joint([(1.5, -1), (1.5, 2)], normal_stiffness=1e6, shear_stiffness=1e6)
    model.add_traction([(2, 0), (2, 1)], (0.0, 1e4), history=[(0.0, 0.0), (0.1, 1.0)])
    model.base_acceleration = [(0.0, 0.0, 0.0), (0.2, 1.0, 0.5), (0.5, -1.0, 0.0)]
    sim = simulation(model, dt=0.01, scheme=scheme)
    sim.settle()
    sim.run(until=0.5)
    energy = sim.energy
    moved = sum(abs(v) for k, v in energy.items() if k != "drift")
    assert moved > 10.0
    assert abs(energy["drift"]) < 1e-12 * moved * sim.steps


def test_an_absorbing_end_lets_a_wave_out() -> None:
    model = nmm.Model(gravity=(0.0, 0.0), plane="stress")
    model.add_body([(0, 0), (10, 0), (10, 0.5), (0, 0.5)], dda.Material(1.0, 1.0, 0.0))
    model.fix([(0, 0), (10, 0)], ["y"])
    model.add_viscous_edge([(10, 0), (10, 0.5)])
    pulse = [(t, np.sin(np.pi * t / 4.0)) for t in np.linspace(0.0, 4.0, 41)]
    model.add_pressure([(0, 0), (0, 0.5)], 1.0, history=[*pulse, (5.0, 0.0)])
    sim = simulation(model, dt=0.05, scheme="conserving")
    sim.run(until=5.0)
    held = sim.energy["kinetic"]
    sim.run(until=25.0)
    assert sim.energy["kinetic"] < 1e-3 * held


def test_a_checkpoint_goes_on_with_the_same_bits() -> None:
    model = nmm.Model(gravity=(0.0, -9.81))
    model.add_body(SQUARE, ROCK, velocity=(0.1, 0.0, 0.2))
    model.fix([(0, 0), (0, 1)])
    options = {"mesh": mesh_model(model, 0.5), "dt": 0.01}
    whole = Simulation(model, **options)
    whole.run(steps=3)
    half = Simulation.load(model, whole.save(), **options)
    for sim in (whole, half):
        sim.run(steps=3)
    assert np.array_equal(whole.unknowns, half.unknowns)
    assert whole.energy == half.energy
