"""The numerical manifold method (Shi 1991): continua on covers that do not follow the body.

A mathematical cover is laid over the body without looking at it; holes, material boundaries and joints cut it into
physical covers and manifold elements. SI units, angles in degrees, thickness 1 m, compression negative.

A plate in tension with a hole that the cover does not see:

>>> import numpy as np, dda, nmm
>>> angle = np.linspace(0, 2 * np.pi, 120, endpoint=False)
>>> hole = np.column_stack([np.cos(angle), np.sin(angle)])
>>> model = nmm.Model(gravity=(0, 0), plane="stress", cover=nmm.Triangles(0.8))
>>> plate = model.add_body([(-9, -9), (9, -9), (9, 9), (-9, 9)], dda.Material(2600.0, 1e9, 0.3), holes=[hole])
>>> model.fix([(-9, -9), (-9, 9)], ["x"])
>>> model.fix([(-9, -9), (9, -9)], ["y"])
>>> model.add_traction([(9, -9), (9, 9)], (1e6, 0.0))
>>> sim = nmm.Simulation(model, order=1)
>>> sim.solve().unknowns > 1000
True
>>> bool(2.8 < sim.at([(0.0, 1.001)]).stress[0, 0] / 1e6 < 3.3)  # three times the mean stress at the hole
True
"""

from nmm.cover import Cover, Mesh, Rectangles, Triangles
from nmm.grading import Refinement
from nmm.growth import Growth, GrowthStep, grow
from nmm.handover import to_blocks
from nmm.hoop import equivalent_intensity, hoop_angle
from nmm.interaction import Intensity
from nmm.model import Model
from nmm.readout import PointState
from nmm.recover import distortion, recovered
from nmm.remake import Remake
from nmm.simulation import Simulation, SolveReport

__all__ = [
    "Cover",
    "Growth",
    "GrowthStep",
    "Intensity",
    "Mesh",
    "Model",
    "PointState",
    "Rectangles",
    "Refinement",
    "Remake",
    "Simulation",
    "SolveReport",
    "Triangles",
    "distortion",
    "equivalent_intensity",
    "grow",
    "hoop_angle",
    "recovered",
    "to_blocks",
]
