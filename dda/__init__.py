"""Discontinuous deformation analysis of blocks (Shi 1988) in two dimensions.

Blocks are polygons with six unknowns each, contacts open, slide and lock, joints have laws. SI units, angles in
degrees, thickness 1 m, compression negative.
"""

from dda.block import BlockSpec
from dda.contact import Penalty
from dda.errors import InputError, StepFailure
from dda.joint import Joint, joint_from_mapping, joint_laws
from dda.material import Material
from dda.model import Model
from dda.simulation import CONTACT_STATES, PointState, Settlement, Simulation
from dda.water import Water, WaterLevel

__all__ = [
    "CONTACT_STATES",
    "BlockSpec",
    "InputError",
    "Joint",
    "Material",
    "Model",
    "Penalty",
    "PointState",
    "Settlement",
    "Simulation",
    "StepFailure",
    "Water",
    "WaterLevel",
    "joint_from_mapping",
    "joint_laws",
]
