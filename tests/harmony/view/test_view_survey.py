"""What is in view, and how far colours reach."""

import numpy as np
import pytest

from harmony.run import Run
from harmony.view.layout import SCREEN, SMALLEST, arrange
from harmony.view.outline import outline
from harmony.view.scale import Scale
from harmony.view.survey import survey


def test_a_block_that_falls_away_does_not_shrink_the_rest(run: Run) -> None:
    xmin, xmax, ymin, ymax = survey(run.fields).limits
    assert ymin > -60.0  # the block is at -2000 m in the end; the model is 50 m wide
    assert xmin < 0.0
    assert xmax > 3.0
    assert ymax > 2.0


def test_of_a_long_base_only_the_part_near_the_blocks_is_seen() -> None:
    from harmony.memory_fields import MemoryFields
    from harmony.output.frame import CONTACT_TYPE, Frame

    points = np.array([(-1e3, -1.0), (1e3, -1.0), (1e3, 0.0), (-1e3, 0.0), (0.0, 0.0), (1.0, 0.0), (0.0, 1.0)])
    names = ("speed", "principal_min")
    cells = {name: np.zeros(2) for name in names} | {"displacement": np.zeros((2, 2)), "fixed": np.array([1, 0])}
    frame = Frame(0.0, points, np.array([0, 4, 7]), cells, {}, np.zeros(0, CONTACT_TYPE))
    limits = survey(MemoryFields(None, [frame])).limits  # type: ignore[arg-type]
    assert -1.0 < limits[0] < 0.0
    assert 1.0 < limits[1] < 2.0


def test_scales_are_round_and_cover_the_run(run: Run) -> None:
    stress = Scale.of("stress", survey(run.fields))
    assert stress.label == "largest compression [MPa]"
    assert stress.limits == (-2.0, 0.0)
    assert np.array_equal(stress.values(run.fields.frame(0))[1:], [-2.0, -2.0, -2.0])


@pytest.mark.parametrize(("side", "end"), [(0.05, 3.0), (0.2, 90.0)])
def test_a_chip_that_flies_does_not_take_the_colours_of_the_rest(side: float, end: float) -> None:
    """Ten blocks of 1 m2 at up to 3 m/s, one of side^2 at 90 m/s: up to 1 % of the area may pass the scale."""
    from harmony.memory_fields import MemoryFields
    from harmony.output.frame import CONTACT_TYPE, Frame

    square = np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
    points = np.concatenate(
        [*(square + np.array((k, 0.0)) for k in range(10)), 2 * side * square + np.array((3.0, 5.0))]
    )
    speed = np.array([*np.linspace(1.0, 3.0, 10), 90.0])
    cells = {"speed": speed, "principal_min": np.zeros(11), "displacement": np.zeros((11, 2)), "fixed": np.zeros(11)}
    frame = Frame(0.0, points, np.arange(12) * 4, cells, {}, np.zeros(0, CONTACT_TYPE))
    look = survey(MemoryFields(None, [frame]))  # type: ignore[arg-type]
    assert look.largest["speed"] == end
    assert ("speed" in look.exceeded) is (end < 90.0)


def test_nothing_that_moves_still_has_a_scale(run: Run) -> None:
    look = survey(run.fields)
    look.largest["speed"] = 0.0
    assert Scale.of("speed", look).limits == (0.0, 1.0)


@pytest.mark.parametrize(("width", "height"), [(1700.0, 600.0), (1.0, 25.0), (100.0, 0.5), (3.0, 3.0)])
def test_views_keep_proportions_and_fit_a_screen(width: float, height: float) -> None:
    layout = arrange((0.0, width, 0.0, height))
    _, _, wide, high = layout.axes
    assert SMALLEST - 0.02 <= wide <= SCREEN[0] + 0.02
    assert SMALLEST - 0.02 <= high <= SCREEN[1] + 0.02
    xmin, xmax, ymin, ymax = layout.limits
    assert (xmax - xmin) / (ymax - ymin) == pytest.approx(wide / high)
    assert xmin <= 0.0 < width <= xmax + 1e-9
    assert ymin <= 0.0 < height <= ymax + 1e-9
    assert all(round(side * layout.dpi) % 2 == 0 for side in layout.size)


def test_a_picture_has_the_pixels_asked_for() -> None:
    layout = arrange((0.0, 10.0, 0.0, 1.0), (801, 401))
    assert [round(side * layout.dpi) for side in layout.size] == [801, 401]


def test_the_outline_takes_touching_blocks_as_one(run: Run) -> None:
    rings = outline(run.fields.frame(0))
    assert len(rings) == 2  # two squares on each other; one apart
    boxes = sorted((ring.min(axis=0).round(3).tolist(), ring.max(axis=0).round(3).tolist()) for ring in rings)
    assert boxes == [([0.0, 0.0], [1.0, 2.0]), ([1.5, 0.0], [2.5, 1.0])]
