"""A joint law outside the solver, lagged and in the iteration, against the same law in the core."""

import numpy as np
import pytest

import couplers
import dda
from harmony.participants.joints import JointsParticipant

LAW = {"peak": 26.0, "residual": 10.0, "distance": 0.2}
ANGLE, END = 30.0, 0.8


def block_on_plane(joint, dt):
    """A block at rest on a plane of 30 degrees, its weight on it."""
    c, s = np.cos(np.radians(ANGLE)), np.sin(np.radians(ANGLE))
    turn = np.array([[c, -s], [s, c]]).T
    model = dda.Model(gravity=(0.0, -9.81))
    rock = dda.Material(density=2600.0, young=5e9, poisson=0.25)
    model.add_block(np.array([[-10, -1], [5, -1], [5, 0], [-10, 0]]) @ turn, rock, fixed=True)
    model.add_block(np.array([[0, 0], [1, 0], [1, 0.5], [0, 0.5]]) @ turn, rock)
    model.joint = dda.Joint(friction=60.0)
    sim = dda.Simulation(model, dt=dt)
    sim.settle()
    model.joint = joint
    sim.revise(model)
    sim.reset(slip=True)
    return sim


def weakening(slip):
    """Friction angle [deg] at a slip [m], all pairs at once."""
    return LAW["residual"] + (LAW["peak"] - LAW["residual"]) * np.exp(-slip / LAW["distance"])


def outside(scheme, dt, calls=None):
    """Distance slid [m] with the law as a participant."""
    sim = block_on_plane(dda.Joint(friction=LAW["peak"]), dt)
    blocks = JointsParticipant("Blocks", sim, [(0, 1)], dda.Joint(friction=0.0), LAW["peak"])

    def law(state, inputs, h):
        if calls is not None:
            calls.append(inputs["Slip"].shape)
        return {"Friction": weakening(inputs["Slip"])}

    coupling = couplers.Coupling(
        [blocks, couplers.CallableParticipant("Law", law, {"Friction": [LAW["peak"]]})],
        [couplers.Exchange("Slip", "Blocks", "Law"), couplers.Exchange("Friction", "Law", "Blocks")],
        scheme=scheme,
        time_window_size=dt,
        max_time=END,
        convergence=[couplers.Measure("Friction", "relative", 1e-8)] if "implicit" in scheme else (),
        acceleration=None,
    )
    coupling.run()
    return float(np.linalg.norm(sim.displacements[1])), coupling


def exact():
    """Distance [m] of s'' = g (sin a - tan phi(s) cos a), by small steps of the midpoint rule."""
    a, h = np.radians(ANGLE), 1e-5
    s = v = 0.0
    for _ in range(round(END / h)):
        half = s + h / 2 * v
        acceleration = 9.81 * (np.sin(a) - np.tan(np.radians(weakening(half))) * np.cos(a))
        s += h * v + h * h / 2 * acceleration
        v += h * acceleration
    return s


@pytest.mark.parametrize("scheme", ["serial-explicit", "serial-implicit"])
def test_the_law_outside_is_the_law_inside(scheme):
    inner = block_on_plane(dda.Joint(law="slip-weakening", **LAW), 2e-3)
    inner.run(until=END)
    slid, _ = outside(scheme, 2e-3)
    assert slid == pytest.approx(float(np.linalg.norm(inner.displacements[1])), rel=5e-3)
    assert slid == pytest.approx(exact(), rel=5e-3)


def test_errors_fall_with_the_window():
    true = exact()
    for scheme in ("serial-explicit", "serial-implicit"):
        errors = [abs(outside(scheme, dt)[0] - true) for dt in (8e-3, 4e-3)]
        assert errors[1] < 0.65 * errors[0]


def test_all_pairs_are_asked_once_an_iteration():
    calls = []
    _, coupling = outside("serial-implicit", 8e-3, calls)
    assert len(calls) == sum(report.iterations for report in coupling.reports)
    assert set(calls) == {(1,)}
    assert 1.5 < np.mean([report.iterations for report in coupling.reports]) < 6
