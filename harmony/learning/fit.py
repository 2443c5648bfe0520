"""Training: a seeded, reproducible fit of a torch module with early stopping and progress.

Two optimisers in turn. Adam finds the valley, L-BFGS goes down it: our networks are small and their losses smooth, so a
quasi-Newton method on all data reaches errors that a stochastic one does not. The weights kept are those with the
least held-out loss.
"""

import copy
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch

__all__ = ["Fit", "FitOptions", "fit"]

ROUND = 20
"""Iterations of L-BFGS between two looks at the held-out loss."""

HISTORY = 40
"""Pairs that L-BFGS keeps."""

ENOUGH = 1e-6
"""Relative gain of the held-out loss under which a look counts as no gain."""


@dataclass(frozen=True)
class FitOptions:
    """seed of the weights and batches; adam, lbfgs: most steps of each; rate: of Adam; patience: looks at the held-out
    loss without a gain before the fit ends; seconds: most time, 0 = no limit (a limit makes a run irreproducible)."""

    seed: int = 0
    adam: int = 300
    lbfgs: int = 600
    rate: float = 5e-3
    patience: int = 8
    seconds: float = 0.0


@dataclass
class Fit:
    """What a fit did: `history` of (step, training loss, held-out loss), the best held-out loss, why it ended."""

    history: list[tuple[int, float, float]] = field(default_factory=list)
    best: float = math.inf
    steps: int = 0
    seconds: float = 0.0
    ended: str = ""


class _Enough(Exception):  # noqa: N818 - not an error: the end of a fit
    pass


def fit(
    module: torch.nn.Module,
    loss: Callable[[], torch.Tensor],
    held_out: Callable[[], torch.Tensor],
    options: FitOptions | None = None,
    told: Callable[[int, float, float], None] | None = None,
) -> Fit:
    """Fit the parameters of `module` to `loss()`; it ends with the weights of the least `held_out()`.

    `told(step, training loss, held-out loss)` is called at every look. The module is initialised by its maker, from
    the same seed; nothing here draws a random number.
    """
    o = options or FitOptions()
    out, begun, kept, idle = Fit(), time.perf_counter(), copy.deepcopy(module.state_dict()), 0

    def look(value: float) -> None:
        nonlocal kept, idle
        with torch.enable_grad():
            judged = float(held_out().detach())
        out.history.append((out.steps, value, judged))
        if told is not None:
            told(out.steps, value, judged)
        gain = judged < out.best * (1.0 - ENOUGH)
        if judged < out.best:
            out.best, kept = judged, copy.deepcopy(module.state_dict())
        idle = 0 if gain else idle + 1
        if not math.isfinite(value):
            raise _Enough("the loss is not finite")
        if idle >= o.patience:
            raise _Enough("no gain on the held-out data")
        if o.seconds and time.perf_counter() - begun > o.seconds:
            raise _Enough("out of time")

    try:
        _adam(module, loss, o, out, look)
        idle = 0
        _lbfgs(module, loss, o, out, look)
        out.ended = "all steps done"
    except _Enough as end:
        out.ended = str(end)
    module.load_state_dict(kept)
    out.seconds = time.perf_counter() - begun
    return out


def _adam(
    module: Any, loss: Callable[[], torch.Tensor], o: FitOptions, out: Fit, look: Callable[[float], None]
) -> None:
    optimiser = torch.optim.Adam(module.parameters(), lr=o.rate)
    for step in range(o.adam):
        optimiser.zero_grad()
        value = loss()
        value.backward()
        optimiser.step()
        out.steps += 1
        if step % ROUND == ROUND - 1:
            try:
                look(float(value.detach()))
            except _Enough as end:
                if "gain" not in str(end):
                    raise
                module.zero_grad()
                return  # L-BFGS goes on from here


def _lbfgs(
    module: Any, loss: Callable[[], torch.Tensor], o: FitOptions, out: Fit, look: Callable[[float], None]
) -> None:
    optimiser = torch.optim.LBFGS(
        module.parameters(),
        max_iter=ROUND,
        history_size=HISTORY,
        line_search_fn="strong_wolfe",
        tolerance_grad=0.0,
        tolerance_change=0.0,
    )

    def closure() -> float:
        optimiser.zero_grad()
        value = loss()
        value.backward()
        return float(value.detach())

    for _ in range(math.ceil(o.lbfgs / ROUND)):
        value = float(optimiser.step(closure))  # the loss before these iterations
        out.steps += ROUND
        look(value)
