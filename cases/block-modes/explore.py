"""Paths of `harmony explore` from a block that stands: two to toppling, one with both, three controls."""

from harmony import Case
from harmony.operators.explore import Options, Path, explore
from harmony.operators.files import read_surrogate

ANGLE, WIDTH, HEIGHT = (f"geometry.incline.{name}" for name in ("angle", "width", "height"))
FRICTION = "joints.default.friction"

PATHS = {
    "height": {HEIGHT: 4.0},
    "width": {WIDTH: 0.25},
    "both": {HEIGHT: 1.6, WIDTH: 0.5},
    "rough": {FRICTION: 70.0},
    "smooth": {FRICTION: 5.0},
    "steep": {ANGLE: 45.0},
}


def run(case: Case) -> dict[str, float]:
    """Which paths end in toppling, and where it begins."""
    made = read_surrogate("block-modes")
    paths = {name: explore(made, toward, options=Options(resolution=0.005)) for name, toward in PATHS.items()}
    found = {f"{name}.found": float(path.found is not None) for name, path in paths.items()}
    found |= {f"{name}.turns": float(_mechanism(path) == "turns") for name, path in paths.items()}
    found["height.onset"] = _onset(paths["height"], HEIGHT)
    found["width.onset"] = _onset(paths["width"], WIDTH)
    found["both.slenderness"] = _onset(paths["both"], HEIGHT) / _onset(paths["both"], WIDTH)
    slid = [event for event in paths["steep"].events if event["to"]["mechanism"] == "slides"]
    found["steep.onset"] = sum(slid[0]["onset"][ANGLE]) / 2.0
    return found


def _mechanism(path: Path) -> str:
    return "" if path.found is None else path.found["to"]["mechanism"]


def _onset(path: Path, name: str) -> float:
    assert path.found is not None, f"the path to {path.target} ends without a new mode: {path.reason}"
    return float(sum(path.found["onset"][name]) / 2.0)
