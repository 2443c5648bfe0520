"""A body that cracks have cut goes on in the same run: state taken over, contact, fall."""

import numpy as np
import pytest

import dda
import nmm
from nmm.breaking import cut_model, projected, take_over, with_laws, without_laws

ROCK = dda.Material(2400.0, 3e10, 0.2)


def cantilever(toughness: float) -> tuple[nmm.Model, nmm.Growth]:
    model = nmm.Model(cover=nmm.Triangles(0.25, (0.013, 0.027), 7.0))
    model.add_body([(0, 0.2), (2, 0.2), (2, 1.2), (0, 1.2)], ROCK)
    model.add_body([(-1, -1), (4, -1), (4, 0), (-1, 0)], ROCK, fixed=True)
    model.add_crack([(0.5, 1.2), (0.5, 0.9)], "notch", radius=0.2)
    model.fix([(0, 0.2), (0, 1.2)])
    model.joint = dda.Joint(30.0)
    return model, nmm.grow(without_laws(model), toughness, 0.4, 10)


def test_the_cut_body_takes_over_and_falls() -> None:
    model, found = cantilever(1e3)
    assert found.ending == "cut"
    new = cut_model(found.model, model)
    assert new.cracks == []
    assert new.traces[0].name == "notch"
    assert new.joint is model.joint
    sim = nmm.Simulation(new, dt=2e-3)
    take_over(sim, found.whole)
    whole = nmm.Simulation(found.whole)
    whole.solve()
    away = [(0.1, 0.7), (1.2, 0.7), (1.9, 1.0)]
    before = whole.at(away).displacement
    np.testing.assert_allclose(sim.at(away).displacement, before, atol=2e-3 * np.abs(before).max())
    assert sim.masses.sum() == pytest.approx(2400 * 2.0, rel=1e-10)
    sim.run(until=0.1)
    end = sim.at([(1.9, 0.7), (0.1, 0.7)]).displacement
    assert end[0, 1] == pytest.approx(-0.5 * 9.81 * 0.01, rel=0.05)
    assert np.abs(end[1]).max() < 1e-5
    assert abs(sim.energy["drift"]) < 1e-6 * abs(sim.energy["potential"])
    sim.run(until=0.6)
    moving = sim.all_vertices[0][: sim.equations.manifold.offsets[-1]]
    assert -1e-3 < moving[:, 1].min() < 0.05  # it rocks on the ground


def test_a_field_of_the_space_is_taken_over_exactly() -> None:
    model, found = cantilever(1e3)
    new = nmm.Simulation(cut_model(found.model, model)).equations
    whole = nmm.Simulation(found.whole).equations
    slope = np.array([[1e-3, 2e-3], [-3e-3, 5e-4]])
    d = np.zeros(whole.space.unknowns)
    d[: 2 * len(whole.space.place)] = (whole.space.place @ slope.T).ravel()[: len(d)]
    points = np.asarray(new.space.core.centroids())
    got = new.evaluate(np.arange(len(points)), points, projected(new, whole, d))[:, :2]
    np.testing.assert_allclose(got, points @ slope.T, atol=1e-11)


def test_a_body_that_holds_keeps_its_cracks_and_its_laws() -> None:
    model, found = cantilever(1e9)
    assert found.ending == "arrested"
    kept = with_laws(found.whole, model)
    assert len(kept.cracks) == 1
    assert kept.joint is model.joint
