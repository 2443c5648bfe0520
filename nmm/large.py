"""Large displacements: what a step needs beyond the linear equations (`nmm/core/large_step.hpp`).

Strains are Biot's, as in `dda`, of gradients by the undeformed geometry: no turn is felt, nothing drifts. A piece
that nothing holds turns exactly by its mean rotation in a step, its velocities with it. The linear stiffness, turned
with the pieces, stays the matrix of a step; what it misses goes to the right-hand side until that stands. Where
elements are distorted against their piece the tangent takes its place.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, StepFailure, explain
from nmm import _core
from nmm.earlier import Earlier, strained_before
from nmm.equations import Equations
from nmm.forms import Forms
from nmm.supermesh import common_rule
from nmm.triangulation import interior_points

__all__ = ["Large", "biot_strain", "biot_stress", "refuse_large", "rotation", "turns_exactly"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

# Grid of angles at which the turned stiffness is factored [rad]: at most this, and OFF / (frequency h). A stiffness off
# by an angle a makes of a turn a stretch a times as large, and of a stretch a moment, which turns the piece by
# a E h^2 / (rho l^2) times that stretch: the product of both is what an iteration leaves of the miss.
ANGLES, OFF = 0.04, 0.03

# |R^T F - 1| of the worst point [-] from which the tangent is assembled in every step: the turned stiffness would then
# leave more than that part of the miss in an iteration.
DISTORTED = 0.05

# Change of the internal forces over the largest force that counts as none [-], and as none where it no longer falls; of
# E times the size, what rounding leaves of strains.
STANDS, STALLS, NOISE = 1e-14, 1e-9, 1e-13
ITERATIONS = 10  # with one matrix

# Order -> degree of the rule on what a fresh cover has in common with the one before [-]: that of the linear energy.
REMADE = {0: 1, 1: 2, 2: 4}
TANGENTS = 6


def turns_exactly(equations: Equations) -> bool:
    """Whether a model can turn by any angle: no branch functions of crack tips, and springs of joints that are the same
    along and across, so that they need not know where the joint has turned to."""
    model = equations.model
    return not equations.enrichment.enriched and all(normal == shear for normal, shear in model.joint_stiffness)


def refuse_large() -> InputError:
    """What cannot turn yet."""
    return InputError(
        explain(
            "large displacements with crack tips or with springs in joints that differ along and across",
            where="Simulation, displacements",
            expected="cracks with radius 0, joints with a law of contact or with equal stiffnesses",
            got="a model with others",
            do='take displacements="small"',
        )
    )


class Large:
    """Large displacements of one model, over steps. earlier: covers before, whose deformation the law remembers."""

    def __init__(self, forms: Forms, earlier: Sequence[Earlier] = ()) -> None:
        self.forms = forms
        equations = self.equations = forms.equations
        self.elements = equations.blank()
        equations.add_elastic(self.elements)
        self.ties = equations.blank()
        equations.add_ties(self.ties)
        points, weights, element = _remade_points(earlier[-1], equations) if earlier else _points(equations)
        before = strained_before(earlier, equations.manifold.body[element], points) if earlier else np.zeros((0, 4))
        self.strained = float(np.abs(biot_strain(before)).max(initial=0.0)) > DISTORTED
        rows, table = equations.material_table
        core = equations.space.core
        self.finite = _core.Finite(
            core, element.astype(np.int32), points, weights, rows[element].astype(np.int32), table, before
        )
        piece, free = equations.piece_of_unknown[::2], self.free
        space = equations.space
        self.core = _core.LargeStep(
            self.finite,
            self.ties,
            forms.mass,
            piece.astype(np.int32),
            space.unit,
            space.place,
            free.astype(np.int32),
            self._slopes(piece).astype(np.int32),
        )
        self._linear: dict[tuple[float, ...], Any] = {}

    @cached_property
    def free(self) -> NDArray[np.bool_]:
        """Of each piece: nothing holds it."""
        equations = self.equations
        pieces = equations.manifold.pieces
        free = np.ones(int(pieces.max()) + 1, dtype=bool)
        rows = [r for kind in ("supports", "springs") for r in equations.conditions[kind]] + equations.dashpots()
        for r in rows:
            touched = r.faces.elements
            free[pieces[touched[touched >= 0]]] = False
        for p in equations.model.point_supports:
            if p.stiffness > 0.0:
                free[pieces[equations.locator.require(np.array([p.point]), "held point")]] = False
        return free

    def _slopes(self, piece: Index) -> Index:
        """The two functions x and y of each piece that is one block, -1 for the others, (p, 2)."""
        equations = self.equations
        found = np.full((len(self.free), 2), -1)
        for p in np.unique(equations.manifold.pieces[equations.block]).tolist():
            found[p] = np.flatnonzero(piece == p)[1:3]
        return found

    @cached_property
    def _frequency(self) -> float:
        """sqrt(3 E / m) of the stiffest piece [1/s]."""
        manifold, materials = self.equations.manifold, self.equations.model.materials
        density, young = np.array([[m.density, m.young] for m in materials])[manifold.material].T
        stiffest = np.zeros(int(manifold.pieces.max()) + 1)
        np.maximum.at(stiffest, manifold.pieces, young)
        return float(np.sqrt(3.0 * stiffest / np.bincount(manifold.pieces, density * manifold.areas)).max())

    @cached_property
    def _noise(self) -> float:
        manifold, materials = self.equations.manifold, self.equations.model.materials
        young = np.array([m.young for m in materials])[manifold.material]
        return float(NOISE * young.max() * np.sqrt(manifold.areas.sum()))

    def begin(self, u: Array, theta: float, h: float) -> tuple[tuple[float, ...], Any]:
        """A step of length h [s] from u: the stiffness of its matrix, and what that hangs on; () = on u itself."""
        angle = self.core.angles(u)
        if self.strained or self.finite.distortion(u, angle) > DISTORTED:
            key, chord = (), self._tangent(u)
        else:
            cell = min(ANGLES, OFF / (self._frequency * h))
            grid = cell * np.rint(np.asarray(angle) / cell)
            key = tuple(grid[self._first_functions].tolist())
            chord = self._turned(key, grid)
        self.core.begin(chord, u, theta)
        return key, chord

    @cached_property
    def _first_functions(self) -> Index:
        return np.unique(self.equations.piece_of_unknown[::2], return_index=True)[1]

    def _turned(self, key: tuple[float, ...], angle: Array) -> Any:
        if key not in self._linear:
            chord = self.equations.blank()
            chord.add_turned(1.0, self.elements, np.ascontiguousarray(angle))
            chord.add_scaled(1.0, self.ties)
            self._linear = {key: chord}
        return self._linear[key]

    def _tangent(self, u: Array) -> Any:
        chord = self.equations.blank()
        self.finite.add_tangent(chord, u)
        chord.add_scaled(1.0, self.ties)
        return chord

    def solve(self, right: Array, u: Array, guess: Array, theta: float, h: float, still: bool, matrix: Any) -> Any:
        """Displacement of a step without contact and what was missed of its forces [-]; matrix: of its stiffness and
        its factor."""
        system, factor = matrix
        d, c = guess, np.asarray(self.core.correction(guess))
        for tangent in range(TANGENTS):
            last = np.inf
            for _ in range(ITERATIONS):
                found, _, _, positive = factor.solve(system, right + c)
                if not positive and tangent == 0:
                    break
                d = np.asarray(found)
                before, c = c, np.asarray(self.core.correction(d))
                change = float(np.abs(c - before).max())
                largest = float(max(np.abs(right).max(), np.abs(c).max(), np.abs(system.times(d)).max()))
                if change <= STANDS * largest or (change <= max(STALLS * largest, self._noise) and change > 0.5 * last):
                    return d, change / largest if largest > 0.0 else 0.0
                if not change < last:
                    break
                last = change
            if not np.isfinite(d).all() or float(self.finite.least_volume(u + np.asarray(self.core.shift(d)))) <= 0.0:
                break
            chord = self._tangent(u + 0.5 * np.asarray(self.core.shift(d)))
            self.core.begin(chord, u, theta)
            system = self.forms.effective(h, theta, not still, chord)
            factor = _core.Factor(system)
            c = np.asarray(self.core.correction(d))
        raise StepFailure("the internal forces of a step do not come to rest", {"residual": float("inf")})

    def strain_energy(self, u: Array) -> float:
        """Of elements with their initial stress, and of ties [J/m]."""
        return float(self.finite.energy(u)) + 0.5 * float(u @ np.asarray(self.ties.times(u)))


def _remade_points(old: Earlier, equations: Equations) -> tuple[Array, Array, Index]:
    """On a fresh cover: a rule on the parts that it has in common with the one before."""
    return common_rule(old, equations, REMADE[equations.order])


def _points(equations: Equations) -> tuple[Array, Array, Index]:
    """Points, weights, elements that integrate the linear stiffness exactly: products of two gradients."""
    manifold, order = equations.manifold, equations.order
    wide = manifold.cover.cells.shape[1] == 4
    degree = np.full(manifold.count, order + 1 if wide else order)
    degree[equations.single] = min(order + 1, 2) - 1
    degree[equations.block] = 0
    one = np.flatnonzero(degree == 0)
    parts = [(np.asarray(equations.space.core.centroids())[one], manifold.areas[one], one)]
    for k in np.unique(degree[degree > 0]).tolist():
        points, weights, element = interior_points(manifold, 2 * k)
        mine = degree[element] == k
        parts.append((points[mine], weights[mine], element[mine]))
    points, weights, element = (np.concatenate(p) for p in zip(*parts, strict=True))
    order_ = np.argsort(element, kind="stable")
    return np.ascontiguousarray(points[order_]), np.ascontiguousarray(weights[order_]), element[order_]


def rotation(gradient: Array) -> Array:
    """R of F = R U as an angle [rad], between -pi and pi, (n,); gradient: ux_x, ux_y, uy_x, uy_y (n, 4)."""
    return np.asarray(np.arctan2(gradient[:, 2] - gradient[:, 1], 2.0 + gradient[:, 0] + gradient[:, 3]))


def _turns(gradient: Array) -> Array:
    """R (n, 2, 2)."""
    angle = rotation(gradient)
    cos, sin = np.cos(angle), np.sin(angle)
    return np.stack([np.column_stack([cos, -sin]), np.column_stack([sin, cos])], axis=1)


def biot_strain(gradient: Array) -> Array:
    """(xx, yy, 2 xy) of U - 1 = R^T F - 1, in the frame that turns with the point, (n, 3)."""
    H, R = gradient.reshape(-1, 2, 2), _turns(gradient)
    eps = R.transpose(0, 2, 1) @ H + (R.transpose(0, 2, 1) - np.eye(2))
    return np.column_stack([eps[:, 0, 0], eps[:, 1, 1], eps[:, 0, 1] + eps[:, 1, 0]])


def biot_stress(gradient: Array, D: Array, initial: Array) -> Array:
    """Stress (xx, yy, xy) [Pa] as `dda` tells it, R T R^T with the Biot stress T = T_0 + D (U - 1): force over the
    undeformed face.

    gradient: ux_x, ux_y, uy_x, uy_y (n, 4); D (n, 3, 3); initial T_0 (n, 3) [Pa].
    """
    t, R = np.einsum("nij,nj->ni", D, biot_strain(gradient)) + initial, _turns(gradient)
    T = R @ np.stack([t[:, [0, 2]], t[:, [2, 1]]], axis=1) @ R.transpose(0, 2, 1)
    return np.column_stack([T[:, 0, 0], T[:, 1, 1], T[:, 0, 1]])
