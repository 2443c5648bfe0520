"""Joints: the strength and the stiffness of a discontinuity, with a friction law chosen by name."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dda import _core
from dda.checks import number, unknown
from dda.errors import InputError, explain
from dda.joint_temperature import check_temperature, core_table, history_of

__all__ = ["Joint", "joint_from_mapping", "joint_laws"]

LARGEST_ANGLE = 90.0
"""Friction angles are below this [deg]: tan(90 deg) is infinite."""


@cache
def joint_laws() -> dict[str, dict[str, Any]]:
    """Every friction law: name -> {"doc": str, "parameters": [{"name", "unit", "doc", "list"}]}.

    >>> [p["name"] for p in joint_laws()["slip-weakening"]["parameters"]]
    ['peak', 'residual', 'distance']
    """
    return {
        law.name: {
            "doc": law.doc,
            "parameters": [{"name": p.name, "unit": p.unit, "doc": p.doc, "list": p.list} for p in law.parameters],
        }
        for law in _core.joint_laws()
    }


@dataclass(frozen=True, init=False)
class Joint:
    """One discontinuity: friction, cohesion and tension cut-off, and a physical stiffness if it has a filling.

    friction: angle [deg] of the law mohr-coulomb (other laws name their own parameters, see `joint_laws`).
    cohesion, tension: Pa, stresses over the area of contact; a joint that has one of them is bonded until it breaks.
    normal_stiffness, shear_stiffness: Pa/m, those of a real filling; None is rigid.
    restitution: normal speed after an impact over that before [-], from 0 (plastic) up to, not including, 1; not for
    the scheme conserving, whose impacts are elastic. joint_temperature: of the joint, one number [K] or rows (time [s],
    K), held constant before and after; for a law that was taught temperatures, which must have it.
    reduction: what `reduced` has divided the friction by [-].

    >>> Joint(30.0).parameters
    {'friction': (30.0,)}
    >>> Joint(law="slip-weakening", peak=22, residual=8, distance=0.5).friction_coefficient(slip=[0.0, 50.0]).round(4)
    array([0.404 , 0.1405])
    """

    law: str
    parameters: dict[str, tuple[float, ...]] = field(hash=False)
    cohesion: float
    tension: float
    normal_stiffness: float | None
    shear_stiffness: float | None
    restitution: float
    joint_temperature: tuple[tuple[float, float], ...]
    reduction: float

    def __init__(
        self,
        friction: float | Sequence[float] | None = None,
        cohesion: float = 0.0,
        tension: float = 0.0,
        *,
        law: str = "mohr-coulomb",
        normal_stiffness: float | None = None,
        shear_stiffness: float | None = None,
        restitution: float = 0.0,
        joint_temperature: float | Sequence[Sequence[float]] | None = None,
        **parameters: float | Sequence[float],
    ) -> None:
        if law not in joint_laws():
            raise unknown("joint law", law, joint_laws(), "joint, law")
        given = parameters if friction is None else {"friction": friction, **parameters}
        stiffness = {"normal_stiffness": normal_stiffness, "shear_stiffness": shear_stiffness}
        physical = {
            k: None if v is None else number(v, "joint", k, unit="Pa/m", above=0.0) for k, v in stiffness.items()
        }
        for name, value in {
            "law": law,
            "parameters": _law_parameters(law, given),
            "cohesion": number(cohesion, "joint", "cohesion", unit="Pa", least=0.0),
            "tension": number(tension, "joint", "tension", unit="Pa", least=0.0),
            "restitution": number(restitution, "joint", "restitution", unit="-", least=0.0, below=1.0),
            "joint_temperature": history_of(joint_temperature),
            "reduction": 1.0,
            **physical,
        }.items():
            object.__setattr__(self, name, value)
        try:
            _core.make_joint_law(law, self._core_parameters(), 1.0)
        except ValueError as error:
            raise InputError(
                explain(
                    str(error), where="joint", expected="parameters that fit", got=self.parameters, do="correct them"
                )
            ) from None
        check_temperature(law, self.parameters, self.joint_temperature)

    def friction_coefficient(
        self, slip: ArrayLike = 0.0, speed: ArrayLike = 0.0, sliding: ArrayLike = False
    ) -> NDArray[np.float64]:
        """tan(phi) at slip [m], sliding speed [m/s] and state of motion; arrays broadcast to one shape."""
        s, v, moving = np.broadcast_arrays(np.asarray(slip, float), np.asarray(speed, float), np.asarray(sliding, bool))
        points = []
        for values in zip(s.ravel().tolist(), v.ravel().tolist(), moving.ravel().tolist(), strict=True):
            point = _core.JointPoint()
            point.slip, point.speed, point.sliding = values
            point.temperature = self.joint_temperature[0][1] if self.joint_temperature else 0.0
            points.append(point)
        out = self._law().evaluate(points)
        return np.array([f.mu for f in out]).reshape(s.shape)

    def reduced(self, factor: float) -> "Joint":
        """The joint with cohesion and friction coefficient, of whatever law, divided by `factor` [-].

        >>> joint = Joint(45.0, cohesion=1e4).reduced(2.0)
        >>> joint.cohesion, round(float(joint.friction_coefficient()), 12)
        (5000.0, 0.5)
        """
        divide = number(factor, "joint", "strength factor", unit="-", above=0.0)
        weaker = copy(self)
        object.__setattr__(weaker, "cohesion", self.cohesion / divide)
        object.__setattr__(weaker, "reduction", self.reduction * divide)
        return weaker

    def _law(self) -> Any:
        return _core.make_joint_law(self.law, self._core_parameters(), self.reduction)

    def _core_parameters(self) -> dict[str, list[float]]:
        return {name: list(values) for name, values in self.parameters.items()}

    def core_data(self) -> _core.JointData:
        """The same joint as the core reads it."""
        data = _core.JointData()
        data.law, data.parameters = self.law, self._core_parameters()
        data.reduction = self.reduction
        data.cohesion, data.tension = self.cohesion, self.tension
        data.restitution = self.restitution
        data.temperature = core_table(self.joint_temperature)
        data.normal_stiffness, data.shear_stiffness = self.normal_stiffness or 0.0, self.shear_stiffness or 0.0
        return data


def _law_parameters(law: str, given: Mapping[str, Any]) -> dict[str, tuple[float, ...]]:
    known = {p["name"]: p for p in joint_laws()[law]["parameters"]}
    for name in given:
        if name not in known:
            raise unknown(f"parameter of the joint law {law}", name, known, "joint")
    for name, p in known.items():
        if name not in given:
            raise InputError(
                explain(
                    f"{name} is missing",
                    where=f"joint, law {law}",
                    expected=f"{name} [{p['unit']}]: {p['doc']}",
                    got=", ".join(given) or "nothing",
                    do=f"give {name}",
                )
            )
    return {name: _values(given[name], law, p) for name, p in known.items()}


def _values(value: Any, law: str, parameter: dict[str, Any]) -> tuple[float, ...]:
    where, name, unit = f"joint, law {law}", parameter["name"], parameter["unit"]
    # Angles and tabulated slips may be zero; a length or a speed that divides may not.
    limit = {"least": 0.0} if unit == "deg" or parameter["list"] else {"above": 0.0}
    if unit == "weight":  # of a network: any sign
        limit = {}
    if parameter["list"] != (np.ndim(value) == 1):
        raise InputError(
            explain(
                f"{name} is not {'a list' if parameter['list'] else 'one number'}",
                where=where,
                expected="a list of numbers" if parameter["list"] else "one number",
                got=repr(value)[:80],
                do=f"correct {name}",
            )
        )
    values = tuple(number(v, where, name, unit=unit, **limit) for v in np.atleast_1d(value).tolist())
    if unit == "deg" and max(values, default=0.0) >= LARGEST_ANGLE:
        raise InputError(
            explain(
                "friction angle too large",
                where=f"{where}, {name}",
                expected="0 <= angle < 90 deg",
                got=max(values),
                do="angles are degrees; to tie two faces together give cohesion and tension instead",
            )
        )
    return values


def joint_from_mapping(mapping: Mapping[str, Any]) -> Joint:
    """A joint from its mapping in a case file: {"law": ..., "friction": ..., "cohesion": ...}.

    >>> joint_from_mapping({"friction": 20, "cohesion": 1e4}).cohesion
    10000.0
    """
    stiffness = ("normal_stiffness", "shear_stiffness")
    common = ("law", "friction", "cohesion", "tension", *stiffness, "restitution", "joint_temperature")
    law = mapping.get("law", "mohr-coulomb")
    if law in joint_laws():
        known = [*common, *(p["name"] for p in joint_laws()[law]["parameters"])]
        for name in mapping:
            if name not in known:
                raise unknown("key of a joint", name, dict.fromkeys(known), f"joint, law {law}")
    return Joint(**{str(name): value for name, value in mapping.items()})
