"""Material laws outside the solver: `law: outside, python: law.py, function: stress`.

The file's path becomes absolute before the case is checked, so that a resolved case runs from any folder; the file
itself stays where it is.
"""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from harmony.case.python_function import function_of
from harmony.case.section import Name, Section, Switch
from harmony.case.tables import FileName
from harmony.case.yaml_document import Document

if TYPE_CHECKING:
    import dda

__all__ = ["OutsideData", "with_outside_laws"]


class OutsideData(Section):
    """A law as a function of a Python file: `function(strain, strain_old, state, dt, **options)`, see `dda.Outside`."""

    python: FileName = Field(description="Python file, relative to the case")
    function: Name = Field(default="law", description="function of that file")
    options: dict[Name, bool | int | float | str | list[float]] = Field(
        default_factory=dict, description="further arguments of the function"
    )
    states: list[Name] = Field(default_factory=list, description="names of its internal state, 0 at the start")
    lagged: Switch = Field(
        default=False, description="explicit: stress beyond the elastic one a step old; absent = in the iteration"
    )
    symmetric: Switch = Field(default=False, description="its tangent is symmetric in every state")

    def outside(self) -> "dda.Outside":
        """The law as `dda` takes it."""
        import dda

        function = function_of(Path(self.python), self.function)
        called = partial(function, **self.options) if self.options else function
        return dda.Outside(called, tuple(self.states), self.lagged, self.symmetric)


def with_outside_laws(document: Document) -> Document:
    """The document with every Python file of a material by its absolute path; the same one if there is none."""
    data = document.data
    materials = data.get("materials") if isinstance(data, dict) else None
    if not isinstance(materials, dict):
        return document
    found = {name: _placed(rock, document.folder) for name, rock in materials.items()}
    if found == materials:
        return document
    return replace(document, data={**data, "materials": found})


def _placed(rock: Any, folder: Path) -> Any:
    outside = rock.get("outside") if isinstance(rock, dict) else None
    if not isinstance(outside, dict) or not isinstance(outside.get("python"), str):
        return rock
    return {**rock, "outside": {**outside, "python": str((folder / outside["python"]).resolve())}}
