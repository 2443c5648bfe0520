"""Joint sets: where the joints lie, how they are cut, scattered and clipped, what is refused."""

import numpy as np
import pytest

from dda.errors import InputError
from dda.joint_sets import JointSet

SQUARE = np.array([[0, 0], [10, 0], [10, 10], [0, 10]], dtype=float)
U_SHAPE = np.array([[0, 0], [9, 0], [9, 6], [6, 6], [6, 3], [3, 3], [3, 6], [0, 6]], dtype=float)


def slopes(traces):
    """Dip [deg] of each trace, positive down towards +x."""
    d = np.array([t.points[1] - t.points[0] for t in traces])
    d *= np.where(d[:, :1] < 0, -1, 1)
    return np.degrees(np.arctan2(-d[:, 1], d[:, 0]))


def lengths(traces):
    return np.array([np.linalg.norm(t.points[1] - t.points[0]) for t in traces])


@pytest.mark.parametrize("dip", [0.0, 20.0, 37.5, -70.0, 89.0])
def test_dip_spacing_origin_and_name(dip):
    origin = (3.0, 4.0)
    traces = JointSet("bedding", dip, 0.8, origin=origin).traces(SQUARE)
    assert {t.name for t in traces} == {"bedding"}
    np.testing.assert_allclose(slopes(traces), dip, atol=1e-6)
    normal = np.array([np.sin(np.radians(dip)), np.cos(np.radians(dip))])
    level = np.array([(t.points - origin) @ normal for t in traces]) / 0.8
    np.testing.assert_allclose(level, np.round(level), atol=1e-12)
    assert 0 in np.round(level[:, 0])
    assert (np.diff(np.sort(np.round(level[:, 0]))) == 1).all()


def test_a_dip_of_90_is_vertical():
    traces = JointSet("v", 90, 2.0, origin=(1, 0)).traces(SQUARE)
    assert sorted(round(t.points[0, 0], 9) for t in traces) == [1, 3, 5, 7, 9]
    np.testing.assert_allclose(lengths(traces), 10)


def test_joints_are_clipped_to_a_concave_outline():
    traces = JointSet("h", 0, 2.0, origin=(0, 1.5)).traces(U_SHAPE)
    assert sorted(np.round(lengths(traces), 12)) == [3, 3, 3, 3, 9]


def test_traces_and_bridges_alternate_about_the_origin():
    traces = JointSet("h", 0, 4.0, trace=2.0, bridge=1.0, origin=(5, 5)).traces(SQUARE)
    row = sorted(sorted(t.points[:, 0].round(9)) for t in traces if t.points[0, 1] == 5)
    assert row == [[1, 3], [4, 6], [7, 9]]


def test_stagger_shifts_every_second_line():
    traces = JointSet("h", 0, 1.0, trace=2.0, bridge=1.0, origin=(5, 5), stagger=0.5).traces(SQUARE)
    row = sorted(sorted(t.points[:, 0].round(9)) for t in traces if t.points[0, 1] == 6)
    assert row == [[0, 1.5], [2.5, 4.5], [5.5, 7.5], [8.5, 10]]


def test_scatter_is_seeded_and_bounded():
    make = {"name": "s", "dip": 10.0, "spacing": 0.1, "trace": 1.0, "bridge": 0.5, "scatter": 0.2}
    one = JointSet(**make, seed=1).traces(SQUARE)
    same = JointSet(**make, seed=1).traces(SQUARE)
    other = JointSet(**make, seed=2).traces(SQUARE)
    assert all(np.array_equal(a.points, b.points) for a, b in zip(one, same, strict=True))
    assert len(one) != len(other) or any(
        not np.array_equal(a.points, b.points) for a, b in zip(one, other, strict=False)
    )
    turn = slopes(one) - 10
    assert np.abs(turn).max() <= 0.2 * 45 + 1e-9
    assert turn.std() == pytest.approx(0.2 * 45 / np.sqrt(3), rel=0.1)
    inside = [t for t in one if (np.abs(t.points - 5) < 4.999).all()]
    assert 0.8 <= lengths(inside).min() < 0.85
    assert 1.15 < lengths(inside).max() <= 1.2


def test_scattered_spacing_keeps_its_mean():
    traces = JointSet("v", 90, 0.05, scatter=0.5, seed=3).traces(SQUARE)
    middle = np.sort([t.points[:, 0].mean() for t in traces])
    assert len(traces) == pytest.approx(200, rel=0.15)
    assert np.diff(middle).std() > 0.005


def test_an_outline_off_the_joints_has_none():
    assert JointSet("h", 0, 100.0, origin=(0, 50)).traces(SQUARE) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"spacing": 0.0}, "spacing"),
        ({"spacing": -1.0}, "spacing"),
        ({"spacing": np.nan}, "spacing"),
        ({"spacing": np.inf}, "spacing"),
        ({"dip": 91.0}, "dip"),
        ({"dip": np.nan}, "dip"),
        ({"trace": 0.0}, "trace"),
        ({"trace": -5.0}, "trace"),
        ({"bridge": -0.1}, "bridge"),
        ({"scatter": -0.1}, "scatter"),
        ({"scatter": 1.0}, "scatter"),
        ({"origin": (0.0, np.inf)}, "origin"),
        ({"seed": -1}, "seed"),
        ({"stagger": 1.0}, "stagger"),
    ],
)
def test_bad_numbers_are_refused(change, words):
    with pytest.raises(InputError, match=rf"joint set 'j', {words}(.|\n)*do:"):
        JointSet(**{"name": "j", "dip": 10.0, "spacing": 1.0, **change})


@pytest.mark.parametrize("trace", [None, 0.01])
def test_too_many_joints_are_refused_before_they_are_drawn(trace):
    with pytest.raises(InputError, match=r"joint set 'j'(.|\n)*at most 1,000,000"):
        JointSet("j", 30, 1e-4 if trace else 1e-9, trace=trace).traces(SQUARE)
    with pytest.raises(InputError, match="at most 10 joints"):
        JointSet("j", 30, 1.0).traces(SQUARE, limit=10)
    assert len(JointSet("j", 30, 1.0).traces(SQUARE, limit=20)) > 10
