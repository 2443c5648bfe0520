"""Figures of other codes on the same scenes, one core, dt = 1 ms, E = 1e9 Pa, friction 30 degrees.

A classic public DDA code, measured; rigid-body engines on a wall of 1,005 bricks over 1 s.
"""

from typing import NamedTuple

__all__ = ["CLASSIC", "RIGID_ENGINES", "Figure", "nearest"]


class Figure(NamedTuple):
    """One measured run of the classic code."""

    blocks: int
    ms_per_step: float
    block_steps_per_second: float
    open_close_per_step: float


CLASSIC = {
    "wall": (
        Figure(106, 1.5, 70e3, 1.2),
        Figure(511, 35.0, 14e3, 2.5),
        Figure(1006, 122.0, 8.2e3, 2.3),
        Figure(3026, 616.0, 4.9e3, 1.05),
    ),
    "slope": (
        Figure(105, 3.2, 33e3, 3.8),
        Figure(494, 58.0, 8.5e3, 4.4),
        Figure(1016, 226.0, 4.5e3, 4.3),
        Figure(2945, 825.0, 3.6e3, 1.8),
    ),
}

RIGID_ENGINES = {
    "Box2D": "2.1",
    "pymunk": "2.8 to 5",
    "MuJoCo (Newton)": "13 to 21",
    "classic DDA code": "120",
}
"""Seconds for 1 s of the wall of 1,005 bricks at 1 ms, 1,000 steps, on one core. The rigid engines know no stress;
Box2D computes in single precision, with bricks a little smaller than their places."""


def nearest(scene: str, blocks: int) -> Figure | None:
    """The figure of the classic code nearest in size; None for a scene that was not measured on it."""
    return min(CLASSIC.get(scene, ()), key=lambda figure: abs(figure.blocks - blocks), default=None)
