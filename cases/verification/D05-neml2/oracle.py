"""J2 plasticity with linear hardening as neml2 has it, along strain paths.

    python cases/verification/D05-neml2/oracle.py

writes `recorded.csv` beside it. Elasticity, direction of flow, hardening, equivalent stress and yield function are
neml2's; the one unknown of a step, the plastic increment, is found by Brent's method.
"""

from pathlib import Path

import numpy as np

MODEL = """
[Models]
  [elasticity]
    type = LinearIsotropicElasticity
    coefficients = '{young} {poisson}'
    coefficient_types = 'YOUNGS_MODULUS POISSONS_RATIO'
  []
  [flow]
    type = AssociativeJ2FlowDirection
  []
  [harden]
    type = LinearIsotropicHardening
    hardening_modulus = {hardening}
  []
  [equivalent]
    type = SR2Invariant
    invariant_type = 'VONMISES'
    tensor = 'mandel_stress'
    invariant = 'effective_stress'
  []
  [limit]
    type = YieldFunction
    yield_stress = {strength}
    isotropic_hardening = 'isotropic_hardening'
  []
[]
"""
NUMBERS = {"young": 70e9, "poisson": 0.3, "strength": 250e6, "hardening": 707.0707071e6}
"""Pa, -, Pa, Pa."""


def paths() -> np.ndarray:
    """Strains (2, 12, 6) in Mandel notation: a bent path of all components, and a cycle of tension and pressure."""
    t = np.linspace(1.0 / 12.0, 1.0, 12)[:, None]
    first, second = np.array([6.0, -2.0, 1.0, 3.0, -1.0, 2.0]) * 1e-3, np.array([-4.0, 5.0, 0.5, 2.0, 4.0, -3.0]) * 1e-3
    bent = np.minimum(t, 0.5) * first + np.maximum(t - 0.5, 0.0) * second
    cycle = 6e-3 * np.sin(2.0 * np.pi * t) * np.array([1.0, -0.4, -0.3, 0.0, 0.0, 0.5])
    return np.stack([bent, cycle])


def stresses(strain: np.ndarray) -> np.ndarray:
    """Stresses (paths, rows, 6) [Pa] of neml2 along strains (paths, rows, 6)."""
    import neml2
    import torch
    from scipy.optimize import brentq

    models = neml2.load_string(MODEL.format(**NUMBERS), dtype=torch.float64)
    elasticity, flow, harden, equivalent, limit = (
        models.get_model(name) for name in ("elasticity", "flow", "harden", "equivalent", "limit")
    )

    thrice = 1.5 * NUMBERS["young"] / (1.0 + NUMBERS["poisson"])  # 3 G

    def tensor(row: np.ndarray) -> neml2.SR2:
        return neml2.SR2(torch.tensor(row))

    out = np.empty_like(strain)
    with torch.no_grad():
        for path, rows in enumerate(strain):
            plastic, kappa = np.zeros(6), 0.0
            for k, eps in enumerate(rows):
                trial = elasticity(tensor(eps - plastic))
                N = flow(trial).data.numpy()

                def off(step: float, eps=eps, plastic=plastic, kappa=kappa, N=N) -> float:
                    sigma = elasticity(tensor(eps - plastic - step * N))
                    hardened = harden(neml2.Scalar(torch.tensor(kappa + step, dtype=torch.float64)))
                    return float(limit(equivalent(sigma), hardened).data)

                largest = float(equivalent(trial).data) / thrice  # there the deviator is zero
                step = brentq(off, 0.0, largest, xtol=1e-16, rtol=1e-14) if off(0.0) > 0.0 else 0.0
                plastic, kappa = plastic + step * N, kappa + step
                out[path, k] = elasticity(tensor(eps - plastic)).data.numpy()
    return out


if __name__ == "__main__":
    table = Path(__file__).with_name("recorded.csv")
    found = stresses(paths()).reshape(-1, 6)
    np.savetxt(table, found, "%.17g", ",", header="stress [Pa], Mandel notation; rows of paths(), by neml2 3.1.0")
