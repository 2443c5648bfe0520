"""The scenes that are measured: models of about a wanted number of moving blocks.

All of them: density 2600 kg/m3, E = 1e9 Pa, Poisson 0.25, friction 30 degrees, no cohesion, as the scenes that the
reference figures were measured on.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

import dda
from harmony.geometry import GeneratedBlock
from harmony.geometry.generators import JointedSlope, Wall

__all__ = ["SCENES", "Scene", "model_of"]

ROCK = dda.Material(density=2600.0, young=1e9, poisson=0.25)
FRICTION = 30.0  # deg

SLOPE_DENSITY = 1.5
"""Blocks of the jointed slope over the square of its height [1/m2]."""

SLIDE_DIP = 35.0
"""Dip of the base of the slide [deg]: 5 above the friction angle, so that it moves at 1 m/s2."""

SLIDE_BEDS = 4.0
"""Blocks along the slide over beds of it [-]."""


@dataclass(frozen=True)
class Scene:
    """What is measured. blocks: of about that number; settles: whether it has an equilibrium to be settled in first."""

    doc: str
    blocks: Callable[[int], Iterable[GeneratedBlock]]
    settles: bool

    def model(self, count: int) -> dda.Model:
        """The model with about `count` moving blocks."""
        return model_of(self.blocks(count))


def model_of(blocks: Iterable[GeneratedBlock]) -> dda.Model:
    """A model of these blocks, all of one rock and one friction."""
    model = dda.Model()
    model.joint = dda.Joint(friction=FRICTION)
    for block in blocks:
        model.add_block(block.vertices, ROCK, fixed=block.fixed, group=block.group)
    return model


def wall(count: int) -> Iterable[GeneratedBlock]:
    """Bricks of 1.0 x 0.5 m in running bond, about as many courses as bricks in a course."""
    courses = max(round(math.sqrt(count)), 1)
    return Wall(courses=courses, bricks=max(round(count / courses), 1)).blocks()


def slope(count: int) -> Iterable[GeneratedBlock]:
    """Beds of 0.5 m dipping 20 degrees out of a face of 60 degrees, cross joints every 1 m."""
    return JointedSlope(height=math.sqrt(count / SLOPE_DENSITY), staggered=False).blocks()


def slide(count: int) -> Iterable[GeneratedBlock]:
    """Beds of blocks of 1.0 x 0.5 m in running bond that slide together down a plane."""
    beds = max(round(math.sqrt(count / SLIDE_BEDS)), 1)
    bricks = max(round(count / beds), 1)
    flat = Wall(courses=beds, bricks=bricks, base_margin=0.5 * bricks).blocks()
    angle = math.radians(-SLIDE_DIP)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    return [GeneratedBlock(block.vertices @ turn.T, block.fixed, block.group) for block in flat]


SCENES = {
    "wall": Scene("brick wall", wall, settles=True),
    "slope": Scene("jointed slope", slope, settles=False),  # above about 100 blocks it topples at friction 30
    "slide": Scene("slide down a plane", slide, settles=False),
}
