"""Random simple polygons of all sorts for property tests, from a seeded generator; sizes of about 2 m."""

import numpy as np
import shapely


def convex(rng):
    """The hull of 3 to 9 random points."""
    return corners(shapely.convex_hull(shapely.multipoints(rng.normal(size=(rng.integers(3, 10), 2)))))


def star(rng):
    """Random radii about a point that may lie outside: convex or not, sharp corners."""
    while True:
        n = rng.integers(4, 12)
        angle, radius = np.sort(rng.uniform(0.0, 2 * np.pi, n)), rng.uniform(0.2, 1.5, n)
        polygon = shapely.Polygon(np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]))
        if polygon.is_valid and polygon.area > 1e-3:
            return corners(polygon)


def cells(rng):
    """Squares of 0.5 m stuck together: notches, parallel edges, vertices within straight edges."""
    while True:
        chosen = np.argwhere(rng.random((4, 4)) < 0.6)
        union = shapely.union_all(shapely.box(*(0.5 * chosen.T), *(0.5 * chosen.T + 0.5)))
        largest = max(getattr(union, "geoms", [union]), key=lambda part: part.area)
        ring = shapely.Polygon(largest.exterior)
        if not largest.is_empty and not largest.interiors and ring.is_valid:
            return corners(ring)


def comb(rng):
    """A back with 2 or 3 teeth: slots into which others may fit."""
    slots = [(x, y) for i in range(rng.integers(1, 3)) for x, y in [(2 * i + 1, 2), (2 * i + 1, 0), (2 * i + 2, 0)]]
    top = [(0, 2), *(p for k in range(0, len(slots), 3) for p in (*slots[k : k + 3], (slots[k + 2][0], 2)))]
    width = slots[-1][0] + 1
    return 0.4 * np.array([(0, -0.5), (width, -0.5), (width, 2), *top[::-1]], dtype=float)


def corners(polygon):
    """Vertices (n, 2), without the one that closes the ring."""
    return np.array(polygon.exterior.coords)[:-1]


KINDS = {"convex": convex, "star": star, "cells": cells, "comb": comb}


def turned(points, angle, about=(0.0, 0.0)):
    """Points turned counter-clockwise by an angle [rad]."""
    c, s = np.cos(angle), np.sin(angle)
    return (points - about) @ np.array([[c, s], [-s, c]]) + about
