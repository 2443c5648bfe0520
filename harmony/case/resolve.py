"""The resolved case: what the user wrote, with every file's contents in its place."""

import copy
from pathlib import Path
from typing import Any

from harmony.case.source import Source

__all__ = ["resolve"]


def resolve(source: Source, study: Path | None, step: float | None) -> dict[str, Any]:
    """Plain data that runs from any folder. What was read from files stands inline, a study or a
    participant by its absolute path.

    `step` is the time step [s] that was chosen where the case leaves it open: the resolved case says what was run.
    """
    data = copy.deepcopy(source.document.data)
    for path, content in source.inlined.items():
        here: Any = data
        for key in path[:-1]:
            here = here[key]
        here[path[-1]] = content
    for participant in (data.get("participants") or {}).values():
        for key in ("case", "python", "surrogate", "fallback"):
            if participant.get(key) is not None:
                participant[key] = str((source.document.folder / participant[key]).resolve())
    if study is not None:
        data["study"] = str(study.resolve())
    if step is not None:
        data["time"] = {**(data.get("time") or {}), "step": step}
    return data
