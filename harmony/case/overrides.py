"""What holds in a stage: the case's sections with the stage's overrides, and where in the file each part stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harmony.case.case_data import CaseData
from harmony.case.joints import JointBase
from harmony.case.section import Section
from harmony.case.yaml_document import KeyPath

__all__ = ["Part", "joints_in", "section_in"]


@dataclass(frozen=True)
class Part:
    """A value of the schema and its key path in the file."""

    value: Any
    path: KeyPath


def section_in(data: CaseData, stage: int | None, name: str) -> dict[str, Part]:
    """The keys of section `name` (loads, supports, water) in a stage: each that the stage gives replaces the case's.

    A section that a stage sets to null is empty there.
    """
    parts = _keys(getattr(data, name), (name,))
    if stage is not None and name in data.stages[stage].model_fields_set:
        override = getattr(data.stages[stage], name)
        path: KeyPath = ("stages", stage, name)
        parts = {} if override is None else parts | _keys(override, path)
    return parts


def _keys(section: Section | None, path: KeyPath) -> dict[str, Part]:
    if section is None:
        return {}
    return {key: Part(getattr(section, key), (*path, key)) for key in section.model_fields_set}


def joints_in(data: CaseData, stage: int | None) -> dict[str, Part]:
    """The joint laws in a stage. A law is replaced as a whole; it keeps its `between` unless it gives another one."""
    joints = {name: Part(joint, ("joints", name)) for name, joint in data.joints.items()}
    overrides: Mapping[str, JointBase] = data.stages[stage].joints if stage is not None else {}
    for name, joint in overrides.items():
        between = data.joints[name].between if name in data.joints and joint.between is None else joint.between
        joints[name] = Part(joint.model_copy(update={"between": between}), ("stages", stage or 0, "joints", name))
    return joints
