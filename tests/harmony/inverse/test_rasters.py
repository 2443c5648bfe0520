"""Maps as readings: pixels on blocks, what they are worth together, what is masked by name, what is refused."""

from pathlib import Path

import numpy as np
import pytest

from dda import InputError
from harmony.inverse.channels import Channels
from harmony.inverse.observations import Observations, read_observations
from harmony.inverse.outlines import Outlines
from harmony.inverse.rasters import Grid, pooled, read_grid, worth

L_SHAPE = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 1.0], [1.0, 1.0], [1.0, 4.0], [0.0, 4.0]])
SQUARE = np.array([[2.0, 2.0], [4.0, 2.0], [4.0, 4.0], [2.0, 4.0]])
TWO = Outlines(np.concatenate([L_SHAPE, SQUARE]), np.array([0, 6, 10]))
NAME = "field.displacement.x"
KNOWN = [f"{NAME}#0", f"{NAME}#1"]


def picture(error: float = 0.1, correlation: float = 0.0, size: float = 0.25) -> dict[str, object]:
    """The L moved by 1 m, the square by 2 m; 7 m everywhere else."""
    x = np.arange(0.5 * size, 5.0, size)
    X, Y = np.meshgrid(x, x)
    value = np.where((X < 4.0) & (Y < 1.0) | (X < 1.0) & (Y < 4.0), 1.0, 7.0)
    value[(X > 2.0) & (X < 4.0) & (Y > 2.0) & (Y < 4.0)] = 2.0
    return {"quantity": NAME, "value": value, "x": x, "y": x, "error": error, "correlation": correlation}


def test_a_place_belongs_to_the_block_that_holds_it() -> None:
    block, away = TWO.holding(np.array([[3.5, 0.5], [0.5, 3.5], [2.1, 2.1], [1.7, 1.5], [4.01, 3.0], [9.0, 0.5]]))
    assert block.tolist() == [0, 0, 1, -1, 1, -1]
    assert away == pytest.approx([0.0, 0.0, 0.0, 0.5, 0.01, 5.0])


def test_pixels_become_one_reading_a_block() -> None:
    found = pooled(Observations.of([picture()]), TWO, KNOWN)
    assert found.quantity == tuple(KNOWN)
    assert found.value == pytest.approx([1.0, 2.0])
    assert found.error == pytest.approx([0.1 / np.sqrt(7.0 / 0.0625), 0.1 / np.sqrt(4.0 / 0.0625)])
    assert found.place[1] == pytest.approx([3.0, 3.0])
    assert found.notes == (
        f"map of {NAME}: 176 pixels on 2 blocks; masked: 224 on no block, 0 on blocks that are fixed or not observed",
    )


def test_correlated_errors_count_less() -> None:
    """Against the variance of a mean whose errors are correlated as exp(-r / l), on a block that is wide beside l."""
    length, x = 0.15, np.arange(0.05, 6.0, 0.1)
    X, Y = np.meshgrid(x, x[:30])
    places = np.column_stack([X.ravel(), Y.ravel()])
    away = np.linalg.norm(places[:, None] - places[None], axis=2)
    exact = np.sqrt(np.exp(-away / length).mean())
    q = worth(Grid(x, x[:30], np.zeros(X.shape)), length)
    assert 1.0 / np.sqrt(q * len(places)) == pytest.approx(exact, rel=0.1)
    alone = pooled(Observations.of([picture(correlation=50.0)]), TWO, KNOWN)
    assert alone.error == pytest.approx([0.1, 0.1])


def test_what_holds_no_value_is_masked_and_counted() -> None:
    row = picture()
    value = np.array(row["value"])
    value[:4] = np.nan
    found = pooled(Observations.of([row | {"value": value}]), TWO, KNOWN[:1])
    assert found.notes[0] == f"map of {NAME}: 80 of 400 pixels hold no value: masked"
    assert "64 on blocks that are fixed or not observed" in found.notes[1]
    assert found.value == pytest.approx([1.0])
    with pytest.raises(InputError, match="no pixel of the map holds a value"):
        Observations.of([row | {"value": np.full_like(value, np.nan)}])
    with pytest.raises(InputError, match="lies on a block that is observed"):
        pooled(Observations.of([row | {"x": np.array(row["x"]) + 50.0}]), TWO, KNOWN)


def test_a_table_names_a_raster(tmp_path: Path) -> None:
    grid = "ncols 3\nnrows 2\nxllcorner 10\nyllcorner 20\ncellsize 2\nNODATA_value -9999\n1 2 3\n4 -9999 6\n"
    (tmp_path / "map.asc").write_text(grid)
    (tmp_path / "m.csv").write_text(f"time,quantity,value [mm],error [mm],correlation\n,{NAME},map.asc,0.5,1\n")
    found = read_grid(tmp_path / "map.asc")
    assert found.x.tolist() == [11.0, 13.0, 15.0]
    assert found.y.tolist() == [21.0, 23.0]
    read = read_observations(tmp_path / "m.csv")
    assert read.value == pytest.approx([4e-3, 6e-3, 1e-3, 2e-3, 3e-3])
    assert read.place[0] == pytest.approx([11.0, 21.0])
    assert read.error == pytest.approx([5e-4] * 5)
    assert read.worth[0] == pytest.approx(4.0 / (2.0 * np.pi))
    for text, words in (
        (grid.replace("6\n", "\n"), "not as many cells"),
        (grid.replace("ncols 3\n", ""), "no ncols"),
        ("", "no ncols"),
    ):
        (tmp_path / "map.asc").write_text(text)
        with pytest.raises(InputError, match=words):
            read_observations(tmp_path / "m.csv")
    (tmp_path / "map.asc").unlink()
    with pytest.raises(InputError, match=r"map\.asc: cannot be read"):
        read_observations(tmp_path / "m.csv")


CHANNELS = Channels((*KNOWN[1:], "a.speed", "joints.clay.friction"), np.array([0.0, 4.0]), (False, True, True), TWO,
                    ("joints.clay.friction",))  # fmt: skip


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"quantity": NAME, "x": 9.0, "y": 0.5}, r"\(9, 0\.5\) m lies on no block"),
        ({"quantity": NAME, "x": 0.5, "y": 0.5}, "is not known: it is fixed, or was not observed"),
        ({"quantity": NAME}, "no place"),
        ({"quantity": NAME, "x": 3.0, "y": 3.0, "time": 2.0}, "read at 2 s, but a run tells it at its end only"),
        ({"quantity": "a.speed"}, "no time"),
    ],
)
def test_readings_without_a_block_or_a_time_are_refused(row: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match="(?s)" + words + ".*reading 1"):
        CHANNELS.locate(Observations.of([{"value": 1.0, "error": 0.1} | row]))


def test_a_field_at_the_end_and_a_test_without_a_time_are_taken() -> None:
    rows = [{"quantity": NAME, "x": 3.0, "y": 3.0, "time": 4.0}, {"quantity": "joints.clay.friction"}]
    channel, time = CHANNELS.locate(Observations.of([{"value": 1.0, "error": 0.1} | row for row in rows]))
    assert channel.tolist() == [0, 2]
    assert time.tolist() == [4.0, 0.0]
    assert "without a time" in Observations.of([{"value": 1.0, "error": 0.1} | row for row in rows]).until(4.0).notes[0]
