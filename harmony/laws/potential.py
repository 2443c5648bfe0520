"""A learned plastic potential: convex, least at zero stress, so that flow along its gradient always dissipates.

    g(s) = x_+^2 / 2 + d/2 |s|^2,   x = L(s) - L(0),   L the smooth maximum of planes of a surface

g is convex (a convex increasing function of a convex one plus a square), g(0) = 0 < g elsewhere: hence s . grad g(s) >=
g(s) - g(0) >= 0 in every state, whatever the weights. The small term d makes zero the only minimum: the return with a
plastic multiplier that grows without limit ends at zero stress, which lies inside of every yield surface, so every
trial stress does return; a potential without dilation reaches the apex of a frictional surface too.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harmony.laws.yield_surface import Surface

__all__ = ["Potential"]

type Array = NDArray[np.float64]

FLOOR = 1e-4
"""d, in units of the strength [-]; a larger one turns the flow towards the stress itself."""


@dataclass(frozen=True)
class Potential:
    """planes, offsets and sharpness are those of `surface`; its level does not matter."""

    surface: Surface

    def blunted(self, factor: float) -> "Potential":
        """The same planes with corners less sharp by `factor` <= 1."""
        return Potential(self.surface.blunted(factor))

    def slopes(self, s: Array) -> tuple[Array, Array]:
        """g (n,) and its gradient (n, 3) [1/Pa] at principal stresses s (n, 3) [Pa]."""
        f, slope = self.surface.slopes(s)
        up, t = np.maximum(f + 1.0, 0.0), s / self.surface.unit
        return 0.5 * up**2 + 0.5 * FLOOR * (t**2).sum(1), up[:, None] * slope + FLOOR * t / self.surface.unit

    def parts(self, s: Array) -> tuple[Array, Array, Array]:
        """g (n,), its gradient (n, 3) [1/Pa] and Hessian (n, 3, 3) at principal stresses s (n, 3) [Pa]."""
        f, slope, curve = self.surface.parts(s)
        x = f + 1.0  # (L - L(0)) / (1 - L(0))
        up, on = np.maximum(x, 0.0), (x > 0.0).astype(float)
        t = s / self.surface.unit
        gradient = up[:, None] * slope + FLOOR * t / self.surface.unit
        hessian = on[:, None, None] * slope[:, :, None] * slope[:, None, :] + up[:, None, None] * curve
        hessian += FLOOR * np.eye(3) / self.surface.unit**2
        return 0.5 * up**2 + 0.5 * FLOOR * (t**2).sum(1), gradient, hessian
