"""The meshes of the window (drawing them needs a graphics driver)."""

from typing import Any
from unittest.mock import MagicMock

import numpy as np
import pytest

import dda
from harmony.run import Run
from harmony.view import style
from harmony.view.survey import survey
from harmony.view.water import FreeWater
from harmony.view.window import BOTTOM, LEFT, RIGHT, TOP, Window, _edges, _faces, framing


def test_faces_and_edges_are_the_blocks(run: Run) -> None:
    frame = run.fields.frame(1)
    faces, edges = _faces(frame, np.array([1, 2, 3])), _edges(frame)
    assert faces.n_cells == 3
    assert np.allclose(faces.compute_cell_sizes()["Area"], 1.0)
    assert edges.n_cells == 4
    assert np.allclose(edges.compute_cell_sizes()["Length"], [106.0, 4.0, 4.0, 4.0])
    assert edges.points[:, 2].min() > faces.points[:, 2].max()


@pytest.mark.parametrize("limits", [(0.0, 10.0, -5.0, 30.0), (-700.0, 1800.0, -200.0, 600.0)])
def test_the_whole_model_is_in_view_beside_texts_and_bars(limits: tuple[float, float, float, float]) -> None:
    aspect = 1.6
    x, y, height = framing(limits, aspect)
    low, bottom = x - 0.5 * aspect * height, y - 0.5 * height
    across = [(limits[k] - low) / (aspect * height) for k in (0, 1)]  # parts of the window's width
    up = [(limits[k] - bottom) / height for k in (2, 3)]
    rooms = [across[0] - LEFT, 1 - RIGHT - across[1], up[0] - BOTTOM, 1 - TOP - up[1]]
    assert min(rooms) == pytest.approx(0, abs=1e-12)  # it just fits
    assert rooms[0] == pytest.approx(rooms[1])
    assert rooms[2] == pytest.approx(rooms[3])


@pytest.fixture
def plotter(monkeypatch: pytest.MonkeyPatch) -> MagicMock:
    """What stands for the plotter of pyvista, which needs a graphics driver."""
    made = MagicMock()
    monkeypatch.setattr("pyvista.Plotter", MagicMock(return_value=made))
    return made


def drawn(plotter: MagicMock) -> dict[str, Any]:
    """Name -> the mesh that was drawn last under it."""
    return {call.kwargs["name"]: call.args[0] for call in plotter.add_mesh.call_args_list}


def test_the_water_stands_behind_the_blocks_at_its_level_of_each_frame(run: Run, plotter: MagicMock) -> None:
    level = dda.WaterLevel([(0.0, 0.5), (1.0, 0.7), (2.0, -9.0)])
    window = Window("slope", run.fields, survey(run.fields), "speed", water=FreeWater.always(level))
    for frame, top in ((0, 0.5), (1, 0.7)):
        window.show(frame)
        meshes = drawn(plotter)
        assert np.allclose(np.array(meshes["water"].bounds)[:4], (-20.0, 30.0, -3.0, top))
        assert meshes["water"].points[:, 2].max() < meshes["fixed"].points[:, 2].min()
    plotter.add_mesh.reset_mock()
    window.show(2)  # the level has sunk below the model
    plotter.remove_actor.assert_any_call("water")
    assert "water" not in drawn(plotter)
    assert any("light blue: water" in str(call.args) for call in plotter.add_text.call_args_list)


@pytest.mark.parametrize("color", ["speed", "contacts"])
def test_a_window_has_a_scale_bar_and_says_what_colours_mean(run: Run, plotter: MagicMock, color: str) -> None:
    Window("slope", run.fields, survey(run.fields), color)
    ends, name = drawn(plotter)["scale bar"].points, plotter.add_point_labels.call_args.args[1]
    assert [f"{np.ptp(ends[:, 0]):g} m"] == name
    named = [list(entry) for call in plotter.add_legend.call_args_list for entry in call.args[0]]
    assert named == ([list(state) for state in style.CONTACT_STATES.values()] if color == "contacts" else [])
    assert not any("water" in str(call.args) for call in plotter.add_text.call_args_list)
