"""Least motion that overturns a block, by bisection: a start with angular velocity, and a base pulse."""

from collections.abc import Callable

import harmony

HALF_WIDTH, HALF_HEIGHT = 0.5, 1.5  # m, of the block of case.yaml
OMEGA = (0.6, 0.8)  # rad/s
PULSE = (3.0, 5.0)  # m/s2
RESOLUTION = 0.002  # of the threshold [-]
END = 6.0  # s: a block that has not fallen by then rocks to rest
FALLEN = 1.0  # rad: far beyond the point of no return, atan(b / h) = 0.32


def run(case: harmony.Case) -> dict[str, float]:
    """`omega.overturns` [rad/s] and `pulse.overturns` [m/s2]."""
    turned = case.beside("case.yaml").with_values({"time.step": 2e-3, "time.end": END})
    shaken = case.beside("pulse.yaml")

    def by_velocity(omega: float) -> harmony.Case:
        return turned.with_values({"loads.velocity": [omega * HALF_HEIGHT, omega * HALF_WIDTH, -omega]})

    def by_pulse(acceleration: float) -> harmony.Case:
        return shaken.with_values({"loads.base_acceleration.scale": acceleration, "stages.shake.end": END})

    return {"omega.overturns": _threshold(by_velocity, *OMEGA), "pulse.overturns": _threshold(by_pulse, *PULSE)}


def _threshold(case_of: Callable[[float], harmony.Case], low: float, high: float) -> float:
    """The value between `low`, which rocks back, and `high`, which overturns."""
    assert not _overturns(case_of(low)), f"{low} overturns"
    assert _overturns(case_of(high)), f"{high} does not overturn"
    while high - low > RESOLUTION * high:
        middle = 0.5 * (low + high)
        low, high = (low, middle) if _overturns(case_of(middle)) else (middle, high)
    return 0.5 * (low + high)


def _overturns(case: harmony.Case) -> bool:
    return bool(abs(harmony.solve(case).history["block.rotation"]).max() > FALLEN)
