"""What motion and gravity say of energy: the bound that no predicted speed may pass.

    E_kin(t) <= M g . u(t) + W(t),     |v_mass| <= mean |v| <= sqrt(2 E_kin / M)

M: mass of the moving blocks [kg/m], u: mass-weighted mean displacement [m], so that M g . u is exactly the potential
energy released; W: work of water, loads, base motion and supports [J/m]. The chain of means is Jensen's.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmony.learning.ensemble import Ensemble

__all__ = ["available", "gravity_of", "moving_mass", "violations"]

Floats = NDArray[np.float64]

NEEDED = ("mass.displacement.x", "mass.displacement.y", "energy.potential", "energy.external", "energy.kinetic")

SLACK = 0.01
"""Kinetic energy over the bound that data may show, over the largest of their kinetic energies [-]: the elastic energy
released at the start, and the error of the step."""


def gravity_of(head: Ensemble) -> Floats | None:
    """Gravity (2,) m/s2 of the case that was sampled; None for a table."""
    if not head.origin.get("case"):
        return None
    from ruamel.yaml import YAML

    loads = YAML(typ="safe").load(head.origin["case"]).get("loads") or {}
    from harmony.case.loads import GRAVITY

    return np.array(loads.get("gravity", GRAVITY), dtype=float)


def moving_mass(part: Ensemble) -> Floats:
    """M of each row [kg/m], (n,), from the ledger: -E_pot = M g . u at all times, by least squares; NaN without motion
    or without a case."""
    gravity = gravity_of(part)
    count = len(part)
    if gravity is None or "energy.potential" not in part.histories:
        return np.full(count, np.nan)
    fall = gravity[0] * _column(part, "mass.displacement.x") + gravity[1] * _column(part, "mass.displacement.y")
    released = -_column(part, "energy.potential")
    size = (fall**2).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mass = (released * fall).sum(axis=1) / size
    return np.where((size > 0.0) & (mass > 0.0), mass, np.nan)


def available(mass: Any, gravity: Floats, u_x: Any, u_y: Any, work: Any) -> Any:
    """M g . u + W [J/m], not under zero; arrays (..., m), mass (..., 1)."""
    return np.maximum(mass * (gravity[0] * u_x + gravity[1] * u_y) + work, 0.0)


def violations(part: Ensemble) -> Floats | None:
    """Largest excess of the kinetic energy over the bound in each row, over the largest kinetic energy, (n,)."""
    gravity = gravity_of(part)
    if gravity is None or not set(NEEDED) <= set(part.histories):
        return None
    bound = -_column(part, "energy.potential") + _column(part, "energy.external")
    kinetic = _column(part, "energy.kinetic")
    size = max(float(kinetic.max(initial=0.0)), np.finfo(float).tiny)
    return np.asarray((kinetic - np.maximum(bound, 0.0)).max(axis=1) / size)


def _column(part: Ensemble, name: str) -> Floats:
    values = part.histories[name].astype(float)
    return np.where(np.isnan(values), 0.0, values)
