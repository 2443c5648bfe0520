"""A federation: a mosaic of small experts, each on its chart of the regimes, with a gate of its own.

    yhat(x) = sum_e g_e(x) y_e(x),    g_e = s(z_e(x)) / sum_f s(z_f(x))

Charts: harmony/operators/charts.py. Its gate z_e is a network of its own that learns r_e alone,
against all the rest: an expert can be taught again, or added, and no number of any other changes.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from dda.errors import InputError
from harmony.operators.network import branch, drawn_in, new_branch, new_sieve, sieved
from harmony.operators.prepare import Prepared
from harmony.operators.stack import StackOptions, fit_stack

__all__ = ["LEAST_SHARE", "teach_gates", "with_expert"]

LEAST_SHARE = 0.02
"""Share of a row under which an expert does not learn it [-]. Larger parts the charts more sharply."""

GATE_WIDTH, GATE_EPOCHS = 16, 150
"""Size of a gate, and its epochs at most."""


def teach_gates(
    data: Prepared, shares: NDArray[np.float32], options: StackOptions, seed: int
) -> dict[str, NDArray[np.float32]]:
    """The gates (E, ...) of charts with these shares (n, E) of all rows."""
    rows = data.split.train
    x = torch.tensor(data.x, device=options.device)
    r = torch.tensor(np.ascontiguousarray(shares.T), device=options.device)
    count = shares.shape[1]
    part = np.random.default_rng([seed, 13]).integers(0, 5, len(rows))

    def loss(weights: dict[str, Any], chosen: Any) -> Any:
        z = branch(weights, sieved(weights, x[chosen]))[..., 0]
        return torch.nn.functional.binary_cross_entropy_with_logits(
            z, torch.gather(r, 1, chosen), reduction="none"
        ).mean(dim=-1)

    first = new_branch(count, data.x.shape[1], 1, GATE_WIDTH, 2, seed + 2)
    first["sieve"] = new_sieve(count, data.x.shape[1])
    learn, look = [rows[part != 0]] * count, [rows[part == 0]] * count
    found = fit_stack(
        first,
        loss,
        learn,
        look,
        replace(options, epochs=min(options.epochs, GATE_EPOCHS)),
        penalty=lambda weights: 0.05 / len(rows) ** 0.5 * weights["sieve"].abs().sum(),
    )
    return drawn_in(found.weights)


def with_expert(
    old: dict[str, dict[str, NDArray[np.float32]]],
    new: dict[str, dict[str, NDArray[np.float32]]],
    number: int,
    members: int,
) -> dict[str, dict[str, NDArray[np.float32]]]:
    """The networks `old` with the branch and gate of one expert from `new` (which has that one alone) in place of, or
    behind, the others, whose numbers stay as they are."""
    count = len(old["gate"]["offset"])
    if not 0 <= number <= count:
        raise InputError(f"--expert {number}: there are {count}, from 0; {count} adds one")
    out = dict(old)
    for network, size in (("branch", members), ("gate", 1)):
        joined = {}
        for name, values in old[network].items():
            before, after = values[: number * size], values[(number + 1) * size :]
            joined[name] = np.concatenate([before, new[network][name], after])
        out[network] = joined
    return out
