"""Where baselines without contact inequalities stop: two blocks on an incline with a joint between them, DDA beside a
physics-informed network and a neural operator.

Two blocks of 1 m lie behind each other on a plane of 30 degrees: the upper one with friction phi_u, the lower one with
phi_l. Where phi_u < phi_l the joint stays closed, and both go together; where phi_u > phi_l it opens; above 30 degrees
a block stays where it is. What has to hold: gap g >= 0, force f >= 0, g f = 0, and friction against the slip, at most
mu N.
"""

import time
from typing import Any

import numpy as np
import torch
from baseline_networks import Fourier, Tanh, descend
from baseline_published import teach
from numpy.typing import NDArray

import dda

__all__ = ["hard_case"]

type Array = NDArray[np.float64]

SLOPE, GRAVITY, SIDE = np.radians(30.0), 9.81, 1.0  # rad, m/s2, m
END, TIMES, STEP = 1.5, 31, 2.5e-3  # s, -, s
TAUGHT = (10.0, 29.0)  # deg: the friction angles of the runs that the operator learns from
BEYOND = (31.0, 45.0)  # deg: the same asked outside of them: the blocks stay
RESTS = 1e-3  # m: blocks that moved less rest, and have no relative error
CRASH = 0.3  # m: a joint that is open at first


def _runs(angles: Array, gap: float = 0.0) -> Array:
    """DDA: way of the upper and of the lower block down the plane (n, 2, TIMES) [m] for (phi_u, phi_l) [deg]."""
    return np.stack([_run(upper, lower, gap) for upper, lower in angles.tolist()])


def _run(upper: float, lower: float, gap: float) -> Array:
    down = np.array([np.cos(SLOPE), -np.sin(SLOPE)])
    up = np.array([np.sin(SLOPE), np.cos(SLOPE)])
    model = dda.Model(gravity=(0.0, -GRAVITY), plane="strain")
    rock = dda.Material(density=2600.0, young=5e9, poisson=0.25)
    ends = np.array([[-5.0, 0.0], [40.0, 0.0], [40.0, -2.0], [-5.0, -2.0]])
    square = np.array([[0.0, 0.0], [SIDE, 0.0], [SIDE, SIDE], [0.0, SIDE]])
    base = model.add_block(ends[:, :1] * down + ends[:, 1:] * up, rock, fixed=True)
    blocks = []
    for k, friction in enumerate((upper, lower)):
        corners = square + np.array([k * (SIDE + gap), 0.0])
        blocks.append(model.add_block(corners[:, :1] * down + corners[:, 1:] * up, rock))
        model.set_joint(base, blocks[k], dda.Joint(friction=friction))
    model.set_joint(blocks[0], blocks[1], dda.Joint(friction=0.0))
    sim = dda.Simulation(model, dt=STEP)
    ways = np.zeros((2, TIMES))
    for k, t in enumerate(np.linspace(0.0, END, TIMES)[1:], start=1):
        sim.run(until=float(t))
        ways[:, k] = sim.displacements[blocks] @ down
    return ways


def _exact(upper: float, lower: float) -> Array:
    """Closed form of the same, joint closed at first (2, TIMES) [m]; static and kinetic friction are one."""
    t = np.linspace(0.0, END, TIMES)
    mu = np.tan(np.radians([upper, lower]))
    free = GRAVITY * (np.sin(SLOPE) - mu * np.cos(SLOPE))
    if free[0] > free[1]:  # closed: both are pushed on together
        free[:] = free.mean()
    return np.asarray(0.5 * np.maximum(free, 0.0)[:, None] * t**2)


def _told(ways: Array, true: Array, gap: float = 0.0) -> dict[str, float | None]:
    """How far from DDA, and what contact forbids: penetration, motion up the plane."""
    opening = ways[:, 1] - ways[:, 0] + gap
    back = np.maximum(-np.diff(ways, axis=2), 0.0).sum(axis=2)
    size = float(np.sqrt((true**2).mean()))
    return {
        "error": float(np.sqrt(((ways - true) ** 2).mean())) / size if size > RESTS else None,
        "error_m": float(np.abs(ways - true).max()),
        "penetration_m": float(np.maximum(-opening, 0.0).max()),
        "penetrating": float((opening.min(axis=1) < -1e-3).mean()),
        "uphill_m": float(back.max()),
    }


def _operator(train: int, seconds: float, seed: int) -> dict[str, Any]:
    """(phi_u, phi_l) -> both ways, taught by DDA."""
    rng = np.random.default_rng(seed)
    angles = rng.uniform(*TAUGHT, (train + 40, 2))
    ways = _runs(angles)
    asked = rng.uniform(*BEYOND, (10, 2))
    stuck = _runs(asked)
    size = float(np.abs(ways).max())

    def inputs(pairs: Array) -> torch.Tensor:
        held = np.repeat(pairs[:, :, None] / 30.0, TIMES, axis=2)
        t = np.broadcast_to(np.linspace(0.0, 1.0, TIMES), (len(pairs), 1, TIMES))
        return torch.tensor(np.concatenate([held, t], axis=1)).float()

    net = Fourier(3, 2, 32, 8, seed, pad=TIMES // 2)
    begun = time.process_time()
    teach(net, inputs(angles[:train]), torch.tensor(ways[:train] / size).float(), seconds, 20, seed)
    taught = time.process_time() - begun
    with torch.no_grad():
        got, beyond = (size * net(inputs(a)).numpy().astype(float) for a in (angles[train:], asked))
    exact = np.stack([_exact(*pair) for pair in angles[train:].tolist()])
    return {
        "runs": train,
        "core_seconds": round(taught, 1),
        "unseen": _told(got, ways[train:]),
        "friction_beyond": _told(beyond, stuck) | {"dda_moves_m": float(np.abs(stuck).max())},
        "dda_over_closed_form": _told(ways[train:], exact),
    }


def _network(upper: float, lower: float, gap: float, weight: float, seconds: float, seed: int) -> dict[str, Any]:
    """s_u(t), s_l(t), f(t): both equations of motion in the residual; contact as weight (g_-^2 + (g f)^2), or not."""
    a = GRAVITY * (np.sin(SLOPE) - np.tan(np.radians([upper, lower])) * np.cos(SLOPE))
    net = Tanh((1, 32, 32, 32, 3), [0.0], [END], seed)
    t = torch.linspace(0.0, END, 200).double()[:, None]
    pull = torch.tensor(a)

    def state(t: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Ways t^2 N (at rest at first), their accelerations, and the force in the joint over the mass, f >= 0."""
        N, (d,), dd = net.jet(t, second=True)
        way = t**2 * N[:, :2]
        speed_up = 2.0 * N[:, :2] + 4.0 * t * d[:, :2] + t**2 * dd[:, :2]
        force = GRAVITY * torch.nn.functional.softplus(N[:, 2]) if weight else 0.0 * N[:, 2]
        return way, speed_up, force

    def loss() -> torch.Tensor:
        way, speed_up, force = state(t)
        push = torch.stack([-force, force], dim=1)
        wrong = (((speed_up - pull - push) / GRAVITY) ** 2).mean()
        opening = way[:, 1] - way[:, 0] + gap
        kept = (torch.relu(-opening) ** 2).mean() + ((opening * force / GRAVITY) ** 2).mean()
        return wrong + weight * kept

    begun = time.process_time()
    descend(net, loss, 200, seconds)
    taught = time.process_time() - begun
    with torch.no_grad():
        way, _, force = state(torch.linspace(0.0, END, TIMES).double()[:, None])
    opening = way[:, 1] - way[:, 0] + gap
    found = _told(way.T.numpy()[None], _runs(np.array([[upper, lower]]), gap), gap)
    product = float((opening * force).abs().max() / GRAVITY)
    return {"weight": weight, "core_seconds": round(taught, 1), **found, "gap_times_force_m": product}


def hard_case(seconds: float, train: int = 200, seed: int = 0) -> dict[str, Any]:
    """The operator on unseen and on larger friction; the network on three joints, with contact as penalties or not."""
    joints = {"closed": (15.0, 25.0, 0.0), "opens": (25.0, 15.0, 0.0), "closes at a crash": (12.0, 28.0, CRASH)}
    networks = {
        name: [_network(*joint, weight, seconds / 3.0, seed) for weight in (0.0, 1.0, 100.0)]
        for name, joint in joints.items()
    }
    truth = {
        name: _told(_runs(np.array([[u, low]]), gap), _runs(np.array([[u, low]]), gap), gap)["penetration_m"]
        for name, (u, low, gap) in joints.items()
    }
    return {"operator": _operator(train, seconds, seed), "network": networks, "dda_penetration_m": truth}
