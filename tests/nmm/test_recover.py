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
    found, mass, *_ = _sums(Forms(sim.equations), sim.unknowns, sim.rates)
    return found[0], mass


def elastic(sim: nmm.Simulation) -> float:
    """Strain energy of the elements, without what ties slivers to their roots [J/m]."""
    large = sim._moving.large
    assert large is not None
    return float(large.finite.energy(sim.unknowns))


@pytest.mark.parametrize(("order", "lost"), [(0, 1e-3), (1, 0.01)])
def test_mass_momentum_and_energy(order: int, lost: float) -> None:
    """Mass, momentum and moment of momentum to rounding, stress and place at every point, energy by the new rule."""
    sim = bar(order)
    sim.run(until=0.16)
    assert np.abs(sim.stresses).max() > 1e4
    assert 0.005 < distortion(sim) < 0.5
    new = recovered(sim, nmm.Triangles(0.45, (0.03, 0.01), 23.0))
    (before, mass), (after, mass_now) = momenta(sim), momenta(new)
    np.testing.assert_allclose(mass_now, mass, rtol=1e-12)
    np.testing.assert_allclose(after, before, rtol=1e-10, atol=1e-10 * np.abs(before).max())
    assert elastic(new) == pytest.approx(elastic(sim), rel=lost)
    old, energy = sim.energy, new.energy
    assert energy["drift"] == pytest.approx(old["drift"], abs=1e-8 * old["strain"])
    assert 0.0 <= old["kinetic"] - energy["kinetic"] < 0.05 * old["kinetic"]  # the nearest field holds no more
    assert new.time == sim.time
    assert distortion(new) < 1e-9
    assert new.elements == sim.elements
    assert new.slips.max() == pytest.approx(sim.slips.max(), rel=0.05)
    for name in ("displacements", "rotations", "stresses", "all_vertices"):
        was, now = (np.asarray(getattr(s, name)[0] if name == "all_vertices" else getattr(s, name)) for s in (sim, new))
        np.testing.assert_allclose(now, was, atol=1e-9 * max(np.abs(was).max(), 1.0))
    for run in (sim, new):
        run.run(until=0.4)
    assert abs(new.energy["drift"]) < 1e-4 * abs(new.energy["potential"])
    middle = [s.masses[: s.elements] @ s.centroids[: s.elements] / s.masses.sum() for s in (sim, new)]
    np.testing.assert_allclose(middle[1], middle[0], atol=0.02)
    again = nmm.Simulation.load(new.model, new.save(), order=order, dt=2e-3)
    assert again.save() == new.save()


def squashed(remake: nmm.Remake | None) -> nmm.Simulation:
    """A very soft block, cut by a joint, that falls on the ground and is squashed."""
    model = nmm.Model(cover=nmm.Triangles(0.5, (0.1, 0.07), 11.0))
    model.add_body([(-2, -1), (3, -1), (3, 0), (-2, 0)], SOFT, fixed=True, group="ground")
    soft = dda.Material(2000.0, 6e4, 0.2)
    model.add_body([(0, 0), (1, 0), (1, 1), (0, 1)], soft, group="block")
    model.add_joint([(-1, 0.5), (2, 0.6)], "cut")
    model.joint = dda.Joint(20.0)
    model.set_law("cut", dda.Joint(35.0))
    return nmm.Simulation(model, 1, dt=2e-3, remake=remake, displacements="large")


def test_a_run_lays_fresh_covers_by_itself() -> None:
    """Squashed by an eighth: covers later the joint holds, slip and place go on, and a saved run has the same bits."""
    sims = {"one": squashed(None), "many": squashed(nmm.Remake(0.1))}
    for sim in sims.values():
        sim.run(until=0.16)
    many, one = sims["many"], sims["one"]
    assert len(many._earlier) >= 2
    assert distortion(one) > 0.2 > 0.1 > distortion(many)
    top = [s.at([(0.5, 1.0)]).displacement[0] for s in (one, many)]
    assert top[0][1] < -0.1
    np.testing.assert_allclose(top[1], top[0], atol=0.02)
    assert abs(many.energy["drift"]) < 1e-4 * abs(many.energy["potential"])
    assert abs(many.energy["covers"]) < 0.005 * many.energy["strain"]
    again = nmm.Simulation.load(many.model, many.save(), order=1, dt=2e-3, remake=nmm.Remake(0.1))
    assert again.save() == many.save()
    for sim in (many, again):
        sim.run(steps=5)
    assert again.save() == many.save()
    np.testing.assert_array_equal(again.displacements, many.displacements)


def test_displacements_since_a_reset_are_told_through_covers() -> None:
    sim = bar(1)
    sim.run(until=0.1)
    sim.reset(energy=False)
    at = sim.at([(1.0, 0.3)]).position
    sim.remake()
    assert np.abs(sim.displacements).max() < 1e-12
    sim.run(until=0.14)
    now = sim.at([(1.0, 0.3)])
    np.testing.assert_allclose(now.displacement, now.position - at, atol=1e-12)


def test_what_cannot_be_made_anew_is_refused() -> None:
    sim = bar(0)
    sim.model.fix([(0, 0.05), (2, 0.05)])
    with pytest.raises(InputError, match=r"(?s)cannot be made anew.*supports"):
        recovered(sim)
    with pytest.raises(InputError, match=r"(?s)cannot be made anew.*supports"):
        nmm.Simulation(sim.model, remake=nmm.Remake())
    with pytest.raises(InputError, match="distortion"):
        nmm.Remake(distortion=-1.0)


def pendulum() -> nmm.Model:
    """A soft bar that hangs on two springs, one of them moved, with a load that grows at its end."""
    model = nmm.Model(cover=nmm.Rectangles((0.3, 0.25), angle=4.0))
    model.add_body([(0, 0), (2, 0), (2, 0.4), (0, 0.4)], SOFT)
    model.hold_point((0.0, 0.4), 1e5)
    model.hold_point((0.13, 0.2), 5e4, history=[(0, 0, 0), (1, 0.1, 0)])
    model.add_point_load((2.0, 0.2), (0.0, 50.0), history=[(0, 1), (1, 2)])
    return model


def test_points_stay_held_and_pushed_on_fresh_covers() -> None:
    options = {"dt": 2e-3, "scheme": "conserving", "displacements": "large"}
    one, sim = (nmm.Simulation(pendulum(), 1, **options) for _ in range(2))
    for _ in range(2):
        sim.run(steps=60)
        before = sim.energy
        sim.remake()
        assert sim.energy["contact"] == pytest.approx(before["contact"], rel=1e-9)  # what the springs hold
        assert sim.energy["external"] == before["external"]
    state = sim.save()
    sim.run(steps=60)
    one.run(steps=180)
    points = [(2.0, 0.2), (1.0, 0.2), (0.0, 0.4)]
    fallen = np.abs(one.at(points).displacement).max()
    assert fallen > 0.4
    np.testing.assert_allclose(sim.at(points).position, one.at(points).position, atol=2e-3 * fallen)
    assert abs(sim.energy["drift"]) < 1e-9 * abs(sim.energy["potential"])
    again = nmm.Simulation.load(pendulum(), state, order=1, **options)
    again.run(steps=60)
    assert again.save() == sim.save()
