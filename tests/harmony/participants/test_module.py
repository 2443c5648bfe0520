"""Torch modules as participants, in Python and from a case file."""

import numpy as np
import pytest

import harmony

FILE = """
import couplers, torch
from harmony.participants.module import ModuleParticipant

def network(stiffness=3.0, precision="float64"):
    module = torch.nn.Linear(1, 1, bias=False, dtype=getattr(torch, precision))
    with torch.no_grad():
        module.weight[:] = -stiffness
    return ModuleParticipant("any", module, ["Position"], {"Force": [0.0]})

def mass():
    step = lambda state, inputs, dt: {"Position": (inputs["Force"] + 10.0) / 2.0}
    return couplers.CallableParticipant("any", step, {"Position": [0.0]})
"""


@pytest.mark.parametrize(("precision", "accuracy"), [("float64", 1e-6), ("float32", 1e-5)])
def test_a_network_as_it_is_saved_finds_the_fixed_point(tmp_path, precision, accuracy):
    (tmp_path / "net.py").write_text(FILE)
    data = {
        "participants": {
            "Network": {"python": "net.py", "function": "network", "options": {"precision": precision}},
            "Mass": {"python": "net.py", "function": "mass", "probes": {"tip": {"data": "Position"}}},
        },
        "exchange": [
            {"data": "Force", "from": "Network", "to": "Mass"},
            {"data": "Position", "from": "Mass", "to": "Network"},
        ],
        "scheme": {"max-time": 1.0, "time-window-size": 0.5},
    }
    run = harmony.solve(harmony.Case.from_dict(data, tmp_path))
    np.testing.assert_allclose(run.summary["probes"]["Mass"]["tip"]["Position"], 2.0, rtol=accuracy)
