"""The jointed slope: beds, cross joints and face where the numbers say, at any size."""

import numpy as np
import pytest

from dda.simplex import moments
from harmony.geometry.generators import JointedSlope


@pytest.mark.parametrize("staggered", [False, True])
@pytest.mark.parametrize("dip", [0.0, 20.0, 33.0])
def test_blocks_are_sound_and_most_are_whole_bricks(staggered, dip, sound, faces_agree):
    base, *blocks = made = JointedSlope(bed_dip=dip, staggered=staggered, depth=12).blocks()
    sound(made)
    faces_agree(made)
    assert base.fixed
    assert base.group == "base"
    assert {b.group for b in blocks} == {"moving"}
    area = np.array([moments(b.vertices).area for b in blocks])
    assert np.isclose(area, 0.5).mean() > 0.5
    corners = np.vstack([b.vertices for b in blocks])
    assert corners[:, 1].max() == pytest.approx(10)
    face = corners @ np.array([np.sin(np.radians(60)), np.cos(np.radians(60))])
    assert face.max() == pytest.approx(0, abs=1e-9)
    normal = np.array([np.sin(np.radians(dip)), np.cos(np.radians(dip))])
    for b in blocks:
        n = len(b.vertices)
        beds = [b.vertices[[k, (k + 1) % n]] @ normal for k in range(n) if b.edge_joints[k] == "bedding"]
        np.testing.assert_allclose(np.array(beds) / 0.5, np.round(np.array(beds) / 0.5), atol=1e-9)


@pytest.mark.parametrize(("height", "blocks"), [(8, 105), (18, 494), (26, 1016)])
def test_height_sets_the_number_of_blocks(height, blocks):
    assert len(JointedSlope(height=height).blocks()) == pytest.approx(blocks, rel=0.12)


def test_thin_blocks_join_their_neighbours():
    fine, coarse = (JointedSlope(sliver=s).blocks() for s in (1e-6, 0.12))
    assert len(coarse) < len(fine)
    area = [sum(moments(b.vertices).area for b in made) for made in (fine, coarse)]
    assert area[0] == pytest.approx(area[1], rel=1e-12)


@pytest.mark.parametrize(
    ("numbers", "words"),
    [({"bed_dip": 60.0}, "steeper than the face"), ({"depth": 60.0}, "back plane"), ({"depth": 1.0}, "back plane")],
)
def test_a_slope_that_cannot_be_is_refused(numbers, words):
    with pytest.raises(ValueError, match=words):
        JointedSlope(**numbers)
