"""Bodies whose answer is more than their matrices are refused as participants; elastic ones beside them are not."""

import pytest

import dda
import nmm
from dda.errors import InputError
from harmony.participants.finite_elements import fem_participant
from harmony.participants.manifold import manifold_participant
from harmony.participants.structure import StructureParticipant

ELASTIC = dda.Material(2600.0, 1e9, 0.25)
CLAY = dda.Material(2600.0, 1e9, 0.25, law="mohr-coulomb", cohesion=1e5, friction=20.0)
LINE = [(2.0, 0.0), (2.0, 1.0)]


def sim(method: str, rock: dda.Material, joint: bool) -> StructureParticipant:
    """A body that is held at x = 0, cut by a joint with a law."""
    model = nmm.Model(cover=nmm.Triangles(0.5))
    model.add_body([(0, 0), (2, 0), (2, 1), (0, 1)], rock)
    model.fix([(0, 0), (0, 1)])
    if joint:
        model.add_joint([(1, -1), (1, 2)], "joint")
        model.set_law("joint", dda.Joint(friction=30.0))
    if method == "nmm":
        return manifold_participant("A", nmm.Simulation(model), LINE)
    from harmony.fem import Simulation, mesh_model

    return fem_participant("A", Simulation(model, mesh_model(model, 0.5)), LINE)


@pytest.mark.parametrize("method", ["nmm", "fem"])
@pytest.mark.parametrize(("rock", "joint", "word"), [(CLAY, False, "yields"), (ELASTIC, True, "law of contact")])
def test_refused(method: str, rock: dda.Material, joint: bool, word: str) -> None:
    with pytest.raises(InputError, match=f"a participant that is not linear(.|\n)*method {method}(.|\n)*{word}"):
        sim(method, rock, joint)
    sim(method, ELASTIC, False)
