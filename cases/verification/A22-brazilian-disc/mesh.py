"""Writes disc.csv: a disc of straight-sided triangles in RINGS rings about its centre, 6 RINGS^2 of them.

Ring k has 6 k corners on its circle, one of them at the top and one at the bottom, where the disc is loaded. A block of
three corners has as many unknowns as they do, so bonded triangles are free to take any piecewise linear displacement.
"""

import csv
import math
from pathlib import Path

RADIUS = 0.05  # m
RINGS = 10


def corner(ring: int, k: int) -> tuple[float, float]:
    """Corner k of a ring, counter-clockwise from the top [m]."""
    radius = RADIUS * ring / RINGS
    angle = math.pi / 2 + 2 * math.pi * (k % (6 * ring)) / (6 * ring) if ring else 0.0
    return radius * math.cos(angle), radius * math.sin(angle)


def triangles() -> list[list[tuple[float, float]]]:
    """Corners of the triangles, ring by ring, sector by sector [m]."""
    found = []
    for ring in range(1, RINGS + 1):
        for sector in range(6):
            inner, outer = sector * (ring - 1), sector * ring
            for k in range(ring):
                low, next_low = corner(ring - 1, inner + k), corner(ring - 1, inner + k + 1)
                high, next_high = corner(ring, outer + k), corner(ring, outer + k + 1)
                found.append([low, high, next_high])
                if k < ring - 1:
                    found.append([low, next_high, next_low])
    return found


if __name__ == "__main__":
    with (Path(__file__).parent / "disc.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["block", "x", "y", "joint"])
        for block, corners in enumerate(triangles()):
            writer.writerows([block, f"{x:.9f}", f"{y:.9f}", "bond"] for x, y in corners)
