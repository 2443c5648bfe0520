"""Properties of the gap over random pairs of polygons: convex, concave, touching, with parallel edges, in slots."""

import importlib.util
import itertools
from pathlib import Path

import numpy as np
import pytest
import shapely

import dda
from dda.simplex import moments

PAIRS = 12  # random pairs for each two kinds and each way to place them
CLOSE = 1e-9  # m: rounding of coordinates of about 10 m
THIN = 1e-12  # m2: no overlap but for rounding


def load(name):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


random_polygons = load("random_polygons")
turned = random_polygons.turned


def anywhere(rng, a, b):
    return a, turned(b, rng.uniform(0, 2 * np.pi)) + rng.normal(scale=1.2, size=2)


def on_a_grid(rng, a, b):
    """Many touch, fit into each other, or have edges on one line."""
    return a, b + rng.integers(-6, 7, size=2) / 4


def touching(rng, a, b):
    a, b = anywhere(rng, a, b)
    g = dda.gap(a, b)
    return a + g.distance * g.normal, b


def almost_touching(rng, a, b):
    a, b = touching(rng, a, b)
    return a + dda.gap(a, b).normal * rng.choice([-1e-6, 1e-6]), b


PLACES = {f.__name__: f for f in (anywhere, on_a_grid, touching, almost_touching)}
KINDS = list(itertools.combinations_with_replacement(random_polygons.KINDS, 2))


@pytest.fixture(params=KINDS, ids="-".join)
def kinds(request):
    return [random_polygons.KINDS[kind] for kind in request.param]


@pytest.fixture(params=PLACES)
def pairs(request, kinds):
    """(generator, a, b) of every pair."""
    rng = np.random.default_rng([*request.param.encode(), *(ord(k.__name__[0]) for k in kinds)])
    return [(rng, *PLACES[request.param](rng, *(kind(rng) for kind in kinds))) for _ in range(PAIRS)]


def test_the_sign_is_that_of_apart_or_overlapping(pairs):
    for _, a, b in pairs:
        p, q = shapely.Polygon(a), shapely.Polygon(b)
        distance, overlap = p.distance(q), p.intersection(q).area
        gap = dda.gap(a, b).distance
        if distance > CLOSE:
            assert gap == pytest.approx(distance, abs=CLOSE)
        elif overlap > THIN:
            assert gap < 0.0
        else:
            assert abs(gap) < 1e-5  # a depth of 1e-6 at a corner is an area of 1e-12


def test_points_and_normal_belong_together(pairs):
    for _, a, b in pairs:
        g = dda.gap(a, b)
        assert np.hypot(*g.normal) == pytest.approx(1.0, abs=1e-12)
        np.testing.assert_allclose(g.point_b - g.point_a, g.distance * g.normal, rtol=0, atol=CLOSE)
        for polygon, point in ((a, g.point_a), (b, g.point_b)):
            assert shapely.Polygon(polygon).exterior.distance(shapely.Point(point)) < CLOSE


def test_no_shorter_translation_ends_an_overlap(pairs):
    for rng, a, b in pairs:
        g = dda.gap(a, b)
        if g.distance > -1e-3:
            continue
        q = shapely.Polygon(b)
        assert shapely.Polygon(a + g.distance * g.normal).intersection(q).area < 1e-8
        for length, angle in zip(rng.choice([0.5, 0.9, 0.999], 10), rng.uniform(0, 2 * np.pi, 10), strict=True):
            shorter = length * g.distance * np.array([np.cos(angle), np.sin(angle)])
            assert shapely.Polygon(a + shorter).intersection(q).area > THIN


def test_symmetric_in_the_pair(pairs):
    for _, a, b in pairs:
        assert dda.gap(b, a).distance == pytest.approx(dda.gap(a, b).distance, abs=CLOSE)


def test_the_order_of_the_vertices_does_not_count(pairs):
    for rng, a, b in pairs:
        gap = dda.gap(a, b).distance
        for p, q in ((a[::-1], b), (np.roll(a, rng.integers(1, len(a)), axis=0), b[::-1]), (a, np.roll(b, 2, axis=0))):
            assert dda.gap(p, q).distance == pytest.approx(gap, abs=CLOSE)


def test_a_motion_of_the_two_together_does_not_count(pairs):
    for rng, a, b in pairs:
        gap, angle, shift = dda.gap(a, b).distance, rng.uniform(0, 2 * np.pi), rng.normal(scale=10.0, size=2)
        p, q = turned(a, angle) + shift, turned(b, angle) + shift
        assert dda.gap(p, q).distance == pytest.approx(gap, abs=2e-9 * max(np.ptp(a), np.ptp(b), 1.0) + CLOSE)


def test_a_translation_changes_it_by_at_most_its_length(pairs):
    for rng, a, b in pairs:
        shift = rng.normal(scale=0.2, size=2)
        assert abs(dda.gap(a + shift, b).distance - dda.gap(a, b).distance) <= np.hypot(*shift) + CLOSE


def moved(points, motion):
    """Moved by (dx, dy, rotation about the centroid)."""
    return turned(points, motion[2], moments(points).centroid) + motion[:2]


def test_gradient_is_the_central_difference(kinds):
    """Away from kinks, that is where the two one-sided differences agree."""
    rng = np.random.default_rng([7, *(ord(k.__name__[0]) for k in kinds)])
    step, checked, kinks = 1e-6, 0, 0
    for _ in range(3 * PAIRS):
        a, b = anywhere(rng, *(kind(rng) for kind in kinds))
        here = dda.gap(a, b)
        for component, motion in enumerate(step * np.eye(3)):
            for gradient, ahead, behind in (
                (here.gradient_a, dda.gap(moved(a, motion), b), dda.gap(moved(a, -motion), b)),
                (here.gradient_b, dda.gap(a, moved(b, motion)), dda.gap(a, moved(b, -motion))),
            ):
                if abs(ahead.distance - 2 * here.distance + behind.distance) > 1e-3 * step:
                    kinks += 1
                    continue
                checked += 1
                difference = (ahead.distance - behind.distance) / (2 * step)
                assert gradient[component] == pytest.approx(difference, abs=2e-4)
    assert checked > 10 * kinks
