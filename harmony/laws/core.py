"""A trained small-strain law as the core evaluates it: arrays handed over, no Python in the inner loop."""

import dda
from harmony.laws.elastic import ElasticLaw

__all__ = ["core_law"]


def core_law(law: ElasticLaw, stiffest: float | None = None) -> dda.NetworkLaw:
    """The same law as `dda.NetworkLaw`; stiffest: largest eigenvalue of the tangent where it is trusted [Pa]."""
    parts, depth = law.layers(), len(law.network.widths)
    bulk, shear = parts["moduli"].tolist()
    return dda.NetworkLaw(
        [parts[f"W{k}"] for k in range(depth)],
        [parts[f"b{k}"] for k in range(depth)],
        parts["w"],
        bulk=bulk,
        shear=shear,
        strain_scale=law.strain_scale,
        energy_scale=law.energy_scale,
        symmetry=law.symmetry,
        activation=law.network.activation,
        axis=parts["axis"],
        stiffest=stiffest,
    )
