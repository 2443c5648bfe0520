"""What one part of a case says about another: names that must exist, pairs that must fit."""

from collections.abc import Iterator
from typing import Any

from dda.errors import InputError
from harmony.case.case_data import CaseData
from harmony.case.contact import SCHEMES
from harmony.case.paths import find
from harmony.case.probes import RESERVED_PROBES
from harmony.case.problems import Problem, closest
from harmony.case.stages import StageData
from harmony.case.yaml_document import KeyPath
from harmony.history import columns
from harmony.quantities import check

__all__ = ["broken_references", "expected_too_late"]


def broken_references(data: CaseData, values: dict[str, Any]) -> list[Problem]:
    """Every reference of the file that leads nowhere. `values` is the case as plain data with its defaults."""
    return [
        *_schemes(data),
        *_stages(data),
        *_lost_velocity(data),
        *_probes(data),
        *_regions(data),
        *_scalars(data, values),
        *_correlations(data),
        *_quantities(data),
        *_coupled(data),
        *_crack_quantities(data),
    ]


def _schemes(data: CaseData) -> Iterator[Problem]:
    method = data.contact.method
    given: list[tuple[KeyPath, str | None]] = [(("time", "scheme"), data.time.scheme)]
    given += [(("stages", index, "scheme"), stage.scheme) for index, stage in enumerate(data.stages)]
    for path, scheme in given:
        if scheme is not None and scheme not in SCHEMES[method]:
            home = next(name for name, schemes in SCHEMES.items() if scheme in schemes)
            allowed = " or ".join(SCHEMES[method])
            yield Problem(path, f"contact method {method} takes {allowed}; {scheme} belongs to {home}", scheme)


def _stages(data: CaseData) -> Iterator[Problem]:
    names: list[str] = []
    last = 0.0
    for index, stage in enumerate(data.stages):
        path: KeyPath = ("stages", index)
        if stage.name in names:
            yield Problem((*path, "name"), "two stages have this name", stage.name)
        names.append(stage.name)
        if index > 0:
            yield from _initial_state_later(index, stage)
        if (stage.analysis or data.time.analysis) == "static":
            continue
        end = stage.end or data.time.end
        if end is None:
            yield Problem((*path, "end"), "a dynamic stage needs an end [s], here or under time:")
        elif end <= last:
            yield Problem((*path, "end"), f"must come after the end of the stage before, {last:g} s", end)
        else:
            last = end
    alone = data.study is None and not data.participants
    if not data.stages and data.time.analysis == "dynamic" and data.time.end is None and alone:
        yield Problem(("time", "end"), "is missing: the end of the run [s]")


def _initial_state_later(index: int, stage: StageData) -> Iterator[Problem]:
    for key in ("velocity", "initial_stress"):
        if stage.loads is not None and key in stage.loads.model_fields_set:
            path = ("stages", index, "loads", key)
            yield Problem(
                path, "holds at the start of the run only; later stages take over the state of the one before"
            )


def _lost_velocity(data: CaseData) -> Iterator[Problem]:
    """A static stage starts and ends at rest."""
    first = data.stages[0].analysis if data.stages else None
    if data.loads.velocity is not None and (first or data.time.analysis) == "static":
        yield Problem(("loads", "velocity"), "would be lost: the first stage is static, it starts and ends at rest")


def _probes(data: CaseData) -> Iterator[Problem]:
    for name in data.probes:
        if name in RESERVED_PROBES:
            meaning = f"this name has a meaning of its own; reserved: {', '.join(RESERVED_PROBES)}"
            yield Problem(("probes", name), meaning)


def _regions(data: CaseData) -> Iterator[Problem]:
    used: list[tuple[KeyPath, str | None]] = [
        (("expected", index, "region"), item.region) for index, item in enumerate(data.expected)
    ]
    used += [(("groups", name, "region"), group.region) for name, group in data.groups.items()]
    for path, region in used:
        if region is not None and region not in data.regions:
            yield Problem(path, f"no such region under regions:; {closest(region, data.regions)}", region)


def _scalars(data: CaseData, values: dict[str, Any]) -> Iterator[Problem]:
    paths: list[tuple[KeyPath, str]] = [
        (("parameters", name), name) for name, prior in data.parameters.items() if prior.field is None
    ]
    if data.critical is not None:
        paths.append((("critical", "parameter"), data.critical.parameter))
    for path, scalar in paths:
        found = find(values, scalar)
        if found.miss:
            yield Problem(path, found.miss, scalar)
        elif isinstance(found.value, bool) or not isinstance(found.value, int | float):
            yield Problem(path, f"{scalar} is not a number, it is {found.value!r}", scalar)

    yield from _tables(data, values)


def _tables(data: CaseData, values: dict[str, Any]) -> Iterator[Problem]:
    """Random functions need a table (rows, or the name of a CSV file), or a number and knots."""
    for name, prior in data.parameters.items():
        if prior.field is None:
            continue
        found = find(values, name)
        number = isinstance(found.value, int | float) and not isinstance(found.value, bool)
        if found.miss:
            yield Problem(("parameters", name), found.miss, name)
        elif number and prior.field.at is None:
            yield Problem(("parameters", name), "is a number: a random function of it needs field: {at: [knots]}", name)
        elif not number and not isinstance(found.value, list | str):
            yield Problem(("parameters", name), "is no table: field: goes with rows, a CSV file or a number", name)


def _correlations(data: CaseData) -> Iterator[Problem]:
    scalars = [name for name, prior in data.parameters.items() if prior.field is None]
    for index, item in enumerate(data.correlations):
        for name in item.between:
            if name not in scalars:
                message = f"no number of this path under parameters:; {closest(name, scalars)}"
                yield Problem(("correlations", index, "between"), message, name)


def _quantities(data: CaseData) -> Iterator[Problem]:
    """Quantities that the run will not have. Those of a study are known to the study alone."""
    if data.study is not None or data.participants:
        return
    histories = columns(list(data.probes))
    asked: list[tuple[KeyPath, str, float | None]] = [
        (("expected", index), item.quantity, item.at) for index, item in enumerate(data.expected)
    ]
    if data.failure is not None and data.failure.quantity not in histories:
        asked.append((("failure",), data.failure.quantity, None))
    for path, quantity, at in asked:
        if quantity == "critical":
            if data.critical is None:
                yield Problem((*path, "quantity"), "needs critical: {parameter, low, high, tolerance}", quantity)
            continue
        try:
            check(quantity, at, histories)
        except InputError as error:
            yield Problem((*path, "quantity"), str(error), quantity)


OF_A_COUPLED_CASE = (
    *("name", "method", "participants", "exchange", "scheme", "energy", "output", "expected", "study"),
    *("parameters", "correlations"),
)
"""Sections that a coupled case may have; the others are those of its participants' cases."""


def _coupled(data: CaseData) -> Iterator[Problem]:
    """Sections that nobody would read, names of participants and of data."""
    if data.participants and data.study is None:
        for key in sorted(data.model_fields_set - set(OF_A_COUPLED_CASE)):
            text = "a coupled case has none of its own: write it into the cases of its participants"
            if key == "stages":
                text = "a coupled case has none; scheme.settle brings all participants to rest before the first window"
            if key == "time":
                text = "a coupled case has scheme.max-time and scheme.time-window-size; steps are the participants'"
            yield Problem((key,), text)
    names = list(data.participants)
    written = {item.data for item in data.exchange}
    for index, item in enumerate(data.exchange):
        for key, name in (("from", item.source), ("to", item.target)):
            if name not in names:
                yield Problem(("exchange", index, key), f"no such participant; {closest(name, names)}", name)
    settle = data.scheme.settle
    for name, participant in data.participants.items() if settle else ():
        if participant.reads == "Velocity":
            yield Problem(
                ("participants", name, "reads"), "at rest there is no velocity; read Displacement", "Velocity"
            )
    for place, measures in ((("settle",), settle.convergence if settle else []), ((), data.scheme.convergence)):
        for index, measure in enumerate(measures):
            if data.participants and measure.data not in written:
                path: KeyPath = ("scheme", *place, "convergence", index, "data")
                yield Problem(path, f"nobody exchanges it; {closest(measure.data, written)}", measure.data)
    for index, pair in enumerate(data.energy):
        for key, name in (("force", pair.force), ("motion", pair.motion)):
            if name not in written:
                yield Problem(("energy", index, key), f"nobody exchanges it; {closest(name, written)}", name)
    for index, expected in enumerate(data.expected):
        first = expected.quantity.split(".")[0]
        if data.participants and first not in (*names, "coupling", "steps", "substeps", "totals", "time"):
            known = closest(first, [*names, "coupling"])
            yield Problem(("expected", index, "quantity"), f"begins with no participant; {known}", expected.quantity)


def _crack_quantities(data: CaseData) -> Iterator[Problem]:
    """Quantities of cracks that are not there."""
    for index, item in enumerate(data.expected if data.study is None else ()):
        words = item.quantity.split(".")
        if words[0] == "crack" and (len(words) < 3 or words[1] not in data.cracks):
            yield Problem(
                ("expected", index, "quantity"),
                f"crack.<name>.tip1.KI and the like, of a crack under cracks:; {closest(words[-1], data.cracks)}"
                if len(words) < 3
                else f"no such crack under cracks:; {closest(words[1], data.cracks)}",
                item.quantity,
            )


def expected_too_late(data: CaseData) -> list[Problem]:
    """Expected values at times that the run does not come to."""
    ends = [stage.end or data.time.end for stage in data.stages if (stage.analysis or data.time.analysis) != "static"]
    end = max((t for t in ends or [data.time.end] if t is not None), default=None)
    end = data.scheme.max_time if data.participants else end
    if data.study is not None or end is None:
        return []
    return [
        Problem(("expected", index, "at"), f"lies after the end of the run, {end:g} s", item.at)
        for index, item in enumerate(data.expected)
        if item.at is not None and item.at > end
    ]
