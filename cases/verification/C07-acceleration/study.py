"""Iterations of every acceleration on the Dirichlet-Neumann iteration between two unit squares.

-div(k grad u) = 0 on both, u = 0 at y = 0 and 1, five-point differences, 20 unknowns on the interface x = 0, h = 1/21.
The far side of the Dirichlet square is held (u = 0), that of the Neumann square is held ("D") or free ("N"). The
interface row has half a cell, so that for the mode sin(m pi y), cosh t = 2 - cos(m pi h), a square of 21 columns
resists with

    S = sinh t coth 21 t (far side held)      S = sinh t tanh 21 t (far side free)

in units of k. kappa: k of the Dirichlet square over that of the Neumann square. x = u on the interface,
f(x) = S_N^-1 (b - kappa S_D x), b = exp(3 y) sin(pi y).
"""

import numpy as np

import couplers
import harmony

POINTS = 20
TOLERANCE = 1e-8
RATIOS = (0.1, 0.5, 1.0, 2.0, 10.0, 100.0)
MOST = 60
DIVERGES = 0.0
"""What stands for the number of iterations where the iteration diverges."""

h = 1.0 / (POINTS + 1)
y = h * np.arange(1, POINTS + 1)
mode = np.arange(1, POINTS + 1)
shape = np.sqrt(2 * h) * np.sin(np.pi * np.outer(y, mode))
angle = np.arccosh(2.0 - np.cos(np.pi * h * mode))
HELD = (shape * np.sinh(angle) / np.tanh(angle / h)) @ shape.T
FREE = (shape * np.sinh(angle) * np.tanh(angle / h)) @ shape.T
FAR = {"D": HELD, "N": FREE}
LOAD = np.exp(3 * y) * np.sin(np.pi * y)


def coupled(ratio, far, acceleration, options):
    """One window of the model problem."""
    flexibility = np.linalg.inv(FAR[far])
    first = couplers.CallableParticipant(
        "Dirichlet", lambda s, i, dt: {"Force": ratio * (HELD @ i["Displacement"])}, {"Force": np.zeros(POINTS)}
    )
    second = couplers.CallableParticipant(
        "Neumann", lambda s, i, dt: {"Displacement": flexibility @ (LOAD - i["Force"])}, {"Displacement": 0 * y}
    )
    return couplers.Coupling(
        [first, second],
        [
            couplers.Exchange("Force", "Dirichlet", "Neumann"),
            couplers.Exchange("Displacement", "Neumann", "Dirichlet"),
        ],
        scheme="serial-implicit",
        max_iterations=MOST,
        convergence=[couplers.Measure("Displacement", "relative", TOLERANCE)],
        acceleration=acceleration,
        options=options,
    )


def iterations(ratio, far, acceleration, **options):
    """Passes until |f - x| < 1e-8 |f|; 0 where it diverges."""
    try:
        return coupled(ratio, far, acceleration, options).run()[0].iterations
    except couplers.NotConverged:
        return DIVERGES


def factor(ratio, far):
    """Spectral radius of the iteration."""
    return np.abs(np.linalg.eigvals(ratio * np.linalg.solve(FAR[far], HELD))).max()


def run(case: harmony.Case) -> dict[str, float]:
    """`<kappa>.<far side>.<acceleration>` of iterations, `.factor` and `.relaxation`, the best constant one."""
    found = {}
    for ratio in RATIOS:
        for far in FAR:
            name = f"{ratio:g}.{far}"
            # The factors lie in [-rho, -kappa]: w = 2 / (2 + rho + kappa) makes the largest one smallest.
            rho = factor(ratio, far)
            best = 2.0 / (2.0 + rho + ratio)
            found[f"{name}.factor"] = rho
            found[f"{name}.relaxation"] = best
            found[f"{name}.fixed-point"] = iterations(ratio, far, "constant", relaxation=1.0)
            found[f"{name}.constant"] = iterations(ratio, far, "constant", relaxation=best)
            found[f"{name}.aitken"] = iterations(ratio, far, "aitken", initial_relaxation=0.1)
            found[f"{name}.IQN-ILS"] = iterations(ratio, far, "IQN-ILS", initial_relaxation=0.1)
            found[f"{name}.IQN-IMVJ"] = iterations(ratio, far, "IQN-IMVJ", initial_relaxation=0.1)
            found[f"{name}.anderson"] = iterations(ratio, far, "anderson", mixing=0.1)
    return found
