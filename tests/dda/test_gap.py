"""The gap of two polygons: closed forms, slots and notches, the contacts of a step, bad input."""

import math

import numpy as np
import pytest

import dda
from dda.simplex import moments


def box(x=0.0, y=0.0, size=1.0):
    return np.array([(x, y), (x + size, y), (x + size, y + size), (x, y + size)])


SQUARE = box()
SLOTTED = np.array([(0.0, 0.0), (3.0, 0.0), (3.0, 2.0), (2.0, 2.0), (2.0, 1.0), (1.0, 1.0), (1.0, 2.0), (0.0, 2.0)])
TENON = np.array([(1, 1), (4, 1), (4, 2), (3, 2), (3, 4), (2, 4), (2, 2), (1, 2)], dtype=float)
MORTISE = np.array(
    [(0, 0), (5, 0), (5, 3), (3, 3), (3, 2), (4, 2), (4, 1), (1, 1), (1, 2), (2, 2), (2, 3), (0, 3)], dtype=float
)


@pytest.mark.parametrize(
    ("shift", "distance", "normal"),
    [
        ((1.5, 0.0), 0.5, (1, 0)),
        ((1.3, 1.4), 0.5, (0.6, 0.8)),  # corner to corner
        ((0.9, 0.3), -0.1, (1, 0)),
        ((-0.2, 0.95), -0.05, (0, 1)),
        ((1.0, 0.5), 0.0, (1, 0)),
        ((0.0, -2.0), 1.0, (0, -1)),
    ],
)
def test_two_squares(shift, distance, normal):
    g = dda.gap(SQUARE, SQUARE + shift)
    assert g.distance == pytest.approx(distance, abs=1e-15)
    np.testing.assert_allclose(g.normal, normal, atol=1e-15)
    np.testing.assert_allclose(g.gradient_a[:2], -g.normal)
    np.testing.assert_allclose(g.gradient_b[:2], g.normal)


def test_faces_meet_in_the_middle_of_what_they_share():
    g = dda.gap(SQUARE, box(0.4, 1.25))
    np.testing.assert_allclose(g.point_a, (0.7, 1.0))
    np.testing.assert_allclose(g.point_b, (0.7, 1.25))
    # A face above, turning about its centroid at the middle of the square: lever 0.2 m.
    np.testing.assert_allclose(g.gradient_a, (0.0, -1.0, -0.2), atol=1e-15)


@pytest.mark.parametrize("angle", np.radians([1.0, 20.0, 45.0, 89.0]))
def test_a_square_on_its_corner(angle):
    """Depth of the lowest corner under a wide plane, and how it changes as the square turns."""
    c, s = math.cos(angle), math.sin(angle)
    square = (SQUARE - 0.5) @ np.array([[c, s], [-s, c]])
    plane = np.array([(-5, -3), (5, -3), (5, -0.6), (-5, -0.6)])
    g = dda.gap(square, plane)
    assert g.distance == pytest.approx(0.6 - 0.5 * (s + c))
    np.testing.assert_allclose(g.gradient_a, (0.0, 1.0, -0.5 * (c - s)), atol=1e-14)


@pytest.mark.parametrize("shift", [(0.0, 0.0), (0.0, 0.5), (0.0, 1.0)])
def test_a_block_that_fits_a_slot_touches(shift):
    assert abs(dda.gap(box(1, 1) + shift, SLOTTED).distance) < 1e-12


@pytest.mark.parametrize(
    ("shift", "distance"),
    [((0.1, 0.0), -0.1), ((0.0, -0.1), -0.1), ((0.03, -0.04), -0.05), ((0.1, 0.9), -0.1), ((0.2, 1.5), 0.5)],
)
def test_a_block_in_a_slot(shift, distance):
    assert dda.gap(box(1, 1) + shift, SLOTTED).distance == pytest.approx(distance)


@pytest.mark.parametrize("size", [0.9, 0.5])
def test_a_block_with_play_in_a_slot_is_apart(size):
    play = (1.0 - size) / 2
    assert dda.gap(box(1 + play, 1 + play, size), SLOTTED).distance == pytest.approx(play)


@pytest.mark.parametrize("shift", [(0.0, 0.0), (0.1, 0.0), (0.0, 0.3), (0.03, -0.04)])
def test_blocks_that_lock_into_each_other(shift):
    """They cannot be drawn apart, but fit in one place."""
    assert dda.gap(TENON + shift, MORTISE).distance == pytest.approx(-math.hypot(*shift), abs=1e-12)


def test_the_way_out_of_two_walls_is_oblique():
    """A square pressed into both walls of an L goes back to where it touches both."""
    walls = np.array([(0, 0), (3, 0), (3, -1), (-1, -1), (-1, 3), (0, 3)])
    g = dda.gap(box(-0.03, -0.04), walls)
    assert g.distance == pytest.approx(-0.05)
    np.testing.assert_allclose(g.normal, (-0.6, -0.8))


def test_two_contacts_share_the_gradient():
    """A hexagon pressed into a V: as it turns, each contact works with its own lever."""
    valley = np.array([(-3, 0), (3, 0), (3, 2), (1.5, 2), (0, 0.5), (-0.8, 2), (-3, 2)], dtype=float)
    angle = np.linspace(0.2, 0.2 + 2 * np.pi, 7)[:-1]

    def pressed(turn):
        hexagon = 0.5 * np.column_stack([np.cos(angle + turn), np.sin(angle + turn)]) + (0.1, 1.0)
        return hexagon, dda.gap(hexagon, valley)

    hexagon, g = pressed(0.0)
    x, y = g.point_a - moments(hexagon).centroid
    of_one = -(x * g.normal[1] - y * g.normal[0])
    step = 1e-6
    difference = (pressed(step)[1].distance - pressed(-step)[1].distance) / (2 * step)
    assert g.distance < 0.0
    assert abs(g.gradient_a[2] - of_one) > 1e-3
    assert g.gradient_a[2] == pytest.approx(difference, abs=1e-6)


@pytest.mark.parametrize("push", [-2e-5, 2e-5])
@pytest.mark.parametrize("angle", [3.0, 25.0, 40.0])
def test_the_contact_of_a_step_has_this_gap(angle, push):
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    block = SQUARE @ np.array([[c, s], [-s, c]]) + (1.0, 0.0)
    base = np.array([(-4.0, -1.0), (4.0, -1.0), (4.0, push), (-4.0, push)])
    model = dda.Model()
    rock = dda.Material(density=2600.0, young=5e9, poisson=0.25)
    model.add_block(base, rock, fixed=True)
    model.add_block(block, rock)
    contacts = dda.Simulation(model).contacts
    assert contacts["gap"] == pytest.approx([dda.gap(block, base).distance], abs=1e-15)


@pytest.mark.parametrize(
    ("polygon", "says"),
    [
        ([(0, 0), (1, 0)], "not a polygon"),
        ([(0, 0), (1, 1), (1, 0), (0, 1)], "crosses or touches itself"),
        ([(0, 0), (1, math.nan), (1, 1)], "NaN"),
        ([(0, 0), (1, 0), (2, 0)], "zero area"),
    ],
)
def test_bad_polygons_are_refused(polygon, says):
    with pytest.raises(dda.InputError, match=says):
        dda.gap(SQUARE, polygon)
    with pytest.raises(dda.InputError, match="gap, a"):
        dda.gap(polygon, SQUARE)
