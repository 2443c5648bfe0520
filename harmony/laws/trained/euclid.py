"""Hyperelastic laws from displacement fields of a plate with a hole and its reactions: the EUCLID benchmark.

    python harmony/laws/trained/euclid.py FOLDER [NAME ...]

For each closed-form law (plane strain) a quarter of the plate is computed by our own finite elements, pulled in two
directions and pressed; noise of 1e-4 or 1e-3 of the specimen is put on every displacement; the law is trained on the
weak form. It never sees a stress, nor the formula.

Noise is random from node to node and averages out in wide virtual fields; smoothing of the fields themselves does not:
they have kinks at the scale of the mesh, smooth functions miss them by 2 % of strain, in the same way everywhere. So
where the plate is loaded in both directions too, the law is first trained on the fields as measured. At high noise the
plate is then solved with that law: what is measured beyond that answer is small and smooth, only this difference is
smoothed, by kernel ridge regression, its width and strength from leave-one-out errors, and the law is trained on. In
the other studies the fields themselves are smoothed so.
"""

import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np
import torch
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import splu

from harmony.laws.files import save_law
from harmony.laws.hyperelastic import HyperelasticLaw, measures
from harmony.laws.weak_form import Fields, KnownFields, residual
from harmony.learning.fit import Fit, FitOptions, fit
from harmony.learning.model_file import data_hash

AROUND, OUTWARD, RADIUS = 20, 12, 0.25
"""Cells around and away from the hole of the quarter plate of side 1, and the hole's radius."""

LOADS = [(0.12, 0.06), (0.28, 0.12), (0.45, 0.2), (0.3, -0.1), (-0.08, 0.02), (-0.16, 0.03)]
"""Displacements of the right and the upper side."""

BIAXIAL = {("neo-hooke", "low"): 0.6, ("neo-hooke", "high"): 0.6, ("haines-wilson", "low"): 0.3}
"""Laws and noise with which the plate is pulled and pressed equally in both directions too, and how far it is pulled.
Without, biaxial states lie beyond the data, and a law that was found by the others alone is wrong there."""


def loads_of(name: str, noise: str) -> list[tuple[float, float]]:
    """The displacements of one study."""
    size = BIAXIAL.get((name, noise))
    if size is None:
        return LOADS
    return [*LOADS[:3], (size, size), (0.3, -0.18), *LOADS[4:], (-0.21, -0.21)]


COARSE = (7, 5)
"""Virtual fields: hats on a grid of so many knots around and outward."""

PARTS = 8
"""Steps to each load; each begins from the last one, scaled."""

NOISE = {"low": 1e-4, "high": 1e-3}
SEED = 7

LAWS = {
    "neo-hooke": lambda a, b, J: 0.5 * a + 1.5 * (J - 1) ** 2,
    "isihara": lambda a, b, J: 0.5 * a + b + a**2 + 1.5 * (J - 1) ** 2,
    "haines-wilson": lambda a, b, J: 0.5 * a + b + 0.7 * a * b + 0.2 * a**3 + 1.5 * (J - 1) ** 2,
    "gent-thomas": lambda a, b, J: 0.5 * a + torch.log((b + 3.0) / 3.0) + 1.5 * (J - 1) ** 2,
}
"""W of I1~ - 3, I2~ - 3 and J."""


def true_energy(name: str, F: torch.Tensor) -> torch.Tensor:
    """W of deformation gradients (n, 3, 3)."""
    x, J = measures(F)
    return LAWS[name](x[..., 0], (x[..., 3] + 3.0) * J ** (-4.0 / 3.0) - 3.0, J)


def mesh() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Nodes (n, 2), triangles (e, 3), and the place (n, 2) of each node around and outward, 0 to 1."""
    nodes, place = [], []
    for i, j in product(range(AROUND + 1), range(OUTWARD + 1)):
        angle = 0.5 * np.pi * i / AROUND
        ray = np.array([np.cos(angle), np.sin(angle)])
        t = (j / OUTWARD) ** 1.3
        nodes.append((1 - t) * RADIUS * ray + t * ray / ray.max())
        place.append((i / AROUND, j / OUTWARD))
    triangles = []
    for i, j in product(range(AROUND), range(OUTWARD)):
        a, b = i * (OUTWARD + 1) + j, (i + 1) * (OUTWARD + 1) + j
        triangles += [(a, a + 1, b + 1), (a, b + 1, b)] if (i + j) % 2 else [(a, a + 1, b), (a + 1, b + 1, b)]
    return np.array(nodes), np.array(triangles), np.array(place)


def shape_gradients(nodes: np.ndarray, triangles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """grad N (e, 3, 2) and areas (e,) of linear triangles."""
    p = nodes[triangles]
    edges = np.stack([p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]], axis=1)  # rows: edges; inverse: columns grad N_1, grad N_2
    inverse = np.linalg.inv(edges)
    grad = np.stack([-inverse.sum(2), inverse[:, :, 0], inverse[:, :, 1]], axis=1)
    return grad, 0.5 * np.abs(np.linalg.det(edges))


def plane(F2: torch.Tensor) -> torch.Tensor:
    F = torch.zeros(*F2.shape[:-2], 3, 3, dtype=torch.float64)
    F[..., :2, :2], F[..., 2, 2] = F2, 1.0
    return F


type Energy = Callable[[torch.Tensor], torch.Tensor]


def solve(energy: Energy, nodes: np.ndarray, triangles: np.ndarray, load: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Displacements (n, 2) under `load`, by Newton from `u`, of a material with energy W(F)."""
    grad, area = shape_gradients(nodes, triangles)
    right, top = np.isclose(nodes[:, 0], 1.0), np.isclose(nodes[:, 1], 1.0)
    held = np.zeros((len(nodes), 2), bool)
    held[np.isclose(nodes[:, 0], 0.0) | right, 0] = True
    held[np.isclose(nodes[:, 1], 0.0) | top, 1] = True
    free = ~held.ravel()
    dofs = (2 * triangles[:, :, None] + np.arange(2)).reshape(len(triangles), 6)
    u[right, 0], u[top, 1] = load
    for _ in range(30):
        F2 = torch.tensor(np.eye(2) + np.einsum("eai,eaj->eij", u[triangles], grad), requires_grad=True)
        (P,) = torch.autograd.grad(energy(plane(F2)).sum(), F2, create_graph=True)
        rows = [torch.autograd.grad(P[:, i, j].sum(), F2, retain_graph=True)[0] for i in range(2) for j in range(2)]
        A = torch.stack(rows, 1).unflatten(1, (2, 2)).numpy()
        inner = np.einsum("e,eij,eaj->eai", area, P.detach().numpy(), grad).reshape(-1, 6)
        K = np.einsum("e,eijkl,eaj,ebl->eaibk", area, A, grad, grad, optimize=True).reshape(-1, 6, 6)
        r = np.bincount(dofs.ravel(), inner.ravel(), 2 * len(nodes))
        if np.abs(r[free]).max() < 1e-10:
            return u
        matrix = csr_matrix((K.ravel(), (np.repeat(dofs, 6, 1).ravel(), np.tile(dofs, (1, 6)).ravel())))
        step = np.zeros(2 * len(nodes))
        step[free] = splu(matrix[free][:, free].tocsc()).solve(-r[free])
        u = u + step.reshape(-1, 2)
    raise RuntimeError(f"no equilibrium at {load}")


def led(energy: Energy, nodes: np.ndarray, triangles: np.ndarray, load: tuple[float, float]) -> np.ndarray:
    """Displacements (n, 2) under `load`, reached in steps."""
    u = nodes * np.array(load) / PARTS
    for part in range(1, PARTS + 1):
        u = solve(energy, nodes, triangles, np.array(load) * part / PARTS, u * part / max(1, part - 1))
    return u


def smoothed(nodes: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Kernel ridge regression of each component on x, y: width and strength with the least leave-one-out error."""
    square = ((nodes[:, None] - nodes[None]) ** 2).sum(2)
    trend = np.column_stack([np.ones(len(nodes)), nodes])
    out = np.empty_like(u)
    for k in range(u.shape[1]):
        start = trend @ np.linalg.lstsq(trend, u[:, k], rcond=None)[0]
        best = np.inf
        for width in (0.25, 0.35, 0.5, 0.7):
            values, V = np.linalg.eigh(np.exp(-square / (2 * width**2)))
            values = np.maximum(values, 0.0)
            part = V.T @ (u[:, k] - start)
            for strength in 10.0 ** np.arange(-10, 1):
                keep = values / (values + strength)
                fitted, leverage = V @ (keep * part), (V**2) @ keep
                error = float((((u[:, k] - start - fitted) / (1.0 - leverage)) ** 2).sum())
                if error < best:
                    best, out[:, k] = error, start + fitted
    return out


def virtual_fields(nodes: np.ndarray, place: np.ndarray) -> np.ndarray:
    """v (virtual fields, n, 2): two rigid on the pulled sides, and hats that vanish on all that is held."""
    hats = [
        np.maximum(0.0, 1.0 - np.abs(place[:, 0] * (COARSE[0] - 1) - i))
        * np.maximum(0.0, 1.0 - np.abs(place[:, 1] * (COARSE[1] - 1) - j))
        for i, j in product(range(COARSE[0]), range(COARSE[1]))
    ]
    zero = np.zeros(len(nodes))
    out = [np.stack([nodes[:, 0], zero], 1), np.stack([zero, nodes[:, 1]], 1)]
    for hat in hats:
        x = np.where(np.isclose(nodes[:, 0], 0.0) | np.isclose(nodes[:, 0], 1.0), 0.0, hat)
        y = np.where(np.isclose(nodes[:, 1], 0.0) | np.isclose(nodes[:, 1], 1.0), 0.0, hat)
        out += [np.stack([x, zero], 1), np.stack([zero, y], 1)]
    return np.array(out)


def data_of(
    name: str, loads: list[tuple[float, float]]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The mesh (nodes, triangles, place), displacements (steps, n, 2) and reactions (steps, 2) of one law."""
    nodes, triangles, place = mesh()
    grad, area = shape_gradients(nodes, triangles)
    fields, reactions = [], []
    for load in loads:
        u = led(lambda F: true_energy(name, F), nodes, triangles, load)
        F2 = torch.tensor(np.eye(2) + np.einsum("eai,eaj->eij", u[triangles], grad), requires_grad=True)
        (P,) = torch.autograd.grad(true_energy(name, plane(F2)).sum(), F2)
        rigid = np.einsum("e,eii->ei", area, P.numpy()).sum(0)  # work of P on v = (x, 0), (0, y): the reactions
        fields.append(u)
        reactions.append(rigid)
    return nodes, triangles, place, np.array(fields), np.array(reactions)


def fitted(
    law: HyperelasticLaw,
    nodes: np.ndarray,
    triangles: np.ndarray,
    place: np.ndarray,
    u: np.ndarray,
    reactions: np.ndarray,
) -> tuple[Fit, np.ndarray]:
    """Train `law` on displacements (steps, n, 2) and reactions (steps, 2); the report, and the gradients it saw."""
    grad, area = shape_gradients(nodes, triangles)
    v = virtual_fields(nodes, place)
    F2 = np.eye(2) + np.einsum("seai,eaj->seij", u[:, triangles], grad)
    virtual = np.einsum("e,veai,eaj->veij", area, v[:, triangles], grad)
    work = np.zeros((len(u), len(v)))
    work[:, :2] = reactions
    weight = np.ones(len(v))
    weight[:2] = 3.0
    fields = Fields(*(torch.tensor(a) for a in (F2, virtual, work, weight)))
    known = KnownFields(fields, law)
    steps = np.arange(len(u))

    def loss(which: np.ndarray) -> torch.Tensor:
        return (residual(known.stress(law), fields)[which] ** 2).mean()

    found = fit(law, lambda: loss(steps), lambda: loss(steps), FitOptions(adam=300, lbfgs=1200, rate=1e-2, patience=15))
    return found, F2


def train(name: str, noise: str, folder: Path) -> None:
    nodes, triangles, place, clean, reactions = data_of(name, loads_of(name, noise))
    rng = np.random.default_rng(SEED)
    noisy = clean + NOISE[noise] * rng.standard_normal(clean.shape)
    law = HyperelasticLaw(energy_scale=1.0, stretch_scale=0.5, widths=(12, 12), seed=1)
    u = noisy if (name, noise) in BIAXIAL else np.array([smoothed(nodes, step) for step in noisy])
    found, F2 = fitted(law, nodes, triangles, place, u, reactions)
    if (name, noise) in BIAXIAL and noise == "high":
        answer = np.array([led(law.energy, nodes, triangles, load) for load in loads_of(name, noise)])
        u = answer + np.array([smoothed(nodes, step) for step in noisy - answer])
        found, F2 = fitted(law, nodes, triangles, place, u, reactions)
    metadata = {
        "units": {"F": "-", "P": "those of the energy: the benchmark has none"},
        "ranges": {"J": [float(np.linalg.det(F2).min()), float(np.linalg.det(F2).max())]},
        "data": data_hash(noisy, reactions),
        "errors": {"residual": found.best**0.5, "smoothing": float(np.abs(u - clean).max())},
        "command": f"python euclid.py FOLDER {name}",
        "noise": NOISE[noise],
        "law": name,
        "seed": SEED,
    }
    save_law(folder / f"euclid-{name}-{noise}.safetensors", [law], metadata)
    print(name, noise, found.ended, found.steps, f"{found.best**0.5:.2e}", f"{np.abs(u - clean).max():.1e}", flush=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    for law_name in sys.argv[2:] or LAWS:
        for noise_name in NOISE:
            train(law_name, noise_name, Path(sys.argv[1]))
