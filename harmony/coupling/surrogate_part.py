"""A surrogate of a coupled case, with the real participant that it falls back on."""

from typing import TYPE_CHECKING

from dda.errors import InputError
from harmony.coupling.build import Part, simulation_of
from harmony.participants.interface import DISPLACEMENT, FORCE

if TYPE_CHECKING:
    from harmony.case import Case
    from harmony.case.coupled import ParticipantData

__all__ = ["surrogate_part"]


def surrogate_part(case: "Case", name: str, data: "ParticipantData", threads: int) -> Part:
    """Its history: trust, the lowest so far, and how many answers the real one gave."""
    from harmony.operators.learned_body import read_body
    from harmony.participants.surrogate import SurrogateParticipant
    from harmony.participants.yielding import YieldingParticipant

    assert data.surrogate is not None, "asked for by the caller"
    assert data.reads is not None, "the schema asks for it"
    path = case.source.file(("participants", name, "surrogate"), data.surrogate)
    learned = read_body(path)
    names = {FORCE: FORCE, DISPLACEMENT: DISPLACEMENT, **data.names}
    real, text = None, ""
    if data.fallback is not None:
        inner, sim = simulation_of(case, ("participants", name, "fallback"), data.fallback, threads)
        if inner.method != "nmm" or sim.plastic is None:
            raise InputError(f"{data.fallback}: is no body of method nmm that yields, as the surrogate's own was")
        real = YieldingParticipant(name, sim, learned.mesh, data.reads, None, names)
        text = inner.to_yaml()
    made = SurrogateParticipant(name, learned, data.reads, real, data.trust, data.step, names)
    columns = [f"{name}.trust", f"{name}.fallback"]
    return Part(made, columns, lambda: [made.trust, float(made.asked)], str(learned.metadata["data"]) + text)
