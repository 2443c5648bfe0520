"""`fields.vtkhdf`: what is written comes back, by ours and by VTK's reader."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dda.errors import InputError
from harmony.output.fields import Fields, FieldsWriter, Frame
from harmony.output.frame import principal
from harmony.output.slabs import FIRST_STEPS

TIMES = np.arange(3 * FIRST_STEPS) * 0.1  # more than the file first has room for


@pytest.fixture
def written(tmp_path: Path, motion: Any) -> Path:
    with FieldsWriter(tmp_path / "fields.vtkhdf") as writer:
        for t in TIMES:
            writer.write(t, motion.at(t))
    return tmp_path / "fields.vtkhdf"


@pytest.mark.parametrize("i", [0, 1, FIRST_STEPS, len(TIMES) - 1])
def test_a_frame_comes_back(written: Path, motion: Any, i: int) -> None:
    frame, expected = Fields.read(written).frame(i), Frame.of(TIMES[i], motion.at(TIMES[i]))
    assert frame.time == TIMES[i]
    assert np.array_equal(frame.points, expected.points)
    assert np.array_equal(frame.offsets, expected.offsets)
    for name, values in expected.cell_data.items():
        assert np.array_equal(frame.cell_data[name], values.astype(np.float32)), name
    assert np.array_equal(frame.point_data["slip"], expected.point_data["slip"].astype(np.float32))
    assert np.array_equal(frame.contacts, expected.contacts)
    assert frame.cell_data["fixed"].tolist() == [1, 0, 0]
    assert len(frame.polygons) == 3


def test_groups_and_blocks_are_named(written: Path) -> None:
    fields = Fields.read(written)
    assert [fields.topology.groups[k] for k in fields.frame(0).cell_data["group"]] == ["base", "", "rock"]
    assert fields.frame(0).cell_data["block"].tolist() == [0, 1, 2]


def test_one_field_over_all_frames(written: Path) -> None:
    displacement = Fields.read(written).cell_data("displacement")
    assert displacement.shape == (len(TIMES), 3, 2)
    assert np.allclose(displacement[:, 1], np.column_stack([1.5 * TIMES, TIMES**2]), rtol=1e-6)


@pytest.mark.parametrize("closed", [True, False])
def test_vtk_reads_every_kind_of_step(tmp_path: Path, motion: Any, closed: bool) -> None:
    """The file is read as it is left by `close`, and as a running or killed process leaves it."""
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkCommonExecutionModel import vtkStreamingDemandDrivenPipeline
    from vtkmodules.vtkIOHDF import vtkHDFReader

    path = tmp_path / "fields.vtkhdf"
    writer = FieldsWriter(path)
    for t in TIMES[:-3]:
        writer.write(t, motion.at(t))
    if closed:
        writer.close()
    reader = vtkHDFReader()
    reader.SetFileName(str(path))
    reader.UpdateInformation()
    steps = reader.GetOutputInformation(0).Get(vtkStreamingDemandDrivenPipeline.TIME_STEPS())
    assert np.array_equal(steps, TIMES[:-3])
    for i in (0, 7, FIRST_STEPS, len(steps) - 1):
        reader.SetStep(i)
        reader.Update()
        data, expected = reader.GetOutput(), Frame.of(TIMES[i], motion.at(TIMES[i]))
        points = vtk_to_numpy(data.GetPoints().GetData())
        assert np.array_equal(points, np.column_stack([expected.points, np.zeros(13)]))
        assert [data.GetCell(k).GetNumberOfPoints() for k in range(3)] == [4, 4, 5]
        assert data.GetNumberOfPolys() == data.GetNumberOfCells() == 3
        for name in ("displacement", "velocity"):
            values = vtk_to_numpy(data.GetCellData().GetArray(name))
            assert np.array_equal(values[:, :2], expected.cell_data[name].astype(np.float32))
        for name in ("speed", "rotation", "stress_xx", "stress_yy", "stress_xy", "principal_max", "principal_min"):
            values = vtk_to_numpy(data.GetCellData().GetArray(name))
            assert np.array_equal(values, expected.cell_data[name].astype(np.float32))
        assert vtk_to_numpy(data.GetCellData().GetArray("fixed")).tolist() == [1, 0, 0]
        slip = vtk_to_numpy(data.GetPointData().GetArray("slip"))
        assert np.array_equal(slip, expected.point_data["slip"].astype(np.float32))
    writer.close()


def test_closing_gives_unused_room_back(tmp_path: Path, motion: Any) -> None:
    path = tmp_path / "fields.vtkhdf"
    writer = FieldsWriter(path)
    writer.write(0.0, motion.at(0.0))
    roomy = path.stat().st_size
    writer.close()
    assert path.stat().st_size < roomy / 2
    assert [entry.name for entry in tmp_path.iterdir()] == ["fields.vtkhdf"]


def test_principal_stresses() -> None:
    largest, smallest = principal(np.array([(-3e5, 1e5, 0.0), (0.0, 0.0, 2e5), (-1.0, -1.0, 0.0)]))
    assert np.allclose(largest, [1e5, 2e5, -1.0])
    assert np.allclose(smallest, [-3e5, -2e5, -1.0])


def test_a_frame_out_of_range_says_which_exist(written: Path) -> None:
    with pytest.raises(InputError, match=r"frame 48 does not exist, the run has 48. Give 0 to 47"):
        Fields.read(written).frame(48)
    assert Fields.read(written).frame(-1).time == TIMES[-1]


def test_the_nearest_frame(written: Path) -> None:
    assert Fields.read(written).nearest(1.04) == 10


@pytest.mark.parametrize("content", [None, b"not HDF5"])
def test_what_is_no_fields_file_is_bad_input(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "fields.vtkhdf"
    if content:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"fields\.vtkhdf"):
        Fields.read(path)


def test_another_hdf5_file_is_bad_input(tmp_path: Path) -> None:
    import h5py

    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["x"] = [1.0]
    with pytest.raises(InputError, match="not a fields file"):
        Fields.read(tmp_path / "other.h5")


def test_fields_of_an_earlier_version_are_told_as_such(written: Path) -> None:
    import h5py

    with h5py.File(written, "r+") as file:
        del file["contacts/vertex"]
    with pytest.raises(InputError, match=r"not a fields file of harmony.*Run `harmony solve` again"):
        Fields.read(written)
