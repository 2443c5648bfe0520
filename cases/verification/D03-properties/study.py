"""What learned laws promise by construction, measured on 10,000 random states of untrained networks."""

import numpy as np
import torch

import harmony
from harmony.laws.elastic import ElasticLaw
from harmony.laws.hardening import Hardening
from harmony.laws.hyperelastic import HyperelasticLaw
from harmony.laws.inelastic_properties import inelastic_properties
from harmony.laws.joint import JointNetwork
from harmony.laws.plastic import LearnedPlasticity
from harmony.laws.potential import Potential
from harmony.laws.properties import elastic_properties, hyperelastic_properties
from harmony.laws.standard import StandardLaw
from harmony.laws.yield_surface import Surface

STATES = 10_000
AXIS = (1.0, 2.0, 2.0)


def run(case: harmony.Case) -> dict[str, float]:
    """`<law>.<property>` [-]."""
    torch.set_num_threads(1)
    found = {}
    for symmetry in ("isotropic", "transverse"):
        law = ElasticLaw(symmetry, strain_scale=1e-3, energy_scale=1e3, axis=AXIS, seed=3)
        found |= {f"{symmetry}.{k}": v for k, v in elastic_properties(law, STATES).items()}
    finite = HyperelasticLaw(energy_scale=1e6, seed=3)
    found |= {f"finite.{k}": v for k, v in hyperelastic_properties(finite, STATES).items()}
    found |= {f"standard.{k}": v for k, v in inelastic_properties(StandardLaw(seed=3), STATES, 5e-3).items()}
    for name, law in yielding().items():
        found |= {f"{name}.{k}": v for k, v in inelastic_properties(law, STATES, 1e-2).items()}
    ranges = {"slip": [0.1, 10.0], "speed": [1e-6, 10.0], "normal_stress": [0.0, 1e7]}
    joint = JointNetwork(ranges, monotone={"slip": -1}, seed=3)
    generator = torch.Generator().manual_seed(0)
    x = torch.rand(STATES, 5, dtype=torch.float64, generator=generator) * torch.tensor([20.0, 20.0, 2e7, 1.0, 1.0])
    more = x + torch.tensor([0.5, 0.0, 0.0, 0.0, 0.0], dtype=torch.float64)
    with torch.no_grad():
        found["joint.dissipation"] = float(joint(x).min())  # friction times slip and normal force, both positive
        found["joint.rise"] = float((joint(more) - joint(x)).max())
    return found


def yielding() -> dict[str, LearnedPlasticity]:
    """Laws of random surfaces around zero stress; bulk 2 GPa, shear 1 GPa, strength 5 MPa."""
    rng = np.random.default_rng(3)

    def surface(sharp: float) -> Surface:
        planes = rng.normal(size=(3, 3)) + 0.3
        return Surface(planes / np.linalg.norm(planes, axis=1)[:, None], 0.2 * rng.random(3), sharp, 5e6)

    f, hardening = surface(30.0), Hardening(2.0, (0.3,), (0.01,))
    return {
        "associated": LearnedPlasticity(2e9, 1e9, f, None, hardening),
        "non-associated": LearnedPlasticity(2e9, 1e9, f, Potential(surface(20.0)), hardening),
    }
