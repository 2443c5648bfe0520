"""Whether the arch of case.yaml stands just above and just below its least friction, for several thicknesses."""

import math

import harmony

LEAST_FRICTION = {0.108: 0.394610, 0.12: 0.381555, 0.15: 0.351671, 0.18: 0.324701, 0.2: 0.309143}  # t / R: mu
MARGIN = 0.005  # of mu


def run(case: harmony.Case) -> dict[str, float]:
    """`thickness-<t/R>.above` and `.below`: 1 if it stands, 0 if it falls."""
    base = case.beside("case.yaml")
    radius = base.get("geometry.arch.radius")
    found = {}
    for ratio, friction in LEAST_FRICTION.items():
        arch = base.with_values({"geometry.arch.thickness": ratio * radius})
        low, high = (math.degrees(math.atan(friction + margin)) for margin in (-MARGIN, MARGIN))
        ends = harmony.critical(arch, low=low, high=high, tolerance=high - low).trials
        found[f"thickness-{ratio}.below"] = not ends[0].fails
        found[f"thickness-{ratio}.above"] = not ends[1].fails
    return found
