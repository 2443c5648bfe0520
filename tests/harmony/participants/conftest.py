"""Ground that yields, small."""

from collections.abc import Callable

import pytest

import dda
import nmm
from harmony.participants.yielding import YieldingParticipant

LINE = [(-1.0, 0.0), (0.0, 0.0), (1.0, 0.0)]


@pytest.fixture(scope="session")
def ground() -> Callable[..., YieldingParticipant]:
    """Makes the participant: reads, and a traction (x, y) [Pa] on its interface."""

    def made(reads: str, load: tuple[float, float] = (0.0, 0.0)) -> YieldingParticipant:
        model = nmm.Model(gravity=(0.0, -9.81), cover=nmm.Triangles(0.8))
        soil = dda.Material(2000.0, 2e7, 0.3, law="mohr-coulomb", cohesion=2e4, friction=20.0)
        model.add_body([(-3, -2), (3, -2), (3, 0), (1, 0), (-1, 0), (-3, 0)], soil)
        model.fix([(-3, -2), (3, -2)])
        if any(load):
            model.add_traction([(-1, 0), (1, 0)], load)
        return YieldingParticipant("Ground", nmm.Simulation(model), LINE, reads)

    return made
