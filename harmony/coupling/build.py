"""A coupled case as participants and a `couplers.Coupling`."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

import couplers
from couplers import Mesh
from dda.errors import InputError
from harmony.case.exchange_in_time import bodies_of, degree_within
from harmony.case.python_function import function_of
from harmony.history import Sampler
from harmony.participants.interface import DISPLACEMENT, FORCE, VELOCITY, points_along

if TYPE_CHECKING:
    from harmony.case import Case
    from harmony.case.coupled import ExchangeData, ParticipantData, SettleData

__all__ = ["Coupled", "Part", "build_coupling", "simulation_of"]


MOMENT = 1e-9
"""Length of the window in which participants settle, over that of the coupling [-]: nothing that is given over time
changes in it, and statics does not ask for it."""
IMPLICIT = {name: name.replace("explicit", "implicit") for name in couplers.SCHEMES}
"""Participants come to rest by iterating, whatever the scheme of the run."""


@dataclass(eq=False)
class Part:
    """A participant, and how its columns of the history are read: names, and a function that gives their values.

    text: the case or the Python file that it was made from, whole. Of a case: the case, its simulation, and its rows.
    """

    participant: Any
    columns: list[str]
    sample: Callable[[], list[float]]
    text: str = ""
    case: "Case | None" = None
    sim: Any = None
    rows: Any = None


@dataclass(eq=False)
class Coupled:
    """A coupling with the parts that it has, by name; rest: the coupling of statics before it, if it is asked for."""

    coupling: couplers.Coupling
    parts: dict[str, Part]
    rest: couplers.Coupling | None = None
    again: Callable[[], couplers.Coupling] | None = None
    settled: couplers.WindowReport | None = None

    def settle(self) -> None:
        """All participants at rest together; the coupling then begins at time 0 from there."""
        assert self.rest is not None, "the caller asks"
        assert self.again is not None, "both are made together"
        self.rest.when = "coming to rest before the first window"
        solvers = [part.participant for part in self.parts.values() if part.case is not None]
        analyses = [solver.analysis for solver in solvers]
        for solver in solvers:
            solver.analysis = "static"
        try:
            self.settled = self.rest.run()[0]
        finally:
            for solver, analysis in zip(solvers, analyses, strict=True):
                solver.analysis = analysis
        for solver in solvers:
            solver.begin()
        stop, self.coupling = self.coupling.stop, self.again()
        self.coupling.stop = stop


def build_coupling(case: "Case", threads: int = 1, log: Callable[[str], object] | None = None) -> Coupled:
    """Everything that a coupled case asks for, ready to run."""
    data, source = case.data, case.source
    parts: dict[str, Part] = {}
    waiting = dict(data.participants)
    while waiting:  # one that takes the points of another comes after it
        ready = [n for n, p in waiting.items() if p.interface is None or p.interface.of in (None, *parts)]
        if not ready:
            name = next(iter(waiting))
            known = ", ".join(n for n in data.participants if n != name)
            raise source.error(
                ("participants", name, "interface", "of"),
                f"is no participant that has points of its own; known: {known}",
            )
        for name in ready:
            with source.at(("participants", name)):
                parts[name] = _part(case, name, waiting.pop(name), parts, threads)
    parts = {name: parts[name] for name in data.participants}
    coupling = _coupling(case, parts, log)
    if data.scheme.settle is None:
        return Coupled(coupling, parts)
    rest = _coupling(case, parts, log, data.scheme.settle)
    return Coupled(coupling, parts, rest, lambda: _coupling(case, parts, log))


def _coupling(
    case: "Case", parts: dict[str, Part], log: Callable[[str], object] | None, settle: "SettleData | None" = None
) -> couplers.Coupling:
    """The coupling of a case, or that of statics before it."""
    data, source = case.data, case.source
    s = data.scheme
    how = s if settle is None else settle
    scheme = s.type if settle is None else IMPLICIT[s.type]
    degrees = _degrees(case, parts)
    size = s.time_window_size or s.max_time
    measures = []
    iterates = scheme == IMPLICIT[scheme]  # what an explicit scheme does not read, the warnings of the case tell
    for item in how.convergence if iterates else []:
        if item.relative is not None:
            measures.append(couplers.Measure(item.data, "relative", item.relative, item.absolute or 0.0))
        else:
            assert item.absolute is not None, "the schema gives one of both"
            measures.append(couplers.Measure(item.data, "absolute", item.absolute))
    a = how.acceleration if iterates else None
    options = {} if a is None else {k: v for k, v in a.model_dump(exclude={"type"}).items() if v is not None}
    try:
        coupling = couplers.Coupling(
            [part.participant for part in parts.values()],
            [_exchange(item, degree) for item, degree in zip(data.exchange, degrees, strict=True)],
            scheme=scheme,
            time_window_size=s.time_window_size if settle is None else MOMENT * size,
            max_time=s.max_time if settle is None else MOMENT * size,
            max_iterations=how.max_iterations,
            min_iterations=s.min_iterations,
            convergence=measures,
            acceleration=None if a is None else a.type,
            options=options,
            energy=[couplers.Conjugate(e.force, e.motion, e.rate) for e in data.energy],
            cuts=s.cuts if settle is None else 0,
            log=log,
        )
        coupling.initialize()
    except couplers.SetupError as error:
        raise InputError(f"{source.document.name}: {error}") from None
    return coupling


def _degrees(case: "Case", parts: dict[str, Part]) -> list[int]:
    """waveform_degree of each exchange. Blocks that see a force which does not grow within the window take it step by
    step: within what they take at once, they let it grow."""
    bodies = bodies_of(case, {name: part.case for name, part in parts.items() if part.case is not None})
    degrees = [degree_within(case, item, bodies) for item in case.data.exchange]
    for item, degree in zip(case.data.exchange, degrees, strict=True):
        body = bodies.get(item.target)
        if degree == 0 and body is not None and body.method == "dda":
            parts[item.target].participant.time_step = body.step
    return degrees


def _exchange(item: "ExchangeData", degree: int) -> couplers.Exchange:
    mapping = None
    if item.mapping is not None:
        options = {key: getattr(item.mapping, key) for key in ("basis", "shape_parameter")}
        options = {key: value for key, value in options.items() if value is not None}
        mapping = couplers.Mapping(item.mapping.type, item.mapping.constraint, options)
    return couplers.Exchange(item.data, item.source, item.target, mapping, item.initialize, item.substeps, degree)


def _part(case: "Case", name: str, data: "ParticipantData", parts: dict[str, Part], threads: int) -> Part:
    if data.python is not None:
        return _python(case, name, data)
    if data.surrogate is not None:
        from harmony.coupling.surrogate_part import surrogate_part

        return surrogate_part(case, name, data, threads)
    assert data.case is not None, "the schema asks for one of the three"
    inner, sim = simulation_of(case, ("participants", name, "case"), data.case, threads)
    participant = _solver(name, inner, sim, data, parts, data.analysis or inner.stages[0].analysis)
    rows = inner.solver.rows(sim)
    points = {key: (inner.solver.row(sim, p.block, p.at), p.at) for key, p in inner.probes.items()}
    sampler = Sampler(points, np.array([not row.fixed for row in rows.blocks]))
    # Energies of the case's own ledger know nothing of the interface.
    own = [k for k, column in enumerate(sampler.columns) if not column.startswith("energy.")]

    def sample() -> list[float]:
        values = sampler.sample(sim)
        return [values[k] for k in own]

    names = [f"{name}.{sampler.columns[k]}" for k in own]
    return Part(participant, names, sample, inner.to_yaml(), inner, sim, rows)


def simulation_of(case: "Case", key: tuple[str, ...], file: str, threads: int) -> tuple["Case", Any]:
    """The case that a participant is, and its simulation."""
    from harmony.case import Case

    inner = Case.read(case.source.file(key, file))
    if inner.study is not None or inner.data.participants:
        raise InputError(f"{file}: is a study or a coupled case itself; a participant is one solver run")
    if len(inner.data.stages) > 1:
        raise InputError(f"{file}: has stages; a participant has one part, put the others in cases of their own")
    inner.check()
    stage = inner.stages[0]
    # What holds a participant may be the others: it is no piece of statics that must be held by itself.
    begun = stage if inner.data.growth is not None else replace(stage, analysis="dynamic")
    return inner, inner.solver.start(inner, inner.model(stage), begun, threads)


def _solver(name: str, case: "Case", sim: Any, data: "ParticipantData", parts: dict[str, Part], analysis: str) -> Any:
    """The adapter of the case's method."""
    assert data.interface is not None, "the schema asks for it"
    assert data.reads is not None, "the schema asks for it"
    if data.stiffness is not None and (case.method != "dda" or data.reads != DISPLACEMENT):
        raise InputError(
            f"stiffness: is read of blocks (method: dda) that read Displacement, not of method: {case.method} that "
            f"reads {data.reads}; leave it out"
        )
    if data.interface.points is not None and (case.method == "dda" or data.interface.of is not None):
        whose = "those of the edges" if case.method == "dda" else f"those of '{data.interface.of}'"
        raise InputError(f"interface.points: is read of nmm and fem with along:, here the points are {whose}")
    owners = None
    if data.interface.of is not None:
        own = parts[data.interface.of].participant
        mesh = own.interface if hasattr(own, "interface") else _any_mesh(own)
        if mesh is None:
            raise InputError(f"interface: '{data.interface.of}' has no points to take")
    elif case.method == "dda":
        from harmony.participants.blocks import edges_along

        mesh, owners = edges_along(sim.model, data.interface.along or [])
    else:
        mesh = Mesh.of(points_along(data.interface.along or [], data.interface.points))
    names = {FORCE: FORCE, DISPLACEMENT: DISPLACEMENT, VELOCITY: VELOCITY, **data.names}
    options: dict[str, Any] = {"reads": data.reads, "analysis": analysis, "names": names}
    options["frictionless"] = data.interface.frictionless
    if case.method == "dda":
        from harmony.participants.blocks import BlocksParticipant

        return BlocksParticipant(
            name, sim, mesh, blocks=owners, time_step=data.step, stiffness=data.stiffness, **options
        )
    options["time_step"] = data.step or (None if analysis == "static" else float(sim.dt) or None)
    if case.method == "nmm" and sim.plastic is not None and analysis == "static" and not data.interface.frictionless:
        from harmony.participants.yielding import YieldingParticipant

        return YieldingParticipant(name, sim, mesh, data.reads, data.step, names)
    if case.method == "nmm":
        from harmony.participants.manifold import manifold_participant

        return manifold_participant(name, sim, mesh, **options)
    from harmony.participants.finite_elements import fem_participant

    scheme = case.stages[0].scheme
    return fem_participant(name, sim, mesh, scheme=scheme if scheme == "conserving" else "shi", **options)


def _any_mesh(participant: Any) -> Mesh | None:
    for data in getattr(participant, "outputs", {}):
        mesh = participant.mesh(data)
        if mesh is not None:
            return mesh if isinstance(mesh, Mesh) else None
    return None


def _python(case: "Case", name: str, data: "ParticipantData") -> Part:
    """Call the function of a file; what it returns has the six verbs, and gets the name that the case gives it."""
    assert data.python is not None, "asked for by the caller"
    path = case.source.file(("participants", name, "python"), data.python)
    function = function_of(path, data.function)
    try:
        participant = function(**data.options)
    except TypeError as error:
        raise InputError(f"{path}: {data.function}({', '.join(data.options)}): {error}") from None
    if not isinstance(participant, couplers.Participant):
        verbs = "initialize, mesh, read, write, advance, save, restore"
        missing = ", ".join(v for v in (*verbs.split(", "), "name", "time_step") if not hasattr(participant, v))
        raise InputError(f"{path}: {data.function} gave a {type(participant).__name__} without {missing}")
    participant.name = name
    if data.step is not None:
        participant.time_step = data.step
    columns: list[str] = []
    readers: list[Callable[[], list[float]]] = []
    participant.initialize()
    for probe, where in data.probes.items():
        with case.source.at(("participants", name, "probes", probe)):
            reader, parts = _probe(participant, where.data, where.at)
        readers.append(reader)
        columns += [f"{name}.{probe}.{where.data}{part}" for part in parts]
    return Part(participant, columns, lambda: [value for read in readers for value in read()], path.read_text())


def _probe(participant: Any, data: str, at: list[float] | None) -> tuple[Callable[[], list[float]], list[str]]:
    try:
        first, mesh = np.asarray(participant.write(data)), participant.mesh(data)
    except KeyError:
        raise InputError(f"{data} is nothing that it writes") from None
    row = 0
    if at is not None:
        if mesh is None or mesh.points.shape[1] != len(at):
            raise InputError(f"at: {data} has no points with {len(at)} coordinates")
        row = int(np.argmin(np.linalg.norm(mesh.points - at, axis=1)))
    parts = [""] if first.ndim == 1 else [f".{axis}" for axis in "xyz"[: first.shape[1]]]
    return lambda: np.atleast_1d(np.asarray(participant.write(data), dtype=float)[row]).tolist(), parts
