"""The arch against its limit analysis: least thickness of a semicircle of N straight-sided voussoirs."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import linprog

from harmony.geometry import GeneratedBlock
from harmony.geometry.generators import Arch


def stands(blocks: list[GeneratedBlock]) -> bool:
    """Static theorem: forces at the joints' ends, compressive across the joint, balance every voussoir's weight."""
    moving = [b.vertices for b in blocks if not b.fixed]
    n = len(moving)
    A, load = np.zeros((3 * n, 4 * (n + 1))), np.zeros(3 * n)
    for i, v in enumerate(moving):
        w = np.roll(v, -1, axis=0)
        cross = v[:, 0] * w[:, 1] - w[:, 0] * v[:, 1]
        area, moment = cross.sum() / 2, ((v[:, 0] + w[:, 0]) * cross).sum() / 6
        load[3 * i + 1 : 3 * i + 3] = -abs(area), -moment * np.sign(area)
        for joint, sign, inner, outer in ((i, 1, v[0], v[3]), (i + 1, -1, v[1], v[2])):
            radial = (outer - inner) / np.linalg.norm(outer - inner)
            normal = np.array([radial[1], -radial[0]])
            for end, point in enumerate((inner, outer)):
                for kind, direction in enumerate((normal, radial)):
                    force = sign * direction
                    column = 4 * joint + 2 * end + kind
                    A[3 * i : 3 * i + 2, column] = force
                    A[3 * i + 2, column] = point[0] * force[1] - point[1] * force[0]
    bounds = [(0, None), (None, None)] * (2 * (n + 1))
    return bool(linprog(np.zeros(A.shape[1]), A_eq=A, b_eq=-load, bounds=bounds).status == 0)


# N and the least t/R of straight-sided voussoirs, by linear programming (static theorem)
LEAST = [(10, 0.1070114002), (20, 0.1073477439), (27, 0.106720903)]


@pytest.mark.parametrize(("voussoirs", "least"), LEAST)
def test_least_thickness_of_a_semicircle(voussoirs, least):
    assert stands(Arch(voussoirs=voussoirs, thickness=1.0001 * least).blocks())
    assert not stands(Arch(voussoirs=voussoirs, thickness=0.9999 * least).blocks())


@pytest.mark.parametrize("embrace", [40.0, 120.0, 180.0])
@pytest.mark.parametrize("voussoirs", [2, 7, 20])
def test_neighbours_share_their_corners_and_left_mirrors_right(embrace, voussoirs, sound, faces_agree):
    left, right, *arch = blocks = Arch(voussoirs=voussoirs, embrace=embrace).blocks()
    sound(blocks)
    assert faces_agree(blocks) == voussoirs + 1
    for a, b in pairwise(arch):
        np.testing.assert_array_equal(a.vertices[1], b.vertices[0])
        np.testing.assert_array_equal(a.vertices[2], b.vertices[3])
    np.testing.assert_array_equal(left.vertices * [-1, 1], right.vertices)
    if embrace == 180.0:
        assert arch[0].vertices[0, 1] == arch[-1].vertices[1, 1] == 0.0
