"""An iteration that cannot end is given up early, by every data in its own unit, and told by its right name."""

import warnings

import numpy as np
import pytest

import couplers
from couplers.guard import DIVERGED, Guard
from couplers.report import WindowReport, advice


def two_ways(gain, unit=1.0, **settings):
    """Force = gain * Motion / unit and Motion = unit * (1 - Force): both are accelerated where all read what is old."""
    first = couplers.CallableParticipant("D", lambda s, i, dt: {"Force": gain * i["Motion"] / unit}, {"Force": [0.0]})
    second = couplers.CallableParticipant(
        "N", lambda s, i, dt: {"Motion": unit * (1.0 - i["Force"])}, {"Motion": [0.0]}
    )
    return couplers.Coupling(
        [first, second],
        [couplers.Exchange("Force", "D", "N"), couplers.Exchange("Motion", "N", "D")],
        **settings,
    )


@pytest.mark.parametrize("scheme", ["serial-implicit", "parallel-implicit", "multi"])
@pytest.mark.parametrize("unit", [1.0, 1e-9, 1e9])
def test_divergence_is_given_up_long_before_the_last_iteration(scheme, unit):
    coupling = two_ways(10.0, unit, scheme=scheme, acceleration=None, max_iterations=1000)
    with pytest.raises(couplers.NotConverged, match="diverges") as caught:
        coupling.run()
    # The residual grows tenfold in each pass of a serial scheme, in every second one of a parallel scheme.
    assert caught.value.report.iterations <= (12 if scheme == "serial-implicit" else 22)


@pytest.mark.parametrize("unit", [1.0, 1e-9, 1e9])
@pytest.mark.parametrize("scheme", ["parallel-implicit", "multi"])
def test_a_detour_is_not_given_up(scheme, unit):
    """A quasi-Newton method ends where the plain iteration diverges, though its first steps grow."""
    coupling = two_ways(1e3, unit, scheme=scheme, acceleration="IQN-ILS", options={"initial_relaxation": 1.0})
    coupling.run()
    np.testing.assert_allclose(coupling.value("D", "Force"), [1e3 / 1001.0], rtol=1e-5)


def test_the_guard_waits_until_a_change_has_reached_every_field():
    late = Guard(2)  # the second field is told of the load one iteration later, from a solver's rounding
    assert not late.diverges([1.0, 1e-30])
    assert not late.diverges([1.0, 1.0])
    assert not late.diverges([1.0, DIVERGED**2])
    assert late.diverges([1.0, 1.01 * DIVERGED**2])
    rest = Guard(2)
    assert not any(rest.diverges([1.0, 0.0]) for _ in range(5))
    assert not rest.diverges([1.0, 1e12])  # its first residual that is one


HISTORIES = {
    "diverges": [[1.0, 2.0, 4.0, 8.0, 16.0], [1e-3, 1e2, 1e5, 1e9], [1.0 * 1.05**k for k in range(60)]],
    "stalls": [
        [0.5] * 6,
        [0.0, 0.5, 0.5, 0.0] * 3,
        [0.1, 1.0, 0.1, 1.0, 0.1, 1.0],
        [1.0, 0.1, 0.01] + [1e-3, 1.1e-3] * 6,
    ],
    "needs more iterations": [[0.5**k for k in range(6)], [1.0], [1.0, 30.0, 3.0, 0.3, 0.03], [0.0, 0.0]],
}


@pytest.mark.parametrize(("kind", "history"), [(kind, h) for kind, all_ in HISTORIES.items() for h in all_])
def test_a_history_is_called_by_its_name(kind, history):
    report = WindowReport(1, 0.0, 1.0)
    for value in history:
        report.add("Force", value, 1.0)
    assert f"the coupling iteration {kind}:" in advice(report, ["Force"], "IQNILS")


def test_a_factor_is_told_only_where_there_is_one():
    def text(factors):
        report = WindowReport(1, 0.0, 1.0, factors=factors)
        for _ in range(5):
            report.add("Force", 1.0, 1.0)
        return advice(report, ["Force"], "Constant")

    assert "changes by about -0.97 an iteration" in text([-0.971, -0.97, -0.969])
    assert "changes by about" not in text([0.0, 1.0, 0.0, -1.0])


def test_a_cycle_in_a_run_stalls():
    def step(state, inputs, dt):
        return {"Motion": {0.0: 0.5, 0.5: 1.0, 1.0: 0.0}[float(inputs["Force"][0])] * np.ones(1)}

    first = couplers.CallableParticipant("D", lambda s, i, dt: {"Force": i["Motion"]}, {"Force": [0.0]})
    second = couplers.CallableParticipant("N", step, {"Motion": [0.0]})
    exchanges = [couplers.Exchange("Force", "D", "N"), couplers.Exchange("Motion", "N", "D")]
    with pytest.raises(couplers.NotConverged, match="stalls") as caught:
        couplers.Coupling([first, second], exchanges, acceleration=None, max_iterations=12).run()
    assert "changes by about" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cuts": -1}, r"cuts: -1; give a whole number, 0 or more"),
        ({"cuts": 1.5}, "cuts: 1.5"),
        ({"max_iterations": 2.5}, "max_iterations: 2.5"),
        ({"min_iterations": True}, "min_iterations: True"),
        ({"max_time": "1"}, "max_time: '1'"),
        ({"acceleration": None, "options": {"relaxation": 0.1}}, "got no acceleration"),
        ({"acceleration": couplers.Aitken(), "options": {"initial_relaxation": 0.1}}, "give them where it is made"),
        ({"acceleration": 5}, "unknown acceleration: 5"),
        ({"acceleration": "aitken", "options": {"initial_relaxation": "a"}}, "initial_relaxation: 'a'"),
        ({"options": {"max_used_iterations": 2.5}}, "max_used_iterations: 2.5"),
        ({"options": {"limit": 1.0}}, "limit of the filter: 1.0"),
        ({"acceleration": "anderson", "options": {"depth": 0}}, "depth: 0"),
    ],
)
def test_settings_that_cannot_be_are_refused(change, words):
    with pytest.raises(couplers.SetupError, match=words):
        two_ways(0.5, **change)


@pytest.mark.parametrize(
    ("kind", "options", "words"),
    [
        ("rbf", {"shape": 1.0}, "known: +basis, shape_parameter"),
        ("nearest-neighbor", {"basis": "cubic"}, "known: +none"),
        ("nearest-projection", {"basis": "cubic"}, "known: +none"),
    ],
)
def test_an_option_that_a_mapping_does_not_have_is_refused(kind, options, words):
    with pytest.raises(couplers.SetupError, match=words):
        couplers.Mapping(kind, options=options)


@pytest.mark.parametrize("options", [{"basis": "gaussian", "shape_parameter": -1.0}, {"shape_parameter": 1.0}])
def test_a_shape_that_cannot_be_is_refused(options):
    mesh = couplers.Mesh.of([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    with pytest.raises(couplers.SetupError, match="shape_parameter of rbf"):
        couplers.mapping_matrix("rbf", "consistent", mesh, mesh, **options)


def test_the_name_of_a_mapping_is_one():
    assert couplers.Exchange("x", "A", "B", "nearest-neighbor").mapping == couplers.Mapping("nearest-neighbor")
    with pytest.raises(couplers.SetupError, match="nearest-projection"):
        couplers.Exchange("x", "A", "B", "nearest")


def test_an_explicit_scheme_tells_what_it_does_not_read():
    with pytest.warns(UserWarning, match="convergence, options: not read, serial-explicit"):
        two_ways(0.5, scheme="serial-explicit", convergence=[couplers.Measure()], options={"limit": 0.1})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        two_ways(0.5, scheme="parallel-explicit").run()
