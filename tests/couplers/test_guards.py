"""What goes wrong is caught where it appears, named, and leaves every participant as it was."""

import numpy as np
import pytest

import couplers


def test_a_zero_first_residual_is_the_end(pair):
    for name in couplers.ACCELERATIONS:
        coupling, _ = pair(acceleration=name)
        coupling.participants["N"].function = lambda s, i, dt: (s, {"Motion": np.zeros(6)})
        assert coupling.run()[0].iterations == 1


@pytest.mark.parametrize("name", couplers.ACCELERATIONS)
def test_a_zero_residual_on_the_way_does_no_harm(name):
    step = couplers.make_acceleration(name)
    x = np.array([1.0, 2.0, 3.0])
    for _ in range(4):
        x = step.next(x, x.copy())
        np.testing.assert_array_equal(x, [1.0, 2.0, 3.0])
    for _ in range(3):
        x = step.next(x, 0.5 * x)
        assert np.isfinite(x).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_number_that_is_none_is_named(pair, bad):
    coupling, _ = pair()
    good = coupling.participants["D"].function

    def broken(state, inputs, dt):
        force = good(state, inputs, dt)["Force"].copy()
        force[3] = bad
        return {"Force": force}

    coupling.participants["D"].function = broken
    with pytest.raises(couplers.NotFinite, match=r"participant 'D' wrote Force\[3\].*window 1, iteration 1") as caught:
        coupling.run()
    assert (caught.value.participant, caught.value.data, caught.value.index) == ("D", "Force", 3)


@pytest.mark.parametrize("failure", ["diverges", "nan", "raises"])
def test_a_rejected_window_restores_everything(pair, failure):
    """The run that failed once and was mended goes on with the bits of one that never failed."""
    plain, _ = pair(max_time=4.0, options={"time_windows_reused": 3})
    plain.run()
    coupling, _ = pair(max_time=4.0, options={"time_windows_reused": 3})
    coupling.run(until=2.0)
    before = {name: p.save() for name, p in coupling.participants.items()}
    good = coupling.participants["N"].function

    def broken(state, inputs, dt):
        if failure == "raises":
            raise ArithmeticError("the solver has failed")
        state, outputs = good(state, inputs, dt)
        return state, {
            "Motion": outputs["Motion"] * (np.nan if failure == "nan" else 1e3) * np.cos(1e3 * inputs["Force"])
        }

    coupling.participants["N"].function = broken
    with pytest.raises((couplers.CouplingFailure, ArithmeticError)):
        coupling.advance()
    for name, p in coupling.participants.items():
        np.testing.assert_equal(p.save(), before[name])
    assert (coupling.time, coupling.windows) == (2.0, 2)
    coupling.participants["N"].function = good
    coupling.run()
    np.testing.assert_array_equal(coupling.value("N", "Motion"), plain.value("N", "Motion"))


def test_divergence_says_what_to_change(pair):
    coupling, _ = pair(strength=5.0, acceleration=None)
    with pytest.raises(couplers.NotConverged) as caught:
        coupling.run()
    text = str(caught.value)
    for words in ("diverges", "Motion", "history", "aitken or IQN-ILS", "window 1"):
        assert words in text
    assert len(caught.value.report.residuals["Motion"]) > 5


def test_stalling_is_told_from_slowness(pair):
    stalls, _ = pair(strength=1.0, acceleration=None, max_iterations=300)
    stalls.participants["D"].function = lambda s, i, dt: {"Force": i["Motion"]}
    stalls.participants["N"].function = lambda s, i, dt: (s, {"Motion": 1.0 - i["Force"]})
    with pytest.raises(couplers.NotConverged, match="stalls"):
        stalls.run()
    slow, _ = pair(strength=0.7, acceleration=None, max_iterations=8)
    with pytest.raises(couplers.NotConverged, match=r"needs more iterations(.|\n)*raise max_iterations"):
        slow.run()


def test_a_window_that_fails_can_be_halved(pair):
    """Only windows of half the size converge here."""
    coupling, exact = pair(acceleration=None, cuts=1)
    good = coupling.participants["N"].function

    def touchy(state, inputs, dt):
        state, outputs = good(state, inputs, dt)
        return state, outputs if dt < 0.6 else {"Motion": outputs["Motion"] - 9.0 * inputs["Force"]}

    coupling.participants["N"].function = touchy
    coupling.run()
    assert coupling.windows == 2
    np.testing.assert_allclose(coupling.value("N", "Motion"), exact, rtol=1e-4)


def test_a_field_at_rest_converges(pair):
    coupling, _ = pair(max_time=3.0)
    coupling.participants["N"].function = lambda s, i, dt: (
        s + dt,
        {"Motion": np.ones(6) * (s < 0.5) * 1.0 + 1e-17 * s},
    )
    coupling.participants["D"].function = lambda s, i, dt: {"Force": 0.0 * i["Motion"]}
    assert [r.iterations for r in coupling.run()][-1] <= 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"scheme": "serial-implict"}, "serial-implicit"),
        ({"acceleration": "IQN"}, "IQN-ILS"),
        ({"options": {"relax": 0.1}}, "initial_relaxation"),
        ({"convergence": [couplers.Measure("Forces")]}, "Force, Motion"),
        ({"time_window_size": -1.0}, "time_window_size"),
        ({"max_iterations": 0}, "max_iterations"),
        ({"energy": [couplers.Conjugate("Force", "Velocity")]}, "Velocity"),
    ],
)
def test_bad_input_names_what_there_is(pair, change, words):
    with pytest.raises(couplers.SetupError, match=words):
        pair(**change)[0].run()


def test_points_that_differ_need_a_mapping():
    a = couplers.CallableParticipant(
        "A", lambda s, i, dt: {"u": [0.0, 1.0]}, {"u": [0.0, 1.0]}, meshes={"u": [0.0, 1.0]}
    )
    b = couplers.CallableParticipant("B", lambda s, i, dt: {}, {}, meshes={"u": [0.0, 0.5, 1.0]})
    with pytest.raises(couplers.SetupError, match="give a mapping"):
        couplers.Coupling([a, b], [couplers.Exchange("u", "A", "B")]).run()
    mapped = couplers.Coupling([a, b], [couplers.Exchange("u", "A", "B", couplers.Mapping())])
    assert mapped.run()[0].converged
    np.testing.assert_allclose(b.inputs["u"], [0.0, 0.5, 1.0])


def test_three_participants_need_multi():
    parts = [couplers.CallableParticipant(n, lambda s, i, dt: {}, {"x": [0.0]}) for n in "ABC"]
    with pytest.raises(couplers.SetupError, match="use multi"):
        couplers.Coupling(parts, [couplers.Exchange("x", "A", "B")])
