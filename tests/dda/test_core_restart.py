"""A checkpoint carries the whole state: the loaded run goes on with the bits of the run that made it."""

import numpy as np
import pytest

import dda

WEAKENING = {"law": "slip-weakening", "peak": 20.0, "residual": 10.0, "distance": 0.1}


def sliding(scenes):
    """A block that slides and weakens, with a second one bonded upon it and a bolt to the ground."""
    model = scenes.incline(30, 0, joint=dda.Joint(**WEAKENING), width=2.0)
    lower = len(model.blocks) - 1
    upper = model.add_block(scenes.turned(scenes.box(1.0, 0.5, 2.5, 1.0), -30), scenes.ROCK)
    model.set_joint(lower, upper, dda.Joint(20.0, cohesion=5e4, tension=5e4))
    model.add_bolt(0, scenes.turned([(8.0, -0.5)], -30)[0], lower, scenes.turned([(3.0, 0.5)], -30)[0], 1e4)
    model.base_acceleration = [(0.0, 0.0, 0.0), (0.1, 3.0, 2.0), (0.2, -3.0, 0.0), (0.3, 0.0, 0.0)]
    return model


def falling_pile(scenes):
    """Blocks that hit, rock and slide, with a physical stiffness in one joint."""
    model = scenes.stack(3, joint=dda.Joint(30.0))
    model.set_joint(1, 2, dda.Joint(30.0, normal_stiffness=1e9, shear_stiffness=1e9))
    for i in range(4):
        turned = scenes.turned(scenes.box(0.6, 0.4), 20 + 17 * i)
        model.add_block(turned + np.array([0.3 * i - 0.5, 3.2 + 0.8 * i]), scenes.ROCK, velocity=(0.5, -4.0, 1.0))
    return model


SCENES = {"sliding": sliding, "pile": falling_pile}


def everything(sim):
    return (sim.time, sim.steps, sim.substeps, sim.energy), (
        sim.all_vertices[0],
        sim.velocities,
        sim.angular_velocities,
        sim.stresses,
        sim.slips,
        sim.displacements,
        sim.contacts,
    )


@pytest.mark.parametrize("scheme", ["shi", "conserving"])
@pytest.mark.parametrize("scene", SCENES)
def test_a_loaded_run_continues_with_the_same_bits(scenes, scene, scheme):
    """The run that goes on has saved at the same step too, since saving makes the linear solver forget."""
    model = SCENES[scene](scenes)
    sim = dda.Simulation(model, dt=1e-3, scheme=scheme)
    sim.run(steps=150)
    blob = sim.save()
    loaded = dda.Simulation.load(model, blob, dt=1e-3, scheme=scheme)
    for mine, other in zip(everything(sim)[1], everything(loaded)[1], strict=True):
        np.testing.assert_array_equal(other, mine)
    for run in (sim, loaded):
        run.run(steps=150)
    (numbers, arrays), (other_numbers, other_arrays) = everything(sim), everything(loaded)
    assert other_numbers == numbers
    for mine, other in zip(arrays, other_arrays, strict=True):
        np.testing.assert_array_equal(other, mine)
    assert np.linalg.norm(sim.displacements[-1]) > 0.01  # there was something to carry


def test_the_bond_and_the_slip_are_carried(scenes):
    model = sliding(scenes)
    sim = dda.Simulation(model, dt=1e-3)
    sim.run(steps=150)
    assert 3 in sim.contacts["state"]
    assert 1 in sim.contacts["state"]
    assert sim.slips.max() > 1e-3
    loaded = dda.Simulation.load(model, sim.save(), dt=1e-3)
    np.testing.assert_array_equal(loaded.slips, sim.slips)
    np.testing.assert_array_equal(loaded.contacts["state"], sim.contacts["state"])


def test_displacements_of_points_count_on_from_the_reset(scenes):
    model = sliding(scenes)
    sim = dda.Simulation(model, dt=1e-3)
    sim.run(steps=100)
    sim.reset()
    sim.run(steps=100)
    loaded = dda.Simulation.load(model, sim.save(), dt=1e-3)
    point = model.blocks[-1].vertices[0]
    for mine, other in zip(sim.point(2, point), loaded.point(2, point), strict=True):
        np.testing.assert_array_equal(other, mine)


@pytest.mark.parametrize("scheme", ["shi", "conserving"])
@pytest.mark.parametrize("scene", SCENES)
def test_the_same_run_gives_the_same_bytes(scenes, scene, scheme):
    blobs = []
    for _ in range(2):
        sim = dda.Simulation(SCENES[scene](scenes), dt=1e-3, scheme=scheme)
        sim.settle(max_steps=5)
        sim.run(steps=60)
        blobs.append(sim.save())
    assert blobs[0] == blobs[1]
    loaded = dda.Simulation.load(sim.model, blobs[0], dt=1e-3, scheme=scheme)
    assert loaded.save() == blobs[0]


def test_counts_are_carried_and_seconds_are_not(scenes):
    sim = dda.Simulation(sliding(scenes), dt=1e-3)
    sim.run(steps=50)
    before = sim.totals
    after = dda.Simulation.load(sim.model, sim.save(), dt=1e-3).totals
    assert before["open_close"] > 0
    assert before["solve_seconds"] > 0.0
    assert after == {key: 0.0 if key.endswith("_seconds") else value for key, value in before.items()}


SPOILT = {
    "nothing": (lambda blob: b"", "cut off"),
    "garbage": (lambda blob: b"garbage", "cut off"),
    "other bytes": (lambda blob: bytes(len(blob)), "not a saved state of this version"),
    "half": (lambda blob: blob[: len(blob) // 2], "cut off: .* bytes were saved"),
    "last byte missing": (lambda blob: blob[:-1], "cut off: .* bytes were saved"),
    "first byte missing": (lambda blob: blob[1:], "not a saved state of this version"),
    "one byte more": (lambda blob: blob + b"0", "too long: .* bytes were saved"),
    "twice": (lambda blob: blob + blob, "too long: .* bytes were saved"),
    "a length too large": (lambda blob: blob[:24] + b"\xff" * 8 + blob[32:], "damaged: it ends too early"),
    "a length of zero": (lambda blob: blob[:24] + bytes(8) + blob[32:], "an array of .* where this model has 3"),
}


@pytest.mark.parametrize("how", SPOILT)
def test_wrong_bytes_are_refused(scenes, how):
    spoil, why = SPOILT[how]
    model = sliding(scenes)
    sim = dda.Simulation(model)
    sim.run(steps=3)
    with pytest.raises(dda.InputError, match=why) as error:
        dda.Simulation.load(model, spoil(sim.save()))
    assert "Simulation.load" in str(error.value)


def test_something_else_than_bytes_is_refused(scenes):
    with pytest.raises(dda.InputError, match="expected: bytes"):
        dda.Simulation.load(sliding(scenes), "state")


def test_the_state_of_a_model_with_more_blocks_is_refused(scenes):
    blob = dda.Simulation(scenes.stack(2)).save()
    with pytest.raises(dda.InputError, match="has 3 blocks, the model 4"):
        dda.Simulation.load(scenes.stack(3), blob)


def test_the_state_of_a_model_with_other_blocks_is_refused(scenes):
    """As many blocks, but one has a corner less."""
    model = scenes.stack(2)
    other = scenes.stack(1)
    other.add_block([(-0.5, 1.0), (0.5, 1.0), (0.0, 2.0)], scenes.ROCK)
    with pytest.raises(dda.InputError, match="an array of 12 entries where this model has 11"):
        dda.Simulation.load(other, dda.Simulation(model).save())
