"""Models for runs on several ranks: more than 20 blocks, so that parts have insides and seams."""

from collections.abc import Callable

import dda

__all__ = ["SCENES"]

ROCK = dda.Material(density=2600.0, young=5e9, poisson=0.25)


def wall(rows: int = 5, columns: int = 6, push: float = 0.3) -> dda.Model:
    """Courses of unit blocks on a fixed base, each shifted by half a block; the top one starts to slide."""
    model = dda.Model()
    model.joint = dda.Joint(friction=30.0)
    model.add_block([(-1, -1), (columns + 3, -1), (columns + 3, 0), (-1, 0)], ROCK, fixed=True)
    for j in range(rows):
        for i in range(columns):
            x, y = i + (0.5 if j % 2 else 0.0), float(j)
            speed = push if j == rows - 1 else 0.0
            model.add_block([(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)], ROCK, velocity=(speed, 0, 0))
    return model


def loaded() -> dda.Model:
    """A wall with every kind of load and support; the bolt and the loads are on both sides of any seam."""
    model = wall(push=0.0)
    model.set_joint(3, 4, dda.Joint(friction=20.0, cohesion=1e4, tension=1e3))
    model.fix_point(1, (0.2, 0.2))
    model.hold_point(12, (5.6, 1.5), 1e7)
    model.add_bolt(7, (0.6, 1.5), 8, (2.4, 1.5), stiffness=1e7, pretension=1e4)
    model.add_bolt(20, (1.5, 3.5), 26, (1.5, 4.5), stiffness=1e7, pretension=2e4)
    model.add_point_load(30, (5.5, 5.0), (2e4, 0.0))
    model.add_traction(25, 3, (1e4, 0.0))
    model.add_viscous_edge(6, 1)
    model.water = dda.Water(levels=[dda.WaterLevel(1.5)])
    model.move_block(0, [(0.0, 0.0, 0.0), (1.0, 0.01, 0.0)])
    return model


def falling() -> dda.Model:
    """Blocks that fall onto each other: impacts that pass through a heap within a step."""
    model = dda.Model()
    model.joint = dda.Joint(friction=25.0)
    model.add_block([(-2, -1), (10, -1), (10, 0), (-2, 0)], ROCK, fixed=True)
    for j in range(5):
        for i in range(5):
            x, y = 1.2 * i + 0.3 * (j % 2), 1.0 * j + 1e-4 * j
            model.add_block([(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)], ROCK, velocity=(0.0, -1.0, 0.0))
    return model


SCENES: dict[str, Callable[[], dda.Model]] = {"wall": wall, "loaded": loaded, "falling": falling}
