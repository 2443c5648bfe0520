"""Amplification matrix of a time scheme, measured on a block that swings on a spring.

One step maps the state (u, v dt) linearly to the next one, s_(k+1) = A s_k. Two steps from two independent states give
A; its spectral radius is what the scheme makes of the amplitude in one step.
"""

import numpy as np

import dda
import harmony

OMEGA_DT = {"shi": (0.01, 0.1, 0.5, 1, 2, 5, 10, 100), "conserving": (0.1, 1, 10), "moreau-jean": (0.1, 1, 10)}
CONTACT = {"moreau-jean": dda.Complementarity()}  # the others are schemes of the penalty method
BLOCK = 1


def run(case: harmony.Case) -> dict[str, float]:
    """`<scheme>.omega-dt-<value>`: spectral radius [-]; `shi.damping-0.1`: damping ratio [-]."""
    found = {}
    for scheme, values in OMEGA_DT.items():
        for omega_dt in values:
            eigenvalues = np.linalg.eigvals(_amplification(case, scheme, omega_dt))
            found[f"{scheme}.omega-dt-{omega_dt:g}"] = np.abs(eigenvalues).max()
            if (scheme, omega_dt) == ("shi", 0.1):
                # rho exp(i phi) = exp((-xi + i sqrt(1 - xi^2)) omega dt): xi = -ln rho / |ln rho + i phi|
                logarithm = np.log(complex(eigenvalues[0]))
                found["shi.damping-0.1"] = -logarithm.real / abs(logarithm)
    return found


def _amplification(case: harmony.Case, scheme: str, omega_dt: float) -> np.ndarray:
    """The matrix A (2, 2) of u and v dt [m]."""
    dt = case.get("time.step")
    stiffness = case.get("materials.rock.density") * (omega_dt / dt) ** 2  # k = m omega^2 of a block of 1 m2 [Pa/m]
    joint = "joints.default"
    model = case.with_values({f"{joint}.{k}_stiffness": stiffness for k in ("normal", "shear")}).model()
    sim = dda.Simulation(model, dt=dt, scheme=scheme, contact=CONTACT.get(scheme, dda.Penalty()))
    states = [[0.0, case.get("loads.velocity")[1] * dt]]
    for _ in range(2):
        sim.run(steps=1)
        states.append([sim.displacements[BLOCK, 1], sim.velocities[BLOCK, 1] * dt])
    before, after = np.array(states[:2]).T, np.array(states[1:]).T
    return after @ np.linalg.inv(before)
