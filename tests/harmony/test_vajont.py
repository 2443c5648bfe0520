"""The Vajont case: its data, its files, and the limit equilibrium that its stability is compared with."""

import csv
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from shapely import Point, Polygon

from dda.simplex import moments
from harmony.case import Case
from harmony.geometry.readers.csv_file import read_csv_polyline
from harmony.laws.files import shipped

FOLDER = Path(__file__).parents[2] / "cases" / "vajont"
CONTINUA = FOLDER / "fem-joint.yaml", FOLDER / "fem.yaml", FOLDER / "nmm.yaml"
FILES = sorted(set(FOLDER.glob("*.yaml")) - {*CONTINUA})
STABILITY = sorted(FOLDER.glob("stability*.yaml"))


def script(name: str) -> ModuleType:
    """A script of the case's folder, imported."""
    specification = importlib.util.spec_from_file_location(f"vajont_{name}", FOLDER / f"{name}.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", sorted((FOLDER / "data").glob("*.csv")), ids=lambda path: path.stem)
def test_every_number_has_its_mark(path):
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert all(row["mark"].split(":")[0].split(";")[0] in ("SOURCED", "DERIVED", "GUESS") for row in rows)
    assert all(row["source"] for row in rows if not row["mark"].startswith("GUESS"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_file_holds_the_same_section(path):
    case = Case.read(path)
    case.check()
    assert not case.warnings
    moving = [block for block in case.blocks if not block.fixed]
    assert sum(moments(block.vertices).area for block in moving) == pytest.approx(160_330, abs=30)
    assert {block.group for block in case.blocks} - {"gorge"} == {"moving", "bedrock", "bank"}
    assert set(case.data.joints) >= {"slide", "bank", "default"}
    columns = {"stability-zero": 3, "stability-columns": 31, "reduced": 25}
    assert len(moving) == columns.get(path.stem.removesuffix("-dry"), 56)


def test_the_continua_are_the_same_section():
    joint, zone, cover = (Case.read(path) for path in CONTINUA)
    for case, method in ((joint, "fem"), (zone, "fem"), (cover, "nmm")):
        case.check()
        assert not case.warnings
        assert case.data.method == method
    for key in ("geometry", "regions", "materials", "supports", "loads", "critical", "time"):
        assert getattr(zone.data, key) == getattr(cover.data, key)
    assert zone.data.critical is not None
    assert joint.get("geometry.domain") == zone.get("geometry.domain")
    assert joint.get("water.level") == joint.get("water.piezometric.slide") == pytest.approx(700.42 - 620)
    assert joint.data.joints.keys() == {"slide"}
    assert zone.data.water is None
    assert zone.data.materials.keys() == {"rock", "clay"}


def test_water_stands_at_the_level_of_the_day():
    for path in FILES:
        case = Case.read(path)
        if path.stem.endswith("-dry"):
            assert case.data.water is None
        elif path.stem == "reduced":
            heights = [row[1] for row in case.get("water.level") + case.get("water.piezometric.slide")]
            assert heights == pytest.approx([700.42 - 620] * 8)
        else:
            assert case.get("water.level") == case.get("water.piezometric.slide") == pytest.approx(700.42 - 620)


def test_stability_comes_wet_and_dry_and_differs_only_in_joints_and_water():
    names = {path.stem.removeprefix("stability").strip("-") for path in STABILITY}
    kinds = ("", "unbonded", "zero", "columns", "all")
    assert names == {f"{kind}{dry}".strip("-") for kind in kinds for dry in ("", "-dry")}
    cases = {path.stem: Case.read(path).data for path in STABILITY}
    for name, case in cases.items():
        for key in ("materials", "stages", "time", "failure", "critical"):
            assert getattr(case, key) == getattr(cases["stability"], key)
        assert name.endswith("-dry") or (case.joints, case.geometry) == (
            cases[f"{name}-dry"].joints,
            cases[f"{name}-dry"].geometry,
        )


def test_the_filled_gorge_differs_from_the_main_job_in_the_gorge_only():
    main, filled = (Case.read(FOLDER / name).data.model_dump() for name in ("case.yaml", "gorge-filled.yaml"))
    assert filled["geometry"]["fixed_regions"].pop("gorge")
    filled["geometry"]["fixed_regions"]["bank"] = "data/bank-rounded.csv"  # there a sharp rim would leave a notch
    assert filled["joints"].pop("gorge")["friction"] == main["joints"]["bank"]["friction"]
    filled["stages"][0]["joints"].pop("gorge")
    for key in ("geometry", "joints", "materials", "water", "stages", "time", "regions", "probes", "failure"):
        assert filled[key] == main[key]


def test_the_rounded_rim_takes_the_corner_of_the_bank_and_nothing_else():
    sharp, rounded = (Polygon(read_csv_polyline(FOLDER / "data" / name)) for name in ("bank.csv", "bank-rounded.csv"))
    corner = Point(1235.7, 0.0)
    cut = sharp.difference(rounded)
    assert rounded.difference(sharp).area < 0.1  # points to 1 mm, on a wall of 200 m
    assert cut.within(corner.buffer(2.0 * np.tan(np.radians(42.6)) + 0.01))  # the tangents, R tan(turn / 2)
    # of the corner, tan a - a, times R^2, with a half of the turn; chords take a little more than the arc
    half = np.radians(42.515)
    assert cut.area == pytest.approx(4.0 * (np.tan(half) - half), rel=0.08)


@pytest.mark.parametrize(
    ("variant", "at_kinks", "at_joints"),
    [
        ("internal 0", (22.9, 21.3), (22.4, 20.8)),
        ("internal 40", (18.9, 17.4), (18.3, 16.8)),
        ("internal 40, bond 0.787 MPa", (17.2, 15.9), (16.6, 15.4)),
    ],
)
def test_limit_equilibrium_gives_the_known_angles(variant, at_kinks, at_joints):
    """The values are those of another implementation of three segments, rounded to 0.1 degrees."""
    model = script("limit_equilibrium")
    for cuts, known in ((model.KINKS, at_kinks), (model.JOINTS, at_joints)):
        got = [model.critical(cuts, level, model.VARIANTS[variant]) for level in (model.RESERVOIR, model.DRY)]
        assert got == pytest.approx(known, abs=0.15)


def test_limit_equilibrium_weighs_the_whole_mass_and_its_water():
    model = script("limit_equilibrium")
    for cuts in (model.KINKS, model.JOINTS, ()):
        parts = model.segments(cuts, model.RESERVOIR)
        weight = 160_330 * model.DENSITY * model.GRAVITY
        assert sum(part.weight for part in parts) == pytest.approx(weight, rel=2e-4)
        # thrust of the reservoir on the face: gamma_w h^2 / 2, against the motion
        reservoir = model.WATER * model.RESERVOIR**2 / 2
        assert sum(part.surface_x for part in parts) == pytest.approx(-reservoir, rel=1e-12)
    dry = model.segments(model.KINKS, model.DRY)
    assert [part.uplift for part in dry] == [0.0] * 3
    assert np.degrees([part.dip for part in dry]) == pytest.approx([37.5, 13.5, 0.0], abs=0.05)


def test_columns_balance_forces_like_segments_and_moments_only_with_internal_strength():
    """One degree below and above what the programme gives: the search itself is a table of the README."""
    limit = script("static_limit")
    le, columns = limit.le, limit.vertical_joints()
    none, broken = le.VARIANTS["internal 0"], le.VARIANTS["internal 40"]
    assert len(columns) == 30
    for joints, with_moments, known in ((none, False, 22.4), (none, True, 28.2), (broken, True, 18.2)):
        assert not limit.stands(known - 0.5, columns, le.RESERVOIR, joints, with_moments)
        assert limit.stands(known + 0.5, columns, le.RESERVOIR, joints, with_moments)


def test_one_segment_slides_at_its_dip():
    """A dry mass on one plane holds where phi is the dip of the plane."""
    model = script("limit_equilibrium")
    part = model.Segment(np.radians(20.0), 1e6, 0.0, 0.0, 0.0, 0.0, 0.0)
    assert model.thrust([part], 20.0, model.Interfaces()) == pytest.approx(0.0, abs=1e-6)


def test_the_table_covers_what_is_asked():
    model = script("table")
    rows = list(model.variants(["open", "filled"], None))
    assert len(rows) == 54
    case = rows[-1].case()
    assert case.get("joints.slide.peak") == 12.0
    assert case.get("joints.gorge.friction") == case.get("joints.bank.friction") == rows[-1].bank


def test_the_table_goes_on_from_the_rows_that_it_has(tmp_path):
    model = script("table")
    asked = list(model.variants(["open"], 0.004))[:2]
    numbers = {"displacement": 317.6, "speed": 21.34, "rest": 29.8, "top": 205.1, "drift": 0.0016}
    rows = [model.asdict(asked[0]) | numbers, model.asdict(asked[1]) | {"stopped": "no equilibrium"}]
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(f"{model.json.dumps(row)}\n" for row in rows))
    assert list(model.complete(asked, file, 1)) == rows
    assert model.markdown(rows[0]) == "| open | 2 | 20 | 6 | 318 | 21.3 | 30 | 205 | 0.002 |"
    assert model.markdown(rows[1]) == "| open | 2 | 20 | 12 | stopped: no equilibrium |  |  |  |  |"


def test_the_spread_is_over_steps_and_changes_that_mean_nothing():
    model = script("spread")
    runs = model.variants()
    assert {run.step for run in runs} == set(model.STEPS)
    assert len(set(runs)) == len(model.STEPS) * len(model.CHANGES)
    assert all(abs(run.distance / 30.0 - 1.0) < 1e-8 for run in runs)
    rows = [{"displacement": x, "speed": 20.0, "rest": 30.0, "top": 200.0} for x in (300.0, 320.0)]
    text = model.summary([*rows, {"stopped": "why"}])
    assert "2 of 3 runs" in text
    assert "displacement 300.0 .. 310.0 .. 320.0 m" in text


def test_the_learned_clay_stands_beside_ten_runs_that_are_changed_by_a_millionth():
    model = script("learned")
    jobs = model.jobs(shipped("vajont-clay"), 0.004)
    slides = {name: case.data.joints["slide"] for name, case in jobs.items()}
    changed = [joint for name, joint in slides.items() if name.startswith("closed ")]
    assert len({joint.peak for joint in changed}) == len({joint.residual for joint in changed}) == 10
    assert all(0.0 < abs(joint.peak / 12.0 - 1.0) <= 1.01e-6 for joint in changed)
    assert [slides[f"learned {k}"].law for k in range(model.MEMBERS)] == ["network"] * model.MEMBERS
    assert slides["learned 0"].weights != slides["learned 1"].weights
    assert all(case.get("time.step") == 0.004 for case in jobs.values())


def test_the_learned_clay_agrees_within_two_per_cent_or_the_spread():
    model = script("learned")
    runs = {"closed": 300.0, "closed +1e-06": 290.0, "closed -1e-06": 310.0, "learned 0": 319.0, "learned 1": 321.0}
    rows = [{"run": name, "displacement": x, "speed": 20.0 + x / 1e4} for name, x in runs.items()]
    said = model.verdict([*rows, {"run": "learned 2", "stopped": "why"}])
    agrees = {(row["quantity"], row["run"]): row["agrees"] for row in said}
    assert agrees[("displacement", "learned 0")]
    assert not agrees[("displacement", "learned 1")]
    assert agrees[("speed", "learned 1")]
    assert len(said) == 4
    assert model.verdict(rows[:1]) == []


def test_the_reduced_case_is_small_and_uncertain():
    """Its law is that of the main case where `rate` is 0, and its joints are some of the sourced ones."""
    case, main = Case.read(FOLDER / "reduced.yaml"), Case.read(FOLDER / "case.yaml")
    assert 24 <= sum(not block.fixed for block in case.blocks) <= 32
    assert len(case.parameters) >= 50
    assert case.get("joints.slide.rate") == 0.0
    for key in ("peak", "residual", "distance"):
        assert case.get(f"joints.slide.{key}") == main.get(f"joints.slide.{key}")
    with (FOLDER / "data" / "vertical.csv").open(newline="") as file:
        sourced = {float(row["x"]) for row in csv.DictReader(file)}
    assert {row[0] for row in case.get("geometry.joints.1.mapped")} <= sourced


def test_pairs_give_both_cases_the_same_values():
    pairs, reduced = script("pairs"), Case.read(FOLDER / "reduced.yaml")
    values = pairs.Sampling(reduced, 2).values(1)
    for case in (reduced.with_values(pairs.shared(values)), pairs.main_case(reduced).with_values(pairs.shared(values))):
        case.check()
        assert all(case.get(path) == value for path, value in pairs.shared(values).items())
    rows = [{"main_x": 100.0, "reduced_x": 105.0, "main_speed": 4.0, "reduced_speed": 5.0}]
    said = pairs.report([row | {"main_verdict": "rapid", "reduced_verdict": "rapid"} for row in rows])
    assert "x: 1 of 1 that run out within 10 %, median 5.0%" in said
    assert "speed: 0 of 1 that run out within 10 %, median 25.0%" in said
