"""Material laws from model files: `law: learned, file: rock.safetensors` becomes the network that the file holds.

As with joints this happens before the case is checked: a resolved case holds the network and runs from any folder. The
file's name may stand for the law itself, `law: rock.safetensors`. What young and poisson do not say is the stiffness
that the law has at rest; beyond the strains that it was taught linear elasticity with them goes on (they may also stand
under `fallback`). A law that yields has its own elasticity, and beyond its trust a closed form, `fallback`.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from dda.errors import InputError
from harmony.case.learned_joints import LEARNED
from harmony.case.problems import Problem, input_error
from harmony.case.yaml_document import Document

__all__ = ["with_learned_materials"]

SUFFIX = ".safetensors"

ELASTIC = ("young", "poisson")
ALIKE = 0.05
"""Part by which the elasticity that a case states may miss that of a law that yields [-]; the law's own holds."""


def with_learned_materials(document: Document) -> Document:
    """The document with every learned material law in its place; the same one if there is none."""
    data = document.data
    materials = data.get("materials") if isinstance(data, dict) else None
    if not isinstance(materials, dict):
        return document
    learned = {name: rock for name, rock in materials.items() if isinstance(rock, dict) and _is_learned(rock)}
    if not learned:
        return document
    found = {name: _network(document, rock, name) for name, rock in learned.items()}
    return replace(document, data={**data, "materials": {**materials, **found}})


def _is_learned(rock: dict[str, Any]) -> bool:
    law = rock.get("law")
    return law == LEARNED or (isinstance(law, str) and law.endswith(SUFFIX))


def _network(document: Document, rock: dict[str, Any], name: str) -> dict[str, Any]:
    from harmony.laws.files import shipped
    from harmony.laws.material_files import law_network

    key = "file" if rock["law"] == LEARNED else "law"
    file = rock.get(key)
    if not isinstance(file, str):
        raise input_error(
            document, [Problem(("materials", name, "file"), "is missing: the model file of a learned law")]
        )
    known = shipped(file)
    try:
        law, network = law_network(known if known.exists() else document.folder / file)
    except InputError as error:
        raise input_error(document, [Problem(("materials", name, key), str(error), file)]) from None
    own = {k: v for k, v in rock.items() if k != "file"}
    fallback = own.get("fallback")
    if isinstance(fallback, dict):
        elastic = {k: fallback[k] for k in ELASTIC if k in fallback}
        own = {**own, **elastic, "fallback": {k: v for k, v in fallback.items() if k not in ELASTIC}}
        if law != "yield" and own["fallback"] in ({}, {"law": "elastic"}):
            del own["fallback"]
    rest = _at_rest(law, network)
    if law == "yield":
        problems = [
            Problem(
                ("materials", name, k),
                f"is not that of the learned law, {rest[k]:.6g}: leave it out, it has its own",
                own[k],
            )
            for k in ELASTIC
            if isinstance(own.get(k), int | float) and not abs(own[k] - rest[k]) <= ALIKE * rest[k]
        ]
        if problems:
            raise input_error(document, problems)
        own = {k: v for k, v in own.items() if k not in ELASTIC}
    return {**rest, **own, "law": law, "network": network}


def _at_rest(law: str, network: dict[str, Any]) -> dict[str, float]:
    """young [Pa], poisson [-] of the tangent at rest, K = D_iijj / 9, 2 G = (D_ijij - K) / 5 with K counted once."""
    import dda

    if law == "yield":
        K, G = network["bulk"], network["shear"]
        return {"young": 9.0 * K * G / (3.0 * K + G), "poisson": (3.0 * K - 2.0 * G) / (2.0 * (3.0 * K + G))}
    network = network if law == "network" else network["free"]
    apart = ("weights", "biases", "out", "trust", "region")
    parts = {k: v for k, v in network.items() if k not in apart and v is not None}
    D = (
        dda.NetworkLaw(network["weights"], network["biases"], network["out"], **parts)
        .evaluate(np.zeros((1, 6)))
        .tangent[0]
    )
    three_k = float(D[:3, :3].sum()) / 3.0
    two_g = (float(np.trace(D)) - three_k) / 5.0
    young = 3.0 * three_k * two_g / (2.0 * three_k + two_g)
    return {"young": young, "poisson": young / two_g - 1.0}
