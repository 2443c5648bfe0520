"""The sweep: tables and plot remade by one command; a cell that fails is reported and stops nothing."""

import argparse
import importlib
import json
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("benchmarks/README.md", "docs/reference/benchmarks.md")


@pytest.fixture
def root(tmp_path):
    """A folder with copies of the pages that the sweep writes into."""
    for page in PAGES:
        (tmp_path / page).parent.mkdir(parents=True)
        shutil.copy(ROOT / page, tmp_path / page)
    return tmp_path


def table(root, page, mark):
    """The text between two marks."""
    return (root / page).read_text().partition(f"<!-- {mark}: begin -->\n")[2].partition(f"<!-- {mark}: end -->")[0]


def test_one_command_remakes_tables_and_plot(run, root):
    result = run(
        "sweep",
        "--scenes",
        "wall",
        "--blocks",
        4,
        "--threads",
        2,
        "--steps",
        2,
        "--no-extras",
        "--write",
        "--root",
        root,
    )
    assert [(row["threads"], row["steps"], row["failed"]) for row in result["results"]] == [(2, 2, None)]
    file = json.loads((root / "benchmarks/measured.json").read_text())
    assert file == result
    shown = table(root, PAGES[1], "measured")
    rate = f"{result['results'][0]['block_steps_per_second']:,.0f}"
    assert f"| wall | penalty | {result['results'][0]['blocks']} | {rate}" in shown
    assert (root / "docs/images/scaling.png").stat().st_size > 5000


def test_a_resumed_sweep_measures_only_what_is_missing(benchmarks, monkeypatch, tmp_path):
    sweep = importlib.import_module("sweep")
    asked = []

    def measure(given, *name):
        asked.append(name)
        return named | {"scene": name[0], "failed": None}

    named = {"scene": "wall", "contact": "penalty", "wanted": 4, "threads": 1, "asked": "settled"}
    known = [named | {"failed": None, "seconds": 7.0}, named | {"scene": "slope", "failed": "not done"}]
    given = argparse.Namespace(blocks=[4], scenes=["wall", "slope"], contacts=["penalty"], threads=[1], start="settled")
    monkeypatch.setattr(sweep, "cell", measure)
    result = sweep.sweep(given, known, tmp_path / "measured.json")
    assert asked == [("slope", "penalty", 4, 1)]
    assert [one.get("seconds") for one in result["results"]] == [7.0, None]
    assert json.loads((tmp_path / "measured.json").read_text()) == result


def cell(**changes):
    usual = {
        "scene": "wall",
        "contact": "penalty",
        "wanted": 1000,
        "blocks": 1008,
        "threads": 1,
        "failed": None,
        "others": 0.0,
        "block_steps_per_second": 50_000.0,
        "us_per_block_step": 20.0,
        "ms_per_step": 20.16,
        "open_close_per_step": 1.5,
        "solver_iterations_per_step": 12.0,
        "closed_per_block": 5.0,
        "memory": {"kb_per_block": 3.9},
    }
    return usual | changes


def written(benchmarks, root, results):
    machine = {"processor": "P", "cores": 2, "date": "D", "commit": "C"}
    floor = {"failed": None, "gigaoperations_per_second": 10.0, "gigabytes_per_second": 10.0}
    wall = {"contact": "penalty", "failed": None, "steps": 1000, "seconds": 3.94, "others": 0.0}
    many = {
        "contact": "penalty",
        "failed": None,
        "threads": 2,
        "blocks": 50,
        "alone": 9.0,
        "together": 17.0,
        "ratio": 0.94,
    }
    result = {"machine": machine, "start": "settled", "results": results}
    importlib.import_module("result_tables").write(
        result | {"floor": floor, "wall_second": [wall], "many_runs": [many]}, root
    )


def test_tables(benchmarks, root):
    written(benchmarks, root, [cell(), cell(threads=2, block_steps_per_second=85_000.0, others=0.6)])
    row = "| wall | penalty | 1,008 | 50,000 | 85,000 * | 1.70 | 20.16 | 1.5 | 12.0 | 3.9 | 8,200 (1,006 blocks) |"
    assert row in table(root, PAGES[1], "measured")
    assert "other processes were at work" in table(root, PAGES[1], "measured")
    assert "| Harmony, penalty | 3.9 |" in table(root, PAGES[1], "wall")
    assert "| penalty | 2 x 50 | 9 | 17 | 0.94 |" in table(root, PAGES[1], "many")
    # 3,350 operations and 6,016 bytes at 10 G/s each
    assert "| wall | penalty | 5.0 | 3,350 | 6,016 | 0.60 | 20.00 | 33 |" in table(root, PAGES[0], "measured")
    assert "| Gauss-Seidel sweep | sweep | 570 | 2,336 |" in table(root, PAGES[0], "counted")


def test_a_failed_cell_is_told_and_not_drawn(benchmarks, root):
    failed = {"scene": "wall", "contact": "penalty", "wanted": 10_000, "blocks": 10_000, "threads": 1}
    failed |= {"failed": "not done after 270 s"}
    written(benchmarks, root, [cell(), failed])
    shown = table(root, PAGES[1], "measured")
    assert "- wall, penalty, 10,000 blocks, one thread: not done after 270 s" in shown
    assert "| wall | penalty | 10,000 | - |" in shown
    importlib.import_module("scaling_plot").draw([failed, cell(scene="slope")], root / "plot.png")
    assert (root / "plot.png").exists()


def test_a_cell_that_takes_too_long_is_given_up(benchmarks, monkeypatch):
    sweep = importlib.import_module("sweep")
    monkeypatch.setattr(sweep, "GRACE", 0.05)
    monkeypatch.setattr(sweep, "PATIENCE", 0.0)
    assert sweep.command("floor", 1.0)["failed"] == "not done after 0.05 s"
    monkeypatch.setattr(sweep, "GRACE", 60.0)
    assert "unrecognized arguments" in sweep.command("floor", 1.0, "--nonsense")["failed"]
