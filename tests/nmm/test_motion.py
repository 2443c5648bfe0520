"""Motion against closed forms: free fall, waves that leave, supports that move; energies and restarts."""

from collections.abc import Callable

import numpy as np
import pytest

import dda
import nmm
from dda.errors import InputError

ROCK = dda.Material(2000.0, 1e8, 0.2)
SCHEMES = ("shi", "conserving")
COVERS = {"triangles": nmm.Triangles(0.45, (0.1, 0.07), 11.0), "rectangles": nmm.Rectangles(0.45, (0.1, 0.07), 11.0)}


def square(**options) -> nmm.Model:
    model = nmm.Model(gravity=(0.0, -10.0), cover=COVERS["triangles"])
    model.add_body([(0, 0), (1, 0), (1, 1), (0, 1)], ROCK, **options)
    return model


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("cover", COVERS)
@pytest.mark.parametrize("order", [0, 1, 2])
def test_free_fall_with_a_first_velocity(order: int, cover: str, scheme: str) -> None:
    model = square(velocity=(2.0, 3.0, 0.0))
    model.cover = COVERS[cover]
    sim = nmm.Simulation(model, order, dt=0.01, scheme=scheme)
    np.testing.assert_allclose(sim.velocities, np.tile([2.0, 3.0], (sim.elements, 1)), atol=1e-6)
    sim.run(until=0.3)
    np.testing.assert_allclose(sim.displacements, np.tile([0.6, 0.9 - 0.45], (sim.elements, 1)), atol=1e-6)
    np.testing.assert_allclose(sim.velocities, np.tile([2.0, 0.0], (sim.elements, 1)), atol=1e-5)
    assert abs(sim.energy["drift"]) < 1e-8 * 2000 * 6.5


@pytest.mark.parametrize("order", [0, 1, 2])
def test_the_mass_matrix_is_exact(order: int) -> None:
    model = square(velocity=(0.3, -0.2, 0.7))
    sim = nmm.Simulation(model, order)
    # 1/2 m v^2 + 1/2 m (b^2 + h^2) / 12 omega^2
    assert sim.energy["kinetic"] == pytest.approx(0.5 * 2000 * (0.13 + 0.49 * 2 / 12), rel=1e-9)
    np.testing.assert_allclose(sim.angular_velocities, 0.7, rtol=1e-6)
    assert sim.masses.sum() == pytest.approx(2000.0, rel=1e-12)


def rod(n: float, absorbing: bool) -> nmm.Model:
    """One-dimensional, c = 2 m/s, rho c = 2; a pulse of the pressure at x = 0."""
    model = nmm.Model(gravity=(0.0, 0.0), plane="stress", cover=nmm.Triangles(n, (0.01, 0.02), 8.0))
    model.add_body([(0, 0), (4, 0), (4, 0.2), (0, 0.2)], dda.Material(1.0, 4.0, 0.0))
    t = np.linspace(0.0, 0.5, 41)
    model.add_pressure([(0, 0.2), (0, 0)], 1.0, history=np.column_stack([t, np.sin(2 * np.pi * t) ** 2]))
    if absorbing:
        model.add_viscous_edge([(4, 0), (4, 0.2)])
    return model


def test_an_absorbing_edge_lets_the_wave_out() -> None:
    energy = {}
    for absorbing in (True, False):
        sim = nmm.Simulation(rod(0.12, absorbing), 1, dt=0.01, scheme="conserving")
        sim.run(until=1.5)
        inside = sim.energy
        sim.run(until=3.5)  # there after 2 s, past after 2.5 s
        energy[absorbing] = sim.energy
        assert sum(inside[k] for k in ("kinetic", "strain")) == pytest.approx(inside["external"], rel=1e-5)
        assert abs(sim.energy["drift"]) < 1e-10 * inside["external"]
    left = {k: e["kinetic"] + e["strain"] for k, e in energy.items()}
    assert left[True] < 1e-4 * left[False]
    assert energy[True]["scheme"] == pytest.approx(energy[True]["external"], rel=1e-3)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_energy_is_told(scheme: str) -> None:
    model = square(initial_stress=(-1e4, -2e4, 3e3))
    t = np.linspace(0.0, 0.1, 21)
    history = np.column_stack([t, np.sin(40 * t)])
    model.set_displacement([(0, 0), (1, 0)], (1e-4, 2e-4), history=history)
    model.hold_point((0.5, 1.0), 1e6, history=np.column_stack([t, 1e-3 * np.sin(30 * t), 1e-3 * t]))
    model.add_spring([(1, 0), (1, 1)], 1e6, 2e6)
    model.add_traction([(0, 0), (0, 1)], (1e4, 0.0), history=history)
    model.add_point_load((0.2, 0.8), (1e3, -1e3))
    model.add_viscous_edge([(1, 1), (0, 1)])
    model.base_acceleration = np.column_stack([t, 3 * np.sin(50 * t), 0 * t])
    sim = nmm.Simulation(model, 1, dt=1e-3, scheme=scheme)
    sim.run(until=0.1)
    energy = sim.energy
    largest = max(abs(v) for v in energy.values())
    assert min(abs(energy[k]) for k in ("kinetic", "strain", "contact", "external", "scheme")) > 1e-4 * largest
    assert abs(energy["drift"]) < 1e-9 * largest


def test_a_support_that_moves_carries_the_body() -> None:
    model = square()
    model.gravity = (0.0, 0.0)
    model.set_displacement([(0, 0), (1, 0)], (1.0, 0.0), history=[(0, 0), (1.0, 0.01)])
    sim = nmm.Simulation(model, 1, dt=0.02)
    sim.run(until=1.0)
    np.testing.assert_allclose(sim.displacements[:, 0], 0.01, rtol=0.02)
    sim.settle()
    np.testing.assert_allclose(sim.displacements[:, 0], 0.01, rtol=1e-6)


@pytest.mark.parametrize("change", [lambda sim: None, lambda sim: sim.reset(), lambda sim: sim.settle()])
def test_a_saved_run_goes_on_with_the_same_bits(change: Callable[[nmm.Simulation], None]) -> None:
    model = square(velocity=(1.0, 0.0, 0.2))
    model.add_spring([(0, 0), (1, 0)], 1e7, 1e7)
    sim = nmm.Simulation(model, 1, dt=1e-3, scheme="conserving")
    sim.run(steps=5)
    change(sim)
    again = nmm.Simulation.load(model, sim.save(), order=1, dt=1e-3, scheme="conserving")
    for run in (sim, again):
        run.run(until=0.0123)
    assert again.save() == sim.save()
    assert again.energy == sim.energy
    np.testing.assert_array_equal(again.displacements, sim.displacements)


def test_modes_of_a_free_body_begin_with_three_rigid_ones() -> None:
    omega = nmm.Simulation(square(), 1).frequencies(4)
    assert (omega[:3] < 1e-3 * omega[3]).all()


def test_bad_input() -> None:
    sim = nmm.Simulation(square(), dt=0.01)
    sim.run(steps=2)
    for call in (
        lambda: sim.run(until=-1.0),
        sim.run,
        lambda: nmm.Simulation(square(), dt=0.0),
        lambda: nmm.Simulation(square(), scheme="euler"),
        lambda: nmm.Simulation.load(square(), sim.save()[:-8]),
        lambda: nmm.Simulation.load(square(), b""),
        lambda: square().add_traction((0, 0), (1, 0), history=[(1, 1), (0, 1)]),
        lambda: square(velocity=(1, 2)),
    ):
        with pytest.raises(InputError):
            call()
