"""The methods of a comparison: each takes data, learns, answers the problem, and says what that cost.

An answer is (displacement on the grid [m], Mandel stress at the points of the finite or manifold elements [Pa] or None,
the part of a mesh that these points are of, what was tuned, times).
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from baseline_networks import Fourier, Tanh, descend
from baseline_published import teach
from compare_problem import ASKED, LAW, PLANE, PRESSURE, SIDE, Square, pressure
from numpy.typing import NDArray
from scipy.optimize import least_squares

from dda.constitutive import ConstitutiveLaw, LinearElastic, PowerElastic
from harmony.laws.core import core_law
from harmony.laws.data_driven import solve_data_driven, solve_on_manifold
from harmony.laws.elastic import ElasticLaw
from harmony.laws.manifold import Manifold
from harmony.laws.stress_strain import StressStrain
from harmony.laws.train_elastic import train_elastic
from harmony.learning.fit import FitOptions

__all__ = ["Answer", "LEARNED", "NETWORK", "OPERATOR", "closed", "grid", "learned", "network", "operator", "points"]

type Array = NDArray[np.float64]
type Answer = dict[str, Any]

LEARNED: tuple[dict[str, Any], ...] = (
    {"widths": (8, 8)},
    {"widths": (16, 16)},
    {"widths": (32, 32)},
    {"widths": (16, 16), "activation": "softplus"},
)
NETWORK: tuple[dict[str, Any], ...] = (
    {"width": 24, "weight": 1.0},
    {"width": 24, "weight": 10.0},
    {"width": 40, "weight": 1.0},
    {"width": 40, "weight": 10.0},
)
OPERATOR: tuple[dict[str, Any], ...] = (
    {"width": 16, "modes": 4},
    {"width": 16, "modes": 8},
    {"width": 32, "modes": 4},
    {"width": 32, "modes": 8},
)
"""Settings that each learner may be tuned over: four each, on the cleanest and largest data."""

STEP_SECONDS = 0.012
"""Processor time of one step of the learned law's fit, about [s]: what turns a budget into steps."""

SIZE = 5e-3
"""Of displacements in the physics-informed network [m]."""


def grid() -> Array:
    """Points on which displacements are compared (SIDE^2, 2) m, row by row in x."""
    x = np.linspace(0.0, 1.0, SIDE)
    X, Y = np.meshgrid(x, x, indexing="ij")
    return np.column_stack([X.ravel(), Y.ravel()])


def _timed[T](work: Callable[[], T]) -> tuple[T, float]:
    begun = time.process_time()
    return work(), time.process_time() - begun


def _newton(square: Square, law: ConstitutiveLaw, teach_seconds: float) -> Answer:
    (u, stress), seconds = _timed(lambda: square.solve(law, ASKED))
    return _answer(square, u, stress, teach_seconds, seconds)


def _answer(square: Square, u: Array, stress: Array, taught: float, seconds: float) -> Answer:
    return {"u": square.displacement(u, grid()), "stress": stress, "on": square, "teach": taught, "answer": seconds}


# -- closed form -------------------------------------------------------------------------------------------------------


def closed(square: Square, data: StressStrain, linear: bool = False) -> Answer:
    """The closed form that made the data, its numbers fitted; or linear elasticity, a form that did not."""
    law, seconds = _timed(lambda: _fitted(data, linear))
    return _newton(square, law, seconds)


def _fitted(data: StressStrain, linear: bool) -> ConstitutiveLaw:
    size = np.sqrt((data.stress**2).sum(1).mean())
    none = np.zeros((len(data.strain), 0))

    def law(p: Array) -> ConstitutiveLaw:
        E, nu = 1e9 * np.exp(p[0]), 0.49 / (1.0 + np.exp(-p[1]))
        return LinearElastic(E, nu) if linear else PowerElastic(E, nu, 1e-3 * np.exp(p[2]), p[3])

    def misfit(p: Array) -> Array:
        return ((law(p).evaluate(data.strain, 0.0 * data.strain, none, 0.0).stress - data.stress) / size).ravel()

    start = np.array([0.0, 0.0, 1.0, 0.1])[: 2 if linear else 4]
    bounds = ([-5.0, -5.0, -3.0, -0.5], [5.0, 5.0, 4.0, 3.0])
    found = least_squares(misfit, start, bounds=tuple(np.array(b)[: len(start)] for b in bounds))
    return law(found.x)


# -- points ------------------------------------------------------------------------------------------------------------


def points(square: Square, data: StressStrain) -> Answer:
    """Kirchdoerfer & Ortiz: the measured points themselves; C is linear elasticity fitted to them."""
    C = _stiffness(data)
    b = square.body
    found, seconds = _timed(
        lambda: solve_data_driven(b.B, b.weights, ASKED @ square.forces, data.strain, data.stress, C, springs=b.springs)
    )
    return _answer(square, found.displacement, found.stress, 0.0, seconds) | {"passes": found.passes}


def _stiffness(data: StressStrain) -> Array:
    zero = np.zeros((1, 6))
    return np.asarray(_fitted(data, True).evaluate(zero, zero, np.zeros((1, 0)), 0.0).tangent[0])


# -- learned manifold --------------------------------------------------------------------------------------------------


def learned(data: StressStrain, seconds: float, seed: int, **setting: Any) -> tuple[ConstitutiveLaw, float, float]:
    """A convex energy network; processor time [s]; held-out stress error, by which it is tuned."""
    steps = round(seconds / STEP_SECONDS * 1000.0 / max(len(data.strain), 300))
    options = FitOptions(seed=seed, adam=steps // 3, lbfgs=steps - steps // 3)
    (laws, said), taught = _timed(lambda: train_elastic(data, members=1, options=options, **setting))
    law = laws[0]
    assert isinstance(law, ElasticLaw)
    return core_law(law), taught, float(said["errors"]["stress"])


def on_manifold(square: Square, law: ConstitutiveLaw, taught: float) -> tuple[Answer, Answer]:
    """Its two uses: in Newton's method, and in the place of the points of the model-free solver."""
    b, manifold = square.body, Manifold(law)
    found, seconds = _timed(lambda: solve_on_manifold(b.B, b.weights, ASKED @ square.forces, manifold, b.springs))
    free = _answer(square, found.displacement, found.stress, taught, seconds) | {"passes": found.passes}
    return _newton(square, law, taught), free


# -- physics-informed network ------------------------------------------------------------------------------------------


class _Plate(torch.nn.Module):  # type: ignore[misc]
    """u and sigma as networks that meet all boundary conditions, and the numbers of the closed form:

    u = (x N_1, y N_2) U,   s_xx = P (1 - x) N_3,   s_yy = P (1 - y) N_4 - p(x),   s_xy = P x (1 - x) y (1 - y) N_5
    """

    def __init__(self, width: int, seed: int) -> None:
        super().__init__()
        self.net = Tanh((2, width, width, width, 5), [0.0, 0.0], [1.0, 1.0], seed)
        self.numbers = torch.nn.Parameter(torch.tensor([0.0, 0.0, 1.0, 0.1], dtype=torch.float64))

    def law(self, strain: torch.Tensor) -> torch.Tensor:
        """(xx, yy, zz, xy) stress over P of (xx, yy, xy) strains, plane strain: `power-elastic`."""
        p = self.numbers
        E, nu = 1e9 / PRESSURE * torch.exp(p[0]), 0.49 * torch.sigmoid(p[1])
        G, K = E / (2.0 * (1.0 + nu)), E / (3.0 * (1.0 - 2.0 * nu))
        trace = strain[:, 0] + strain[:, 1]
        deviator = torch.stack([strain[:, 0] - trace / 3, strain[:, 1] - trace / 3, -trace / 3], dim=1)
        norm2 = (deviator**2).sum(1) + 2.0 * strain[:, 2] ** 2
        secant = 2.0 * G * (1.0 + norm2 / (1e-3 * torch.exp(p[2])) ** 2) ** torch.clamp(p[3], -0.5, 3.0)
        normal = secant[:, None] * deviator + (K * trace)[:, None]
        return torch.cat([normal, (secant * strain[:, 2])[:, None]], dim=1)

    def fields(self, x: torch.Tensor, top: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """u (n, 2), strain (n, 3), stress over P (xx, yy, xy) (n, 3), its divergence (n, 2); top: p(x) over P."""
        X, Y = x[:, 0], x[:, 1]
        N, (a, b), _ = self.net.jet(x)
        u = SIZE * torch.stack([X * N[:, 0], Y * N[:, 1]], dim=1)
        u_x = SIZE * torch.stack([N[:, 0] + X * a[:, 0], Y * a[:, 1]], dim=1)
        u_y = SIZE * torch.stack([X * b[:, 0], N[:, 1] + Y * b[:, 1]], dim=1)
        strain = torch.stack([u_x[:, 0], u_y[:, 1], 0.5 * (u_x[:, 1] + u_y[:, 0])], dim=1)
        bubble_x, bubble_y = X * (1 - X), Y * (1 - Y)
        stress = [(1 - X) * N[:, 2], (1 - Y) * N[:, 3] - top, bubble_x * bubble_y * N[:, 4]]
        xx_x = -N[:, 2] + (1 - X) * a[:, 2]
        yy_y = -N[:, 3] + (1 - Y) * b[:, 3]
        xy_x = bubble_y * ((1 - 2 * X) * N[:, 4] + bubble_x * a[:, 4])
        xy_y = bubble_x * ((1 - 2 * Y) * N[:, 4] + bubble_y * b[:, 4])
        return u, strain, torch.stack(stress, dim=1), torch.stack([xx_x + xy_y, xy_x + yy_y], dim=1)


def network(
    square: Square, data: StressStrain, seconds: float, seed: int, *, width: int, weight: float, side: int = 20
) -> Answer:
    """Equilibrium, the law and the data in one loss; the numbers of the law are learned along. `judged`: the loss with
    all weights 1 on other points, by which it is tuned."""
    plate = _Plate(width, seed)
    given = torch.tensor(data.strain[:, PLANE] * [1.0, 1.0, np.sqrt(0.5)])
    columns = np.array([0, 1, 2, 5])
    told = torch.tensor(data.stress[:, columns] * [1.0, 1.0, 1.0, np.sqrt(0.5)] / PRESSURE)
    scale = float((told**2).sum(1).mean())

    def parts(n: int) -> Callable[[], tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
        s = (0.5 - 0.5 * np.cos(np.pi * (np.arange(n) + 0.5) / n)) if n % 2 else (np.arange(n) + 0.5) / n
        X, Y = np.meshgrid(s, s)
        where = np.column_stack([X.ravel(), Y.ravel()])
        x, top = torch.tensor(where), torch.tensor(pressure(ASKED, where[:, 0]))

        def of() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
            _, strain, stress, force = plate.fields(x, top)
            law = plate.law(strain)[:, [0, 1, 3]]
            misfit = ((plate.law(given) - told) ** 2).sum(1).mean() / scale
            return (force**2).sum(1).mean(), ((stress - law) ** 2).sum(1).mean(), misfit

        return of

    inside, other = parts(side), parts(side + 3)

    def loss() -> torch.Tensor:
        balance, law, misfit = inside()
        return balance + weight * law + weight * misfit

    (_, iterations), taught = _timed(lambda: descend(plate, loss, 100, seconds))
    places = torch.tensor(np.concatenate([grid(), square.body.points]))
    with torch.no_grad():
        u, _, s, _ = plate.fields(places, torch.tensor(pressure(ASKED, places[:, 0].numpy())))
        judged = float(sum(other()))
    stress = np.full((len(square.body.points), 6), np.nan)
    stress[:, PLANE] = PRESSURE * s[SIDE**2 :].numpy() * [1.0, 1.0, np.sqrt(2.0)]
    return {
        "u": u[: SIDE**2].numpy(), "stress": stress, "on": square, "teach": taught, "answer": taught,
        "judged": judged, "iterations": iterations,
    }  # fmt: skip


# -- neural operator ---------------------------------------------------------------------------------------------------


def operator(solved: tuple[Array, Array], noise: float, seconds: float, seed: int, *, width: int, modes: int) -> Answer:
    """Pressure on SIDE points -> displacements on the grid, from solved problems (a (n, 4), u (n, SIDE^2, 2)); a fifth
    of them is held out: `judged`, by which it is tuned."""
    a, u = solved
    rng = np.random.default_rng(seed)
    size = float(np.sqrt((u**2).mean()))
    y = torch.tensor((u + noise * size * rng.standard_normal(u.shape)) / size).float()
    y = y.reshape(len(a), SIDE, 2 * SIDE).transpose(1, 2)
    x = np.linspace(0.0, 1.0, SIDE)

    def inputs(a: Array) -> torch.Tensor:
        top = pressure(a.T, x).T
        return torch.tensor(np.stack([top, np.broadcast_to(x, top.shape)], axis=1)).float()

    net = Fourier(2, 2 * SIDE, width, modes, seed, pad=SIDE // 2)
    held = np.arange(len(a)) % 5 == 2
    _, taught = _timed(lambda: teach(net, inputs(a[~held]), y[~held], seconds, 20, seed))
    with torch.no_grad():
        wrong = net(inputs(a[held])) - y[held]
        found, seconds = _timed(lambda: net(inputs(ASKED[None])))
    displacement = size * found[0].T.reshape(SIDE**2, 2).double().numpy()
    judged = float((wrong.norm(dim=(1, 2)) / y[held].norm(dim=(1, 2))).mean())
    return {"u": displacement, "stress": None, "on": None, "teach": taught, "answer": seconds, "judged": judged}


def solved_problems(square: Square, count: int, seed: int) -> tuple[Array, Array, float]:
    """Random pressures of the family and the displacements of the true law; processor time [s]."""
    rng = np.random.default_rng(seed)
    a = np.column_stack([rng.uniform(0.3, 0.7, count), *(rng.uniform(-s, s, count) for s in (0.5, 0.2, 0.2))])
    u, seconds = _timed(lambda: np.stack([square.displacement(square.solve(LAW, one)[0], grid()) for one in a]))
    return a, u, seconds
