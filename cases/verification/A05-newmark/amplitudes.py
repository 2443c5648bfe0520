"""Slip of the block of case.yaml at the other amplitudes of the benchmark."""

import harmony

AMPLITUDES = (0.2, 0.3)  # g; case.yaml itself has 0.5


def run(case: harmony.Case) -> dict[str, float]:
    """`<amplitude>g.slip.final` [m]."""
    base = case.beside("case.yaml")
    found = {}
    for amplitude in AMPLITUDES:
        one = harmony.solve(base.with_values({"loads.base_acceleration.scale": amplitude}))
        found[f"{amplitude}g.slip.final"] = one.quantity("block.displacement.magnitude.final")
    return found
