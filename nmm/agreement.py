"""Conditions on one stretch of boundary: what a second support says again is left out, what contradicts is refused.

Nitsche's terms must stand once for each direction: given twice, the reaction would be taken off twice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain
from nmm.coincidence import overlap
from nmm.conditions import Component, Support, Traction, factor, values
from nmm.where import Where

__all__ = ["agreed", "refuse_held_loads", "refuse_idle_beds"]

type Array = NDArray[np.float64]

# Difference of two prescribed displacements, over the larger one [-], that is rounding.
SAME = 1e-6

# What is left of a direction [-] once earlier ones are taken off, below which it is one of them.
DEPENDS = 1e-9


def agreed(new: Support, earlier: Sequence[Support], rings: Sequence[Sequence[Array]]) -> list[Support]:
    """What `new` adds to the earlier supports: itself, or the parts that they leave open.

    rings: outline and holes of each body, (n, 2) [m]. An `InputError` where it contradicts one of them.
    """
    lines = list(_segments(new.where, rings))
    placed = [(support, segment) for support in earlier for segment in _segments(support.where, rings)]
    found = [
        [(part, s) for s, (body, p, q) in placed if _meet(own, body) and (part := overlap(a, b, p, q)) is not None]
        for own, a, b in lines
    ]
    if not any(found):
        return [new]
    kept = []
    for (_, a, b), parts in zip(lines, found, strict=True):
        ends = sorted({0.0, 1.0, *(x for part, _ in parts for x in part)})
        for low, high in pairwise(ends):
            before = [support for (s, e), support in parts if s <= (low + high) / 2 <= e]
            section = np.array([a + low * (b - a), a + high * (b - a)])
            components = _open_components(new, before, section)
            if components:
                kept.append(replace(new, where=section, components=components))
    return kept


def _segments(where: Where, rings: Sequence[Sequence[Array]]) -> Iterator[tuple[int, Array, Array]]:
    """Body (-1: any) and ends of the straight parts of a place."""
    if not isinstance(where, tuple):
        yield from ((-1, a, b) for a, b in pairwise(where) if not np.array_equal(a, b))
        return
    body, side = where
    every = [(ring[k], ring[(k + 1) % len(ring)]) for ring in rings[body] for k in range(len(ring))]
    yield (body, *every[side])


def _meet(own: int, other: int) -> bool:
    return own == other or -1 in (own, other)


def _open_components(new: Support, before: Sequence[Support], section: Array) -> tuple[Component, ...]:
    """Components of `new` on a straight section (2, 2) that the supports before it leave open."""
    axes = _axes(section)
    spots = np.array([section[0], section.mean(axis=0), section[1]])
    held = [(axes[component], support) for support in before for component in support.components]
    kept: list[Component] = []
    for component in new.components:
        a = axes[component]
        base = np.array([direction for direction, _ in held]).reshape(-1, 2)
        share = np.linalg.lstsq(base.T, a, rcond=None)[0]
        if np.linalg.norm(a - base.T @ share) > DEPENDS:
            kept.append(component)
            held.append((a, new))
            continue
        tables = [s.history for s in (new, *(support for _, support in held)) if s.history is not None]
        for time in sorted({0.0, *(float(t) for table in tables for t in table[:, 0])}):
            told = _along(new, a, spots, time)
            known = np.array([_along(support, d, spots, time) for d, support in held]).T @ share
            worst = int(np.abs(told - known).argmax())
            if abs(told[worst] - known[worst]) > SAME * max(np.abs(told).max(), np.abs(known).max()):
                when = f", t = {time:g} s" if tables else ""
                others = sorted({support.number for _, support in held} - {new.number})
                raise _contradiction(new, others, component, spots[worst], (known[worst], told[worst]), when)
    return tuple(kept)


def _axes(section: Array) -> dict[str, Array]:
    """Directions of the components on a straight section (2, 2); the sign of the normal does not matter here."""
    x, y = (section[1] - section[0]) / np.hypot(*(section[1] - section[0]))
    return {
        "x": np.array([1.0, 0.0]),
        "y": np.array([0.0, 1.0]),
        "normal": np.array([y, -x]),
        "tangent": np.array([x, y]),
    }


def _along(support: Support, direction: Array, spots: Array, time: float) -> Array:
    """Displacement [m] that a support prescribes at spots in a direction."""
    return np.asarray(factor(support.history, time) * values(support.displacement, spots) @ direction)


def _contradiction(
    new: Support, others: Sequence[int], component: str, spot: Array, told: tuple[float, float], when: str
) -> InputError:
    first = " and ".join(f"support {k}" for k in others)
    return InputError(
        explain(
            "supports contradict each other",
            where=f"support {new.number} and {first}, at ({spot[0]:g}, {spot[1]:g}) m{when}",
            expected="one displacement in one direction of one place",
            got=f"component {component}: {told[0]:g} m by {first}, {told[1]:g} m by support {new.number}",
            do="leave one out, or let their lines not overlap",
        )
    )


def refuse_held_loads(
    supports: Sequence[Support], tractions: Sequence[Traction], rings: Sequence[Sequence[Array]], first: int = 0
) -> None:
    """No traction, from number `first` on, acts in a direction in which a support holds the boundary."""
    placed = [(support, segment) for support in supports for segment in _segments(support.where, rings)]
    for k, load in enumerate(tractions[first:], first):
        for own, a, b in _segments(load.where, rings):
            for support, (body, p, q) in placed:
                part = overlap(a, b, p, q) if _meet(own, body) else None
                if part is not None:
                    _refuse_held_load(k, load, support, np.array([a + x * (b - a) for x in part]))


def _refuse_held_load(number: int, load: Traction, support: Support, section: Array) -> None:
    axes = _axes(section)
    spots = np.array([section[0], section.mean(axis=0), section[1]])
    t = values(load.traction, spots)
    t = t[:, :1] * axes["normal"] if load.pressure else t
    for component in support.components:
        into = np.abs(t @ axes[component])
        if into.max() > SAME * np.abs(t).max():
            x, y = spots[int(into.argmax())]
            raise InputError(
                explain(
                    "a traction on boundary that is held in its direction",
                    where=f"traction {number} and support {support.number}, at ({x:g}, {y:g}) m",
                    expected="a displacement or a traction in one direction of one place",
                    got=f"component {component} is held and loaded by {into.max():g} Pa",
                    do="leave one out, or let their lines not overlap",
                )
            )


def refuse_idle_beds(
    supports: Sequence[Support], beds: Sequence[tuple[str, Where]], rings: Sequence[Sequence[Array]]
) -> None:
    """No spring and no dashpot lies on boundary that supports hold in every direction: it would never act.

    beds: name and place of each.
    """
    placed = [(support, segment) for support in supports for segment in _segments(support.where, rings)]
    for name, where in beds:
        for own, a, b in _segments(where, rings):
            on = [
                (support, part)
                for support, (body, p, q) in placed
                if _meet(own, body) and (part := overlap(a, b, p, q)) is not None
            ]
            ends = sorted({x for _, part in on for x in part})
            for low, high in pairwise(ends):
                here = [support for support, (s, e) in on if s <= (low + high) / 2 <= e]
                axes = _axes(np.array([a, b]))
                held = [axes[component] for support in here for component in support.components]
                if held and np.linalg.matrix_rank(np.array(held), tol=DEPENDS) == 2:
                    _refuse_idle_bed(name, here[0].number, a + low * (b - a), a + high * (b - a))


def _refuse_idle_bed(name: str, support: int, start: Array, end: Array) -> None:
    raise InputError(
        explain(
            "springs or dashpots on boundary that is held",
            where=f"{name} and support {support}, from ({start[0]:g}, {start[1]:g}) to ({end[0]:g}, {end[1]:g}) m",
            expected="boundary that can move: there they take no force",
            got="held in x and y",
            do="leave the support or the bed out there; waves come in by a traction on an absorbing edge",
        )
    )
