"""A square on rollers under a pressure that falls from one side to the other, without a law: measured points, or the
shipped network `stiffening-rock` as the manifold of data, on finite elements and on manifold elements.

`manifold.<method>`: strain error of the model-free solver on the network over Newton's method with the network;
`law.<method>`: over the closed form that the network learned; `slope.<method>`: of log strain error over log N, points
of the closed form at random strains.
"""

from typing import Any

import numpy as np

import harmony
from harmony.laws.data_driven import solve_data_driven, solve_on_manifold
from harmony.laws.discrete_body import DiscreteBody, discretised
from harmony.laws.manifold import Manifold

DOMAIN = [[0, 0], [1, 0], [1, 1], [0, 1]]  # m
SUPPORTS = [{"along": [[0, 0], [1, 0]], "components": ["y"]}, {"along": [[0, 0], [0, 1]], "components": ["x"]}]
METHODS: dict[str, dict[str, Any]] = {
    "fem": {"fem": {"size": 1 / 6, "degree": 1}},
    "nmm": {"cover": {"size": 0.2, "order": 0}},
}
CLOSED = {"law": "power-elastic", "young": 1e9, "poisson": 0.25, "reference_strain": 4e-3, "exponent": 0.5}
NETWORK = {"law": "learned", "file": "stiffening-rock"}
PRESSURE, PIECES = 4e6, 12  # Pa, -
SPREAD, POINTS, SEED = 2.5e-3, (300, 3000, 30000), 4  # of the strains of the data [-]


def run(case: harmony.Case) -> dict[str, float]:
    """Both methods."""
    return {f"{name}.{method}": value for method in METHODS for name, value in _compared(method).items()}


def _compared(method: str) -> dict[str, float]:
    body, twin = (discretised(_square(method, rock)) for rock in (CLOSED, NETWORK))
    (_, closed, _), (_, newton, _) = body.reference(), twin.reference()
    law, network = (b.simulation.model.materials[0].constitutive for b in (body, twin))
    manifold = Manifold(network)
    found = solve_on_manifold(body.B, body.weights, body.force, manifold, body.springs).strain
    rng, errors = np.random.default_rng(SEED), []
    for n in POINTS:
        strain = np.zeros((n, 6))
        strain[:, [0, 1, 5]] = SPREAD * rng.standard_normal((n, 3))
        stress = law.evaluate(strain, 0.0 * strain, law.initial_state(n), 0.0).stress
        data = solve_data_driven(
            body.B, body.weights, body.force, strain, stress, manifold.stiffness, springs=body.springs
        )
        errors.append(_apart(body, data.strain, closed))
    return {
        "manifold": _apart(body, found, newton),
        "law": _apart(body, found, closed),
        "slope": float(np.polyfit(np.log(POINTS), np.log(errors), 1)[0]),
    }


def _apart(body: DiscreteBody, strain: Any, true: Any) -> float:
    return body.norm(strain - true) / body.norm(true)


def _square(method: str, rock: dict[str, Any]) -> harmony.Case:
    """The square with one law; pressure P (1 + cos pi x) / 2 in pieces."""
    x = np.linspace(0.0, 1.0, PIECES + 1)
    loads = [
        {"along": [[a, 1], [b, 1]], "pressure": PRESSURE * 0.5 * (1 + np.cos(np.pi * (a + b) / 2))}
        for a, b in zip(x[:-1].tolist(), x[1:].tolist(), strict=True)
    ]
    return harmony.Case.from_dict(
        {
            "name": "square",
            "method": method,
            "geometry": {"domain": DOMAIN},
            "materials": {"rock": {"density": 2600, **rock}},
            "loads": {"gravity": [0, 0], "tractions": loads},
            "supports": {"edges": SUPPORTS},
            "time": {"analysis": "static"},
            **METHODS[method],
        }
    )
