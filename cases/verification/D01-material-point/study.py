"""Material points: the closed forms of the core at failure, and what was learned from their stress along paths.

The weights come with the package (harmony/laws/trained/plasticity.py); the paths are none of those it was taught on.
"""

import numpy as np

import dda
import harmony
from harmony.laws.files import read_law
from harmony.laws.trained.plasticity import LAWS, along, paths

MPA = 1e6
SHORT = {"mohr-coulomb": "mc", "mohr-coulomb-associated": "mc-associated", "von-mises": "j2"}
COUNT, SEED, SMALL = 30, 99, 1e-9


def run(case: harmony.Case) -> dict[str, float]:
    """`mc.sigma1-<sigma3>` [MPa, compression positive], `j2.sigma` [MPa], `learned.*` relative errors [-]."""
    found = {f"mc.sigma1-{s3}": _strength(s3) for s3 in (0, 1, 5)}
    found["j2.sigma"] = _uniaxial()
    for name, (true, size) in LAWS.items():
        law, word = read_law(name), f"learned.{SHORT[name]}"
        for way, bent in (("straight", False), ("bent", True)):
            strain = paths(size, COUNT, SEED, bent)
            wanted, got = along(true, strain), along(law, strain)
            wrong = np.linalg.norm(got - wanted, axis=2).max()
            found[f"{word}-{way}"] = float(wrong / np.linalg.norm(wanted, axis=2).mean())
        found[f"{word}-tangent"] = _tangent_error(law, paths(size, COUNT, SEED))
        found[f"{word}-symmetric"] = float(law.symmetric)
    return found


def _strength(confining: float) -> float:
    """sigma_1 [MPa] where a triaxial test at `confining` [MPa] fails: strain grows, sigma_3 is held by Newton."""
    law = dda.MohrCoulomb(6.778e9, 0.25, 3.45e6, 30.0)
    state, old, stress = law.initial_state(1), np.zeros((1, 6)), np.zeros((1, 6))
    lateral = 0.0
    for axial in np.linspace(0.0, -8e-3, 41):
        for _ in range(50):
            strain = np.array([[lateral, lateral, axial, 0.0, 0.0, 0.0]])
            answer = law.evaluate(strain, old, state, 0.0)
            stress = answer.stress
            off = stress[0, 0] + confining * MPA
            if abs(off) < 1e-6:
                break
            lateral -= off / (answer.tangent[0, 0, 0] + answer.tangent[0, 0, 1])
        state, old = answer.state, strain
    return -float(stress[0, 2]) / MPA


def _uniaxial() -> float:
    """sigma [MPa] at 1 % of uniaxial strain, E = 70 GPa, E_t = E / 100, sigma_0 = 250 MPa."""
    law = dda.VonMises(70e9, 0.3, 250e6, 707.0707071e6)
    state, old, lateral = law.initial_state(1), np.zeros((1, 6)), 0.0
    for axial in np.linspace(0.0, 0.01, 21):
        for _ in range(50):
            strain = np.array([[axial, lateral, lateral, 0.0, 0.0, 0.0]])
            answer = law.evaluate(strain, old, state, 0.0)
            if abs(answer.stress[0, 1]) < 1e-4:
                break
            lateral -= answer.stress[0, 1] / (answer.tangent[0, 1, 1] + answer.tangent[0, 1, 2])
        state, old = answer.state, strain
    return float(answer.stress[0, 0]) / MPA


def _tangent_error(law: dda.ConstitutiveLaw, strain: np.ndarray) -> float:
    """Median over the paths of |tangent - central differences| / |tangent| at the last step."""
    state, old = law.initial_state(len(strain)), np.zeros((len(strain), 6))
    for k in range(strain.shape[1] - 1):
        state, old = law.evaluate(strain[:, k], old, state, 0.0).state, strain[:, k]
    last, eye = strain[:, -1], np.eye(6)
    D = law.evaluate(last, old, state, 0.0).tangent
    columns = []
    for j in range(6):
        ahead, behind = (law.evaluate(last + h * eye[j], old, state, 0.0).stress for h in (SMALL, -SMALL))
        columns.append((ahead - behind) / (2 * SMALL))
    wrong = np.linalg.norm(np.stack(columns, 2) - D, axis=(1, 2)) / np.linalg.norm(D, axis=(1, 2))
    return float(np.median(wrong))
