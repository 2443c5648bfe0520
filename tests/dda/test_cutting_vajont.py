"""Section 2 of the Vajont slide (Boon, Houlsby & Utili 2014), cut by its joints: the numbers a real case must keep.

x = north, down-slope [m]; y = height above the seat of the slide [m].
"""

import numpy as np
import pytest

from dda.cutting import Trace, cut
from dda.simplex import moments

SLIDE = np.array([[20.8, 559.0], [696.2, 40.8], [866, 0], [1214.4, 0]])
GROUND = np.array([[20.8, 559.0], [352, 445], [683.1, 230], [920, 230], [1214.4, 0]])
GORGE_AND_BANK = np.array(
    [
        [1215, 0],
        [1215, -200],
        [1218.1, -200],
        [1235.7, 0],
        [1340, 0],
        [1440, 100],
        [1540, 136],
        [1640, 238],
        [1740, 287],
    ]
)
BELOW = np.array([[1740, -250], [0, -250], [0, 566.2]])
BEDROCK = np.vstack([SLIDE, GORGE_AND_BANK, BELOW])
VERTICAL = [*range(30, 320, 40), 352, 380, *range(410, 900, 40), 920, *range(960, 1170, 40)]
HORIZONTAL = [(1100, h, 350) for h in (30, 70, 110, 150, 190)]
BEDDING = [(215, 560, 400), (215, 520, 400), (215, 480, 200), (215, 440, 200), (215, 400, 200)]
AREA, LENGTH = 160_330.0, 1374.0


def through(name, x, y, dip, length):
    """A joint of a length [m] around a point, dipping to the north."""
    half = length / 2 * np.array([np.cos(np.radians(dip)), -np.sin(np.radians(dip))])
    return Trace(name, np.array([x, y]) + np.array([-half, half]))


TRACES = [
    Trace("slide", SLIDE),
    *(through("vertical", x, 200, 90, 2000) for x in VERTICAL),
    *(through("horizontal", x, y, 0, length) for x, y, length in HORIZONTAL),
    *(through("bedding", x, y, 37.5, length) for x, y, length in BEDDING),
]

# The same section said in two ways: the sliding mass beside its bedrock, and one section of which bedrock is a part.
OUTLINES = {
    "mass": np.vstack([GROUND, SLIDE[-2:0:-1]]),
    "section": np.vstack([GROUND, GORGE_AND_BANK, BELOW]),
}


@pytest.fixture(params=OUTLINES)
def cells(request):
    return cut(OUTLINES[request.param], TRACES, fixed_regions={"bedrock": BEDROCK})


def slide_length(cell):
    edges = np.linalg.norm(np.roll(cell.vertices, -1, axis=0) - cell.vertices, axis=1)
    return sum(e for e, name in zip(edges, cell.edge_joints, strict=True) if name == "slide")


def test_areas_add_up(cells):
    mass = moments(OUTLINES["mass"]).area
    assert mass == pytest.approx(AREA, abs=30)
    moving = sum(moments(c.vertices).area for c in cells if not c.fixed)
    assert moving == pytest.approx(mass, rel=1e-12)
    assert moments(cells[0].vertices).area == pytest.approx(moments(BEDROCK).area, rel=1e-12)


def test_bedrock_is_one_fixed_block_and_all_joints_cut_only_the_mass(cells):
    assert [c.region for c in cells if c.fixed] == ["bedrock"]
    assert cells[0].fixed
    assert set(cells[0].edge_joints) == {"slide", ""}
    names = {name for c in cells for name in c.edge_joints}
    assert names == {"slide", "vertical", "horizontal", "bedding", ""}
    # bedrock keeps the corners of its polygon and gets no vertex where a joint meets it
    assert len(cells[0].vertices) == len(BEDROCK)


def test_the_slide_is_named_on_both_faces(cells):
    above, below = sum(slide_length(c) for c in cells if not c.fixed), slide_length(cells[0])
    assert above == pytest.approx(below, rel=1e-12)
    assert above == pytest.approx(LENGTH, abs=0.5)
    for c in cells[1:]:
        middle = (c.vertices + np.roll(c.vertices, -1, axis=0)) / 2
        level = np.interp(middle[:, 0], SLIDE[:, 0], SLIDE[:, 1])
        touching = np.abs(middle[:, 1] - level) < 1e-6
        assert [name == "slide" for name in c.edge_joints] == touching.tolist()


def test_every_block_of_the_mass_is_a_sound_one(cells):
    moving = [c for c in cells if not c.fixed]
    assert len(moving) == 56
    assert min(moments(c.vertices).area for c in moving) > 1.0


def test_joints_that_lie_in_the_air_or_below_the_slide_change_nothing(cells):
    joints = [t for t in TRACES if not (t.name == "bedding" and t.points[:, 1].mean() in (400, 560))]
    assert len(joints) == len(TRACES) - 2
    fewer = cut(OUTLINES["mass"], joints, fixed_regions={"bedrock": BEDROCK})
    assert len(fewer) == len(cells)
