"""Elastoplastic finite elements: a column at its limit, Newton's rate, stages, checkpoints, what is refused."""

from typing import Any

import numpy as np
import pytest

import dda
import harmony
import nmm
from dda.errors import InputError
from harmony.fem import Simulation, mesh_model

CLAY = dda.Material(2000.0, 1e8, 0.3, law="mohr-coulomb", cohesion=1e5, friction=0.0)


def pressed(pressure: float, material: dda.Material = CLAY, degree: int = 2) -> Simulation:
    """A block in plane strain between smooth plates, its sides free: it yields at sigma_1 - sigma_3 = 2 c."""
    model = nmm.Model(gravity=(0.0, 0.0))
    model.add_body([(0, 0), (1, 0), (1, 1), (0, 1)], material)
    model.fix((0, 0), ("y",))
    model.fix((0, 3), ("x",))
    model.add_pressure((0, 2), pressure)
    return Simulation(model, mesh_model(model, 0.5), degree)


@pytest.mark.parametrize("degree", [1, 2])
def test_a_block_carries_twice_its_cohesion(degree) -> None:
    sim = pressed(1.99e5, degree=degree)
    assert sim.settle().converged
    np.testing.assert_allclose(sim.stresses, np.tile([0.0, -1.99e5, 0.0], (sim.elements, 1)), atol=1.0)
    found = pressed(2.02e5, degree=degree).settle()
    assert not found.converged
    assert "mechanism" in found.reason


@pytest.mark.parametrize(
    ("law", "extra"), [("mohr-coulomb", {}), ("drucker-prager", {}), ("mohr-coulomb", {"dilation": 5.0})]
)
def test_friction_raises_what_it_carries(law, extra) -> None:
    soil = dda.Material(2000.0, 1e8, 0.3, law=law, cohesion=1e5, friction=30.0, **extra)
    limit = 2e5 * np.cos(np.radians(30)) / (1 - np.sin(np.radians(30)))
    assert pressed(0.98 * limit, soil).settle().converged
    assert not pressed(1.03 * limit, soil).settle().converged


def test_before_it_yields_it_is_elastic() -> None:
    plastic, elastic = pressed(1e5), pressed(1e5, dda.Material(2000.0, 1e8, 0.3))
    plastic.settle()
    elastic.settle()
    np.testing.assert_allclose(plastic.unknowns, elastic.unknowns, atol=1e-9)
    np.testing.assert_allclose(plastic.stresses_zz, elastic.stresses_zz, rtol=1e-6)
    assert plastic.strain_energy == pytest.approx(elastic.strain_energy, rel=1e-6)
    assert abs(plastic.energy["friction"]) < 1e-8 * plastic.strain_energy


def test_the_tangent_is_the_derivative_of_the_forces() -> None:
    sim = pressed(1.0)
    plastic = sim.plasticity
    assert plastic is not None
    rng = np.random.default_rng(3)
    u = 4e-3 * rng.standard_normal(sim.unknowns.shape)  # far into yielding
    d = rng.standard_normal(sim.unknowns.shape)
    h = 1e-9
    from harmony.fem.forms import Matrix

    tangent = Matrix(sim.space, plastic.stiffness(plastic.evaluate(u)[2])).times(d)
    difference = (plastic.forces(plastic.evaluate(u + h * d)[1]) - plastic.forces(plastic.evaluate(u - h * d)[1])) / (
        2 * h
    )
    assert np.abs(tangent - difference).max() < 1e-5 * np.abs(tangent).max()


def test_what_was_dissipated_is_the_work_that_was_not_stored() -> None:
    steel = dda.Material(2000.0, 1e8, 0.3, law="von-mises", cohesion=1e5, hardening=1e7)
    sim = pressed(1e4, steel)
    work, before, last = 0.0, 0.0, 0.0
    for pressure in np.linspace(1e4, 3e5, 30):
        sim.revise(pressed(pressure, steel).model)
        assert sim.settle().converged
        top = -float(sim.at([(0.5, 1.0)]).displacement[0, 1])
        work += (pressure + last) / 2 * (top - before)
        before, last = top, pressure
    assert sim.energy["friction"] > 0.3 * work
    assert sim.energy["friction"] + sim.strain_energy == pytest.approx(work, rel=1e-3)


def test_a_checkpoint_goes_on_and_unloading_is_elastic() -> None:
    sim = pressed(1.9e5)
    sim.settle()
    again = Simulation.load(sim.model, sim.save(), mesh=sim.mesh)
    assert np.array_equal(again.stresses, sim.stresses)
    assert again.save() == sim.save()


CASE: dict[str, Any] = {
    "method": "fem",
    "geometry": {"domain": [[0, 0], [1, 0], [1, 2], [0, 2]]},
    "regions": {"foot": {"y_below": 1}},
    "fem": {"size": 0.5},
    "materials": {
        "clay": {"law": "mohr-coulomb", "density": 2000, "young": 1e8, "poisson": 0.3, "cohesion": 2e4, "friction": 0},
        "stone": {"density": 2000, "young": 1e9, "poisson": 0.3, "region": "foot"},
    },
    "loads": {"gravity": [0, 0], "tractions": [{"along": [[0, 2], [1, 2]], "pressure": 2e4}]},
    "supports": {"edges": [{"along": [[0, 0], [1, 0]]}]},
    "time": {"analysis": "static"},
}


def test_the_strength_factor_at_which_a_column_fails() -> None:
    case = harmony.Case.from_dict({**CASE, "probes": {"top": {"at": [0.5, 2]}}})
    found = harmony.critical(case, "strength.factor", 1.0, 3.0, 0.02)
    assert found.critical == pytest.approx(2.0, rel=0.05)  # 2 c / p of the clay; the stone below holds


@pytest.mark.parametrize("method", ["nmm", "fem"])
def test_a_material_of_a_region_is_that_of_no_body(method: str) -> None:
    case = harmony.Case.from_dict({**CASE, "method": method})
    case.check()
    assert case.material_name(0) == "clay"
    assert not case.warnings
    heights = {}
    for factor in (1.0, 10.0):  # the foot is the stone, ten times as stiff and then as stiff as the clay
        run = harmony.solve(
            case.with_values({"materials.stone.young": 1e9 / factor, "loads.tractions.0.pressure": 1e3})
        )
        heights[factor] = run.summary["probes"]["mass"]["displacement"]["y"]
    assert heights[10.0] < 1.2 * heights[1.0] < 0.0


def test_blocks_have_no_materials_of_regions() -> None:
    changes = {"method": "dda", "fem": None, "supports": {}, "loads": {}}
    with pytest.raises(InputError, match=r"stone.region(.|\n)*belongs to methods nmm and fem"):
        harmony.Case.from_dict({**CASE, **changes}).check()


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"plane": "stress"}, "plane strain"),
        ({"regions": {"other": {"y_below": 1}}}, "no such region"),
    ],
)
def test_refused(changes, word) -> None:
    with pytest.raises(InputError, match=word):
        harmony.solve(harmony.Case.from_dict({**CASE, **changes}))


@pytest.mark.parametrize("method", ["fem", "nmm"])
def test_what_yields_in_one_step_of_statics_dissipates_all_of_its_work(method) -> None:
    """Pressed together between smooth plates under p from the sides, without dilation: the strength carries
    s = p N + 2 c sqrt N, and per volume (s - p) times the plastic strain is lost, from its first part on."""
    p, s, crushed = 1e5, 3e5 + 2e5 * np.sqrt(3.0), 0.01
    case = harmony.Case.from_dict(
        {
            "method": method,
            "geometry": {"domain": [[0, 0], [1, 0], [1, 2], [0, 2]]},
            "materials": {
                "rock": {
                    **{"density": 2500, "young": 1e9, "poisson": 0.25, "law": "mohr-coulomb"},
                    **{"cohesion": 1e5, "friction": 30, "dilation": 0},
                }
            },
            ("fem" if method == "fem" else "cover"): {"size": 0.5},
            "loads": {"gravity": [0, 0], "tractions": [{"along": [[1, 0], [1, 2]], "traction": [-p, 0]}]},
            "supports": {
                "edges": [
                    {"along": [[0, 0], [1, 0]], "components": ["y"]},
                    {"along": [[0, 0], [0, 2]], "components": ["x"]},
                    {"along": [[0, 2], [1, 2]], "components": ["y"], "displacement": [0, -2 * crushed]},
                ]
            },
            "time": {"analysis": "static"},
            "probes": {"middle": {"at": [0.5, 1.0]}},
        }
    )
    run = harmony.solve(case)
    assert run.summary["probes"]["middle"]["stress"]["yy"] == pytest.approx(-s, rel=1e-5)
    elastic = ((1 - 0.25**2) * s - 0.25 * 1.25 * p) / 1e9
    lost = 2.0 * (s - p) * (crushed - elastic)
    assert run.summary["energy"]["friction"] == pytest.approx(lost, rel=1e-4)
