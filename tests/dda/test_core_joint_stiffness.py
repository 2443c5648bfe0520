"""The stiffness of a joint is physical [Pa/m]: displacements in closed form, whatever the penalty."""

import numpy as np
import pytest

import dda

HARD = dda.Material(density=2600.0, young=1e12, poisson=0.0)
KN, KS = 1e9, 3e8  # Pa/m


def on_a_filling(scenes, at, force, *, friction=60.0, length=2.0, **options):
    """A hard block on a joint of the given length, pushed at a point; settled."""
    model = dda.Model(gravity=(0.0, 0.0), plane="stress")
    model.joint = dda.Joint(friction, normal_stiffness=KN, shear_stiffness=KS)
    model.add_block(scenes.box(4, 1, -1, -1), HARD, fixed=True)
    model.add_block(scenes.box(length, 1.0), HARD)
    model.add_point_load(1, at, force)
    sim = dda.Simulation(model, **options)
    assert sim.settle(1e-9, max_steps=300).converged
    return sim


@pytest.mark.parametrize("length", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("penalty", [None, 1e9])
def test_closure_and_shear(scenes, length, penalty):
    """u_n = -N / (k_n l), u_s = T / (k_s l)."""
    N, T = 1e6, 4e5
    sim = on_a_filling(scenes, (length / 2, 0.0), (T, -N), length=length, contact=dda.Penalty(penalty))
    np.testing.assert_allclose(sim.displacements[1], (T / (KS * length), -N / (KN * length)), rtol=1e-6)
    assert sim.contacts["normal"].sum() == pytest.approx(N, rel=1e-6)
    assert abs(sim.contacts["shear"].sum()) == pytest.approx(T, rel=1e-6)


def test_an_eccentric_load_turns_the_block(scenes):
    """Half of k_n l at each end: theta = -N e / (k_n l (l / 2)^2)."""
    N, e = 1e6, 0.3
    sim = on_a_filling(scenes, (1.0 + e, 0.0), (0.0, -N))
    assert sim.rotations[1] == pytest.approx(-N * e / (KN * 2.0 * 1.0**2), rel=1e-3)
    assert sim.displacements[1, 1] == pytest.approx(-N / (KN * 2.0), rel=1e-3)


def test_a_spring_slides_at_its_friction(scenes):
    """tan 60 = 1.73: at T = 1.7 N it still holds, and stores T^2 / (2 k_s l) + N^2 / (2 k_n l)."""
    N = 1e5
    T = 1.7 * N
    sim = on_a_filling(scenes, (1.0, 0.0), (T, -N))
    assert sim.energy["contact"] == pytest.approx(0.5 * (T**2 / KS + N**2 / KN) / 2.0, rel=1e-3)
    assert set(sim.contacts["state"]) == {2}


def test_a15_with_the_springs_of_the_reference(scenes):
    """rho g H^2 / (2 E) + sum F / k_n = 1.226250e-3 + 1.348875e-4 m."""
    rock = dda.Material(density=2500.0, young=1e9, poisson=0.0)
    model = scenes.stack(10, material=rock, joint=dda.Joint(30.0, normal_stiffness=1e10, shear_stiffness=1e10))
    sim = dda.Simulation(model)
    assert sim.settle(1e-9).converged
    assert sim.point(10, (0.0, 10.0)).displacement[1] == pytest.approx(-1.3611375e-3, rel=1e-6)
    # The forces, from the bottom: (10 - i) * 24525 N.
    c = sim.contacts
    for i in range(10):
        joint = ((c["block_a"] == i) & (c["block_b"] == i + 1)) | ((c["block_a"] == i + 1) & (c["block_b"] == i))
        assert c["normal"][joint].sum() == pytest.approx((10 - i) * 24525.0, rel=1e-6)


def test_a_spring_rests_on_an_open_joint(scenes):
    """Pulled, an unbonded joint opens freely: no spring acts across the gap."""
    model = dda.Model(gravity=(0.0, 0.0))
    model.joint = dda.Joint(30.0, normal_stiffness=KN, shear_stiffness=KS)
    model.add_block(scenes.box(4, 1, -1, -1), scenes.ROCK, fixed=True)
    model.add_block(scenes.box(), scenes.ROCK)
    model.add_point_load(1, (0.5, 0.5), (0.0, 2600.0))
    sim = dda.Simulation(model, dt=1e-3)
    sim.run(until=0.2)
    assert sim.displacements[1, 1] == pytest.approx(0.5 * 1.0 * 0.2**2, rel=1e-6)
