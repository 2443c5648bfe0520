"""A learned body stands in for a real one: accurate within what it was taught, and it says where it is not."""

from pathlib import Path

import numpy as np
import pytest

from dda.errors import InputError, StepFailure
from harmony.operators.learned_body import LearnedBody, read_body, save_body
from harmony.operators.teach_body import Lesson, drive, teach_body
from harmony.participants.surrogate import SurrogateParticipant

REACH = 0.006


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory, ground) -> LearnedBody:
    made = teach_body(ground("Displacement"), Lesson(reach=REACH, paths=24), print)
    path = Path(tmp_path_factory.mktemp("model")) / "ground.safetensors"
    made.metadata["command"] = "test"
    save_body(path, made)
    return read_body(path)


def path(size: float, steps: int = 12) -> np.ndarray:
    """A plate that is pressed down, pushed and turned: (steps, 6) m."""
    s = np.linspace(0.0, 1.0, steps + 1)[1:]
    down, along, turn = -s, 0.5 * np.sin(6.0 * s), 0.4 * np.sin(9.0 * s)
    return size * np.array([[a, d + t * x] for x in (-1.0, 0.0, 1.0) for a, d, t in [(along, down, turn)]]).transpose(
        2, 0, 1
    ).reshape(steps, 6)


def through(participant: SurrogateParticipant, g: np.ndarray) -> np.ndarray:
    found = []
    for now in g:
        participant.read("Displacement", now.reshape(-1, 2))
        participant.advance(1.0)
        found.append(participant.write("Force").ravel())
    return np.array(found)


def truth(ground, g: np.ndarray) -> np.ndarray:
    real = ground("Displacement")
    real.initialize()
    return -np.array([s.force for s in drive(real, real.save(), g)])


def test_within_what_was_taught_it_is_right_and_trusted(learned: LearnedBody, ground) -> None:
    g, made = path(0.5 * REACH), SurrogateParticipant("Ground", learned)
    made.initialize()
    force, real = through(made, g), truth(ground, g)
    assert np.linalg.norm(force - real) < 0.02 * np.linalg.norm(real)
    assert made.trust > 0.5
    assert np.linalg.norm(real - real[0] * np.arange(1, 13)[:, None]) > 0.1 * np.linalg.norm(real)  # it yields


def test_force_given_is_the_inverse(learned: LearnedBody) -> None:
    body, g = learned.body, path(0.5 * REACH)[5]
    there = body.to(body.begin, g)
    np.testing.assert_allclose(body.under(body.begin, there.force).x[:6], g, atol=1e-5 * np.abs(g).max())


def test_the_tangent_is_the_derivative_of_the_residual(learned: LearnedBody) -> None:
    body = learned.body
    state = body.to(body.begin, path(0.6 * REACH)[3])
    x, old = state.x + 0.1 * body.to(state, path(0.6 * REACH)[4]).x, body.strains(state.x)
    K, h = body.stiffness(body.residual(x, old, state.states)[1]), 1e-9
    for k in range(0, len(x), 5):
        step = np.zeros(len(x))
        step[k] = h * learned.spread[k] / REACH
        pair = [body.residual(x + sign * step, old, state.states)[0] for sign in (1.0, -1.0)]
        slope = (pair[1] - pair[0]) / (2.0 * step[k])
        assert np.linalg.norm(slope - K[:, k]) < 1e-3 * np.linalg.norm(K[:, k])


def test_work_is_what_is_stored_and_dissipated(learned: LearnedBody) -> None:
    body, g = learned.body, path(0.8 * REACH, 200)
    state, work, before = body.begin, 0.0, (np.zeros(6), np.zeros(6))
    for now in g:
        state = body.to(state, now)
        work += 0.5 * float((state.force + before[0]) @ (now - before[1]))
        before = state.force, now
    energy = body.energy(state)
    assert energy["dissipated"] > 0.05 * work
    assert abs(energy["strain"] + energy["dissipated"] - work) < 0.01 * work


def test_beyond_what_was_taught_the_real_one_answers(learned: LearnedBody, ground) -> None:
    g = path(8.0 * REACH)
    made = SurrogateParticipant("Ground", learned, fallback=ground("Displacement"))
    made.initialize()
    force, real = through(made, g), truth(ground, g)
    assert 0 < made.asked <= len(g)
    assert made.trust < 0.25
    np.testing.assert_allclose(force[-3:], real[-3:], atol=1e-4 * np.abs(real).max())
    alone = SurrogateParticipant("Ground", learned)
    alone.initialize()
    with pytest.raises(StepFailure, match="no fallback"):
        through(alone, g)


def test_going_back_is_exact_with_the_real_one(learned: LearnedBody, ground) -> None:
    g = path(8.0 * REACH, 10)
    made = SurrogateParticipant("Ground", learned, fallback=ground("Displacement"))
    made.initialize()
    through(made, g[:4])
    state = made.save()
    one = through(made, g[4:8])
    made.restore(state)
    np.testing.assert_array_equal(through(made, g[4:8]), one)


def test_a_threshold_is_a_probability(learned: LearnedBody) -> None:
    with pytest.raises(InputError, match="between 0 and 1"):
        SurrogateParticipant("Ground", learned, threshold=1.5)
