"""Forces on the abutments of the arch of case.yaml, and the largest eccentricity of the line of thrust."""

import numpy as np

import harmony

LEFT, RIGHT = 0, 1  # blocks: the abutments, whose faces are level


def run(case: harmony.Case) -> dict[str, float]:
    """Vertical reactions and horizontal thrusts [N/m], and the largest |M / N| over all joints [m]."""
    faces = harmony.solve(case.beside("case.yaml")).fields.frame(-1).face_tractions
    found = {}
    for name, abutment in (("left", LEFT), ("right", RIGHT)):
        on = faces[faces["block"] == abutment]
        found[f"reaction.{name}"] = on["normal"].sum()
        found[f"thrust.{name}"] = abs(on["shear"].sum())
    voussoirs = faces[faces["block"] > RIGHT]
    return found | {"eccentricity.largest": np.abs(voussoirs["centre"]).max()}
