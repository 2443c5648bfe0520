"""Every error names file, line, key path, value and what is allowed."""

import pytest

from dda.errors import InputError

HEAD = """\
geometry: {incline: {angle: 30}}
materials: {rock: {density: 2600, young: 5.0e9, poisson: 0.25}}
joints: {default: {friction: 20}}
time: {end: 1.0}
"""


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("loads: {gravty: [0, -9.81]}", ["line 5, loads.gravty", "did you mean 'gravity'?", "known: base_acc"]),
        ("outputs: {every: 1}", ["line 5, outputs", "did you mean 'output'?"]),
        (
            "loads: {gravity: [0, .nan]}",
            ["loads.gravity.1 = nan", "must be a finite number", "gravity (gx, gy) [m/s2]"],
        ),
        ("loads: {gravity: [0, .inf]}", ["loads.gravity.1 = inf", "must be a finite number"]),
        ("loads: {gravity: 9.81}", ["loads.gravity = 9.81", "must be a list [gx, gy], as [0, -9.81]"]),
        ("loads: {points: [{at: [0.5, 0.5], force: 1.0}]}", ["loads.points.0.force = 1", "list [fx, fy]\n"]),
        (
            "loads: {points: {push: {at: [0.5, 0.5]}}}",
            ["loads.points = ", "must be a list, its entries each begin with -"],
        ),
        ("loads: [1, 2]", ["line 5, loads", "must be a mapping of keys"]),
        ('output: {every: "0.1"}', ["output.every = '0.1'", "must be a number, written without quotes"]),
        ("output: {every: often}", ["output.every = 'often'", "must be a number"]),
        ("output: {every: true}", ["output.every = true", "must be a number"]),
        ("output: {every: 0}", ["output.every = 0", "must be greater than 0"]),
        ("method: bem", ["method = 'bem'", "'dda', 'nmm', 'fem' or 'coupled'"]),
        ("probes: {mass: {at: [0, 0]}}", ["probes.mass", "meaning of its own"]),
        ("expected: [{quantity: a.b, value: 1}]", ["expected.0", "value: needs tolerance:"]),
        ("expected: [{quantity: a.b}]", ["expected.0", "give either value: with tolerance:, or between:"]),
        ("expected: [{quantity: a.b, between: [2, 1]}]", ["expected.0", "low 2.0 > high 1.0"]),
        ("expected: [{quantity: a.b, value: 1, tolerance: 3 percent}]", ["expected.0.tolerance", "'0.1%'"]),
        ("expected: [{quantity: a.x.max, at: 1, value: 1, tolerance: 0}]", ["expected.0", "each choose a time"]),
        ("expected: [{quantity: a x, value: 1, tolerance: 0}]", ["expected.0.quantity = 'a x'", "joined by dots"]),
        ("expected: [{quantity: deposit.top, region: bnk, value: 1, tolerance: 0}]", ["no such region"]),
        ("failure: {quantity: mass.speed}", ["failure", "one of above: and below:"]),
        ("critical: {parameter: joints.default.frction, low: 1, high: 2, tolerance: 0.1}", ["joints.default.friction"]),
        ("critical: {parameter: joints.default.friction, low: 3, high: 2, tolerance: 0.1}", ["smaller than high"]),
        ("parameters: {joints.default: {uniform: [1, 2]}}", ["parameters.joints.default", "is not a number"]),
        ("parameters: {time.end: {uniform: [2, 1]}}", ["parameters.time.end", "an interval is [low, high]"]),
        ("parameters: {time.end: {}}", ["exactly one of uniform"]),
        ("contact: {method: complementarity, stiffness: 1}", ["contact", "belongs to method: penalty"]),
        ("regions: {bank: {}}", ["regions.bank", "at least one of x_above"]),
        ("regions: {bank: {x_above: 2, x_below: 1}}", ["regions.bank", "must be smaller than x_below"]),
        ("stages: [{name: a, analysis: static}, {name: a}]", ["stages.1.name = 'a'", "two stages have this name"]),
        ("stages: [{name: a, end: 2}, {name: b, end: 1}]", ["stages.1.end = 1", "after the end of the stage before"]),
        ("stages: [{name: a, end: 0.5}, {name: b, loads: {velocity: [1, 0, 0]}}]", ["start of the run only"]),
        ("stages: [{name: a, analysis: static}]\nloads: {velocity: [1, 0, 0]}", ["loads.velocity", "would be lost"]),
        ("stages: [{name: a.b}]", ["stages.0.name", "match pattern"]),
    ],
)
def test_message(read, line: str, told: list[str]) -> None:
    with pytest.raises(InputError) as error:
        read(HEAD + line + "\n")
    assert "case.yaml: 1 problem in this case" in str(error.value)
    assert all(words in str(error.value) for words in told), str(error.value)


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("{rock: {density: -1, young: 5e9, poisson: 0.25}}", "must be greater than 0"),
        ("{rock: {density: 2600, young: 0, poisson: 0.25}}", "must be greater than 0"),
        ("{rock: {density: 2600, young: 5e9, poisson: 0.5}}", "must be less than 0.5"),
        ("{rock: {density: 2600, young: 5e9, poisson: -0.1}}", "must be greater than or equal to 0"),
        ("{rock: {density: 2600, young: 5e9}}", "materials.rock.poisson\n      is missing"),
        ("{rock: {density: 2600, young: 5e9, poison: 0.2}}", "did you mean 'poisson'?"),
    ],
)
def test_material(read, section: str, told: str) -> None:
    with pytest.raises(InputError) as error:
        read(HEAD.replace("{rock: {density: 2600, young: 5.0e9, poisson: 0.25}}", section))
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("joint", "told"),
    [
        ("{friction: 90}", "joints.default.friction = 90\n      must be less than 90"),
        ("{friction: -1}", "must be greater than or equal to 0"),
        ("{}", "joints.default.friction\n      is missing"),
        ("{friction: 30, cohesion: -1}", "joints.default.cohesion = -1"),
        ("{friction: 30, coesion: 1}", "did you mean 'cohesion'?"),
        (
            "{law: slip-weakning}",
            "joints.default.law = 'slip-weakning'\n      unknown law; did you mean 'slip-weakening'?",
        ),
        ("{law: slip-weakening, peak: 20, residual: 8}", "joints.default.distance\n      is missing"),
        ("{law: slip-weakening, peak: 20, residual: 8, distance: 0}", "distance"),
        ("{law: slip-weakening, peak: 20, residual: 8, distance: 1, friction: 3}", "joints.default.friction = 3"),
        ("{law: table, slip: [0, 1], friction: [30]}", "joints.default"),
        ("20", "joints.default"),
    ],
)
def test_joint(read, joint: str, told: str) -> None:
    with pytest.raises(InputError) as error:
        read(HEAD.replace("{friction: 20}", joint))
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("geometry", "told"),
    [
        ("{incline: {angel: 30}}", "geometry.incline.angel = 30\n      unknown key; did you mean 'angle'?"),
        ('{incline: {angle: "30"}}', "geometry.incline.angle = '30'\n      must be a number, written without quotes"),
        ("{incline: {angle: 95}}", "must be less than 90"),
        ("{incline: {width: -1}}", "must be greater than 0"),
        ("{incline: {position: 50}}", "the block does not stand on the slope"),
        ("{pyramid: {}}", "unknown key"),
        ("{}", "no blocks: give blocks:, domain:, or a generator (incline, column"),
        ("{joints: [{name: a, polyline: [[0, 0], [1, 1]]}]}", "need a domain:"),
        ("{domain: d.csv, joints: [{name: a}]}", "give one of polyline:, mapped: and set:"),
        (
            "{domain: d.csv, joints: [{name: a, set: {dip: 0, spacing: -1}}]}",
            "spacing = -1\n      must be greater than 0",
        ),
        ("{blocks: [{vertices: [[0, 0], [1, 0]]}]}", "geometry.blocks.0.vertices"),
        ("{blocks: [{vertices: [[0, 0], [1, 0], [1, x]]}]}", "geometry.blocks.0.vertices.2.1 = 'x'"),
        ("{blocks: [{vertices: [[0, 0], [1, 0], [1, 1]], joint: [a]}]}", "one name for each of the 3 edges, got 1"),
    ],
)
def test_geometry(read, geometry: str, told: str) -> None:
    with pytest.raises(InputError) as error:
        read(HEAD.replace("{incline: {angle: 30}}", geometry))
    assert told in str(error.value)


def test_many_problems_are_told_together_in_file_order(read) -> None:
    text = HEAD.replace("2600", "-1").replace("friction: 20", "friction: 99").replace("end: 1.0", "end: never")
    with pytest.raises(InputError) as error:
        read(text)
    lines = [line.strip() for line in str(error.value).splitlines() if line.startswith("  line")]
    assert [line.split(",")[0] for line in lines] == ["line 2", "line 3", "line 4"]
    assert "3 problems" in str(error.value)


def test_the_message_stays_on_one_screen(read) -> None:
    wrong = "".join(f"key{number}: 1\n" for number in range(40))
    with pytest.raises(InputError) as error:
        read(HEAD + wrong)
    assert len(str(error.value).splitlines()) <= 24
    assert "and 32 more" in str(error.value)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("time: {end: 1.0, scheme: moreau-jean}", "contact method penalty takes shi or conserving"),
        ("time: {end: 1.0, scheme: euler}", "time.scheme = 'euler'"),
        ("time: {step: 1.0e-3}", "time.end\n      is missing"),
        ("time: {end: 1.0, step: -1}", "must be greater than 0"),
    ],
)
def test_time(read, change: str, told: str) -> None:
    with pytest.raises(InputError) as error:
        read(HEAD.replace("time: {end: 1.0}", change))
    assert told in str(error.value)


def test_what_is_missing_altogether(read) -> None:
    with pytest.raises(InputError, match="geometry: is missing"):
        read("name: nothing\ntime: {end: 1}\n")
