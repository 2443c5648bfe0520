"""Each benchmark runs, in the small, and prints one JSON object with what it promises."""

import importlib
import math

import pytest

MACHINE = {"processor", "cores", "load", "system", "python", "commit", "date"}


def test_steps_that_do_not_fit_are_left_out(benchmarks):
    class Steps:
        """Stands for a Simulation: counts the steps asked of it."""

        taken = 0

        def run(self, steps):
            self.taken += steps

    stepping, late, early = importlib.import_module("stepping"), Steps(), Steps()
    assert stepping.advance(late, 5, -math.inf) == late.taken == 1
    assert stepping.advance(early, 5, math.inf) == early.taken == 5


@pytest.mark.parametrize(("scene", "start"), [("wall", "settled"), ("slope", "sudden"), ("slide", "settled")])
def test_block_steps(run, scene, start):
    result = run("block_steps", "--scene", scene, "--blocks", 12, "--steps", 40, "--warm-up", 2, "--start", start)
    assert result["failed"] is None
    assert (result["steps"], result["warm_up_steps"]) == (40, 2)
    assert 6 <= result["blocks"] <= 24
    assert (result["settled"] is not None) == (scene == "wall")  # the slope begins suddenly, the slide always does
    assert result["contact"] == "penalty"
    assert result["block_steps_per_second"] == pytest.approx(1e6 / result["us_per_block_step"], rel=1e-2)
    assert result["open_close_per_step"] >= 1
    assert result["closed_per_block"] > 1
    assert result["memory"]["peak_mb"] > 10
    assert sum(result["share"].values()) == pytest.approx(1.0, abs=1e-3)
    assert (result["reference"] is None) == (scene == "slide")
    assert set(result["machine"]) == MACHINE
    # (sin 35 - tan 30 cos 35) g t = 0.99 m/s2 x 0.042 s, less the shock of the start
    assert (result["peak_speed"] > 0.02) if scene == "slide" else (result["peak_speed"] < 0.02)


def test_wall_second(run):
    result = run("wall_second", "--courses", 3, "--bricks", 3, "--steps", 5)
    assert (result["blocks"], result["steps"], result["failed"]) == (10, 5, None)
    assert result["seconds"] == pytest.approx(5e-3 * result["ms_per_step"], abs=1e-2)
    assert set(result["reference"]) == {"Box2D", "pymunk", "MuJoCo (Newton)", "classic DDA code"}


def test_pile_rest(run):
    result = run("pile_rest", "--blocks", 4, "--end", 2.5)
    assert (result["blocks"], result["steps"], result["failed"]) == (4, 500, None)
    assert result["quiet"] <= result["rest"] <= 2.5
    assert result["kinetic"] < 1e-8
    assert abs(result["drift"]) < 1e-3


def test_law_kernel(run):
    result = run("law_kernel", "--rounds", 1)
    assert {law["target"] for law in result["laws"].values()} == {0.4, 0.7, 2.5, None}
    assert all(law["few_over_many"] == round(law["few"] / law["microseconds"], 2) for law in result["laws"].values())
    assert 0 < result["closed_form"]["linear-elastic"] < result["closed_form"]["von-mises"]


def test_many_runs(run):
    result = run("many_runs", "--blocks", 6, "--steps", 5, "--repeats", 2, "--threads", 2)
    assert (result["threads"], result["steps"], result["failed"]) == (2, 5, None)
    assert [len(turns) for turns in result["turns"].values()] == [2, 2]
    assert result["ratio"] == pytest.approx(result["together"] / (2 * result["alone"]), rel=1e-2)
    assert result["ratio"] > 0


def test_floor(run):
    result = run("floor", "--sweeps", 20)
    often = {"step": 1, "sweep": 20}
    for what in ("operations", "bytes"):
        counted = sum(often.get(part["once"], 0) * part[what] for part in result["parts"])
        assert result[what] == pytest.approx(counted)
    assert result["us_per_block_step"] == max(result["us_of_operations"], result["us_of_bytes"]) > 0


def test_startup(run):
    seconds = run("startup", "--runs", 1, "--no-uv")["seconds"]
    assert seconds["uv_run"] is None
    assert 0 < seconds["python"] < seconds["help"]


def test_coupling_iteration(run):
    result = run("coupling_iteration", "--unknowns", 20, "--iterations", 4, "--windows", 3)
    assert set(result["overhead_us"]) == {"constant", "aitken", "IQN-ILS", "IQN-IMVJ", "anderson"}
    assert all(value > 0 for value in result["overhead_us"].values())
    assert result["counts"]["2.N"]["IQN-ILS"] <= 6
    assert len(result["counts"]) == 12


def test_a_run_that_is_killed_ten_times_ends_as_one_that_never_was(run):
    """Five of the kills come in the middle of writing a file."""
    result = run("kills", "--kills", 10)
    assert result["equal"]
    assert result["died"]["write"] >= 4
    assert result["kills"] >= 8


def test_two_ranks_of_which_one_is_killed_ten_times_end_as_ones_that_never_were(run):
    """Five of the kills come in the middle of writing a file; the launcher ends the other rank."""
    result = run("kills", "--kills", 10, "--ranks", 2)
    assert result["ranks"] == 2
    assert result["equal"]
    assert result["died"]["write"] >= 4
    assert result["kills"] >= 8


def test_weak_scaling(run):
    result = run("ranks_weak", "--blocks", 60, "--ranks", 1, 2, "--steps", 1)
    one, two = result["runs"]
    assert (one["size"], two["size"]) == (1, 2)
    assert two["blocks"] > 1.5 * one["blocks"]
    assert one["efficiency"] == 1.0
    assert two["ghosts"] > 0
    assert all(row["cpu"] > 0 and row["open_close"] > 0 for row in (one, two))


def test_ensembles(run):
    result = run("ensembles", "--case", "slope", "--samples", 2, "--jobs", 1)
    assert result["failed"] == 0
    assert result["runs_per_hour"] > 0


def test_messages_between_ranks(run):
    result = run("rank_messages", "--blocks", 150, "--ranks", 2, 5)
    two, five = result["table"]
    for row in (two, five):
        assert row["owned_mean"] * row["ranks"] == pytest.approx(result["blocks"])
        assert 0 < row["touching_max"] <= row["ghosts_max"] < result["blocks"]
        assert row["bytes"] > 8 * row["ghosts_max"]
    assert two["neighbours_max"] == 1
    assert five["messages"] > two["messages"]


def test_model_of_many_ranks(run):
    result = run("rank_model", "--blocks", 100000, "--ranks", 1, 16, 256)
    one, *more = result["table"]
    assert one["speed_up_quiet"] == pytest.approx(1.0)
    assert all(row["speed_up_with_impacts"] < row["speed_up_quiet"] < row["ranks"] for row in more)


def test_manifold_beside_finite_elements(run):
    result = run("manifold_solve", "--unknowns", 1500, "--rounds", 1)
    for ours, theirs in zip(result["rows"][::2], result["rows"][1::2], strict=True):
        assert ours["unknowns"] == pytest.approx(theirs["unknowns"], rel=0.2)
        assert ours["error"] < 2 * theirs["error"] < 0.05
        assert ours["own_against_mumps"] < 1e-8
    assert set(result["ratio"]) == {"order-0", "order-1"}


def test_cutting_of_covers(run):
    result = run("manifold_cut", "--elements", 2000, "--joints", 0, 20, "--rounds", 1)
    plain, jointed = result["rows"]
    assert plain["elements"] == pytest.approx(2000, rel=0.1)
    assert jointed["elements"] > plain["elements"]
    assert max(plain["area_error"], jointed["area_error"]) < 1e-12


def test_step_of_the_manifold_method(run):
    result = run("manifold_step", "--blocks", 4, "--steps", 2)
    blocks, cover, body = result["rows"]
    assert blocks["failed"] is None
    assert cover["failed"] is None
    assert cover["unknowns"] == pytest.approx(blocks["unknowns"], rel=0.5)
    assert body["ratio"] > 0
