"""Many runs side by side: the bits of a lone run, one failure that stops no other, bad input refused early."""

import signal
import sys
import threading

import numpy as np
import pytest

import dda

DT = 1e-3


def sliding(scenes, friction, **options):
    return scenes.incline(30.0, friction, **options)


def exploding(scenes):
    """A block that is pushed at another one so hard that no step is short enough."""
    model = sliding(scenes, 20.0)
    model.add_point_load(1, model.blocks[1].vertices.mean(axis=0), (1e30, -1e30))
    return model


@pytest.mark.parametrize("end", [{"steps": 57}, {"until": 0.0505}, {"until": 0.05}])
@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("record", [None, lambda simulation: simulation.displacements])
def test_each_run_has_the_bits_of_a_lone_run(scenes, end, threads, record):
    frictions = (10.0, 20.0, 25.0, 28.0, 35.0)
    results = dda.run_many(
        (sliding(scenes, friction) for friction in frictions), threads, dt=DT, record=record, every=7, **end
    )
    assert len(results) == len(frictions)
    for friction, result in zip(frictions, results, strict=True):
        lone = dda.Simulation(sliding(scenes, friction), dt=DT)
        lone.run(**end)
        assert scenes.bits(result.simulation) == scenes.bits(lone)
        assert result.failure is None


def test_ready_simulations_go_on_from_where_they_are(scenes):
    half, whole = (dda.Simulation(sliding(scenes, 20.0), dt=DT) for _ in range(2))
    half.run(steps=10)
    whole.run(steps=25)
    (result,) = dda.run_many([half], steps=15)
    assert result.simulation is half
    assert scenes.bits(half) == scenes.bits(whole)


def test_a_run_that_fails_stops_no_other(scenes):
    models = [sliding(scenes, 20.0), exploding(scenes), sliding(scenes, 20.0)]
    first, failed, last = dda.run_many(models, threads=2, dt=DT, steps=20, record=lambda simulation: simulation.steps)
    assert isinstance(failed.failure, dda.StepFailure)
    assert "cut" in failed.failure.reason
    assert failed.simulation.steps == 0
    assert failed.history.tolist() == [0]
    assert first.failure is None
    assert first.simulation.steps == 20
    assert scenes.bits(first.simulation) == scenes.bits(last.simulation)


def test_a_failure_while_preparing_is_that_of_the_run(scenes):
    def prepare(simulation):
        raise dda.StepFailure("not today")

    (result,) = dda.run_many([sliding(scenes, 20.0)], steps=1, prepare=prepare)
    assert result.failure.reason == "not today"
    assert result.simulation.steps == 0


def test_prepare_comes_before_the_first_step_and_the_history(scenes):
    results = dda.run_many(
        [sliding(scenes, friction) for friction in (35.0, 40.0)],
        2,
        until=0.01,
        prepare=lambda simulation: simulation.settle(),
        record=lambda simulation: -simulation.stresses[-1, 1],
    )
    for result in results:
        weight = 2600.0 * scenes.G * 0.5  # rho g h / 2 [Pa], mean over a block of 1 m; it stays where it settled
        assert result.history[0] > 0.5 * weight
        assert np.ptp(result.history) < 1e-2 * weight


def test_the_history_is_taken_at_the_start_every_so_many_steps_and_at_the_end(scenes):
    def motion(simulation):
        return simulation.displacements[-1]

    (result,) = dda.run_many([sliding(scenes, 20.0)], dt=DT, steps=25, record=motion, every=10)
    np.testing.assert_allclose(result.times, [0.0, 0.010, 0.020, 0.025], rtol=1e-12)
    assert result.history.shape == (4, 2)
    lone = dda.Simulation(sliding(scenes, 20.0), dt=DT)
    lone.run(steps=10)
    np.testing.assert_array_equal(result.history[1], motion(lone))
    np.testing.assert_array_equal(result.history[-1], motion(result.simulation))


def test_runs_advance_while_another_one_computes(scenes):
    """Two runs wait for each other in `record`: that ends only where both are at work at the same time."""
    meeting = threading.Barrier(2, timeout=30.0)
    results = dda.run_many(
        [sliding(scenes, 20.0)] * 2, threads=2, steps=2, record=lambda simulation: meeting.wait() >= 0
    )
    assert [result.history.tolist() for result in results] == [[True] * 3] * 2


def test_no_more_runs_at_a_time_than_threads(scenes):
    lock, busy, most = threading.Lock(), set(), []

    def record(simulation):
        with lock:
            busy.add(threading.get_ident())
            most.append(len(busy))

    dda.run_many([sliding(scenes, 20.0)] * 6, threads=2, steps=3, record=record)
    assert max(most) <= 2


@pytest.fixture
def no_forced_switch():
    """Python takes the GIL from no thread: another one goes on only when it is given back."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e3)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.parametrize("call", [lambda sim: sim.run(steps=1), lambda sim: sim.settle(max_steps=1)])
def test_the_core_works_without_the_gil(scenes, no_forced_switch, call):
    model = scenes.stack(200)

    def goes_on_meanwhile():
        simulation = dda.Simulation(model, dt=DT)
        inside, back = threading.Event(), threading.Event()

        def work():
            inside.set()
            call(simulation)
            back.set()

        thread = threading.Thread(target=work)
        thread.start()
        inside.wait()
        meanwhile = not back.is_set()
        thread.join()
        return meanwhile

    assert any(goes_on_meanwhile() for _ in range(20))  # once is proof; a busy machine may wake this thread too late


def test_another_exception_ends_all_runs_and_is_raised(scenes):
    started = []

    def record(simulation):
        started.append(simulation)
        if len(started) == 3:
            raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine") as caught:
        dda.run_many([sliding(scenes, 20.0)] * 50, threads=2, until=1e6, record=record)
    assert len(set(started)) < 10
    assert "dda.run_many" in caught.value.__notes__[0]


@pytest.fixture
def interruptible():
    """A process that was begun in the background ignores SIGINT."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_ends_all_runs(scenes):
    started = []

    def record(simulation):
        started.append(simulation)
        if len(started) == 3:
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        dda.run_many([sliding(scenes, 20.0)] * 50, threads=2, until=1e6, record=record)
    assert len(set(started)) <= 2


def test_no_models_no_results():
    assert dda.run_many([], steps=1) == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "one of until and steps"),
        ({"until": 1.0, "steps": 2}, "one of until and steps"),
        ({"until": float("nan")}, "until is not usable"),
        ({"steps": -1}, "steps is not usable"),
        ({"steps": 1, "threads": 0}, "threads is not usable"),
        ({"steps": 1, "every": 0}, "every is not usable"),
        ({"steps": 1, "dt": -1.0}, "dt is not usable"),
    ],
)
def test_bad_input_is_refused(scenes, given, message):
    with pytest.raises(dda.InputError, match=message):
        dda.run_many([sliding(scenes, 20.0)], **given)


def test_bad_models_are_refused_before_any_run_begins(scenes):
    started = []
    good, ready = sliding(scenes, 20.0), dda.Simulation(sliding(scenes, 20.0))
    for models in ([good, dda.Model()], [good, "model"], [ready, ready]):
        with pytest.raises(dda.InputError):
            dda.run_many(models, steps=1, prepare=started.append)
    with pytest.raises(dda.InputError, match="options for ready Simulations"):
        dda.run_many([ready], steps=1, dt=1e-4)
    assert started == []
    assert ready.steps == 0
