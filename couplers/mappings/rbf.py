"""Radial basis functions with a linear polynomial: exact for linear fields, smooth between the points."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from couplers.errors import SetupError, known, positive
from couplers.mesh import Mesh

__all__ = ["BASES", "rbf"]

BASES = {
    "thin-plate-splines": "thin_plate_spline",
    "multiquadrics": "multiquadric",
    "inverse-multiquadrics": "inverse_multiquadric",
    "volume-splines": "linear",
    "cubic": "cubic",
    "gaussian": "gaussian",
}
"""Names of preCICE -> those of scipy."""

WITH_SHAPE = ("multiquadric", "inverse_multiquadric", "gaussian")
"""Functions of distance times a shape parameter."""

FLAT = 1e-9
"""Extent of the points along an axis, of the largest extent [-], under which they are flat in it, as on a straight
interface: the axis is left out, because a polynomial cannot be fitted along it. Usual 1e-9."""


def rbf(source: Mesh, target: Mesh, basis: str = "thin-plate-splines", shape_parameter: float | None = None) -> Any:
    """The dense matrix of the interpolant s(x) = sum_i c_i phi(|x - x_i|) + p(x), p linear.

    shape_parameter: of multiquadrics and gaussian, 1/m; by default 1 over three spacings of the source.
    """
    from scipy.interpolate import RBFInterpolator

    if basis not in BASES:
        raise known("basis of an rbf mapping", basis, BASES)
    if shape_parameter is not None:
        positive(shape_parameter, "shape_parameter of rbf", "give a number above 0 1/m")
        if BASES[basis] not in WITH_SHAPE:
            raise SetupError(f"shape_parameter of rbf: {basis} has none; leave it out, or take gaussian")
    if len(np.unique(source.points, axis=0)) < len(source):
        raise SetupError("rbf: two source points coincide; merge them, or use nearest-neighbor")
    centre = source.points.mean(axis=0)
    axes = _axes(source.points - centre)
    if not len(axes):  # a single point
        return np.ones((len(target), len(source)))
    x, y = (source.points - centre) @ axes.T, (target.points - centre) @ axes.T
    options: dict[str, Any] = {"kernel": BASES[basis], "degree": 1}
    if BASES[basis] in WITH_SHAPE:
        spacing = float(np.ptp(x, axis=0).max()) / max(len(source) ** (1.0 / x.shape[1]) - 1.0, 1.0)
        options["epsilon"] = shape_parameter or 1.0 / (3.0 * spacing)
    scale = float(np.ptp(x, axis=0).max())
    if "epsilon" in options:
        options["epsilon"] *= scale
    return RBFInterpolator(x / scale, np.eye(len(source)), **options)(y / scale)


def _axes(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The directions in which the points have an extent, (k, d)."""
    _, extent, axes = np.linalg.svd(points, full_matrices=False)
    return np.asarray(axes[extent > FLAT * extent[0]]) if extent[0] > 0.0 else axes[:0]
