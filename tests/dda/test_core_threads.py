"""The same bits for any number of threads: a pile of polygons that fall, hit and slide."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PILE = Path(__file__).with_name("pile.py")
THREADS = (1, 2, 3, 4)


def run(blocks, columns, steps, scheme, threads):
    command = [sys.executable, str(PILE), *map(str, (blocks, columns, steps, scheme, threads))]
    environment = os.environ | {"OMP_WAIT_POLICY": "passive"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# The long run is of a small pile; the large one is cut into several ranges of rows (dda/core/ranges.hpp).
@pytest.mark.parametrize("scheme", ["shi", "conserving"])
@pytest.mark.parametrize(("blocks", "columns", "steps"), [(36, 9, 1000), (800, 400, 20)])
def test_any_number_of_threads_gives_the_same_bits(blocks, columns, steps, scheme):
    first, *others = (run(blocks, columns, steps, scheme, threads) for threads in THREADS)
    # The pile is at work: blocks are in touch, energy is lost and all moves, so that the order of sums would show.
    assert first["seen"]["steps"] == steps
    if scheme == "shi":  # elastic blocks may all be in the air at the last step
        assert first["seen"]["closed"] > 0
    assert first["seen"]["friction"] > 100.0
    assert first["seen"]["speed"] > 1.0
    for other in others:
        assert other == first
