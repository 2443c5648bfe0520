"""Stages: what carries over, what each overrides, steps and schemes."""

import pytest

from dda.errors import InputError

STRONG = {"law": "mohr-coulomb", "friction": 60}


def test_a_case_without_stages_is_one(make) -> None:
    (stage,) = make().stages
    assert (stage.name, stage.analysis, stage.end, stage.step, stage.scheme) == ("run", "dynamic", 1.0, 1e-3, "shi")
    assert stage.reset == frozenset()


def test_stages_take_from_time_what_they_do_not_say(make) -> None:
    stages = [
        {"name": "settle", "analysis": "static", "reset": ["displacement", "energy"]},
        {"name": "a", "end": 0.5, "step": 5e-4, "scheme": "conserving"},
        {"name": "b"},
    ]
    settle, a, b = make(stages=stages).stages
    assert (settle.end, settle.step, settle.reset) == (None, 1e-3, {"displacement", "energy"})
    assert (a.analysis, a.end, a.step, a.scheme) == ("dynamic", 0.5, 5e-4, "conserving")
    assert (b.end, b.step, b.scheme, b.index) == (1.0, 1e-3, "shi", 2)


def test_overrides_hold_for_their_stage_only(make) -> None:
    stages = [
        {"name": "a", "analysis": "static", "joints": {"bed": STRONG}, "loads": {"gravity": [0, -5]}},
        {"name": "b", "water": None, "loads": {"points": [{"at": [1, 2], "force": [1, 0]}]}},
    ]
    joints = {"default": {"friction": 30}, "bed": {"law": "slip-weakening", "peak": 30, "residual": 10, "distance": 1}}
    case = make(stages=stages, joints=joints, water={"level": 1.0})
    base, a, b = case.model(), case.model(case.stages[0]), case.model(1)
    assert [model.named_joints["bed"].law for model in (base, a, b)] == [
        "slip-weakening",
        "mohr-coulomb",
        "slip-weakening",
    ]
    assert [model.gravity[1] for model in (base, a, b)] == [-9.81, -5, -9.81]
    assert [len(model.water.levels) for model in (base, a, b)] == [1, 1, 0]
    assert [len(model.point_loads) for model in (base, a, b)] == [0, 0, 1]


def test_water_keys_are_replaced_one_by_one(make) -> None:
    stages = [{"name": "a", "water": {"level": 2.0}}]
    case = make(stages=stages, water={"level": 1.0, "piezometric": {"bed": 3.0}, "unit_weight": 1e4})
    water = case.model(0).water
    assert water.levels[0].level.tolist() == [[0.0, 2.0]]
    assert list(water.piezometric) == ["bed"]
    assert water.unit_weight == 1e4


def test_a_pair_law_keeps_its_pair(make) -> None:
    joints = {"default": {"friction": 30}, "foundation": {"friction": 20, "between": ["base", "stack"]}}
    case = make(joints=joints, stages=[{"name": "a", "joints": {"foundation": STRONG}}])
    assert case.model().pair_joints["base", "stack"].parameters == {"friction": (20.0,)}
    assert case.model(0).pair_joints["base", "stack"].parameters == {"friction": (60.0,)}


def test_a_stiff_joint(make) -> None:
    joint = {"friction": 30, "cohesion": 1e5, "tension": 5e4, "normal_stiffness": 1e10, "shear_stiffness": 1e9}
    found = make(joints={"default": {"friction": 1}, "bed": joint}).model().named_joints["bed"]
    assert (found.cohesion, found.tension, found.normal_stiffness, found.shear_stiffness) == (1e5, 5e4, 1e10, 1e9)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"joints": {"default": {"friction": 1}, "bedd": {"friction": 1}}},
            "no joint of that name in the geometry; did you mean 'bed'?",
        ),
        ({"joints": {"bed": {"friction": 1}}}, "default is missing"),
        (
            {"joints": {"default": {"friction": 1}, "p": {"friction": 1, "between": ["base", "stac"]}}},
            "did you mean 'stack'?",
        ),
        ({"stages": [{"name": "a", "joints": {"bedd": STRONG}}]}, "stages.0.joints.bedd"),
        ({"method": "nmm", "water": {"level": 1.0}}, "not available yet with method: nmm"),
        ({"method": "fem"}, "contact on joints is not available with method: fem"),
        (
            {"contact": {"method": "complementarity"}, "time": {"end": 1.0, "scheme": "generalised-alpha"}},
            "not available yet",
        ),
    ],
)
def test_refused(make, changes: dict, told: str) -> None:
    with pytest.raises(InputError) as error:
        make(**changes).check()
    assert told in str(error.value)


def test_automatic_step_follows_the_smallest_moving_block(make) -> None:
    """0.005 sqrt(h / g), rounded down to 1, 2, 5: h = sqrt(2) m gives 1.9e-3 s."""
    assert make(time={"end": 1.0}).stages[0].step == 1e-3
    assert make(time={"end": 1.0}, loads={"gravity": [0, -0.0981]}).stages[0].step == 1e-2
    assert make(time={"end": 1.0}, loads={"gravity": [0, 0]}).stages[0].step == 1e-3


@pytest.mark.parametrize(
    ("changes", "good"),
    [
        ({"time": {"end": 9, "step": 0.5}}, True),
        ({"time": {"end": 9, "step": 0.6}}, False),  # g dt^2 / 2 = 1.77 m > sqrt(2) m
        ({"loads": {"velocity": [2000, 0, 0]}}, False),
        ({"loads": {"velocity": [1000, 0, 0]}}, True),
        ({"stages": [{"name": "a", "end": 9, "step": 0.6}]}, False),
    ],
)
def test_a_step_must_not_jump_a_block(make, changes: dict, good: bool) -> None:
    case = make(**changes)
    if good:
        case.check()
        return
    with pytest.raises(InputError, match=r"(?s)step = .*too large: block 1 of size 1.414 m would jump"):
        case.check()


def test_penalty(make) -> None:
    assert make().contact.stiffness is None
    assert make(contact={"stiffness": 1e9}).contact.stiffness == 1e9


@pytest.mark.parametrize(
    ("time", "every"),
    [
        ({"end": 0.05, "step": 1e-3}, 1e-3),  # not 5e-4, which would cut every step in two
        ({"end": 1.0, "step": 3e-3}, 9e-3),
        ({"end": 10.0, "step": 1e-3}, 0.1),
    ],
)
def test_output_by_default_comes_every_whole_number_of_steps(make, time: dict, every: float) -> None:
    assert make(time=time).output.every == pytest.approx(every, rel=1e-12)
    assert make(time=time, output={"every": 7e-4}).output.every == 7e-4
    staged = make(time=time, stages=[{"name": "settle", "analysis": "static"}, {"name": "go", "analysis": "dynamic"}])
    assert staged.output.every == pytest.approx(every, rel=1e-12)
