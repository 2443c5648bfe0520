"""Resultant of the contact forces on the base of the dams."""

import math

import numpy as np

import dda
import harmony

TOE = 42.0  # x [m]


def run(case: harmony.Case) -> dict[str, float]:
    """`<file>.normal`, `.shear` [N/m], `.safety` [-], `.from-toe` [m]."""
    found = {}
    for name in ("case", "dry-base"):
        dam = case.beside(f"{name}.yaml")
        stage = dam.stages[0]
        sim = dda.Simulation(dam.model(), dt=stage.step, contact=dam.contact)
        sim.settle(tolerance=stage.tolerance, max_steps=stage.max_steps)
        contacts = sim.contacts
        normal, shear = contacts["normal"].sum(), abs(contacts["shear"].sum())
        friction = math.tan(math.radians(dam.get("joints.base.friction")))
        found[f"{name}.normal"] = normal
        found[f"{name}.shear"] = shear
        found[f"{name}.safety"] = normal * friction / shear
        found[f"{name}.from-toe"] = TOE - np.average(contacts["x"], weights=contacts["normal"])
    return found
