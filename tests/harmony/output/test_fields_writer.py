"""The writer through restarts, kills and full disks: what was whole stays whole."""

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harmony.output import slabs
from harmony.output.fields import Fields, FieldsWriter


def write(path: Path, motion: Any, times: np.ndarray, **options: Any) -> None:
    with FieldsWriter(path, **options) as writer:
        for t in times:
            writer.write(t, motion.at(t))


def test_a_restart_replaces_what_came_later(tmp_path: Path, motion: Any) -> None:
    path = tmp_path / "f"
    write(path, motion, np.arange(20) * 0.1)
    write(path, motion, np.arange(13, 40) * 0.1, append=True)
    fields = Fields.read(path)
    assert np.allclose(fields.times, np.arange(40) * 0.1)
    for i in (5, 12, 13, 39):
        frame = fields.frame(i)
        assert frame.points[4, 0] == pytest.approx(1 + 1.5 * frame.time)
        assert len(frame.contacts) == i % 4
        assert np.allclose(frame.contacts["x"], frame.time)


def test_truncating_drops_later_frames_and_keeps_the_first(tmp_path: Path, motion: Any) -> None:
    path = tmp_path / "f"
    write(path, motion, np.arange(10) * 0.1)
    with FieldsWriter(path, append=True) as writer:
        writer.truncate(0.45)
        assert np.allclose(Fields.read(path).times, np.arange(5) * 0.1)
        writer.truncate(-1.0)
    assert Fields.read(path).times.tolist() == [0.0]


def test_a_frame_at_the_same_time_replaces(tmp_path: Path, motion: Any) -> None:
    path = tmp_path / "f"
    with FieldsWriter(path) as writer:
        writer.write(0.0, motion.at(0.0))
        writer.write(0.0, motion.at(1.0))  # settled
        writer.write(0.5, motion.at(2.0))
        writer.write(0.5 + 1e-12, motion.at(3.0))
    fields = Fields.read(path)
    assert len(fields) == 2
    assert fields.frame(0).points[4, 0] == 2.5
    assert fields.frame(1).points[4, 0] == 5.5


def test_appending_without_a_file_begins_one(tmp_path: Path, motion: Any) -> None:
    write(tmp_path / "f", motion, np.array([0.0, 1.0]), append=True)
    assert Fields.read(tmp_path / "f").times.tolist() == [0.0, 1.0]


def test_without_append_the_old_file_stays_until_the_first_frame(tmp_path: Path, motion: Any) -> None:
    path = tmp_path / "f"
    write(path, motion, np.array([0.0, 1.0]))
    writer = FieldsWriter(path)
    assert len(Fields.read(path)) == 2
    writer.write(0.0, motion.at(0.0))
    assert len(Fields.read(path)) == 1
    writer.close()


def test_another_geometry_is_refused(tmp_path: Path, motion: Any) -> None:
    with FieldsWriter(tmp_path / "f") as writer:
        writer.write(0.0, motion.at(0.0))
        state = motion.at(1.0)
        state.all_vertices = (state.all_vertices[0], np.array([0, 5, 8, 13]))
        with pytest.raises(ValueError, match="One file holds one geometry"):
            writer.write(1.0, state)


@pytest.mark.parametrize("room", [0, 100, 700])
def test_a_disk_that_is_full_leaves_the_frames_before(
    tmp_path: Path, motion: Any, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    """The write breaks off after `room` bytes of a frame; with space again the writer goes on."""
    path = tmp_path / "f"
    writer = FieldsWriter(path)
    for k in range(5):
        writer.write(k * 0.1, motion.at(k * 0.1))
    left = [room]

    def scarce(raw: int, data: Any, at: int) -> int:
        if left[0] == 0:
            raise OSError(28, "No space left on device")
        part = min(left[0], len(data))
        left[0] -= part
        return pwrite(raw, data[:part], at)

    pwrite = os.pwrite
    monkeypatch.setattr(slabs.os, "pwrite", scarce)
    with pytest.raises(OSError, match="No space left"):
        writer.write(0.5, motion.at(0.5))
    assert np.allclose(Fields.read(path).times, np.arange(5) * 0.1)
    monkeypatch.setattr(slabs.os, "pwrite", pwrite)
    writer.write(0.6, motion.at(0.6))
    writer.close()
    fields = Fields.read(path)
    assert np.allclose(fields.times, [0.0, 0.1, 0.2, 0.3, 0.4, 0.6])
    assert fields.frame(-1).points[4, 0] == pytest.approx(1.9)


def test_no_room_to_grow_leaves_the_file_and_no_litter(tmp_path: Path, motion: Any) -> None:
    path = tmp_path / "f"
    writer = FieldsWriter(path)
    for k in range(slabs.FIRST_STEPS):
        writer.write(k * 0.1, motion.at(k * 0.1))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 100, limits[1]))  # as a quota would
    try:
        with pytest.raises(OSError, match=r"File too large: .*f'"):
            writer.write(10.0, motion.at(10.0))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert [entry.name for entry in tmp_path.iterdir()] == ["f"]
    assert len(Fields.read(path)) == slabs.FIRST_STEPS
    writer.close()


WRITER = """
import importlib.util, pathlib, sys
spec = importlib.util.spec_from_file_location("motion", sys.argv[2])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
from harmony.output.fields import FieldsWriter
writer, motion, k = FieldsWriter(sys.argv[1]), module.Motion(), 0
while True:
    writer.write(k * 0.1, motion.at(k * 0.1))
    k += 1
    print(k, flush=True)
"""


@pytest.mark.parametrize("frames", [1, 40, 150])
def test_a_killed_writer_leaves_a_readable_file(tmp_path: Path, frames: int) -> None:
    """Killed without warning at some moment after `frames` frames, wherever it happens to be."""
    path = tmp_path / "fields.vtkhdf"
    command = [sys.executable, "-c", WRITER, str(path), str(Path(__file__).with_name("conftest.py"))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = 0
        while told < frames:
            told = int(process.stdout.readline())
        time.sleep(0.003)  # into the middle of something
        process.send_signal(signal.SIGKILL)
        told = max([told, *(int(line) for line in process.stdout.read().split())])
    fields = Fields.read(path)
    assert len(fields) >= told
    assert np.allclose(fields.times, np.arange(len(fields)) * 0.1)
    for frame in fields:
        assert frame.points[4, 0] == pytest.approx(1 + 1.5 * frame.time)
        assert len(frame.contacts) == round(10 * frame.time) % 4
