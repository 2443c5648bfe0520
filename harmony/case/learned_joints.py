"""Joint laws from model files: `law: learned, file: clay.safetensors` becomes the network that the file holds.

This happens before the case is checked, so a resolved case holds the network itself and runs from any folder. The file
is named relative to the case; a law that comes with the package by its name alone.
"""

from dataclasses import replace
from typing import Any

from dda.errors import InputError
from harmony.case.problems import Problem, input_error
from harmony.case.yaml_document import Document, KeyPath

__all__ = ["LEARNED", "with_learned_joints"]

LEARNED = "learned"
"""The name of the law in a case file."""


def with_learned_joints(document: Document) -> Document:
    """The document with every learned joint law in its place; the same one if there is none."""
    data = document.data
    if not isinstance(data, dict):
        return document
    changed: dict[str, Any] = {}
    if (joints := _replaced(document, data.get("joints"), ("joints",))) is not None:
        changed["joints"] = joints
    stages = data.get("stages")
    if isinstance(stages, list):
        new = [
            _replaced(document, stage.get("joints"), ("stages", k, "joints")) if isinstance(stage, dict) else None
            for k, stage in enumerate(stages)
        ]
        if any(joints is not None for joints in new):
            changed["stages"] = [
                stage if joints is None else {**stage, "joints": joints}
                for stage, joints in zip(stages, new, strict=True)
            ]
    return replace(document, data={**data, **changed}) if changed else document


def _replaced(document: Document, joints: Any, path: KeyPath) -> dict[str, Any] | None:
    """The joints with their networks, None if none of them is learned."""
    if not isinstance(joints, dict):
        return None
    learned = [name for name, joint in joints.items() if isinstance(joint, dict) and joint.get("law") == LEARNED]
    if not learned:
        return None
    return {
        name: _network(document, joint, (*path, name)) if name in learned else joint for name, joint in joints.items()
    }


def _network(document: Document, joint: dict[str, Any], path: KeyPath) -> dict[str, Any]:
    from harmony.laws.files import shipped
    from harmony.laws.joint_files import joint_network

    file = joint.get("file")
    if not isinstance(file, str):
        raise input_error(document, [Problem((*path, "file"), "is missing: the model file of a learned law")])
    known = shipped(file)
    try:
        network = joint_network(known if known.exists() else document.folder / file)
    except InputError as error:
        raise input_error(document, [Problem((*path, "file"), str(error), file)]) from None
    return {**{k: v for k, v in joint.items() if k not in ("law", "file")}, "law": "network", **network}
