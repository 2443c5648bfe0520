"""Joints that slip, against closed forms: incline, shear box, a bond, uplift; and against blocks."""

from pathlib import Path

import numpy as np
import pytest

import dda
import harmony
import nmm
from dda.errors import InputError
from harmony.comparison import compare
from harmony.fem import Simulation, mesh_model

ROCK = dda.Material(density=2500.0, young=1e9, poisson=0.2)
WEIGHT = 2.0 * 2500.0 * 9.81  # of the upper block [N/m]


def incline(law: dda.Joint, slope: float = 30.0) -> Simulation:
    """A block 2 m x 1 m on a base 4 m x 1 m that is turned by `slope` [deg]."""
    a = np.radians(slope)
    turn = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])

    def put(points: list[tuple[float, float]]) -> np.ndarray:
        return np.array(points, dtype=float) @ turn.T

    model = nmm.Model()
    model.add_body(put([(0, 0), (4, 0), (4, 1), (3, 1), (3, 2), (1, 2), (1, 1), (0, 1)]), ROCK)
    model.add_joint(put([(1, 1), (3, 1)]))
    model.fix(put([(0, 0), (4, 0)]))
    model.joint = law
    return Simulation(model, mesh_model(model, 0.5))


@pytest.mark.parametrize(("slope", "turned"), [(30.0, 1.0), (-20.0, -1.0)])
def test_friction_holds_a_block_up_to_the_slope(slope: float, turned: float) -> None:
    stands, slides = incline(dda.Joint(abs(slope) + 0.5), slope), incline(dda.Joint(abs(slope) - 0.5), slope)
    assert stands.settle().converged
    assert "mechanism" in slides.settle().reason
    joints = stands.joints
    assert joints is not None
    normal, shear = (joints.weight @ joints.traction).tolist()
    assert normal == pytest.approx(-WEIGHT * np.cos(np.radians(slope)), rel=1e-5)
    assert abs(shear) == pytest.approx(WEIGHT * abs(np.sin(np.radians(slope))), rel=1e-5)
    limit = -joints.traction[:, 0] * np.tan(np.radians(abs(slope) + 0.5))
    assert (np.abs(joints.traction[:, 1]) <= limit + 1e-6 * limit.max()).all()


def test_cohesion_holds_what_friction_does_not() -> None:
    # W sin a = c A + W cos a tan(phi)
    missing = WEIGHT / 2.0 * (np.sin(np.radians(30.0)) - np.cos(np.radians(30.0)) * np.tan(np.radians(20.0)))
    assert incline(dda.Joint(20.0, cohesion=1.03 * missing, tension=1e6)).settle().converged
    assert not incline(dda.Joint(20.0, cohesion=0.97 * missing, tension=1e6)).settle().converged


def shear_box(law: dda.Joint, shear: float, normal: float = 1e5) -> Simulation:
    """Halves of 4 m x 0.5 m, so long that they do not tilt; the upper is pushed by `shear` [m], pressed by `normal`."""
    model = nmm.Model(gravity=(0.0, 0.0))
    model.add_body([(0, 0), (4, 0), (4, 1), (0, 1)], ROCK)
    model.add_joint([(-1, 0.5), (5, 0.5)])
    model.fix([(0, 0), (4, 0)])
    model.set_displacement([(0, 1), (4, 1)], (shear, 0.0), ["x"])
    model.add_pressure([(0, 1), (4, 1)], normal)
    model.joint = law
    return Simulation(model, mesh_model(model, 0.5))


def test_a_shear_box_holds_cohesion_and_friction() -> None:
    law = dda.Joint(30.0, cohesion=2e4, tension=1e6)
    box = shear_box(law, 1e-2)
    assert box.settle().converged
    joints = box.joints
    assert joints is not None
    normal, shear = (joints.weight @ joints.traction / 4.0).tolist()
    assert normal == pytest.approx(-1e5, rel=1e-4)
    assert abs(shear) == pytest.approx(2e4 + 1e5 * np.tan(np.radians(30.0)), rel=1e-4)
    assert abs(joints.state[:, 0].mean()) == pytest.approx(1e-2, rel=0.03)
    taken = box.energy["friction"]  # a slip of 1 cm, less what the halves and the joint give way
    assert taken == pytest.approx(4.0 * abs(shear) * 1e-2, rel=0.05)


def test_a_joint_with_stiffness_gives_way_before_it_slips() -> None:
    law = dda.Joint(30.0, normal_stiffness=1e7, shear_stiffness=2e6)
    box = shear_box(law, 1e-3)
    assert box.settle().converged
    joints = box.joints
    assert joints is not None
    opening, sheared = box.joints.jump(box.unknowns).T  # type: ignore[union-attr]
    assert opening.mean() == pytest.approx(-1e5 / 1e7, rel=1e-3)
    assert np.abs(sheared).mean() == pytest.approx(np.abs(joints.traction[:, 1]).mean() / 2e6, rel=1e-6)
    assert (joints.state[:, 0] == 0.0).all()


def test_a_bond_holds_tension_and_breaks() -> None:
    def pulled(stress: float) -> Simulation:
        model = nmm.Model(gravity=(0.0, 0.0))
        model.add_body([(0, 0), (1, 0), (1, 1), (0, 1)], ROCK)
        model.add_joint([(-1, 0.5), (2, 0.5)])
        model.fix([(0, 0), (1, 0)])
        model.add_pressure([(0, 1), (1, 1)], -stress)
        model.joint = dda.Joint(30.0, cohesion=1e6, tension=1e5)
        return Simulation(model, mesh_model(model, 0.5))

    assert pulled(0.95e5).settle().converged
    assert not pulled(1.2e5).settle().converged


def test_water_in_a_joint_takes_its_share_of_the_normal_stress() -> None:
    # effective stress 1e5 - u: it holds shear up to (1e5 - u) tan(phi)
    box = shear_box(dda.Joint(30.0), 1e-2)
    model = box.model
    model.traces[0] = type(model.traces[0])("seam", model.traces[0].points)
    model.water = dda.Water(piezometric={"seam": [[0.0, 4.5]]})
    box.revise(model)
    assert box.settle().converged
    joints = box.joints
    assert joints is not None
    u = 9810.0 * 4.0
    normal, shear = (joints.weight @ joints.traction / 4.0).tolist()
    assert normal == pytest.approx(-(1e5 - u), rel=1e-4)
    assert abs(shear) == pytest.approx((1e5 - u) * np.tan(np.radians(30.0)), rel=1e-4)


def test_a_free_level_lifts_a_body() -> None:
    model = nmm.Model()
    model.add_body([(0, 0), (2, 0), (2, 1), (0, 1)], ROCK)
    for at in ((0.0, 0.0), (2.0, 0.0)):
        model.hold_point(at, 1e7)
    model.water = dda.Water(levels=[dda.WaterLevel(3.0)])
    sim = Simulation(model, mesh_model(model, 0.5))
    assert sim.settle().converged
    weight, lift = 2.0 * 2500.0 * 9.81, 2.0 * 9810.0
    sunk = sim.at([(0.0, 0.0), (2.0, 0.0)]).displacement[:, 1].mean()
    assert sunk == pytest.approx(-(weight - lift) / 2e7, rel=1e-6)


def test_the_same_block_by_blocks_and_by_elements(tmp_path: Path) -> None:
    """Inclined gravity and a joint with stiffness: both methods give the closed form, and compare finds little else."""
    g = 9.81 * np.array([np.sin(0.3), -np.cos(0.3)])
    common = {
        "geometry": {
            "domain": [[0, 0], [10, 0], [10, 1], [9, 1], [9, 1.5], [1, 1.5], [1, 1], [0, 1]],
            "joints": [{"name": "seam", "polyline": [[1, 1], [9, 1]]}],
        },
        "materials": {"rock": {"density": 2500, "young": 5.0e10, "poisson": 0.2}},
        "joints": {"default": {"friction": 35, "normal_stiffness": 2.0e7, "shear_stiffness": 1.0e7}},
        "loads": {"gravity": g.tolist()},
        "probes": {"top": {"at": [5, 1.25]}},
        "time": {"analysis": "static", "step": 0.01},
    }
    holds = {"fixed_points": [{"at": [0, 0]}, {"at": [10, 0]}, {"at": [5, 0]}]}
    blocks = {**common, "method": "dda", "supports": holds}
    elements = {**common, "method": "fem", "fem": {"size": 0.5}, "supports": {"edges": [{"along": [[0, 0], [10, 0]]}]}}
    runs = [harmony.solve(harmony.Case.from_dict(data, tmp_path)) for data in (blocks, elements)]
    for run in runs:
        u = run.summary["probes"]["top"]["displacement"]
        assert u["y"] == pytest.approx(10000.0 * g[1] / (8.0 * 2.0e7), rel=0.01)
    found = compare(runs).as_dict()
    assert abs(found["probes"]["top.displacement.x"]["relative"][1]) < 0.01
    rms = found["fields"]["displacement"]["rms"]
    assert rms[1] == pytest.approx(rms[0], rel=0.05), found["fields"]


def test_laws_that_have_no_static_form_are_refused() -> None:
    with pytest.raises(InputError, match="mohr-coulomb"):
        incline(dda.Joint(law="slip-weakening", peak=30, residual=20, distance=0.1))
