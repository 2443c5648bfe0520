"""Error of the slid distance of the block of case.yaml, for steps from 0.5 to 10 ms."""

import math

import harmony

FRICTION = (20, 28)  # deg; 28 slides slowly: a classic code errs there by 0.46 % at 5 ms and 1.4 % at 0.5 ms
STEPS = {"0.5ms": 5e-4, "1ms": 1e-3, "2ms": 2e-3, "5ms": 5e-3, "10ms": 1e-2}  # s


def run(case: harmony.Case) -> dict[str, float]:
    """`friction-<deg>.error.<step>`: the largest relative error at 1 s and 2 s [-]."""
    base = case.beside("case.yaml")
    found = {}
    for friction in FRICTION:
        for name, step in STEPS.items():
            one = harmony.solve(base.with_values({"joints.default.friction": friction, "time.step": step}))
            errors = [_error(one, friction, time) for time in (1.0, 2.0)]
            found[f"friction-{friction}.error.{name}"] = max(errors)
    return found


def _error(one: harmony.Run, friction: float, time: float) -> float:
    """|s - a t^2 / 2| / (a t^2 / 2) with a = g (sin 30 - cos 30 tan phi)."""
    slope, phi = math.radians(30.0), math.radians(friction)
    expected = 9.81 * (math.sin(slope) - math.cos(slope) * math.tan(phi)) * time**2 / 2
    return abs(one.quantity("block.displacement.magnitude", at=time) / expected - 1.0)
