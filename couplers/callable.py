"""Any Python callable as a participant."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from couplers.errors import SetupError
from couplers.mesh import Mesh

__all__ = ["CallableParticipant"]

type Array = NDArray[np.float64]


class CallableParticipant:
    """A function `f(state, inputs, dt) -> (state, outputs)` of dicts of arrays.

    state: anything that can be copied, by default None; what f returns replaces it, and what it got is not used again
    by the coupling. outputs: initial values of all data that it writes, which fix names and shapes. meshes: where data
    lives, by name; data without one is numbers without a place. A function that answers without memory returns the
    outputs alone.

    >>> spring = CallableParticipant("Spring", lambda state, inputs, dt: {"Force": -2.0 * inputs["Displacement"]},
    ...     outputs={"Force": [0.0]})
    >>> spring.read("Displacement", np.array([3.0]))
    >>> spring.advance(1.0)
    >>> spring.write("Force")
    array([-6.])
    """

    def __init__(
        self,
        name: str,
        function: Callable[[Any, dict[str, Array], float], Any],
        outputs: Mapping[str, ArrayLike],
        state: Any = None,
        meshes: Mapping[str, Mesh | ArrayLike] | None = None,
        time_step: float | None = None,
    ) -> None:
        if not callable(function):
            raise SetupError(f"participant '{name}': {function!r} is no function (state, inputs, dt)")
        self.name, self.time_step, self.function = name, time_step, function
        self.state = state
        self.outputs = {key: np.array(value, dtype=float) for key, value in outputs.items()}
        self.inputs: dict[str, Array] = {}
        self._meshes = {key: Mesh.of(mesh) for key, mesh in (meshes or {}).items()}

    def initialize(self) -> None:
        """Nothing is to be made ready."""

    def mesh(self, data: str) -> Mesh | None:
        """The mesh that was given for the data."""
        return self._meshes.get(data)

    def read(self, data: str, values: Array) -> None:
        """Keep the values for the next call of the function."""
        self.inputs[data] = np.array(values, dtype=float)

    def write(self, data: str) -> Array:
        """What the function gave last."""
        return self.outputs[data]

    def advance(self, dt: float) -> None:
        """Call the function."""
        found = self.function(copy.deepcopy(self.state), self.inputs, dt)
        if not isinstance(found, tuple):
            found = (self.state, found)
        self.state, outputs = found
        missing = [key for key in self.outputs if key not in outputs]
        if missing:
            raise SetupError(
                f"participant '{self.name}': the function gave no {', '.join(missing)}, only {', '.join(outputs)}"
            )
        self.outputs = {key: np.array(outputs[key], dtype=float) for key in self.outputs}

    def save(self) -> Any:
        """State and data."""
        return copy.deepcopy((self.state, self.inputs, self.outputs))

    def restore(self, state: Any) -> None:
        """Go back."""
        self.state, self.inputs, self.outputs = copy.deepcopy(state)
