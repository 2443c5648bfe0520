"""The energies that a run keeps account of."""

__all__ = ["ENERGIES"]

ENERGIES = (
    "kinetic",
    "strain",
    "potential",
    "contact",
    "friction",
    "breakage",
    "impact",
    "external",
    "scheme",
    "drift",
)
"""Keys of `energy` of every simulation, in their order in a history [J/m]."""
