"""Least thickness of the arch of case.yaml for several numbers of voussoirs."""

import harmony

VOUSSOIRS = (10, 27, 50)
INTERVAL = (0.104, 0.110)  # t / R


def run(case: harmony.Case) -> dict[str, float]:
    """`thickness.<n>-voussoirs`: t / R [-]; infinite where both ends of the interval stand, or both fall."""
    base = case.beside("case.yaml")
    radius = base.get("geometry.arch.radius")
    low, high = (ratio * radius for ratio in INTERVAL)
    found = {}
    for voussoirs in VOUSSOIRS:
        arch = base.with_values({"geometry.arch.voussoirs": voussoirs})
        limit = harmony.critical(arch, low=low, high=high).critical
        found[f"thickness.{voussoirs}-voussoirs"] = float("inf") if limit is None else limit / radius
    return found
