"""The resolved case: what the user wrote, with every file's contents in its place."""

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from harmony.case.source import Source
from harmony.case.stage import Stage

__all__ = ["resolve"]


def resolve(source: Source, study: Path | None, stages: Sequence[Stage] | None) -> dict[str, Any]:
    """Plain data that runs from any folder. What was read from files stands inline, a study by its absolute path.

    An automatic time step becomes the number that was chosen, so that the resolved case says what was run.
    """
    data = copy.deepcopy(source.document.data)
    for path, content in source.inlined.items():
        here: Any = data
        for key in path[:-1]:
            here = here[key]
        here[path[-1]] = content
    if study is not None:
        data["study"] = str(study.resolve())
    time = data.get("time") or {}
    if stages and time.get("step") is None:
        data["time"] = {**time, "step": stages[0].step} if not data.get("stages") else time
        for stage, written in zip(stages, data.get("stages") or [], strict=False):
            written.setdefault("step", stage.step)
    return data
