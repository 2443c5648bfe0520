"""What learned laws promise by construction, measured on 10,000 random states of untrained networks."""

import torch

import harmony
from harmony.laws.elastic import ElasticLaw
from harmony.laws.hyperelastic import HyperelasticLaw
from harmony.laws.joint import JointNetwork
from harmony.laws.properties import elastic_properties, hyperelastic_properties

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
    ranges = {"slip": [0.1, 10.0], "speed": [1e-6, 10.0], "normal_stress": [0.0, 1e7]}
    joint = JointNetwork(ranges, monotone={"slip": -1}, seed=3)
    generator = torch.Generator().manual_seed(0)
    x = torch.rand(STATES, 5, dtype=torch.float64, generator=generator) * torch.tensor([20.0, 20.0, 2e7, 1.0, 1.0])
    more = x + torch.tensor([0.5, 0.0, 0.0, 0.0, 0.0], dtype=torch.float64)
    with torch.no_grad():
        found["joint.dissipation"] = float(joint(x).min())  # friction times slip and normal force, both positive
        found["joint.rise"] = float((joint(more) - joint(x)).max())
    return found
