"""From continuum to discontinuum: the pieces that cracks have cut become blocks of `dda`.

Conserved: mass (the outlines are those of the elements), momentum (statics is at rest) and the mean stress of each
piece in the last state that held together,

    sigma_block = 1 / A int sigma dA,

the only stress that a block can carry. What the stress varies about its mean is lost with its strain energy.
"""

import numpy as np
from numpy.typing import NDArray

from dda.joint import Joint
from dda.model import Model as BlockModel
from nmm.growth import Growth
from nmm.simulation import Simulation
from nmm.where import pieces

__all__ = ["to_blocks"]

type Array = NDArray[np.float64]


def to_blocks(growth: Growth, joint: Joint, order: int = 1) -> BlockModel:
    """The pieces of a body after growth as a model of blocks; a piece with a support is fixed. joint: of all faces."""
    import shapely

    model = growth.model
    sim = Simulation(growth.whole, order)
    sim.solve()
    manifold = sim.equations.manifold
    held = [
        point
        for k, support in enumerate(growth.whole.supports)
        for point in pieces(manifold.boundary, support.where, growth.whole.side_counts, f"support {k}").middles
    ]
    places = np.asarray(sim.equations.space.core.centroids())
    stresses, reach = sim.stresses, 1e-6 * float(np.sqrt(manifold.areas.sum()))
    blocks = BlockModel(gravity=model.gravity, plane=model.plane)
    blocks.joint = joint
    for outline in growth.pieces:
        polygon = shapely.Polygon(outline)
        inside = shapely.contains_xy(polygon, places)
        weight = manifold.areas * inside
        mean = weight @ stresses / max(float(weight.sum()), np.finfo(float).tiny)
        fixed = any(polygon.distance(shapely.Point(point)) < reach for point in held)
        body = model.bodies[int(np.bincount(manifold.body[inside]).argmax()) if inside.any() else 0]
        blocks.add_block(
            outline, body.material, fixed=fixed, initial_stress=(0.0, 0.0, 0.0) if fixed else tuple(mean.tolist())
        )
    return blocks
