"""What cannot be right in a model is refused: joints that cut nothing, conditions that contradict, loose pieces."""

import numpy as np
import pytest

import dda
import nmm
from dda.errors import InputError
from nmm.coincidence import common_length

ROCK = dda.Material(2600.0, 5e9, 0.0)
BODY = [(0, 0), (2, 0), (2, 1), (0, 1)]
BOTTOM, RIGHT = [(0, 0), (2, 0)], [(2, 0), (2, 1)]


def body(**more) -> nmm.Model:
    model = nmm.Model(cover=nmm.Triangles(0.4, (0.05, 0.03), 7.0), plane="stress", **more)
    model.add_body(BODY, ROCK)
    return model


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ([(3, 0), (4, 1)], "joint outside the bodies"),
        ([(-1, -1), (3, -0.5)], "joint outside the bodies"),
        ([(0, 1), (2, 1)], "along the boundary cuts nothing"),
    ],
)
def test_a_joint_that_cuts_nothing(line, says) -> None:
    model = body()
    model.fix(BOTTOM)
    model.add_joint(line, "bed")
    with pytest.raises(InputError, match=rf"(?s){says}.*joint 0 'bed'"):
        nmm.Simulation(model, 0)


def test_a_joint_between_two_bodies_cuts_what_is_there() -> None:
    model = body()
    model.add_body([(0, 1), (2, 1), (2, 2), (0, 2)], ROCK)
    model.fix(BOTTOM)
    model.add_joint([(0, 1), (2, 1)], normal_stiffness=1e9, shear_stiffness=1e9)
    assert nmm.Simulation(model, 0).solve().residual < 1e-9


@pytest.mark.parametrize(
    ("other", "metres"),
    [
        ([(2.5, 0.6), (-1, 0.6)], 3.5),
        ([(0.5, 0.6), (1.0, 0.6), (1.2, 0.9)], 0.5),
        ([(-1, 0.6 + 1e-9), (3, 0.6 + 1e-9)], 4.0),
    ],
)
def test_joints_that_coincide(other, metres) -> None:
    model = body()
    model.add_joint([(-1, 0.6), (3, 0.6)], "a")
    with pytest.raises(InputError, match=rf"(?s)coincide.*joint 0 'a' and joint 1 'b'.*{metres:g} m in common"):
        model.add_joint(other, "b")


def test_a_joint_has_a_length() -> None:
    with pytest.raises(InputError, match=r"(?s)without length.*joint 0 'a'.*3 times \(1, 0.6\)"):
        body().add_joint([(1, 0.6), (1, 0.6), (1, 0.6)], "a")


@pytest.mark.parametrize("other", [[(0, 0.6), (1, 0.9)], [(-1, 0.59), (3, 0.61)], [(-1, 0.6), (3, 0.604)]])
def test_joints_that_only_meet(other) -> None:
    model = body()
    model.add_joint([(-1, 0.6), (3, 0.6)])
    assert model.add_joint(other) == 1
    assert common_length(np.array(other, dtype=float), model.traces[0].points) == 0.0


def test_cracks_that_cross_under_a_small_angle_do_not_coincide() -> None:
    model = body()
    model.add_crack([(0.5, 0.5), (1.5, 0.5)])
    assert model.add_crack([(0.5, 0.48), (1.5, 0.52)]) == 1


@pytest.mark.parametrize(
    ("where", "displacement", "components", "says"),
    [
        (BOTTOM, (0.1, 0.0), ("x", "y"), "component x: 0 m by support 0, 0.1 m by support 1"),
        ([(2, 0), (1, 0)], (0.0, -0.1), ("y",), r"at \(2, 0\) m"),
        ((0, 0), (0.0, 0.1), ("normal",), "component normal"),
        (BOTTOM, lambda x: 1e-3 * x, ("tangent",), r"at \(2, 0\) m"),
    ],
)
def test_supports_that_contradict(where, displacement, components, says) -> None:
    model = body()
    model.fix(BOTTOM)
    with pytest.raises(InputError, match=rf"(?s)supports contradict.*{says}"):
        model.set_displacement(where, displacement, components)


def test_supports_that_contradict_at_a_later_time() -> None:
    model = body()
    model.set_displacement(BOTTOM, (0.0, 0.1), ["y"], [(0, 0), (1, 1)])
    model.set_displacement([(0, 0), (1, 0)], (0.0, 0.1), ["y"], [(0, 0), (0.5, 0.5), (1, 1)])
    with pytest.raises(InputError, match="t = 1 s"):
        model.set_displacement([(0, 0), (1, 0)], (0.0, 0.1), ["y"], [(0, 0), (1, 2)])


def test_a_support_that_says_again_what_another_says_changes_nothing() -> None:
    def top(again: bool) -> float:
        model = body()
        model.fix(BOTTOM)
        if again:
            model.fix([(0, 0), (2, 0), (2, 1)], ["x"])
            model.fix([(0.5, 0), (1.5, 0)], ["normal"])
        else:
            model.fix(RIGHT, ["x"])
        sim = nmm.Simulation(model, 1)
        sim.solve()
        return float(sim.at([(0.7, 1.0)]).displacement[0, 1])

    assert top(True) == pytest.approx(top(False), rel=1e-9)


@pytest.mark.parametrize(("components", "pushes"), [(["y"], True), (["normal"], True), (["x"], False)])
def test_a_traction_on_what_is_held(components, pushes) -> None:
    model = body()
    model.fix(BOTTOM, components)
    model.hold_point((0, 1), 1e9)
    model.hold_point((2, 1), 1e9)
    model.add_pressure([(0.5, 0), (1, 0)], 1e3)
    if not pushes:
        assert nmm.Simulation(model, 0).solve().residual < 1e-9
        return
    with pytest.raises(InputError, match=r"(?s)held in its direction.*traction 0 and support 0.*1000 Pa"):
        nmm.Simulation(model, 0)


@pytest.mark.parametrize(
    ("hold", "motion"),
    [
        ([], "move along x, along y and turn"),
        ([(BOTTOM, "y")], "move along x"),
        ([(RIGHT, "x")], "move along y"),
        ([([(1, 1), (2, 1)], "tangent"), ([(0, 1), (1, 1)], "x")], "move along y and turn"),
        ([([(0, 0), (1, 0)], "x"), ([(2, 0), (2, 1)], "y")], r"turn about \(2, 0\) m"),
    ],
)
def test_the_rigid_motion_that_is_left_is_told(hold, motion) -> None:
    model = body()
    for where, component in hold:
        model.fix(where, [component])
    with pytest.raises(InputError, match=rf"(?s)piece around \(.*free to {motion}\n"):
        nmm.Simulation(model, 0).solve()


def test_bodies_in_contact_need_something_that_holds_one_of_them() -> None:
    model = body()
    model.joint = dda.Joint(30.0)
    with pytest.raises(InputError, match="nothing holds the bodies"):
        nmm.Simulation(model, 0).equations.refuse_loose()
    model.add_body([(0, -1), (2, -1), (2, 0), (0, 0)], ROCK, fixed=True)
    nmm.Simulation(model, 0).equations.refuse_loose()


def test_a_region_outside_its_body() -> None:
    model = body()
    with pytest.raises(InputError, match=r"(?s)region outside its body.*x 0 to 2, y 0 to 1 m.*x 5 to 6, y 0 to 1 m"):
        model.add_region(0, [(5, 0), (6, 0), (6, 1)], ROCK)
    model.add_region(0, [(1.5, -1), (6, -1), (6, 2), (1.5, 2)], ROCK)  # a part of it is enough


@pytest.mark.parametrize("kind", ["spring", "viscous edge"])
def test_beds_on_held_boundary(kind: str) -> None:
    """They would never act: one held part of the line is enough to refuse."""
    model = body()
    model.fix([(0.5, 0), (1.0, 0)], ["x"])
    model.fix([(0.8, 0), (1.5, 0)], ["normal"])
    if kind == "spring":
        model.add_spring(BOTTOM, 1e9, 1e9)
    else:
        model.add_viscous_edge(BOTTOM)
    with pytest.raises(InputError, match=rf"(?s)on boundary that is held.*{kind} 0.*from \(0.8, 0\) to \(1, 0\) m"):
        nmm.Simulation(model)


def test_beds_on_rollers_act() -> None:
    model = body()
    model.fix(BOTTOM, ["y"])
    model.add_spring(BOTTOM, 0.0, 1e9)
    model.add_traction(RIGHT, (1e6, 0.0))
    sim = nmm.Simulation(model, 0)
    sim.solve()
    bottom = np.column_stack([(np.arange(4000) + 0.5) / 2000, np.zeros(4000)])
    # The springs carry the whole load: int k u ds = 1 MN/m.
    assert 2e9 * sim.at(bottom).displacement[:, 0].mean() == pytest.approx(1e6, rel=1e-4)
