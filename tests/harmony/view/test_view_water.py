"""Water on pictures: where it stands at which time, and that it is drawn and named."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import dda
import harmony
from harmony.run import Run
from harmony.view import style
from harmony.view.marks import KEY_WIDTH
from harmony.view.picture import Picture
from harmony.view.survey import survey
from harmony.view.water import FreeWater, water_areas

BOX = (0.0, -5.0, 10.0)  # left, bottom, right [m]

DAM: dict[str, Any] = {
    "name": "pool",
    "geometry": {"column": {"n": 1, "base_margin": 4.0}},
    "materials": {"rock": {"density": 2600, "young": 5e9, "poisson": 0.25}},
    "joints": {"default": {"friction": 30}},
    "time": {"end": 0.01, "step": 1e-3},
    "output": {"every": 0.01},
    "water": {"level": 0.5},
}


def area(polygons: list[np.ndarray]) -> float:
    x, y = np.vstack([np.zeros((0, 2)), *polygons]).T
    return float(np.abs((x * np.roll(y, -1) - np.roll(x, -1) * y).sum()) / 2)


@pytest.mark.parametrize(
    ("level", "time", "expected"),
    [
        (dda.WaterLevel(2.0), 0.0, 70.0),
        (dda.WaterLevel([(0.0, 2.0), (10.0, 4.0)]), 5.0, 80.0),
        (dda.WaterLevel([(0.0, 2.0), (10.0, 4.0)]), 99.0, 90.0),
        (dda.WaterLevel(2.0, region=[(8.0, 0.0), (20.0, 0.0), (20.0, 9.0), (8.0, 9.0)]), 0.0, 4.0),
        (dda.WaterLevel(2.0, region=[(8.0, 3.0), (20.0, 3.0), (20.0, 9.0), (8.0, 9.0)]), 0.0, 0.0),
        (dda.WaterLevel(-6.0), 0.0, 0.0),
    ],
)
def test_where_water_stands(level: dda.WaterLevel, time: float, expected: float) -> None:
    assert area(water_areas(level, time, BOX)) == pytest.approx(expected)


def has(path: Path, color: str) -> bool:
    pixels = np.asarray(Image.open(path).convert("RGB")).reshape(-1, 3)
    wanted = [int(color[k : k + 2], 16) for k in (1, 3, 5)]
    return bool((pixels == wanted).all(axis=1).any())


@pytest.mark.parametrize("wet", [True, False])
def test_a_picture_shows_the_water_of_its_case(tmp_path: Path, wet: bool) -> None:
    from harmony.view import render

    given = DAM if wet else {key: value for key, value in DAM.items() if key != "water"}
    harmony.solve(harmony.Case.from_dict(given, tmp_path), out=tmp_path / "run")
    run = Run.read(tmp_path / "run")
    water = FreeWater.of(run)
    assert bool(water) is wet
    assert area(water.areas(0.01, BOX)) == pytest.approx(55.0 if wet else 0.0)
    path = render(run, tmp_path / "a.png")
    assert path is not None
    assert has(path, style.WATER) is wet


def test_each_stage_has_its_own_water(tmp_path: Path) -> None:
    stages = [
        {"name": "settle", "analysis": "static"},
        {"name": "drained", "end": 0.01, "water": None},
        {"name": "flooded", "end": 0.02, "water": {"level": 2.0}},
        {"name": "as the case", "end": 0.03},
    ]
    run = harmony.solve(harmony.Case.from_dict(DAM | {"stages": stages, "expected": []}, tmp_path))
    water = FreeWater.of(run)
    assert water
    heights = [area(water.areas(time, BOX)) / 10 - 5 for time in (0.0, 0.01, 0.011, 0.02, 0.021, 0.03)]  # above y = 0
    assert heights == pytest.approx([-5, -5, 2, 2, 0.5, 0.5])
    still = harmony.Case.from_dict(DAM | {"time": {"analysis": "static"}}, tmp_path)
    assert area(FreeWater.of(harmony.solve(still)).areas(0.0, BOX)) == pytest.approx(55)


def test_a_run_without_its_case_has_no_water(run: Run, folder: Path) -> None:
    assert not FreeWater.of(run)
    assert FreeWater.of(Run.read(folder)).areas(1.0, BOX) == []


@pytest.mark.parametrize("water", [FreeWater(), FreeWater.always(dda.WaterLevel(0.5))])
def test_a_wide_picture_has_a_key(run: Run, water: Any) -> None:
    look = survey(run.fields)
    wide = Picture("slope", look, water=water, largest=(KEY_WIDTH + 1, 40.0))
    (key,) = wide.figure.legends
    assert [text.get_text() for text in key.get_texts()] == ["fixed", *(["water"] if water else []), "at the start"]
    wide.pixels()  # draws, so that places are known
    box, (width, height) = key.get_window_extent(), wide.figure.get_size_inches() * wide.figure.dpi
    assert box.x0 > 0
    assert box.x1 < width
    assert 0 < box.y0 < box.y1 < wide.figure.axes[0].get_window_extent().y0 < height


def test_a_narrow_picture_has_none(run: Run) -> None:
    assert Picture("slope", survey(run.fields), largest=(KEY_WIDTH - 0.5, 40.0)).figure.legends == []
