"""Blocks of which each rank has a slab: the file, and the same steps as on one rank."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dda
from dda import _core
from dda.parallel import Slabs, cut

TOLERANCE = 1e-9
"""Of the largest value: two solvers with a residual of 1e-12 differ by less, times the condition of the contacts."""

HERE = Path(__file__).parent


def bricks(push: float = 0.3) -> dda.Model:
    """Two courses of five bricks on a fixed base, two of them bolted together."""
    model = dda.Model()
    model.joint = dda.Joint(friction=30.0)
    rock = dda.Material(density=2600.0, young=5e9, poisson=0.25)
    model.add_block([(-1, -1), (-1, 0), (7, 0), (7, -1)], rock, fixed=True)
    for j in range(2):
        for i in range(5):
            x, y = i + 0.5 * j, float(j)
            polygon = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]
            model.add_block(polygon, rock, velocity=(push, 0, 0), group=f"course {j}")
    model.add_bolt(2, (1.5, 0.5), 7, (2.0, 1.5), stiffness=1e7, pretension=1e4)
    return model


def mpirun(ranks: int, *command: str) -> Any:
    """What rank 0 printed."""
    launcher = Path(sys.executable).parent / "mpirun"  # of the wheel mpich
    # Ranks that share cores must give way to each other.
    environment = os.environ | {"OMP_NUM_THREADS": "1", "MPIR_CVAR_ENABLE_HEAVY_YIELD": "1"}
    words = [str(launcher), "-n", str(ranks), sys.executable, *command]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("ranks", [1, 3])
def test_steps_are_those_of_one_rank_also_after_blocks_changed_hands(ranks: int, tmp_path: Path) -> None:
    found = mpirun(ranks, str(HERE / "compare_slabs.py"), "1", str(tmp_path), "wall", "loaded")
    assert len(found) == 6
    for scene, got in found.items():
        assert max(got[name] for name in ("displacements", "velocities", "energy", "centroids")) <= TOLERANCE, scene
        assert got["time"] == 0.0
        assert sum(got["owned"]) == 31, scene
        assert min(got["owned"]) > 0
        assert (max(got["ghosts"]) > 0) == (ranks > 1)


def test_the_file_holds_every_block_once_in_the_order_of_the_curve(tmp_path: Path) -> None:
    model = bricks()
    slabs = Slabs.open(cut(model, tmp_path / "blocks.h5"))
    numbers, centre = slabs.read(np.arange(slabs.count), "number", "centre")
    np.testing.assert_array_equal(np.sort(numbers), np.arange(len(model.blocks)))
    np.testing.assert_allclose(centre, dda.Simulation(model).centroids[numbers], atol=1e-12)
    data, ids = slabs.data(np.array([3, 4, 8, 9]))
    np.testing.assert_array_equal(ids, np.sort(numbers[[3, 4, 8, 9]]))
    for block, i in zip(data.blocks, ids, strict=True):
        np.testing.assert_array_equal(block.vertices, model.blocks[i].vertices[model.blocks[i].order])
    assert [bolt.pretension for bolt in data.bolts] == [bolt.pretension for bolt in model.bolts]


def test_a_model_that_is_there_already_is_not_written_again(tmp_path: Path) -> None:
    path = cut(bricks(), tmp_path / "blocks.h5")
    before = path.stat().st_ino, path.stat().st_mtime_ns
    cut(bricks(), path)
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == before
    cut(bricks(push=0.2), path)
    assert path.stat().st_ino != before[0]


def test_what_is_no_file_of_slabs_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "blocks.h5"
    path.write_text("not HDF5")
    with pytest.raises(dda.InputError, match=r"(?s)not a file of slabs.*dda\.parallel\.cut"):
        Slabs.open(path)


def test_boxes_near_others_are_those_that_overlap_when_widened() -> None:
    rng = np.random.default_rng(8)
    low = rng.random((300, 2)) * (20.0, 5.0)
    boxes = np.hstack([low, low + rng.random((300, 2))])
    boxes[7] = (-1.0, -1.0, 0.0, 6.0)
    own, others, margin = boxes[:40], boxes[40:], 0.2
    apart = np.maximum(own[:, None, :2] - others[None, :, 2:], others[None, :, :2] - own[:, None, 2:]).max(axis=2)
    near = np.array(_core.near_any(own, others, margin, 1.0))
    assert near.dtype == bool
    np.testing.assert_array_equal(near, (apart <= margin).any(axis=0))
    assert 0 < near.sum() < len(others)


def test_each_rank_has_its_share_and_ghosts() -> None:
    benchmark = Path(__file__).parents[3] / "benchmarks/ranks_memory.py"
    command = [sys.executable, str(benchmark), "--blocks", "900", "--ranks", "1", "2", "--steps", "0"]
    one, two = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=120).stdout)["runs"]
    assert one["blocks"] == two["blocks"]
    assert two["balance"] <= 1.1
    assert all(0 < rank["ghosts"] < 0.5 * rank["owned"] for rank in two["ranks"])
