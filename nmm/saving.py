"""A run of the manifold method as bytes, and back: earlier covers, head, coefficients, turns, ledger, internal states,
contacts."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain
from nmm.motion import Ledger
from nmm.saved_covers import covers, go_through

if TYPE_CHECKING:
    from nmm.simulation import Simulation

__all__ = ["restore", "to_bytes"]

type Array = NDArray[np.float64]

BOOKED = ("strain", "potential", "friction", "external")
"""Energies of elastoplastic statics."""


def to_bytes(sim: "Simulation") -> bytes:
    """The whole state."""
    if sim._blocks is not None:
        start = np.concatenate([sim._start, sim._turned_start])
        return start.tobytes() + sim._blocks.sim.save()
    ledger = [] if sim._ledger is None else sim._ledger.numbers
    head = np.array([sim.steps, sim.substeps, sim.time, sim._motion is not None, *ledger])
    touch = sim._touching
    contacts = [] if touch is None or sim._motion is None else [touch.static_step, sim._motion.piece]
    table = np.zeros(0) if touch is None else np.asarray(touch.engine.save())
    booked = [sim._booked.get(k, 0.0) for k in BOOKED]
    internal = np.zeros(0) if sim._plastic is None else np.concatenate([booked, sim._plastic.numbers])
    turned = np.concatenate([sim._turned, sim._turned_start])
    start = sim._start if not sim._earlier else np.zeros_like(sim.unknowns)
    parts = (covers(sim), np.array([len(head)], dtype=float), head, sim.unknowns, sim.rates, start, turned, internal)
    return b"".join(part.tobytes() for part in (*parts, np.array(contacts), table))


def _another(state: bytes) -> InputError:
    return InputError(
        explain(
            "not the state of this model",
            where="Simulation.load",
            expected="the bytes of Simulation.save() of the same model, by this version",
            got=f"{len(state)} bytes",
            do="start the run anew",
        )
    )


def restore(sim: "Simulation", state: bytes) -> None:
    """Into a new run of the same model."""
    if sim._blocks is not None:
        size = sim._start.nbytes + sim._turned_start.nbytes
        sim._blocks.sim.restore(state[size:])
        start = np.frombuffer(state[:size]).copy()
        sim._start, sim._turned_start = np.split(start, [len(sim._start)])
        sim._read_blocks()
        return
    numbers = np.frombuffer(state) if len(state) % 8 == 0 and state else np.zeros(1)
    numbers, began = go_through(sim, numbers)
    head, n = int(min(abs(numbers[0]), len(numbers))), len(sim.unknowns)
    pieces = len(sim._turned)
    coefficients, turned, rest = np.split(numbers[1 + head :], [3 * n, 3 * n + 2 * pieces])
    internal = 0 if sim._plastic is None else len(BOOKED) + len(sim._plastic.numbers)
    touches = sim.model.touches and head >= 4 and bool(numbers[4])
    if head < 4 or len(turned) != 2 * pieces or (len(rest) <= 2 if touches else len(rest) != internal):
        raise _another(state)
    sim.steps, sim.substeps, sim.time = int(numbers[1]), int(numbers[2]), float(numbers[3])
    if numbers[4]:
        sim._fresh = False
        motion = sim._moving
        if motion.touch is not None:
            motion.touch.static_step, motion.piece = rest[:2].tolist()
            try:
                motion.touch.engine.load(np.ascontiguousarray(rest[2:]))
            except ValueError as error:  # as that of a version whose contacts have other numbers
                raise _another(state) from error
    if head > 4:
        sim._ledger = Ledger.from_numbers(numbers[5 : 1 + head])
    sim.unknowns, sim.rates, sim._start = (a.copy() for a in np.split(coefficients, 3))
    sim._start = sim._start if began is None else began
    sim._turned, sim._turned_start = (a.copy() for a in np.split(turned, 2))
    if sim._plastic is not None:
        sim._booked = dict(zip(BOOKED, rest[: len(BOOKED)].tolist(), strict=True))
        sim._plastic.take(sim.unknowns, rest[len(BOOKED) :].copy())
