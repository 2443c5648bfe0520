"""Units that a table of observations may name: what they measure, and their factor to SI."""

from dda.errors import InputError, explain

__all__ = ["DAY", "factor", "measures"]

DAY = 86400.0
"""Seconds of a day."""

UNITS: dict[str, tuple[str, float]] = {
    "m": ("m", 1.0), "cm": ("m", 1e-2), "mm": ("m", 1e-3), "um": ("m", 1e-6), "km": ("m", 1e3),
    "m/s": ("m/s", 1.0), "cm/s": ("m/s", 1e-2), "mm/s": ("m/s", 1e-3), "mm/day": ("m/s", 1e-3 / DAY),
    "cm/day": ("m/s", 1e-2 / DAY), "m/day": ("m/s", 1.0 / DAY), "mm/year": ("m/s", 1e-3 / DAY / 365.25),
    "Pa": ("Pa", 1.0), "kPa": ("Pa", 1e3), "MPa": ("Pa", 1e6), "GPa": ("Pa", 1e9),
    "s": ("s", 1.0), "min": ("s", 60.0), "h": ("s", 3600.0), "day": ("s", DAY), "d": ("s", DAY),
    "rad": ("rad", 1.0), "deg": ("rad", 0.017453292519943295), "J/m": ("J/m", 1.0), "kJ/m": ("J/m", 1e3),
    "-": ("-", 1.0), "%": ("-", 1e-2), "kg/m3": ("kg/m3", 1.0), "m/s2": ("m/s2", 1.0), "Pa/m": ("Pa/m", 1.0),
}  # fmt: skip
"""Unit -> (SI unit, factor)."""


def measures(quantity: str) -> str | None:
    """The SI unit of a quantity by its name; None where the name does not tell (a parameter's path)."""
    words = quantity.split(".")
    for word, unit in (
        ("displacement", "m"), ("velocity", "m/s"), ("speed", "m/s"), ("stress", "Pa"), ("rotation", "rad"),
        ("energy", "J/m"), ("failed", "-"), ("rest_time", "s"), ("failure_time", "s"),
        ("level", "m"), ("piezometric", "m"),
    ):  # fmt: skip
        if word in words:
            return unit
    return None


def factor(unit: str, quantity: str, where: str) -> float:
    """The factor to SI of `unit` for `quantity`; an InputError where it measures something else."""
    name = unit.strip().replace("µ", "u")
    if name == "deg" and quantity.partition(".")[0] in ("joints", "materials", "geometry"):
        return 1.0  # a number of the case file, where angles are degrees
    wanted = measures(quantity)
    if not name:
        return 1.0
    if name not in UNITS or (wanted is not None and UNITS[name][0] != wanted):
        fitting = [u for u, (si, _) in UNITS.items() if wanted in (None, si)]
        raise InputError(
            explain(
                f"'{unit}' is no unit of {quantity}",
                where=where,
                expected=", ".join(fitting),
                got=unit,
                do="mend the unit; without one, numbers are SI",
            )
        )
    return UNITS[name][1]
