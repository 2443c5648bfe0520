"""A neural operator from the outline of a void to the field around it, for `benchmarks/elasticity.py`.

Coordinates of a point come from the outlines alone, not from a mesh: the ray it lies on, and its part s of the way from
the void to the square. Rays are tokens; a block mixes them by long periodic filters, one a channel, and each by itself:

    h <- h + W (f * n(h)),    h <- h + W2 gelu(W1 n(h))        f: 84 taps by Fourier transform, n: to unit rms

The last layer gives, for each ray, both components of the stress deviator at nodes of s; `anywhere` takes them to any
point, linear between. The mirrored cell has the mirrored field: half of what is learned from.
"""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from elasticity_cells import ANGLES, LAYERS, RAYS, angles, nodes
from torch import nn

__all__ = ["Rays", "answer", "anywhere", "features", "teach"]

BATCH, RATE, DECAY, FADE = 16, 3e-3, 1e-3, 0.99
"""Cells of a batch, largest rate of AdamW, decay of its weights, memory of the averaged weights."""


def features(radii: np.ndarray) -> torch.Tensor:
    """What each ray knows (n, 84, 14): its radius with two derivatives, the way to the square, where it points."""
    q = angles(RAYS)
    ring = np.stack([nodes(row) for row in radii]) - 0.5
    r, outer = np.linalg.norm(ring[:, 0], axis=-1), np.linalg.norm(ring[:, -1], axis=-1)
    waves, k = np.fft.rfft(r, axis=1), np.arange(RAYS // 2 + 1)
    first, second = (np.fft.irfft(waves * (1j * k) ** d, RAYS, axis=1) for d in (1, 2))
    where = [f(m * q) for m in (1, 2, 4) for f in (np.cos, np.sin)]
    shape = [
        (r - 0.3) / 0.055,
        np.log(r / 0.3) / 0.2,
        first / 0.25,
        second / 2.5,
        (outer - r - 0.27) / 0.1,
        0.1 / (outer - r),
    ]
    tilt = [np.cos(q - np.arctan2(first, r)), np.sin(q - np.arctan2(first, r))]
    columns = [*shape, *tilt, *(np.broadcast_to(row, r.shape) for row in where)]
    return torch.tensor(np.stack(columns, axis=-1), dtype=torch.float32)


class Block(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.one, self.two = nn.RMSNorm(width), nn.RMSNorm(width)
        near = torch.minimum(torch.arange(RAYS), RAYS - torch.arange(RAYS)).float()
        scale = torch.exp(-near[:, None] / torch.linspace(1.0, 20.0, width))
        self.filters = nn.Parameter(torch.randn(RAYS, width) * scale * 0.3)
        self.mix = nn.Linear(width, width)
        self.gate = nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)

    def forward(self, h: torch.Tensor) -> torch.Tensor:
        n = self.one(h)
        far = torch.fft.irfft(torch.fft.rfft(n, dim=1) * torch.fft.rfft(self.filters, dim=0), RAYS, dim=1)
        h = h + self.mix(far * torch.sigmoid(self.gate(n)))
        return h + self.down(nn.functional.gelu(self.up(self.two(h))))


class Rays(nn.Module):
    """Features (n, 84, 14) -> deviator over its scale (n, 11, 84, 2) at the nodes of s."""

    def __init__(self, width: int, blocks: int, size: torch.Tensor) -> None:
        super().__init__()
        self.begin = nn.Linear(14, width)
        self.blocks = nn.ModuleList([Block(width) for _ in range(blocks)])
        self.end = nn.Sequential(nn.RMSNorm(width), nn.Linear(width, 2 * (LAYERS + 1)))
        self.register_buffer("size", size)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = self.begin(x)
        for block in self.blocks:
            h = block(h)
        return self.end(h).reshape(len(x), RAYS, LAYERS + 1, 2).transpose(1, 2) * self.size


def teach(
    radii: np.ndarray, deviator: np.ndarray, epochs: int, width: int, blocks: int, seed: int, file: Path,
    told: Callable[[int, float, Any], None] = lambda epoch, loss, model: None,
) -> Rays:  # fmt: skip
    """The operator of cells with these radii (n, 42) and deviators (n, 924, 2); `file` holds the training under way."""
    torch.manual_seed(seed)
    y = torch.tensor(deviator.reshape(-1, LAYERS + 1, RAYS, 2), dtype=torch.float32)
    size = y.pow(2).mean(dim=(0, 2), keepdim=True).sqrt()[0]
    turn = (RAYS // 2 - 1 - torch.arange(RAYS)) % RAYS
    x = features(radii)
    flipped = features(np.asarray(radii)[:, (ANGLES // 2 - 1 - np.arange(ANGLES)) % ANGLES])
    y_flipped = y[:, :, turn] * torch.tensor([1.0, -1.0])
    model, mean = Rays(width, blocks, size), Rays(width, blocks, size)
    mean.load_state_dict(model.state_dict())
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=DECAY)
    begin = 0
    if file.exists():
        state = torch.load(file, weights_only=True)
        model.load_state_dict(state["model"])
        mean.load_state_dict(state["mean"])
        optimiser.load_state_dict(state["optimiser"])
        begin = state["epoch"]
    steps = math.ceil(len(x) / BATCH)
    for epoch in range(begin, epochs):
        generator = torch.Generator().manual_seed(seed * 100003 + epoch)
        order, total = torch.randperm(len(x), generator=generator), 0.0
        flip = torch.rand(len(x), generator=generator) < 0.5
        for k in range(steps):
            done = (epoch * steps + k) / (epochs * steps)
            for group in optimiser.param_groups:
                group["lr"] = RATE * min(1.0, done / 0.05 + 0.01) * 0.5 * (1.0 + math.cos(math.pi * done))
            rows = order[k * BATCH : (k + 1) * BATCH]
            own = flip[rows][:, None, None]
            said = model(torch.where(own, flipped[rows], x[rows]))
            true = torch.where(own[..., None], y_flipped[rows], y[rows])
            loss = relative(said, true).mean() + relative(said.norm(dim=-1), true.norm(dim=-1)).mean()
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            total += float(loss.detach()) / steps
            with torch.no_grad():
                for a, b in zip(mean.parameters(), model.parameters(), strict=True):
                    a.lerp_(b, 1.0 - min(FADE, (epoch * steps + k) / (epoch * steps + k + 10.0)))
        if (epoch + 1) % 10 == 0 or epoch + 1 == epochs:
            part = file.with_name(f".{file.name}")
            torch.save(
                {
                    "model": model.state_dict(),
                    "mean": mean.state_dict(),
                    "optimiser": optimiser.state_dict(),
                    "epoch": epoch + 1,
                },
                part,
            )
            part.replace(file)
        told(epoch + 1, total, mean)
    return mean.eval()


def relative(said: torch.Tensor, true: torch.Tensor) -> torch.Tensor:
    """|s - s_hat| / |s| of each cell (n,)."""
    return (said - true).flatten(1).norm(dim=1) / true.flatten(1).norm(dim=1)


def answer(model: Rays, radii: np.ndarray) -> np.ndarray:
    """Deviators (n, 924, 2) [Pa] at the points of the cells; the mean with the mirrored answer to the mirrored void."""
    turn = (RAYS // 2 - 1 - torch.arange(RAYS)) % RAYS
    with torch.no_grad():
        plain = model(features(radii))
        other = model(features(np.asarray(radii)[:, (ANGLES // 2 - 1 - np.arange(ANGLES)) % ANGLES]))
        both = 0.5 * (plain + other[:, :, turn] * torch.tensor([1.0, -1.0]))
    return both.reshape(len(radii), -1, 2).double().numpy()


def anywhere(deviator: np.ndarray, radii: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Deviators (m, 2) [Pa] at any points (m, 2) [m] of one cell with radii (42,), from those at its nodes (924, 2)."""
    grid, found = nodes(radii) - 0.5, np.asarray(deviator).reshape(LAYERS + 1, RAYS, 2)
    away = points - 0.5
    turn = np.arctan2(away[:, 1], away[:, 0]) / (2.0 * np.pi) * RAYS - 0.5
    ray, share = np.floor(turn).astype(int), (turn % 1.0)[:, None]
    one, other = ray % RAYS, (ray + 1) % RAYS
    along = np.stack([np.cos(2.0 * np.pi * (turn + 0.5) / RAYS), np.sin(2.0 * np.pi * (turn + 0.5) / RAYS)], axis=1)
    inner, outer = (_crossed(grid[k, one], grid[k, other], along) for k in (0, LAYERS))
    s = np.clip((np.linalg.norm(away, axis=1) - inner) / (outer - inner), 0.0, 1.0) * LAYERS
    layer = np.minimum(s.astype(int), LAYERS - 1)
    up = (s - layer)[:, None]
    low, high = (found[k, one] * (1.0 - share) + found[k, other] * share for k in (layer, layer + 1))
    return np.asarray(low * (1.0 - up) + high * up)


def _crossed(a: np.ndarray, b: np.ndarray, along: np.ndarray) -> np.ndarray:
    """Distance (m,) from the middle at which rays `along` (m, 2) cross the lines from a to b (m, 2)."""
    d = b - a
    return np.asarray((a[:, 0] * d[:, 1] - a[:, 1] * d[:, 0]) / (along[:, 0] * d[:, 1] - along[:, 1] * d[:, 0]))
