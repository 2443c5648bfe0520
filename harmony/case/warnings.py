"""What is allowed in a case but rarely meant; shown by `harmony check` and kept in the summary of a run."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harmony.case.exchange_in_time import bodies_of, unsound_steps
from harmony.case.overrides import joints_in
from harmony.case.yaml_document import dotted

if TYPE_CHECKING:
    from harmony.case.case import Case

__all__ = ["case_warnings"]

OF_ITERATIONS = ("max_iterations", "min_iterations", "convergence", "acceleration")
"""What a coupling scheme that iterates reads, and no other."""


def case_warnings(case: "Case") -> list[str]:
    """One sentence each."""
    if case.data.geometry is None:
        return [*_scheme(case), *_steps(case)]
    return [*_joints(case), *_strengths(case), *_materials(case), *_levels(case), *_moving(case)]


def _scheme(case: "Case") -> Iterator[str]:
    """An explicit scheme exchanges once in a window."""
    scheme = case.data.scheme
    if case.method != "coupled" or not scheme.type.endswith("explicit"):
        return
    for key in OF_ITERATIONS:
        if key in scheme.model_fields_set and getattr(scheme, key) is not None:
            yield f"scheme.{key}: is not read, {scheme.type} does not iterate"


def _steps(case: "Case") -> Iterator[str]:
    """Several steps of a body in motion between two exchanges, where what each exchange excites may grow."""
    if case.method != "coupled":
        return
    from harmony.case.case import Case

    window = case.data.scheme.time_window_size or case.data.scheme.max_time
    files = {n: p.case for n, p in case.data.participants.items() if p.case is not None}
    cases = {n: Case.read(case.source.file(("participants", n, "case"), file)) for n, file in files.items()}
    bodies = bodies_of(case, cases)
    for name in unsound_steps(case, bodies):
        yield (
            f"participants.{name}: steps of {bodies[name].step:g} s, several in a window of {window:g} s, may shake it "
            "apart if it has mass: take scheme shi in an implicit coupling, and waveform_degree 2 of Displacement and "
            "0 of Force; or exchange every step"
        )


def _joints(case: "Case") -> Iterator[str]:
    geometry = case.data.blocks_from
    if case.data.method != "dda":  # the other methods cut covers and meshes, and refuse joints that cut nothing
        return
    carried = {name for block in case.blocks for name in block.edge_joints or () if name}
    for name in sorted({joint.name for joint in geometry.joints} if geometry else set()):
        if name not in carried:
            yield f"geometry.joints: {name} cuts no block edge"


def _strengths(case: "Case") -> Iterator[str]:
    """Without cohesion |p_t| <= mu <p_n> is 0 under tension, and a block that is pulled shears its joint: nu > 0."""
    stages = [None, *range(len(case.data.stages))]
    parts = [part for index in stages for part in joints_in(case.data, index).values()]
    for path in dict.fromkeys(part.path for part in parts if part.value.tension > 0.0 == part.value.cohesion):
        yield f"{dotted(path)}: tension without cohesion, any shear under tension breaks this bond"


def _materials(case: "Case") -> Iterator[str]:
    used = {case.material_name(index) for index in range(len(case.blocks))}
    for name, material in case.data.materials.items():
        if name not in used and material.region is None:
            yield f"materials.{name} is used by no block"


def _levels(case: "Case") -> Iterator[str]:
    level = case.data.water.level if case.data.water else None
    if isinstance(level, dict):
        for name in level:
            if name not in case.data.regions:
                yield f"water.level.{name} names no region under regions:, it acts everywhere"


def _moving(case: "Case") -> Iterator[str]:
    if all(block.fixed for block in case.blocks):
        yield "every block is fixed, nothing can move"
