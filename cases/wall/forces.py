"""Resultants of the face tractions on the base and on each course of the wall of case.yaml."""

import numpy as np

import harmony

GRAVITY = 9.81  # m/s2


def run(case: harmony.Case) -> dict[str, float]:
    """Normal and shear force on the base [N/m], where the normal force acts [m], and the worst course [-]."""
    wall = case.beside("case.yaml")
    frame = harmony.solve(wall).fields.frame(-1)
    faces = frame.face_tractions
    on_base = faces[faces["block"] == 0]
    # Counter-clockwise around the base its upper edge runs to the left.
    at = on_base["x"] - on_base["centre"]
    return {
        "base.normal": on_base["normal"].sum(),
        "base.shear": on_base["shear"].sum(),
        "base.centre": np.average(at, weights=on_base["normal"]),
        "course.error": _worst(wall, frame),
    }


def _worst(wall: harmony.Case, frame: object) -> float:
    """Largest relative error of what a course carries on its lower faces."""
    size = wall.get("geometry.wall")
    weight = size["bricks"] * size["brick_width"] * size["brick_height"] * wall.get("materials.brick.density") * GRAVITY
    faces = frame.face_tractions  # type: ignore[attr-defined]
    middles = np.array([block.vertices[:, 1].mean() for block in wall.blocks])
    courses = np.floor(middles / size["brick_height"]).astype(int)
    below = faces[courses[faces["block"]] > courses[faces["other"]]]
    carried = np.bincount(courses[below["block"]], below["normal"])
    expected = weight * np.arange(size["courses"], 0, -1)
    return float(np.abs(carried / expected - 1.0).max())
