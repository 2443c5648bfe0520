"""Hyperelastic laws that were trained on displacement fields and reactions only, along paths that they have not seen.

The weights come with the package; `harmony/laws/trained/euclid.py` made them. Nothing is trained here.
"""

import torch

import harmony
from harmony.laws.files import read_law
from harmony.laws.held_out_paths import errors_along, gradients
from harmony.laws.properties import hyperelastic_properties
from harmony.laws.trained.euclid import LAWS, NOISE, true_energy

LARGEST = 0.3
"""Size of the deformation at the end of a path."""

POINTS = {"uniaxial": 0.5, "simple-shear": 0.5, "biaxial": 0.5}
STATES = 1000


def run(case: harmony.Case) -> dict[str, float]:
    """`<law>.<path>.W`, `.P11`: closed form; `<law>.<noise>.energy` (R2), `.tangent`, `.stress`, `.ellipticity`."""
    torch.set_num_threads(1)
    found = {}
    for name in LAWS:
        for path, size in POINTS.items():
            F = gradients(path, torch.tensor([size], dtype=torch.float64)).requires_grad_(True)
            W = true_energy(name, F)
            (P,) = torch.autograd.grad(W.sum(), F)
            found[f"{name}.{path}.W"], found[f"{name}.{path}.P11"] = float(W.detach()), float(P[0, 0, 0])
        for noise in NOISE:
            law = read_law(f"euclid-{name}-{noise}")
            errors = errors_along(law, lambda F, name=name: true_energy(name, F), LARGEST)
            found |= {f"{name}.{noise}.{k}": errors[k] for k in ("energy", "tangent", "stress")}
            found[f"{name}.{noise}.ellipticity"] = hyperelastic_properties(law, STATES, LARGEST)["ellipticity"]
    return found
