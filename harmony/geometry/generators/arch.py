"""A circular masonry arch of straight-sided voussoirs between fixed abutments."""

import numpy as np
from pydantic import model_validator

from dda.errors import InputError, explain
from harmony.geometry.block import GeneratedBlock
from harmony.geometry.generators.base import MOST_BLOCKS, Generator, quantity

__all__ = ["Arch"]


class Arch(Generator):
    """Voussoirs between radial joints, symmetric about x = 0, centre of curvature at the origin.

    Joint k lies at theta_k, measured at the centre, from radius R - t/2 to R + t/2; intrados and extrados of a voussoir
    are straight (chords), as in the polygon values of t/R for arches of N voussoirs.

    Groups "base" (the two abutments, fixed) and "moving"; joints "voussoir" between voussoirs, "springing" at the two
    abutments. An abutment's face stands out beyond the joint on both sides, so that a voussoir hinging about its corner
    bears on an edge and not on a corner.
    """

    radius: float = quantity(1.0, "m", "mean radius R, to the middle of the voussoirs", gt=0)
    thickness: float = quantity(0.15, "m", "radial thickness t of the voussoirs", gt=0)
    voussoirs: int = quantity(20, "-", "number of voussoirs N, all alike", ge=1, le=MOST_BLOCKS)
    embrace: float = quantity(180.0, "deg", "angle between the two springings seen from the centre", gt=0, le=180)

    @model_validator(mode="after")
    def _ring(self) -> "Arch":
        if self.thickness >= self.radius:
            raise InputError(
                explain(
                    "the arch is thicker than its radius",
                    where="arch, thickness",
                    expected=f"less than radius = {self.radius:g} m",
                    got=f"{self.thickness:g} m",
                    do="give the radius to the middle of the voussoirs, or a thinner arch",
                )
            )
        if self.voussoirs == 1 and self.embrace == 180:
            raise InputError(
                explain(
                    "one voussoir cannot span half a turn",
                    where="arch, voussoirs",
                    expected="2 or more at an embrace of 180 deg",
                    got=1,
                    do="give more voussoirs or a smaller embrace",
                )
            )
        return self

    def blocks(self) -> list[GeneratedBlock]:
        inner, outer = self._joint_ends(self.thickness / 2)
        last = self.voussoirs - 1
        arch = [
            GeneratedBlock(
                np.array([inner[k], inner[k + 1], outer[k + 1], outer[k]]),
                group="moving",
                edge_joints=("", "voussoir" if k < last else "springing", "", "voussoir" if k else "springing"),
            )
            for k in range(self.voussoirs)
        ]
        return [*self._abutments(), *arch]

    def _joint_ends(self, half: float) -> tuple[np.ndarray, np.ndarray]:
        """Points (N + 1, 2) [m] of the joints at radii R - half and R + half, clockwise from the left springing.

        The angle is taken from the horizontal on either side, so that left and right are mirror images to the last bit
        and the springings of a half circle lie at y = 0 exactly.
        """
        k = np.arange(self.voussoirs + 1)
        side = np.sign(2 * k - self.voussoirs)
        theta = np.radians(90.0 - self.embrace * np.abs(k / self.voussoirs - 0.5))
        ray = np.column_stack([side * np.cos(theta), np.sin(theta)])
        return (self.radius - half) * ray, (self.radius + half) * ray

    def _abutments(self) -> list[GeneratedBlock]:
        """One fixed block of depth t behind each springing, its face wider than the joint by t/2 on either side."""
        inner, outer = self._joint_ends(self.thickness)
        abutments = []
        for k, turn in ((0, 1.0), (-1, -1.0)):
            radial = (outer[k] - inner[k]) / np.linalg.norm(outer[k] - inner[k])
            away = turn * self.thickness * np.array([-radial[1], radial[0]])
            corners = np.array([inner[k], outer[k], outer[k] + away, inner[k] + away])
            abutments.append(GeneratedBlock(corners, fixed=True, group="base", edge_joints=("springing", "", "", "")))
        return abutments
