"""What every generator promises: documented numbers in, sound blocks out."""

import math
from itertools import pairwise

import numpy as np
import pytest
from pydantic import ValidationError

from harmony.geometry.generators import GENERATORS

NAMES = sorted(GENERATORS)


@pytest.mark.parametrize("name", NAMES)
def test_every_field_says_its_unit_and_meaning(name):
    for field in GENERATORS[name].model_json_schema()["properties"].values():
        assert field["unit"] in {"m", "deg", "-"}
        assert field["description"].endswith(f"[{field['unit']}]")
        assert len(field["description"]) > 12


@pytest.mark.parametrize("name", NAMES)
def test_defaults_make_sound_blocks_that_touch(name, sound, faces_agree):
    blocks = GENERATORS[name]().blocks()
    sound(blocks)
    assert faces_agree(blocks) >= len(blocks) - 1
    assert {b.group for b in blocks} == {"base", "moving"}
    assert all(b.fixed == (b.group == "base") for b in blocks)
    assert [b.fixed for b in blocks] == sorted((b.fixed for b in blocks), reverse=True)


@pytest.mark.parametrize("name", NAMES)
def test_unknown_keys_and_bad_numbers_are_refused(name):
    with pytest.raises(ValidationError, match="Extra inputs"):
        GENERATORS[name](nonsense=1)
    for field, info in GENERATORS[name].model_fields.items():
        if info.annotation is float:
            for bad in (-1000.0, math.nan, math.inf):
                with pytest.raises(ValidationError):
                    GENERATORS[name](**{field: bad})


@pytest.mark.parametrize(
    ("name", "numbers", "words"),
    [
        ("incline", {"position": 0.1}, "does not stand on the slope"),
        ("arch", {"thickness": 2.0}, "thicker than its radius"),
        ("arch", {"voussoirs": 1}, "one voussoir"),
        ("wall", {"courses": 10_000, "bricks": 10_000}, "too many bricks"),
        ("stepped-slope", {"columns": 30}, "column 17"),
        ("stepped-slope", {"heights": (4.0, -1.0)}, "column 2"),
    ],
)
def test_numbers_that_do_not_fit_together_are_refused(name, numbers, words):
    with pytest.raises(ValidationError, match=words):
        GENERATORS[name](**numbers)


@pytest.mark.parametrize("angle", [0.0, 20.0, 30.0, 60.0])
@pytest.mark.parametrize("pieces", [1, 7])
def test_incline(angle, pieces, sound, faces_agree):
    make = GENERATORS["incline"](angle=angle, width=1.2, height=0.7, base_length=260, position=3, base_pieces=pieces)
    *base, block = make.blocks()
    sound([*base, block])
    assert len(base) == pieces
    a = math.radians(angle)
    normal = np.array([math.sin(a), math.cos(a)])
    np.testing.assert_allclose(block.vertices.mean(axis=0), 0.35 * normal, atol=1e-15)
    np.testing.assert_allclose(block.vertices[:2].mean(axis=0), 0.0, atol=1e-15)
    surface = np.vstack([b.vertices[:2] for b in base])
    np.testing.assert_allclose(surface @ normal, 0.0, atol=1e-13)
    along = surface @ np.array([math.cos(a), -math.sin(a)])
    assert along.min() == pytest.approx(-3)
    assert along.max() == pytest.approx(257)
    assert faces_agree([*base, block]) >= 1


@pytest.mark.parametrize("second", [0.0, 35.0, -40.0])
@pytest.mark.parametrize("pieces", [1, 2, 5])
def test_incline_with_second_segment(second, pieces, sound):
    make = GENERATORS["incline"](
        angle=35, base_length=12, position=1, second_length=10, second_angle=second, base_pieces=pieces
    )
    blocks = make.blocks()
    sound(blocks)
    points = np.vstack([b.vertices for b in blocks if b.fixed])
    foot = 11 * np.array([math.cos(math.radians(35)), -math.sin(math.radians(35))])
    end = foot + 10 * np.array([math.cos(math.radians(second)), -math.sin(math.radians(second))])
    for corner in (foot, end):
        assert np.abs(points - corner).sum(axis=1).min() < 1e-12
    assert points[:, 1].min() == pytest.approx(min(foot[1], end[1]) - 1)


def test_column():
    base, *blocks = GENERATORS["column"](n=3, width=2, height=0.5).blocks()
    assert base.vertices.tolist() == [[-2, -1], [2, -1], [2, 0], [-2, 0]]
    assert [b.vertices[:, 1].mean() for b in blocks] == [0.25, 0.75, 1.25]
    assert blocks[-1].edge_joints == ("bed", "", "", "")
    for below, above in pairwise(blocks):
        assert set(map(tuple, below.vertices[2:])) == set(map(tuple, above.vertices[:2]))


@pytest.mark.parametrize("bond", [0.0, 0.5, 0.3])
def test_wall(bond, sound, faces_agree):
    blocks = GENERATORS["wall"](courses=4, bricks=5, brick_width=0.3, brick_height=0.1, bond=bond).blocks()
    sound(blocks)
    faces_agree(blocks)
    assert len(blocks) == 1 + (20 if bond == 0 else 22)
    area = sum(np.ptp(b.vertices[:, 0]) * np.ptp(b.vertices[:, 1]) for b in blocks if not b.fixed)
    assert area == pytest.approx(4 * 0.1 * 5 * 0.3, rel=1e-12)


# Goodman & Bray (1976), 16 columns of dx = 10 m: height y_n [m], and the heights above the base of column n at which
# its uphill (M) and downhill (L) neighbours bear on it [m]; weight is 25 kN/m3.
GOODMAN_BRAY = {16: (4, None, 4), 14: (16, 11, 16), 10: (40, 35, 35), 9: (36, 36, 31), 4: (16, 16, 11), 2: (8, 8, 3)}


def test_stepped_slope_is_the_published_one():
    make = GENERATORS["stepped-slope"]()
    base, *columns = make.blocks()
    psi = math.radians(30)
    normal = np.array([math.sin(psi), math.cos(psi)])
    foot = [(c.vertices @ normal).min() for c in columns]
    top = [(c.vertices @ normal).max() for c in columns]
    for n, (y, M, L) in GOODMAN_BRAY.items():
        k = n - 1
        assert top[k] - foot[k] == pytest.approx(y)
        if M is not None:
            assert min(top[k], top[k + 1]) - foot[k] == pytest.approx(M)
        assert min(top[k], top[k - 1]) - foot[k] == pytest.approx(L)
    toes = np.array([c.vertices[0] for c in columns])
    rise = toes[-1] - toes[0]
    assert math.degrees(math.atan2(rise[1], -rise[0])) == pytest.approx(35.71, abs=0.005)
    corners = set(map(tuple, base.vertices))
    assert tuple(columns[0].vertices[1]) in corners
    assert all(tuple(c.vertices[0]) in corners and tuple(c.vertices[1]) in corners for c in columns[1:])


def test_stepped_slope_on_a_plane_base_has_no_redundant_vertices(sound):
    base, *columns = GENERATORS["stepped-slope"](heights=(5.0, 6.0), base_step=0, base_dip=0).blocks()
    sound([base, *columns])
    assert len(base.vertices) == 4
    assert columns[1].edge_joints == ("base", "", "", "side")
