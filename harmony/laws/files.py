"""Laws to and from their model files: one registry of kinds, weights as they act plus what trains them on."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from harmony.laws.elastic import ElasticLaw
from harmony.laws.hyperelastic import HyperelasticLaw
from harmony.laws.joint import JointNetwork
from harmony.learning.model_file import ModelFile, read_model, write_model

__all__ = ["LAWS", "SHIPPED", "load_law", "read_law", "save_law", "shipped"]

LAWS: dict[str, Any] = {law.kind: law for law in (ElasticLaw, HyperelasticLaw, JointNetwork)}
"""Every learned law by its kind. A law has settings() and a state_dict; nothing else is needed to store it."""

SHIPPED = Path(__file__).parent / "trained"
"""Small trained laws that come with the package; `trained/README.md` says which command made each."""


def shipped(name: str) -> Path:
    """The path of a law that comes with the package, as shipped("rock-elastic")."""
    return SHIPPED / f"{name}.safetensors"


def save_law(path: Path | str, members: list[torch.nn.Module], metadata: dict[str, Any]) -> None:
    """Write an ensemble of equal laws (one is enough): parameters as `member/name`, the settings in the header."""
    first: Any = members[0]
    arrays: dict[str, NDArray[np.float64]] = {
        f"{number}/{name}": value.detach().numpy()
        for number, member in enumerate(members)
        for name, value in member.state_dict().items()
    }
    write_model(path, ModelFile(arrays, metadata | {"kind": f"law/{first.kind}", "settings": first.settings()}))


def load_law(model: ModelFile, member: int = 0) -> Any:
    """One member of the ensemble in a model file, as a torch module."""
    law = LAWS[model.kind.removeprefix("law/")](**model.metadata["settings"])
    prefix = f"{member}/"
    state = {k.removeprefix(prefix): torch.tensor(v) for k, v in model.arrays.items() if k.startswith(prefix)}
    law.load_state_dict(state)
    return law


def read_law(path: Path | str, member: int = 0) -> Any:
    """The law in the file at `path`; a shipped name, as "rock-elastic", is a path too."""
    known = shipped(str(path))
    return load_law(read_model(known if known.exists() else path, "law/"), member)
