"""Laws to and from their model files: one registry of kinds, weights as they act plus what trains them on."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from dda.checks import unknown
from harmony.laws.elastic import ElasticLaw
from harmony.laws.hyperelastic import HyperelasticLaw
from harmony.laws.joint import JointNetwork
from harmony.laws.plastic import LearnedPlasticity
from harmony.laws.standard import StandardLaw
from harmony.learning.model_file import ModelFile, read_model, write_model

__all__ = ["LAWS", "SHIPPED", "load_law", "members_of", "read_law", "save_law", "shipped"]

LAWS: dict[str, Any] = {law.kind: law for law in (ElasticLaw, HyperelasticLaw, JointNetwork, StandardLaw)}
"""Every learned law that is a network, by its kind. It has settings() and a state_dict; nothing else is stored."""

KINDS = {**LAWS, LearnedPlasticity.kind: LearnedPlasticity}
"""Every learned law by its kind; that of yielding is arrays and no network."""

SHIPPED = Path(__file__).parent / "trained"
"""Small trained laws that come with the package; `trained/README.md` says which command made each."""


def shipped(name: str) -> Path:
    """The path of a law that comes with the package, as shipped("rock-elastic")."""
    return SHIPPED / f"{name}.safetensors"


def save_law(path: Path | str, members: Sequence[Any], metadata: dict[str, Any]) -> None:
    """Write an ensemble of equal laws (one is enough): parameters as `member/name`, the settings in the header."""
    first: Any = members[0]
    arrays: dict[str, NDArray[np.float64]] = {
        f"{number}/{name}": value for number, member in enumerate(members) for name, value in _arrays(member).items()
    }
    write_model(path, ModelFile(arrays, metadata | {"kind": f"law/{first.kind}", "settings": first.settings()}))


def _arrays(law: Any) -> dict[str, NDArray[np.float64]]:
    if isinstance(law, LearnedPlasticity):
        return law.arrays()
    return {name: value.detach().numpy() for name, value in law.state_dict().items()}


def load_law(model: ModelFile, member: int = 0) -> Any:
    """One member of the ensemble in a model file: a torch module, or a law of yielding."""
    kind, prefix = model.kind.removeprefix("law/"), f"{member}/"
    if kind not in KINDS:
        raise unknown("kind of law", kind, KINDS, "the model file")
    state = {k.removeprefix(prefix): v for k, v in model.arrays.items() if k.startswith(prefix)}
    if kind == LearnedPlasticity.kind:
        return LearnedPlasticity.from_arrays(state)
    law = LAWS[kind](**model.metadata["settings"])
    law.load_state_dict({name: torch.tensor(value) for name, value in state.items()})
    return law


def members_of(model: ModelFile) -> list[Any]:
    """All laws of the ensemble in a model file."""
    count = 1 + max(int(name.split("/", 1)[0]) for name in model.arrays)
    return [load_law(model, member) for member in range(count)]


def read_law(path: Path | str, member: int = 0) -> Any:
    """The law in the file at `path`; a shipped name, as "rock-elastic", is a path too."""
    known = shipped(str(path))
    return load_law(read_model(known if known.exists() else path, "law/"), member)
