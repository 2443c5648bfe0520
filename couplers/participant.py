"""What a solver must offer to be coupled: the six verbs, named as in preCICE, seen from the participant.

The coupling calls, in this order:

    initialize()                                 once
    data = write(name)                           initial values of what it gives
    per iteration of a time window:
        [state = save()]                         at the beginning of an implicit window
        per step:  read(name, values)  advance(dt)  write(name)
        [restore(state)]                         when the iteration has not converged
"""

from typing import Any, Protocol, runtime_checkable

from numpy.typing import ArrayLike

from couplers.mesh import Mesh

__all__ = ["Participant"]


@runtime_checkable
class Participant(Protocol):
    """A solver as the coupling sees it. It owns its state; arrays that are handed over are copied by who keeps them.

    name: unique in a coupling. time_step: the longest step it takes [s]; None takes the whole time window at once. One
    that knows how fast its data change may say so: `rate_of(data)`, as `write(data)` but per second, None where it does
    not know; a `waveform_degree` of 2 begins with it, and else with zero.
    """

    name: str
    time_step: float | None

    def initialize(self) -> None:
        """Make ready. Post: `mesh` and `write` answer for all data of the participant."""
        ...

    def mesh(self, data: str) -> Mesh | None:
        """Where the values of `data` live, the same throughout; None for numbers without a place. KeyError: no such
        data here."""
        ...

    def read(self, data: str, values: Any) -> None:
        """Take `values` (n,) or (n, d) of `data`, valid at the end of the step that follows. Pre: initialized, one row
        a point of `mesh(data)`. Post: the array is not kept, or copied."""
        ...

    def write(self, data: str) -> ArrayLike:
        """Give `data` at the present time, (n,) or (n, d), always of the same shape. It changes no state."""
        ...

    def advance(self, dt: float) -> None:
        """Go on by dt [s], 0 < dt <= time_step. Pre: all data that it reads has been given. Post: `write` answers for
        the new time. Raises when it cannot; the coupling then restores every participant."""
        ...

    def save(self) -> Any:
        """The whole state, as something that later calls do not change."""
        ...

    def restore(self, state: Any) -> None:
        """Go back to a state that `save` gave. Post: what follows is bit for bit what followed the save. The same state
        may be restored many times."""
        ...
