"""Blocks whose joint law lives outside: law coupling of the discontinuities.

The blocks write slip, speed and normal stress of some pairs of blocks; a law (any function, or a torch module) gives
their friction, for all pairs at once, once an iteration. In an explicit scheme the friction is a window old (lagged);
in an implicit one it is that of the slip at the end of the window.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from couplers import Mesh
from dda.errors import InputError, explain

if TYPE_CHECKING:
    import dda

__all__ = ["FRICTION", "NORMAL_STRESS", "SLIP", "SPEED", "JointsParticipant"]

type Array = NDArray[np.float64]

FRICTION, SLIP, SPEED, NORMAL_STRESS = "Friction", "Slip", "Speed", "Normal-Stress"
"""Data of a joint law, one value a pair: friction angle [deg]; slip accumulated [m], sliding speed [m/s], normal stress
[Pa, compression positive]."""


class JointsParticipant:
    """A `dda.Simulation` that reads the `Friction` of pairs of blocks, writes their `Slip`, `Speed`, `Normal-Stress`.

    pairs: (block, block); joint: the rest of their law: cohesion, tension, stiffness; friction: before the first window
    [deg]. Slip and speed are means over the contacts of a pair; without contact speed and stress are zero and the slip
    stays.
    """

    def __init__(
        self,
        name: str,
        sim: "dda.Simulation",
        pairs: Sequence[tuple[int, int]],
        joint: "dda.Joint",
        friction: float,
        time_step: float | None = None,
    ) -> None:
        self.name, self.sim, self.time_step = name, sim, time_step
        self.pairs = [(int(min(pair)), int(max(pair))) for pair in pairs]
        if not self.pairs or len(set(self.pairs)) < len(self.pairs):
            raise InputError(
                explain(
                    "no pairs of blocks, or one twice",
                    where=f"participant '{name}', pairs",
                    expected="pairs (block, block), each once",
                    got=pairs,
                    do="name the blocks between which the joint lies",
                )
            )
        self.joint = joint
        self.friction: Array = np.full(len(self.pairs), float(friction))
        self._slip: Array = np.zeros(len(self.pairs))

    def initialize(self) -> None:
        """The joints take their first friction."""
        self._put(self.friction)
        self._measure()

    def mesh(self, data: str) -> Mesh | None:
        """Pairs have no place of their own."""
        if data not in (FRICTION, SLIP, SPEED, NORMAL_STRESS):
            raise KeyError(f"it has {FRICTION}, {SLIP}, {SPEED} and {NORMAL_STRESS}")
        return None

    def read(self, data: str, values: Array) -> None:
        """Friction angles [deg]."""
        if data != FRICTION:
            raise InputError(f"participant '{self.name}' reads {FRICTION}, not {data}")
        self.friction = np.array(values, dtype=float)

    def write(self, data: str) -> Array:
        """Slip [m], speed [m/s] or normal stress [Pa] of every pair."""
        self.mesh(data)
        return {SLIP: self._slip, SPEED: self._speed, NORMAL_STRESS: self._normal, FRICTION: self.friction}[data]

    def advance(self, dt: float) -> None:
        """Steps of the simulation with this friction."""
        self._put(self.friction)
        self.sim.run(until=self.sim.time + dt)
        self._measure()

    def save(self) -> Any:
        """The bytes of the simulation, and what was measured."""
        return self.sim.save(), self.friction, self._slip, self._speed, self._normal

    def restore(self, state: Any) -> None:
        """Go back."""
        blob, self.friction, self._slip, self._speed, self._normal = state
        self.sim.restore(blob)

    def _put(self, friction: Array) -> None:
        import dda

        model, j = self.sim.model, self.joint
        for pair, angle in zip(self.pairs, friction, strict=True):
            law = dda.Joint(
                friction=float(angle),
                cohesion=j.cohesion,
                tension=j.tension,
                normal_stiffness=j.normal_stiffness,
                shear_stiffness=j.shear_stiffness,
                restitution=j.restitution,
            )
            model.set_joint(*pair, law)
        self.sim.revise(model)

    def _measure(self) -> None:
        """Means over the contacts that are closed."""
        table, slips = self.sim.contacts, self.sim.slips
        closed = table[table["state"] > 0]
        low = np.minimum(closed["block_a"], closed["block_b"])
        high = np.maximum(closed["block_a"], closed["block_b"])
        slip, self._speed, self._normal = self._slip.copy(), np.zeros(len(self.pairs)), np.zeros(len(self.pairs))
        for k, (a, b) in enumerate(self.pairs):
            mine = closed[(low == a) & (high == b)]
            if len(mine):
                slip[k] = slips[mine["vertex"]].mean()
                self._speed[k] = np.abs(mine["speed"]).mean()
                self._normal[k] = mine["normal"].sum() / max(mine["length"].sum(), 1e-300)
        self._slip = slip
