"""Faces as lines with their compression and centres of pressure, each pair once."""

import numpy as np
import pytest

from harmony.run import Run
from harmony.view import render
from harmony.view.survey import survey
from harmony.view.traction_lines import traction_lines


@pytest.mark.parametrize("frame", [0, 1, 2])
def test_faces_with_their_compression_and_centres_of_pressure(run: Run, frame: int) -> None:
    """Block 1 stands on the base with 10 and 30 kN/m at its corners, block 2 on it with 10 kN/m at the left one."""
    t = float(frame)
    lines, compression, centres = traction_lines(run.fields.frame(frame))
    spans = sorted((*np.sort(line[:, 0]), line[0, 1], line[1, 1]) for line in lines)
    assert spans == [(t, t + 1, 0.0, 0.0), (t, t + 1, 1.0, 1.0)]
    assert compression == pytest.approx([4e4, 1e4])
    assert centres == pytest.approx(np.array([(t + 0.75, 0.0), (t, 1.0)]))


def test_the_scale_holds_for_the_whole_run(run: Run) -> None:
    assert survey(run.fields).largest["tractions"] == pytest.approx(4e4)


def test_a_run_read_from_its_file_gives_the_same_faces(run: Run, folder) -> None:  # type: ignore[no-untyped-def]
    read = Run.read(folder).fields.frame(1).face_tractions
    kept = run.fields.frame(1).face_tractions
    assert read.dtype == kept.dtype
    for name in read.dtype.names or ():
        assert read[name] == pytest.approx(kept[name], nan_ok=True), name


def test_without_contacts_there_is_a_picture_too(run: Run, tmp_path) -> None:  # type: ignore[no-untyped-def]
    for frame in run.fields.frames:  # type: ignore[union-attr]
        frame.contacts["state"] = 0
    assert len(traction_lines(run.fields.frame(0))[0]) == 0
    assert render(run, tmp_path / "a.png", color="tractions").exists()  # type: ignore[union-attr]
