"""What a simulation refuses: every argument that cannot be right is an InputError, before anything is computed."""

import math

import numpy as np
import pytest

import dda

BAD = {
    "no model": (lambda sim, scenes: dda.Simulation(None), "not a model"),
    "no blocks": (lambda sim, scenes: dda.Simulation(dda.Model()), "no blocks"),
    "dt zero": (lambda sim, scenes: dda.Simulation(sim.model, dt=0.0), "dt is not usable"),
    "dt nan": (lambda sim, scenes: dda.Simulation(sim.model, dt=math.nan), "dt is not usable"),
    "dt text": (lambda sim, scenes: dda.Simulation(sim.model, dt="small"), "dt is not usable"),
    "threads zero": (lambda sim, scenes: dda.Simulation(sim.model, threads=0), "threads is not usable"),
    "threads half": (lambda sim, scenes: dda.Simulation(sim.model, threads=1.5), "threads is not usable"),
    "threads true": (lambda sim, scenes: dda.Simulation(sim.model, threads=True), "threads is not usable"),
    "scheme": (lambda sim, scenes: dda.Simulation(sim.model, scheme="conservin"), 'did you mean "conserving"'),
    "contact": (lambda sim, scenes: dda.Simulation(sim.model, contact="penalty"), "unknown contact method"),
    "neither": (lambda sim, scenes: sim.run(), "one of until and steps"),
    "both": (lambda sim, scenes: sim.run(until=1.0, steps=1), "one of until and steps"),
    "until nan": (lambda sim, scenes: sim.run(until=math.nan), "until is not usable"),
    "until past": (lambda sim, scenes: sim.run(until=-1.0), "until lies in the past"),
    "steps negative": (lambda sim, scenes: sim.run(steps=-1), "steps is not usable"),
    "steps half": (lambda sim, scenes: sim.run(steps=2.5), "steps is not usable"),
    "steps text": (lambda sim, scenes: sim.run(steps="many"), "steps is not usable"),
    "tolerance": (lambda sim, scenes: sim.settle(tolerance=0.0), "tolerance is not usable"),
    "tolerance nan": (lambda sim, scenes: sim.settle(tolerance=math.nan), "tolerance is not usable"),
    "max_steps": (lambda sim, scenes: sim.settle(max_steps=0), "max_steps is not usable"),
    "vertices": (lambda sim, scenes: sim.vertices(7), "block does not exist"),
    "vertices negative": (lambda sim, scenes: sim.vertices(-1), "block does not exist"),
    "point block": (lambda sim, scenes: sim.point(7, (0.0, 0.0)), "block does not exist"),
    "point outside": (lambda sim, scenes: sim.point(1, (50.0, 0.0)), "the point is not in the block"),
    "point nan": (lambda sim, scenes: sim.point(1, (math.nan, 0.0)), "not finite"),
    "revise nothing": (lambda sim, scenes: sim.revise(None), "not a model"),
    "revise count": (lambda sim, scenes: sim.revise(scenes.stack(2)), "2 blocks"),
    "revise shape": (lambda sim, scenes: sim.revise(scenes.stack(1, width=2.0)), "the vertices of block 0"),
    "revise rock": (
        lambda sim, scenes: sim.revise(scenes.stack(1, material=dda.Material(1.0, 2.0, 0.0))),
        "block 0 of Material",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_it_is_refused(scenes, what):
    do, words = BAD[what]
    sim = dda.Simulation(scenes.stack(1))
    with pytest.raises(dda.InputError) as error:
        do(sim, scenes)
    text = str(error.value)
    assert words in text
    assert all(part in text for part in ("where:", "expected:", "got:", "do:"))
    assert len(text.splitlines()) == 5
    assert sim.time == 0.0
    assert sim.steps == 0


def test_a_block_added_to_the_running_model_is_refused(scenes):
    """The model is the user's own and can grow; the run cannot."""
    sim = dda.Simulation(scenes.stack(1))
    sim.model.add_block(scenes.box(y=5.0), scenes.ROCK)
    with pytest.raises(dda.InputError, match="2 blocks"):
        sim.revise(sim.model)


def test_a_block_that_is_fixed_later_is_refused(scenes):
    sim = dda.Simulation(scenes.stack(1))
    model = dda.Model()
    for spec in sim.model.blocks:
        model.add_block(spec.vertices, spec.material, fixed=True)
    with pytest.raises(dda.InputError, match=r"(?s)block 1 fixed=False.*fixed=True"):
        sim.revise(model)


def test_until_now_and_rounding_below_it_take_no_step(scenes):
    sim = dda.Simulation(scenes.stack(1), dt=1e-2)
    sim.run(steps=np.int64(3))
    for end in (sim.time, sim.time - 1e-12):
        sim.run(until=end)
    assert sim.steps == 3
