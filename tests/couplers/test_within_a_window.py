"""What a reader sees between the ends of a window."""

import numpy as np
import pytest

import couplers
from couplers import CallableParticipant, Coupling, Exchange


def told(degree, path, steps=4, windows=3, size=1.0, writer_steps=1, rate=None, **options):
    """What a reader of `path`(t) is given, with its times."""
    seen = []

    def read(state, inputs, dt):
        state = (state or 0.0) + dt
        seen.append((state, float(inputs["x"][0])))
        return state, {"y": [0.0]}

    writer = CallableParticipant(
        "Writer",
        lambda state, inputs, dt: ((state or 0.0) + dt, {"x": [path((state or 0.0) + dt)]}),
        {"x": [path(0.0)]},
        time_step=size / writer_steps,
    )
    if rate is not None:
        writer.rate_of = lambda data: [rate]
    reader = CallableParticipant("Reader", read, {"y": [0.0]}, time_step=size / steps)
    coupling = Coupling(
        [writer, reader],
        [Exchange("x", "Writer", "Reader", waveform_degree=degree, **options), Exchange("y", "Reader", "Writer")],
        scheme="serial-explicit",
        time_window_size=size,
        max_time=windows * size,
    )
    coupling.run()
    return np.array(seen).T, coupling


def fall(t):
    return 3.0 - 2.0 * t + 0.5 * t**2


def test_a_parabola_is_seen_as_it_is():
    (t, x), _ = told(2, fall, rate=-2.0)
    np.testing.assert_allclose(x, fall(t), atol=1e-14)
    (t, x), _ = told(2, fall, rate=-2.0, writer_steps=3)  # whose own steps are not shown
    np.testing.assert_allclose(x, fall(t), atol=1e-14)


def test_a_writer_that_tells_no_rate_begins_at_rest():
    (t, x), _ = told(2, lambda t: t**2)
    np.testing.assert_allclose(x, t**2, atol=1e-14)


def test_the_end_throughout_and_a_straight_line():
    (t, x), _ = told(0, fall)
    np.testing.assert_allclose(x, fall(np.ceil(t)), atol=1e-14)
    (t, x), _ = told(1, fall)
    np.testing.assert_allclose(x, np.interp(t, range(4), fall(np.arange(4.0))), atol=1e-14)


def test_each_reader_of_a_data_sees_it_in_its_own_way():
    """One asks for the writer's steps, the other for none, in either order."""
    for first in (True, False):
        seen = {"A": [], "B": []}

        def reader(name, seen=seen):
            def read(state, inputs, dt):
                seen[name].append(float(inputs["x"][0]))
                return {f"y{name}": [0.0]}

            return CallableParticipant(name, read, {f"y{name}": [0.0]}, time_step=0.25)

        writer = CallableParticipant(
            "W",
            lambda s, i, dt: ((s or 0.0) + dt, {"x": [((s or 0.0) + dt) ** 2]}),
            {"x": [0.0]},
            time_step=0.25,
        )
        exchanges = [Exchange("x", "W", "A", substeps=first), Exchange("x", "W", "B", substeps=not first)]
        exchanges += [Exchange("yA", "A", "W"), Exchange("yB", "B", "W")]
        Coupling([writer, reader("A"), reader("B")], exchanges, scheme="multi", max_time=1.0).run()
        within, ends = ("A", "B") if first else ("B", "A")
        np.testing.assert_allclose(seen[within][-4:], [0.0625, 0.25, 0.5625, 1.0])
        np.testing.assert_allclose(seen[ends][-4:], [0.25, 0.5, 0.75, 1.0])


def test_the_rate_is_part_of_the_state():
    _, coupling = told(2, fall, rate=-2.0, windows=2)
    state = coupling.save()
    coupling.run(until=4.0)
    there = coupling.save()
    coupling.restore(state)
    coupling.run(until=4.0)
    for a, b in zip(coupling.save()["outputs"], there["outputs"], strict=True):
        np.testing.assert_array_equal(a[1], b[1])
    rate = there["outputs"][0][1]
    assert rate[0] == pytest.approx(-2.0 + 4.0)


@pytest.mark.parametrize("degree", [3, -1, 1.5, "linear"])
def test_other_degrees_are_refused(degree):
    with pytest.raises(couplers.SetupError, match="waveform_degree"):
        Exchange("x", "A", "B", waveform_degree=degree)


@pytest.mark.parametrize(("scheme", "first"), [("parallel-explicit", True), ("serial-explicit", False)])
def test_a_path_needs_an_end_to_lead_to(scheme, first):
    """An explicit scheme tells a reader what was before the window: a parabola to there would go out and come back."""
    parts = [
        CallableParticipant("W", lambda s, i, dt: {"x": [1.0]}, {"x": [0.0]}),
        CallableParticipant("R", lambda s, i, dt: {"y": [0.0]}, {"y": [0.0]}, time_step=0.25),
    ]
    coupling = Coupling(
        parts if first else parts[::-1],
        [Exchange("x", "W", "R", waveform_degree=2), Exchange("y", "R", "W")],
        scheme=scheme,
        max_time=1.0,
    )
    with pytest.raises(couplers.SetupError, match=r"waveform_degree 2(.|\n)*implicit scheme, or degree 1"):
        coupling.run()
