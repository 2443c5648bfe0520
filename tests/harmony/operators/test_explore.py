"""Beyond the training the solver corrects, and what the training never held is found."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import dda
from harmony.cli import main
from harmony.learning.ensemble import Ensemble
from harmony.operators.corrector import Corrector, Run
from harmony.operators.directions import directions
from harmony.operators.explore import Options, explore
from harmony.operators.files import read_surrogate, shipped
from harmony.operators.mechanism import mechanism, stands
from harmony.operators.query import Question
from harmony.operators.surrogate import Surrogate
from harmony.operators.violated import order_broken

HEIGHT, FRICTION, DENSITY = "geometry.incline.height", "joints.default.friction", "materials.rock.density"


@pytest.fixture(scope="module")
def blocks() -> Surrogate:
    """240 runs of a block that stands or slides; none topples."""
    made = read_surrogate("block-modes")
    assert set(made.metadata["mechanisms"]) == {"stands", "slides"}
    return made


def test_toppling_that_was_held_out_is_found(blocks: Surrogate) -> None:
    path = explore(blocks, {HEIGHT: 4.0})
    assert path.ended == "mode"
    assert path.found is not None
    assert path.found["to"]["mechanism"] == "turns"
    assert path.found["surrogate"]["verdict"] == "stable"
    assert path.found["trained_runs_with_it"] == 0
    low, high = path.found["onset"][HEIGHT]
    width = 0.01 * (4.0 - 0.8)
    assert low - width <= 1.0 / np.tan(np.radians(25.0)) <= high + width
    assert high - low <= width * (1.0 + 1e-6)


def test_where_nothing_new_begins_nothing_is_found(blocks: Surrogate) -> None:
    path = explore(blocks, {FRICTION: 60.0})
    assert (path.ended, path.found, path.events) == ("end", None, [])
    assert path.points[-1].values[FRICTION] == 60.0
    assert path.points[-1].trust < 0.3
    assert any(not point.solver for point in path.points), "in the training the surrogate is believed"


def test_the_secant_follows_what_the_surrogate_extrapolates_badly(blocks: Surrogate) -> None:
    path = explore(blocks, {FRICTION: 5.0})
    last = path.points[-1]
    assert path.ended == "end"
    assert last.mechanism == "slides"
    plain = abs(last.scalars["mass.speed.max"] - last.solved["mass.speed.max"]) / last.solved["mass.speed.max"]
    assert last.error < 0.25 * plain


def test_limits_runs_and_refusals_end_a_path(blocks: Surrogate) -> None:
    fast = explore(blocks, {FRICTION: 5.0}, options=Options(limits={"mass.speed.max": 3.0}))
    assert fast.ended == "limit"
    assert explore(blocks, {HEIGHT: 4.0}, options=Options(runs=3)).runs == 3
    refused = explore(blocks, {DENSITY: -1000.0})
    assert refused.ended == "refused"
    assert "density" in refused.reason


class Faulty(Corrector):
    """A solver whose runs gain energy beyond some friction."""

    def run(self, question: Question) -> Run:
        found = super().run(question)
        broken = question.numbers[self.made.inputs.names.index(FRICTION)] > 48.0
        return replace(found, broken="the run gains 7.0% of kinetic energy" if broken else "")


def test_a_constraint_that_fails_ends_a_path(blocks: Surrogate) -> None:
    path = explore(blocks, {FRICTION: 70.0}, corrector=Faulty(blocks))
    assert path.ended == "constraint"
    assert "gains 7.0%" in path.reason


class Broken(Corrector):
    """A solver whose runs gain energy, and that calls nothing a failure."""

    def run(self, question: Question) -> Run:
        return replace(super().run(question), verdict="", broken="the run gains 7.0% of kinetic energy")


def test_a_start_that_breaks_a_constraint_ends_a_path_at_once(blocks: Surrogate) -> None:
    path = explore(blocks, {FRICTION: 70.0}, corrector=Broken(blocks))
    assert path.ended == "constraint"
    assert "does not begin" in path.reason
    assert path.runs == len(path.points) == 1


class Silent(Corrector):
    """A solver whose case calls nothing a failure."""

    def run(self, question: Question) -> Run:
        return replace(super().run(question), verdict="")


def test_runs_count_where_a_case_has_no_verdict(blocks: Surrogate) -> None:
    path = explore(blocks, {FRICTION: 70.0}, corrector=Silent(blocks), options=Options(runs=2))
    assert path.ended == "runs"
    assert path.runs == sum(point.mechanism == "stands" for point in path.points) == 2


def test_without_a_verdict_stands_what_did_not_move_by_a_part_of_its_size() -> None:
    area = np.array([4.0, 4.0])
    for size, still in ((1e-9, True), (0.019, True), (0.021, False)):
        assert stands("", np.array([[0.0, 0.0], [size, 0.0]]), area) is still
    assert stands("stable", np.array([[1.0, 0.0], [0.0, 0.0]]), area)
    assert not stands("creeping", np.zeros((2, 2)), area)


def test_runs_against_a_monotone_input_are_said(blocks: Surrogate) -> None:
    points = explore(blocks, {FRICTION: 60.0}).points
    ran = [point for point in points if point.solver]
    assert order_broken(blocks, ran) == ""
    worse = [*ran[:-1], replace(ran[-1], solver="rapid")]
    assert "not monotone in joints.default.friction" in order_broken(blocks, worse)


def test_the_command_keeps_its_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = tmp_path / "model.safetensors"
    model.write_bytes(shipped("block-modes").read_bytes())
    words = ["explore", str(model), "--toward", f"{HEIGHT}=3", "--resolution", "0.05", "--json"]
    assert main([*words, "--figure", str(tmp_path / "path.png")]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["found"][0]["to"]["mechanism"] == "turns"
    kept = Ensemble.read(tmp_path / "model.more.h5")
    assert len(kept) == said["runs"] == said["paths"][0]["runs"]
    assert kept.parameters[:, kept.names.index(HEIGHT)].max() > 2.15
    assert (tmp_path / "path.png").read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize(
    "words",
    [
        ["--toward", f"{HEIGHT}=3", "--figure", "path.txt"],
        ["--toward", "joints.clay.friction=3"],
        ["--toward", f"{HEIGHT}=tall"],
        ["--toward", f"{HEIGHT}=2", "--limit", "speed=3"],
        ["--toward", f"{HEIGHT}=2", "--resolution", "0"],
    ],
)
def test_bad_words_are_told(words: list[str]) -> None:
    assert main(["explore", "block-modes", "--forget", *words]) == 2


def test_directions_go_out_of_the_range_on_both_sides(blocks: Surrogate) -> None:
    ends = [next(iter(end.items())) for end in directions(blocks, 1.0)]
    assert len(ends) == 2 * len(blocks.inputs.names)
    for name, value in ends:
        k = blocks.inputs.names.index(name)
        assert value < blocks.inputs.low[k] or value > blocks.inputs.high[k]
        assert value > 0.0


@pytest.mark.parametrize(
    ("displacement", "rotation", "word"),
    [
        ([[1.0, 0.0], [1.1, 0.0]], [0.0, 0.001], "slides"),
        ([[0.05, 0.0], [0.05, 0.0]], [0.08, 0.08], "turns"),
        ([[9.0, 0.0], [0.0, 0.0]], [1.5, 0.0], "turns"),
        ([[2.0, 0.0], [0.0, 1e-9]], [0.0, 0.0], "parts"),
        ([[0.0, 0.0], [0.0, 0.0]], [0.0, 0.0], "stands"),
    ],
)
def test_words_for_motions(displacement: list[list[float]], rotation: list[float], word: str) -> None:
    found = mechanism(False, np.array(displacement), np.array(rotation), np.ones(2))
    assert found == word
    assert mechanism(True, np.array(displacement), np.array(rotation), np.ones(2)) == "stands"


def test_a_number_that_is_no_input_is_refused(blocks: Surrogate) -> None:
    with pytest.raises(dda.InputError, match=r"joints\.default\.friction"):
        explore(blocks, {})
