"""Checks of what a manifold model is given."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dda.checks import array
from dda.checks import history as _history
from dda.errors import InputError, explain
from dda.joint import Joint
from nmm.conditions import Given, History

__all__ = [
    "checked_law",
    "factors",
    "pair",
    "refuse_contact_beside",
    "refuse_restitution",
    "require_inside",
    "require_overlap",
    "side_names",
    "vector_or_function",
]

type Array = NDArray[np.float64]


def require_inside(outline: Array, rings: Sequence[Array], where: str, what: str) -> None:
    import shapely

    body = shapely.Polygon(outline)
    for k, ring in enumerate(rings):
        if not body.contains_properly(shapely.Polygon(ring)):
            raise InputError(
                explain(
                    f"a {what} is not inside its body",
                    where=f"{where}, {what} {k}",
                    expected=f"a {what} that does not touch the outline",
                    got=f"bounds {np.round(shapely.Polygon(ring).bounds, 6).tolist()}",
                    do=f"move the {what}, or let the outline run around it",
                )
            )


def require_overlap(outline: Array, holes: Sequence[Array], ring: Array, where: str) -> None:
    """A region lies in its body, at least with a part."""
    import shapely

    body = shapely.Polygon(outline, holes)
    if not body.intersection(shapely.Polygon(ring)).area > 0.0:
        (x, y), (X, Y) = ring.min(axis=0), ring.max(axis=0)
        a, b, A, B = body.bounds
        raise InputError(
            explain(
                "a region outside its body",
                where=where,
                expected=f"a polygon that has a part of the body in it, x {a:g} to {A:g}, y {b:g} to {B:g} m",
                got=f"x {x:g} to {X:g}, y {y:g} to {Y:g} m",
                do="move the region, or leave it out",
            )
        )


def vector_or_function(value: Given | ArrayLike, name: str, what: str, unit: str) -> Given:
    return value if callable(value) else array(value, name, what, shape=(2,), unit=unit)


def checked_law(joint: Joint, where: str) -> Joint:
    """A law of contact."""
    if not isinstance(joint, Joint):
        raise InputError(
            explain("not a joint", where=where, expected="a dda.Joint", got=repr(joint), do="give dda.Joint(friction)")
        )
    return joint


def refuse_restitution(joint: Joint, where: str) -> None:
    """On covers; blocks alone are moved by `dda`, which has it."""
    if joint.restitution > 0.0:
        raise InputError(
            explain(
                "restitution is not available on covers",
                where=where,
                expected="restitution 0: impacts of deformable bodies are plastic at the place where they meet",
                got=joint.restitution,
                do="leave it out, or make every body that moves a block (in a case file groups.<name>.block: true)",
            )
        )


def side_names(names: Sequence[str] | None, given: Array, ring: Array, where: str) -> tuple[str, ...]:
    """Joint names of the sides of the ring, which may run the other way round than the outline was given."""
    if names is None:
        return ()
    if len(names) != len(given):
        raise InputError(
            explain(
                "not one joint name a side",
                where=where,
                expected=f"{len(given)} names, '' for none",
                got=f"{len(names)}",
                do="give one for each side of the outline",
            )
        )
    found = []
    for k in range(len(ring)):
        middle = (ring[k] + ring[(k + 1) % len(ring)]) / 2
        middles = (given + np.roll(given, -1, axis=0)) / 2
        found.append(str(names[int(np.argmin(((middles - middle) ** 2).sum(axis=1)))]))
    return tuple(found)


def factors(table: ArrayLike | None, name: str) -> History:
    return None if table is None else _history(table, name, columns="factor", unit="-")


def pair(value: ArrayLike, name: str, unit: str) -> tuple[float, float]:
    x, y = array(value, name, "vector", shape=(2,), unit=unit).tolist()
    return x, y


def refuse_contact_beside(model: Any) -> None:
    """Materials that are not linear and laws of contact are not in one model."""
    if model.touches:
        raise InputError(
            explain(
                "materials that are not linear beside joints with a law of contact",
                where="Simulation, model",
                expected="one or the other in this version",
                got="both",
                do="leave out the yield law, or the laws of the joints",
            )
        )
