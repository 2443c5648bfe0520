"""The energy that crosses the interface, against closed forms."""

import numpy as np
import pytest

import couplers

SAME = couplers.Conjugate("Force", "Motion")


def test_work_of_a_growing_load(pair):
    """Force and motion grow linearly together: the work is half their product at the end, on both sides."""
    coupling, exact = pair(energy=[SAME], max_time=3.0, convergence=[couplers.Measure(limit=1e-12)])
    coupling.run()
    force = coupling.value("D", "Force")
    work = coupling.total_work["Force, Motion"]
    np.testing.assert_allclose([work.given, work.taken], 0.5 * force @ (3.0 * exact), rtol=1e-9)
    assert abs(work.error) < 1e-9 * abs(work.given)
    assert abs(work.mapping) < 1e-12 * abs(work.given)


def two_lines(force_mapping, motion_mapping, log=None):
    """A quadratic motion on 9 points, its force on 6 of other places."""
    x = {"D": np.linspace(0, 1, 6), "N": np.linspace(0, 1, 9)}
    d = couplers.CallableParticipant(
        "D", lambda s, i, dt: {"Force": 0.1 * (1 + i["Motion"])}, {"Force": np.zeros(6)}, meshes=_both(x["D"])
    )
    n = couplers.CallableParticipant(
        "N",
        lambda s, i, dt: (s + dt, {"Motion": (s + dt) * (x["N"] ** 2 + 1) - i["Force"]}),
        {"Motion": np.zeros(9)},
        0.0,
        meshes=_both(x["N"]),
    )
    return couplers.Coupling(
        [d, n],
        [couplers.Exchange("Force", "D", "N", force_mapping), couplers.Exchange("Motion", "N", "D", motion_mapping)],
        time_window_size=0.25,
        convergence=[couplers.Measure(limit=1e-12)],
        energy=[SAME],
        log=log,
    )


def _both(points):
    return {"Force": points, "Motion": points}


@pytest.mark.parametrize("kind", couplers.MAPPINGS)
def test_consistent_one_way_and_conservative_the_other_keep_energy(kind):
    coupling = two_lines(couplers.Mapping(kind, "conservative"), couplers.Mapping(kind))
    coupling.run()
    work = coupling.total_work["Force, Motion"]
    assert abs(work.given) > 0.1
    assert abs(work.error) < 1e-11 * abs(work.given)


def test_an_inconsistent_pair_shows_its_mapping_error():
    lines = []
    coupling = two_lines(couplers.Mapping("nearest-neighbor"), couplers.Mapping("nearest-projection"), lines.append)
    coupling.run()
    work = coupling.total_work["Force, Motion"]
    assert abs(work.mapping) > 0.05 * abs(work.given)
    assert work.error == pytest.approx(work.mapping, rel=1e-6)
    assert len(lines) == 4
    assert "given" in lines[-1]
    assert "mapping" in lines[-1]


def test_power_of_a_velocity():
    """F = t, v = t over one second in five and three steps: int t^2 dt = 1/3, from piecewise linear data exactly."""
    a = couplers.CallableParticipant("A", _ramp("F"), {"F": [0.0]}, 0.0, time_step=0.2)
    b = couplers.CallableParticipant("B", _ramp("v"), {"v": [0.0]}, 0.0, time_step=0.35)
    coupling = couplers.Coupling(
        [a, b],
        [couplers.Exchange("F", "A", "B"), couplers.Exchange("v", "B", "A")],
        energy=[couplers.Conjugate("F", "v", rate=True)],
    )
    coupling.run()
    assert coupling.total_work["F, v"].given == pytest.approx(1 / 3, rel=1e-12)
    assert coupling.total_work["F, v"].taken == pytest.approx(1 / 3, rel=1e-12)


def _ramp(name):
    return lambda s, i, dt: (s + dt, {name: [s + dt]})
