"""What a run says of its cracks, by quantity: `crack.<name>.tip1.KI` and the like."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import nmm

__all__ = ["crack_numbers"]


def crack_numbers(sim: "nmm.Simulation") -> dict[str, dict[str, object]]:
    """Of each crack length and smallest opening `gap` [m]; of each tip KI, KII [Pa sqrt(m)], J [N/m], x, y [m].

    Nothing before the first solution.
    """
    from nmm.growth import opening

    if sim.steps == 0:
        return {}
    found: dict[str, dict[str, object]] = {}
    factors = sim.stress_intensity()
    places = {(tip.crack, f"tip{tip.number}"): tip.position for tip in sim.equations.enrichment.tips}
    cells = sim.equations.manifold.cover.sizes.max()
    resolved = {(t.crack, f"tip{t.number}"): float(t.radius / cells) for t in sim.equations.enrichment.tips}
    for k, crack in enumerate(sim.model.cracks):
        own: dict[str, object] = {"length": float(np.hypot(*np.diff(crack.points, axis=0).T).sum())}
        own["gap"] = opening(sim, k)
        for name, K in factors[crack.name].items():
            x, y = places[k, name].tolist()
            own[name] = {
                "KI": K.KI,
                "KII": K.KII,
                "J": K.J,
                "J_direct": K.J_direct,
                "x": x,
                "y": y,
                "cells": resolved[k, name],
            }
        found[crack.name] = own
    return found
