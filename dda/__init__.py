"""Discontinuous deformation analysis of blocks (Shi 1988) in two dimensions.

Blocks are polygons with six unknowns each, contacts open, slide and lock, joints have laws. SI units, angles in
degrees, thickness 1 m, compression negative.

A block that slides down a plane of 30 degrees with 20 degrees of friction:

>>> import numpy as np, dda
>>> rock = dda.Material(density=2600.0, young=5e9, poisson=0.25)
>>> model = dda.Model(gravity=(0.0, -9.81))
>>> c, s = np.cos(np.radians(30)), np.sin(np.radians(30))
>>> turn = np.array([[c, -s], [s, c]]).T  # x along the plane, uphill
>>> model.add_block(np.array([[-10, -1], [5, -1], [5, 0], [-10, 0]]) @ turn, rock, fixed=True)
0
>>> model.add_block(np.array([[0, 0], [1, 0], [1, 0.5], [0, 0.5]]) @ turn, rock)
1
>>> model.joint = dda.Joint(friction=60.0)
>>> sim = dda.Simulation(model, dt=1e-3)
>>> sim.settle().converged  # the weight comes onto the plane before the block is let go
True
>>> model.joint = dda.Joint(friction=20.0)
>>> sim.revise(model)
>>> sim.reset()
>>> sim.run(until=1.0)
>>> acceleration = 9.81 * (s - c * np.tan(np.radians(20)))
>>> moved = np.linalg.norm(sim.displacements[1])
>>> bool(abs(moved / (acceleration / 2) - 1.0) < 1e-3)
True
"""

from dda.block import BlockSpec
from dda.constitutive import (
    MATERIAL_LAWS,
    DruckerPrager,
    LinearElastic,
    MohrCoulomb,
    PowerElastic,
    VonMises,
)
from dda.contact import Complementarity, Penalty
from dda.contact_table import CONTACT_STATES
from dda.errors import InputError, StepFailure
from dda.gap import Gap, gap
from dda.joint import Joint, joint_from_mapping, joint_laws
from dda.learned_law import StandardLaw, YieldLaw
from dda.many import RunResult, run_many
from dda.material import Material
from dda.material_law import Answer, ConstitutiveLaw
from dda.model import Model
from dda.network_law import NetworkLaw
from dda.outside_law import Outside, OutsideLaw
from dda.simulation import PointState, Settlement, Simulation
from dda.water import Water, WaterLevel

__all__ = [
    "Answer",
    "BlockSpec",
    "CONTACT_STATES",
    "Complementarity",
    "ConstitutiveLaw",
    "DruckerPrager",
    "Gap",
    "InputError",
    "Joint",
    "LinearElastic",
    "MATERIAL_LAWS",
    "Material",
    "Model",
    "MohrCoulomb",
    "NetworkLaw",
    "Outside",
    "OutsideLaw",
    "Penalty",
    "PointState",
    "PowerElastic",
    "RunResult",
    "Settlement",
    "Simulation",
    "StandardLaw",
    "StepFailure",
    "VonMises",
    "Water",
    "WaterLevel",
    "YieldLaw",
    "gap",
    "joint_from_mapping",
    "joint_laws",
    "run_many",
]
