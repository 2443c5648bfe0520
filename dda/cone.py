"""The cone of Drucker-Prager that meets Mohr-Coulomb, in the ways that are in use."""

from math import cos, radians, sin, sqrt
from typing import Literal

__all__ = ["MATCHES", "Match", "cone_of"]

MATCHES = ("plane-strain", "compression", "extension", "inscribed")
type Match = Literal["plane-strain", "compression", "extension", "inscribed"]


def cone_of(friction: float, dilation: float, match: Match) -> tuple[float, float]:
    """a and k / c.

    Edges: 6 sin phi / (sqrt3 (3 -+ sin phi)). Inscribed: 3 sin phi / sqrt(9 + 3 sin^2 phi). In plane strain the flow
    d eps_zz = 0 puts s_zz = -2 b sqrt(J2) / 3; Mohr-Coulomb in the plane then reads sqrt(J2) (sqrt(1 - b^2 / 3) +
    b sin phi / 3) + p sin phi = c cos phi. With dilation = friction it is the inscribed cone.
    """
    s, c = sin(radians(friction)), cos(radians(friction))
    if match in ("compression", "extension"):
        sign = -1.0 if match == "compression" else 1.0
        return 6.0 * s / (sqrt(3.0) * (3.0 + sign * s)), 6.0 * c / (sqrt(3.0) * (3.0 + sign * s))
    d = sin(radians(dilation if match == "plane-strain" else friction))
    b = 3.0 * d / sqrt(9.0 + 3.0 * d * d)
    scale = sqrt(1.0 - b * b / 3.0) + b * s / 3.0
    return s / scale, c / scale
