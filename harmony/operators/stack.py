"""Training of a stack of networks side by side, each on its own rows: AdamW, a cosine schedule, early stopping.

Each member keeps the weights of its least held-out loss; the fit ends when none has gained for a while. A checkpoint
beside the model lets a killed training go on. On a GPU the products are taken in bfloat16, the weights stay float32.
"""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

__all__ = ["StackFit", "StackOptions", "device_of", "fit_stack"]

CHECKPOINT_SECONDS = 20.0
"""Wall time between two checkpoints [s]: what a kill loses."""

LOOKS = 4
"""The schedule may end early after this part (1 / LOOKS) of its epochs without a gain."""


@dataclass(frozen=True)
class StackOptions:
    """epochs at most; rows of a batch; rate of AdamW at the start; decay of the weights; seed of the batches."""

    epochs: int = 300
    batch: int = 64
    rate: float = 2e-3
    decay: float = 1e-2
    seed: int = 0
    device: str = "cpu"


@dataclass
class StackFit:
    """weights name -> (M, ...); best held-out loss of each member; epochs done; seconds; curve of (epoch, loss)."""

    weights: dict[str, NDArray[np.float32]]
    best: list[float]
    epochs: int
    seconds: float
    curve: list[tuple[int, float]] = field(default_factory=list)


def device_of(word: str) -> str:
    """The device that --device names: auto takes a GPU where there is one."""
    from dda.checks import unknown
    from dda.errors import InputError

    if word not in ("auto", "cpu", "cuda"):
        raise unknown("device", word, ["auto", "cpu", "cuda"], "--device")
    if word == "cuda" and not torch.cuda.is_available():
        raise InputError("--device cuda: this machine has no GPU that torch can use; take auto or cpu")
    return "cuda" if word != "cpu" and torch.cuda.is_available() else "cpu"


def fit_stack(
    weights: Mapping[str, NDArray[np.float32]],
    loss: Callable[[dict[str, Any], Any], Any],
    rows: Sequence[NDArray[np.int64]],
    looked: Sequence[NDArray[np.int64]],
    options: StackOptions,
    *,
    penalty: Callable[[dict[str, Any]], Any] = lambda weights: 0.0,
    checkpoint: Path | None = None,
    told: Callable[[int, int, float], None] = lambda epoch, epochs, value: None,
) -> StackFit:
    """Fit the stack. loss(weights, indices (M, b)) -> mean loss of each member (M,); rows, looked: of each member, what
    it learns and what it is judged by; penalty(weights): added to what is learned, not to what is judged.
    told(epoch, epochs, mean held-out loss)."""
    began = time.perf_counter()
    run = _Run(weights, rows, options)
    if checkpoint is not None:
        run.read(checkpoint)
    steps = max(1, math.ceil(max(len(own) for own in rows) / options.batch))
    judged = _even(looked, run.device)
    last = time.perf_counter()
    while run.epoch < options.epochs and run.idle <= max(options.epochs // LOOKS, 10):
        run.rate(options)
        order = run.shuffled(steps * options.batch)
        for k in range(steps):
            run.step(loss, penalty, order[:, k * options.batch : (k + 1) * options.batch])
        run.look(loss, judged)
        told(run.epoch, options.epochs, float(run.best.mean()))
        if checkpoint is not None and time.perf_counter() - last > CHECKPOINT_SECONDS:
            run.write(checkpoint)
            last = time.perf_counter()
    kept = {name: value.detach().cpu().numpy() for name, value in run.kept.items()}
    return StackFit(kept, run.best.tolist(), run.epoch, time.perf_counter() - began, run.curve)


class _Run:
    """The state of a fit."""

    def __init__(
        self, weights: Mapping[str, NDArray[np.float32]], rows: Sequence[NDArray[np.int64]], options: StackOptions
    ) -> None:
        self.device = options.device
        self.weights = {
            name: torch.tensor(value, device=self.device, requires_grad=True) for name, value in weights.items()
        }
        self.kept = {name: value.detach().clone() for name, value in self.weights.items()}
        matrices = [value for name, value in self.weights.items() if value.shape[1] != 1]
        others = [value for name, value in self.weights.items() if value.shape[1] == 1]
        self.optimiser = torch.optim.AdamW(
            [{"params": matrices, "weight_decay": options.decay}, {"params": others, "weight_decay": 0.0}],
            lr=options.rate,
        )
        members = len(rows)
        self.rows = [torch.tensor(own, device=self.device) for own in rows]
        self.generator = torch.Generator().manual_seed(options.seed)
        self.best = torch.full((members,), math.inf, device=self.device)
        self.epoch, self.idle = 0, 0
        self.curve: list[tuple[int, float]] = []

    def rate(self, options: StackOptions) -> None:
        warm = min(1.0, (self.epoch + 1) / 5.0)
        factor = 0.5 * (1.0 + math.cos(math.pi * self.epoch / options.epochs))
        for group in self.optimiser.param_groups:
            group["lr"] = options.rate * warm * (0.02 + 0.98 * factor)

    def shuffled(self, count: int) -> Any:
        """Rows of an epoch for each member (M, count): its own, shuffled, repeated where few."""
        out = []
        for own in self.rows:
            order = [torch.randperm(len(own), generator=self.generator) for _ in range(math.ceil(count / len(own)))]
            out.append(own[torch.cat(order)[:count].to(self.device)])
        return torch.stack(out)

    def step(
        self, loss: Callable[[dict[str, Any], Any], Any], penalty: Callable[[dict[str, Any]], Any], indices: Any
    ) -> None:
        self.optimiser.zero_grad(set_to_none=True)
        with torch.autocast("cuda", dtype=torch.bfloat16, enabled=self.device == "cuda"):
            value = loss(self.weights, indices).sum()
        (value + penalty(self.weights)).backward()
        torch.nn.utils.clip_grad_norm_(self.weights.values(), 1.0 * len(self.rows))
        self.optimiser.step()

    def look(self, loss: Callable[[dict[str, Any], Any], Any], judged: Any) -> None:
        with torch.no_grad():
            values = loss(self.weights, judged).float()
        better = values < self.best
        self.best = torch.where(better, values, self.best)
        for name, value in self.weights.items():
            shape = (-1, *[1] * (value.ndim - 1))
            self.kept[name] = torch.where(better.reshape(shape), value.detach(), self.kept[name])
        self.epoch += 1
        self.idle = 0 if bool(better.any()) else self.idle + 1
        self.curve.append((self.epoch, float(self.best.mean())))

    def write(self, path: Path) -> None:
        state = {
            "weights": {name: value.detach() for name, value in self.weights.items()},
            "kept": self.kept,
            "optimiser": self.optimiser.state_dict(),
            "generator": self.generator.get_state(),
            "best": self.best,
            "epoch": self.epoch,
            "idle": self.idle,
            "curve": self.curve,
        }
        part = path.with_name(path.name + ".part")
        torch.save(state, part)
        part.replace(path)

    def read(self, path: Path) -> None:
        if not path.exists():
            return
        state = torch.load(path, map_location=self.device, weights_only=True)
        if {name: tuple(value.shape) for name, value in state["weights"].items()} != {
            name: tuple(value.shape) for name, value in self.weights.items()
        }:
            return
        with torch.no_grad():
            for name, value in state["weights"].items():
                self.weights[name].copy_(value)
        self.kept = state["kept"]
        self.optimiser.load_state_dict(state["optimiser"])
        self.generator.set_state(state["generator"].cpu())
        self.best, self.epoch, self.idle = state["best"], state["epoch"], state["idle"]
        self.curve = [tuple(item) for item in state["curve"]]


def _even(rows: Sequence[NDArray[np.int64]], device: str) -> Any:
    """Rows of all members as one array (M, b): shorter ones begin again, so that each row counts about alike."""
    most = max(len(own) for own in rows)
    return torch.tensor(np.stack([np.resize(own, most) for own in rows]), device=device)
