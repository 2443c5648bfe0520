"""A fresh cover over the present geometry: what is conserved, what is booked, and that the run goes on as before."""

import numpy as np
import pytest

import dda
import nmm
from dda.errors import InputError
from nmm.forms import Forms
from nmm.recover import _sums, distortion, recovered

SOFT = dda.Material(2000.0, 2e6, 0.2)


def bar(order: int) -> nmm.Simulation:
    """A soft bar that spins and falls flat on the ground."""
    model = nmm.Model(cover=nmm.Triangles(0.5, (0.1, 0.07), 11.0))
    model.add_body([(-3, -1), (4, -1), (4, 0), (-3, 0)], SOFT, fixed=True)
    model.add_body([(0, 0.05), (2, 0.05), (2, 0.65), (0, 0.65)], SOFT, velocity=(0.3, 0.0, -0.3))
    model.joint = dda.Joint(30.0)
    return nmm.Simulation(model, order, dt=2e-3)


def momenta(sim: nmm.Simulation) -> tuple[np.ndarray, np.ndarray]:
    found, mass, *_ = _sums(sim.equations, Forms(sim.equations).mass, sim.unknowns, sim.rates)
    return found[0], mass


@pytest.mark.parametrize("order", [0, 1])
def test_mass_momentum_and_energy(order: int) -> None:
    sim = bar(order)
    sim.run(until=0.16)
    assert np.abs(sim.stresses).max() > 1e4
    assert 0.005 < distortion(sim) < 0.5
    new = recovered(sim, nmm.Triangles(0.45, (0.03, 0.01), 23.0))
    (before, mass), (after, mass_now) = momenta(sim), momenta(new)
    np.testing.assert_allclose(mass_now, mass, rtol=1e-12)
    np.testing.assert_allclose(after, before, rtol=1e-10, atol=1e-10 * np.abs(before).max())
    old, energy = sim.energy, new.energy
    assert energy["drift"] == pytest.approx(old["drift"], abs=1e-8 * old["strain"])
    assert abs(energy["covers"]) < (0.7 if order == 0 else 0.3) * old["strain"]
    assert new.time == sim.time
    assert distortion(new) < 1e-9
    assert np.abs(new.displacements).max() == 0.0
    mean = [s.masses[: s.elements] @ s.stresses[: s.elements] / s.masses.sum() for s in (sim, new)]
    np.testing.assert_allclose(mean[1], mean[0], atol=0.1 * np.abs(sim.stresses).max())
    for run in (sim, new):
        run.run(until=0.4)
    assert abs(new.energy["drift"]) < 1e-4 * abs(new.energy["potential"])
    middle = [s.masses[: s.elements] @ s.centroids[: s.elements] / s.masses.sum() for s in (sim, new)]
    np.testing.assert_allclose(middle[1], middle[0], atol=0.02)
    again = nmm.Simulation.load(new.model, new.save(), order=order, dt=2e-3)
    assert again.save() == new.save()


def test_what_cannot_be_made_anew_is_refused() -> None:
    sim = bar(0)
    sim.model.fix([(0, 0.05), (2, 0.05)])
    with pytest.raises(InputError, match="cannot be made anew"):
        recovered(sim)
