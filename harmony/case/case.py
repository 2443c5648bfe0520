"""A case: what a file says, checked, and the model that it builds."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from dda.errors import InputError
from harmony.case.build_blocks import PlacedBlock, build_blocks
from harmony.case.build_model import material_of
from harmony.case.case_data import CaseData
from harmony.case.contact import SCHEMES
from harmony.case.critical import CriticalData
from harmony.case.dump import dump
from harmony.case.expectation import Expectation, ProbeSpec
from harmony.case.expected import FailureData
from harmony.case.extends import extended
from harmony.case.learned_joints import with_learned_joints
from harmony.case.learned_materials import with_learned_materials
from harmony.case.locate import BlockLocator
from harmony.case.output import OutputData
from harmony.case.outside_laws import with_outside_laws
from harmony.case.parameters import PriorData
from harmony.case.paths import find, replaced
from harmony.case.places_in_model import Places
from harmony.case.problems import closest, input_error
from harmony.case.references import broken_references, expected_too_late
from harmony.case.region import Region, read_region
from harmony.case.resolve import resolve
from harmony.case.sanity import check_blocks
from harmony.case.source import Source
from harmony.case.stage import Stage, automatic_step, make_stages
from harmony.case.validation import validate
from harmony.case.warnings import case_warnings
from harmony.case.yaml_document import Document, plain, read_document
from harmony.geometry import GeneratedBlock

if TYPE_CHECKING:
    import dda
    from harmony.methods import Method

__all__ = ["Case"]

FRAMES = 100
"""Field frames of a run whose case does not say how often, roughly: an interval is a whole number of steps."""

BLOCK_KEYS = ("geometry", "groups", "regions")
"""Sections on which the blocks depend; changing any other value keeps them."""


class Case:
    """A validated case. It never changes; `with_values` makes another one.

    >>> case = Case.from_dict({"geometry": {"incline": {"angle": 30}}, "time": {"end": 1.0},
    ...     "materials": {"rock": {"density": 2600, "young": 5e9, "poisson": 0.25}},
    ...     "joints": {"default": {"friction": 20}}})
    >>> case.with_values({"joints.default.friction": 12}).get("joints.default.friction")
    12.0
    """

    def __init__(self, document: Document, path: Path | None = None, *, as_written: bool = True) -> None:
        self.source = Source(document)
        self.path = path
        self._built: set[int | None] = set()
        self.data: CaseData = validate(document)
        self._values: dict[str, Any] = self.data.model_dump(mode="json", by_alias=True)
        problems = broken_references(self.data, self._values)
        if as_written:  # a variant may end before what the file expects
            problems += expected_too_late(self.data)
        if problems:
            raise input_error(document, problems)

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read a case file; everything wrong with it is told at once, with lines."""
        return cls(_with_laws(extended(read_document(Path(path)))), Path(path))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], folder: str | Path = ".") -> Self:
        """A case from Python data with the keys of a case file; file names in it are relative to `folder`."""
        document = extended(Document("case", Path(folder).resolve(), plain(data)))
        return cls(_with_laws(document))

    # -- what it is called -------------------------------------------------------------------------------------------

    @property
    def folder(self) -> Path:
        """The folder that file names in the case are relative to."""
        return self.source.document.folder

    @property
    def key(self) -> str:
        """Name of the run directory: the folder, with the file's stem unless that is `case`."""
        stem = "case" if self.path is None else self.path.stem
        return self.folder.name if stem == "case" else f"{self.folder.name}-{stem}"

    @property
    def name(self) -> str:
        """Title of the case."""
        return self.data.name or self.key

    # -- values by path ----------------------------------------------------------------------------------------------

    def get(self, path: str) -> Any:
        """The value at a dotted path, defaults included: `geometry.joints.1.set.dip`, `stages.release.end`."""
        found = find(self._values, path)
        if found.miss:
            raise InputError(f"{self.source.document.name}: {found.miss}")
        return found.value

    def with_values(self, values: Mapping[str, Any]) -> "Case":
        """This case with other values at the given paths, checked again."""
        document = self.source.document
        data = document.data
        keys = []
        for path, value in values.items():
            found = find(self._values, path)
            if found.miss:
                raise InputError(f"{document.name}: {found.miss}")
            data = replaced(data, self._values, found.keys, plain(value))
            keys.append(found.keys)
        changed = Case(
            Document(document.name, document.folder, data, document.lines, document.files), self.path, as_written=False
        )
        if not any(key[0] in BLOCK_KEYS for key in keys) and "_placed" in self.__dict__:
            changed.__dict__["_placed"] = self._placed
            changed.__dict__["places"] = Places(changed.source, self.places.locator)
            changed.source.inlined |= {key: item for key, item in self.source.inlined.items() if key[0] in BLOCK_KEYS}
        return changed

    # -- under another contact method --------------------------------------------------------------------------------

    @property
    def contact_stated(self) -> str | None:
        """The contact method that the file itself asks for, by its name or by a time scheme; None where it leaves it
        open, so that its expected values hold under both."""
        data = self.data
        if "method" in data.contact.model_fields_set or data.contact.stiffness is not None:
            return data.contact.method
        schemes = {data.time.scheme, *(stage.scheme for stage in data.stages)} - {None}
        return next((method for method, known in SCHEMES.items() if schemes & set(known)), None)

    def with_contact(self, method: str) -> "Case":
        """This case, and all that its study reads by `beside`, under `method`: penalty or complementarity.

        An InputError where the file asks for the other one.
        """
        if self.contact_stated not in (None, method):
            raise InputError(f"{self.source.document.name}: this case asks for {self.contact_stated}, not for {method}")
        return self.with_values({"contact.method": method})

    def beside(self, name: str) -> "Case":
        """Another case file of this folder, under the contact method that this one asks for, if it asks for one; a
        coupled case has contact in the cases of its participants only, and stays as it is."""
        other = Case.read(self.folder / name)
        if self.contact_stated is None or other.data.participants:
            return other
        return other.with_contact(self.contact_stated)

    # -- geometry ----------------------------------------------------------------------------------------------------

    @cached_property
    def regions(self) -> dict[str, Region]:
        """The named regions."""
        return {
            name: read_region(self.source, ("regions", name), name, data) for name, data in self.data.regions.items()
        }

    @cached_property
    def _placed(self) -> list[PlacedBlock]:
        geometry = self.data.blocks_from
        if geometry is None:
            raise self.source.error(("geometry",), "is missing: this case has only a study, and no blocks of its own")
        bodies = self.solver.bodies(self.source, geometry)
        placed = build_blocks(self.source, bodies, self.data.groups, self.regions)
        check_blocks(self.source, placed, geometry.overlap)
        return placed

    @cached_property
    def blocks(self) -> list[GeneratedBlock]:
        """The blocks, in the order of the model."""
        return [item.block for item in self._placed]

    @cached_property
    def places(self) -> Places:
        """Finds blocks and edges by name and by place."""
        return Places(self.source, BlockLocator(self.blocks))

    def locate(self, point: tuple[float, float]) -> int:
        """Index of the block at a point [m] of the initial geometry; an InputError outside every block."""
        index = self.places.locator.at(point)
        if index is None:
            near, distance = self.places.locator.nearest(point)
            raise InputError(
                f"({point[0]:g}, {point[1]:g}) lies outside every block; the nearest is block {near}, "
                f"{distance:.4g} m away"
            )
        return index

    def contains(self, region: str, points: np.ndarray) -> np.ndarray:
        """Which of the points (n, 2) [m] lie in a named region, shape (n,)."""
        if region not in self.regions:
            raise InputError(f"{self.source.document.name}: no region {region!r}; {closest(region, self.regions)}")
        return self.regions[region].contains(points)

    def material_name(self, index: int) -> str:
        """Name of the material of a block."""
        return material_of(self.source, self.data, index, self._placed[index])

    @cached_property
    def warnings(self) -> list[str]:
        """What is allowed but rarely meant, one sentence each."""
        return case_warnings(self)

    # -- the run -----------------------------------------------------------------------------------------------------

    @cached_property
    def _automatic_step(self) -> float | None:
        """The time step [s] where neither the case nor all stages give one; None where it is not needed."""
        given = self.data.time.step or (self.data.stages and all(stage.step for stage in self.data.stages))
        return None if given or self.data.geometry is None else automatic_step(self.data, self.blocks)

    @cached_property
    def stages(self) -> list[Stage]:
        """The parts of the run; a case without stages has one."""
        return make_stages(self.data, self._automatic_step)

    def model(self, stage: Stage | int | None = None) -> Any:
        """The model with the overrides of a stage; without one, as the case stands."""
        self.require_available()
        index = stage.index if isinstance(stage, Stage) else stage
        index = index if self.data.stages else None
        model = self.solver.model(self, index, self._placed)
        self._built.add(index)
        return model

    def require_available(self) -> None:
        """Refuse what the schema knows and this version cannot compute yet."""
        if self.method != "coupled":
            self.solver.refuse(self)
        if self.data.time.scheme == "generalised-alpha":
            raise self.source.error(("time", "scheme"), "not available yet in this version; use moreau-jean")

    @property
    def solver(self) -> "Method":
        """The method of solution; a coupled case has those of its participants."""
        from harmony.methods import METHODS

        return METHODS[self.data.method]

    @property
    def method(self) -> str:
        """dda, nmm, fem, or coupled for a case with participants."""
        return "coupled" if self.data.participants else self.data.method

    @property
    def contact(self) -> "dda.Penalty | dda.Complementarity":
        """The contact method, as dda.Simulation takes it."""
        import dda

        self.require_available()
        if self.data.contact.method == "complementarity":
            return dda.Complementarity()
        return dda.Penalty(stiffness=self.data.contact.stiffness)

    @property
    def end(self) -> float:
        """Simulated time at the end of the run [s]; 0 for a static one."""
        return max((stage.end for stage in self.stages if stage.end is not None), default=0.0)

    @property
    def output(self) -> OutputData:
        """What is written how often; `every` is always a number [s], by default of whole steps: an output between two
        steps would cut one."""
        step = next((stage.step for stage in reversed(self.stages) if stage.end is not None), 1.0 / FRAMES)
        every = self.data.output.every or max(1, round((self.end or 1.0) / FRAMES / step)) * step
        return self.data.output.model_copy(update={"every": every})

    # -- what is asked of it -----------------------------------------------------------------------------------------

    @cached_property
    def probes(self) -> dict[str, ProbeSpec]:
        """The probes, each in its block. `mass`, which always exists, has no place and is not among them."""
        return {
            name: ProbeSpec(probe.at, self.places.block_at(("probes", name, "at"), probe.at))
            for name, probe in self.data.probes.items()
        }

    @property
    def expected(self) -> list[Expectation]:
        """The expected values."""
        return [Expectation.of(data) for data in self.data.expected]

    @property
    def failure(self) -> FailureData | None:
        """When the run counts as failed; None = the default rule."""
        return self.data.failure

    @property
    def critical(self) -> CriticalData | None:
        """The limiting value to search, if there is one."""
        return self.data.critical

    @property
    def parameters(self) -> dict[str, PriorData]:
        """Priors by path."""
        return self.data.parameters

    @property
    def study(self) -> Path | None:
        """The Python file that takes the place of one solver run."""
        return None if self.data.study is None else self.source.file(("study",), self.data.study)

    # -- as a file ---------------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Build all that can be built: blocks, probes, the model of every stage. Raises what is wrong with it."""
        if self.data.participants and self.study is None:
            self._check_coupled()
            return
        if self.study is None:
            self.require_available()
        _ = self.regions
        if self.data.geometry is not None:
            _ = self.probes
            for index in range(len(self.data.stages)) or (None,):
                if index not in self._built:
                    self.model(index)

    def _check_coupled(self) -> None:
        """Build the participants and the mappings between them, once."""
        if -1 not in self._built:
            from harmony.coupling.build import build_coupling

            build_coupling(self)
            self._built.add(-1)

    def resolved(self) -> dict[str, Any]:
        """The case as plain data that no longer needs its folder: tables and blocks from files stand in it."""
        self.check()
        return resolve(self.source, self.study, self._automatic_step if not self.data.participants else None)

    def to_yaml(self) -> str:
        """The resolved case as YAML."""
        return dump(self.resolved())

    def __repr__(self) -> str:
        return f"Case({self.name!r}, {self.path or self.folder})"


def _with_laws(document: Document) -> Document:
    """The document with laws of model files in their place, and those of Python files by their absolute path."""
    return with_outside_laws(with_learned_materials(with_learned_joints(document)))
