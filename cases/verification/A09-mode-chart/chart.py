"""How a block on an incline begins to move, and the friction angles at which that changes.

The mode is judged at onset, while the block has turned by less than a degree: it slides if its toe has moved along the
incline, it turns if it has rotated.
"""

from collections.abc import Callable

import numpy as np

import dda
import harmony

PAIRS = ((20, 10), (20, 15), (30, 10), (30, 15), (30, 25), (40, 10), (40, 15), (40, 25))  # alpha, delta [deg]
BLOCKY = ((10, 40.1), (5, 20), (25, 40))  # height [m], friction [deg] of a block of base 10 m on 40 degrees
RESOLUTION = 0.05  # deg
END = 0.6  # s, if it has not turned by a degree before
ONSET = np.radians(1.0)
SLID, TURNED = 1e-4, 1e-3  # of the height, rad: the elastic motion under sudden gravity is ten times smaller
BLOCK = 1
RELAXATION = 40  # steps in which a single block that can stand has come to rest


def run(case: harmony.Case) -> dict[str, float]:
    """Boundaries [deg], and for the blocks of 10 m whether they slide and turn (0, 1)."""
    base = case.beside("case.yaml")
    found: dict[str, float] = {}
    for alpha, delta in PAIRS:
        width = np.tan(np.radians(delta))
        name = f"alpha-{alpha}.delta-{delta}"

        def mode(friction: float, alpha: float = alpha, width: float = width) -> tuple[bool, bool]:
            return _onset(_case(base, alpha, width, 1.0, friction))

        found[f"no-slide.{name}"] = _boundary(lambda friction, mode=mode: not mode(friction)[0], 1.0, alpha)
        found[f"topple.{name}"] = _boundary(lambda friction, mode=mode: mode(friction)[1], 1.0, alpha)
    for height, friction in BLOCKY:
        name = f"blocky.y-{height}.friction-{friction}"
        block = _case(base, 40.0, 10.0, height, friction)
        # a large block that stands is not judged by the shock of sudden gravity
        stands = dda.Simulation(block.model(), contact=block.contact).settle(max_steps=RELAXATION).converged
        slides, turns = (False, False) if stands else _onset(block)
        found |= {f"{name}.slides": slides, f"{name}.turns": turns}
    return found


def _boundary(holds: Callable[[float], bool], low: float, high: float) -> float:
    """The friction angle above which something holds [deg]."""
    assert not holds(low), f"it holds at {low} degrees already"
    assert holds(high), f"it does not hold at {high} degrees"
    while high - low > RESOLUTION:
        middle = 0.5 * (low + high)
        low, high = (low, middle) if holds(middle) else (middle, high)
    return 0.5 * (low + high)


def _case(base: harmony.Case, alpha: float, width: float, height: float, friction: float) -> harmony.Case:
    """A block (width x height) in the middle of an incline that is long enough [deg, m, m, deg]."""
    incline = "geometry.incline"
    length = 20.0 * width
    return base.with_values(
        {
            f"{incline}.angle": alpha,
            f"{incline}.width": width,
            f"{incline}.height": height,
            f"{incline}.base_length": length,
            f"{incline}.position": length / 2,
            "joints.default.friction": friction,
        }
    )


def _onset(case: harmony.Case) -> tuple[bool, bool]:
    """Whether the block slides, and whether it turns."""
    sim = dda.Simulation(case.model(), dt=case.get("time.step"), contact=case.contact)
    while sim.time < END and abs(sim.rotations[BLOCK]) < ONSET:
        sim.run(steps=1)
    alpha, width, height = (case.get(f"geometry.incline.{name}") for name in ("angle", "width", "height"))
    down = np.array([np.cos(np.radians(alpha)), -np.sin(np.radians(alpha))])
    slid = sim.point(BLOCK, width / 2 * down).displacement @ down
    return bool(slid > SLID * height), bool(abs(sim.rotations[BLOCK]) > TURNED)
