"""The stages intended and perturbed of a joint law, as `harmony.laws.stages` has them for laws of stress and strain.

loss = mean (mu(x) / mu - 1)^2 of the tests at hand + KEPT the same of the first tests; perturbed: every member's
friction coefficients are multiplied by 1 + NOISE N(0, 1).
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from harmony.laws.joint import JointNetwork
from harmony.laws.stages import KEPT, NOISE
from harmony.laws.train_joint import ShearTests, held_out
from harmony.learning.fit import FitOptions, fit
from harmony.learning.model_file import data_hash

__all__ = ["go_on_joint"]


def go_on_joint(
    stage: str,
    laws: list[JointNetwork],
    tests: ShearTests,
    first: ShearTests,
    options: FitOptions,
    told: Callable[[str], None],
) -> tuple[list[JointNetwork], dict[str, Any]]:
    """Train `laws` on in place, and the report: keys as of `harmony.laws.stages.go_on`, errors those of friction."""
    held = [held_out(len(t.friction)) for t in (tests, first)]
    before = [_errors(law, (tests, first), held) for law in laws]
    for member, law in enumerate(laws):
        friction = [t.friction for t in (tests, first)]
        if stage == "perturbed":
            rng = np.random.default_rng([options.seed, member])
            friction = [mu * (1.0 + NOISE * rng.standard_normal(mu.shape)) for mu in friction]

        def loss(asked: bool, law: JointNetwork = law, friction: list[Any] = friction) -> Callable[[], torch.Tensor]:
            parts = [
                (torch.tensor(t.inputs[h == asked]), torch.tensor(mu[h == asked]))
                for t, mu, h in zip((tests, first), friction, held, strict=True)
            ]

            def misfit() -> torch.Tensor:
                near, far = (((law(x) / mu - 1.0) ** 2).mean() for x, mu in parts)
                return near + KEPT * far

            return misfit

        found = fit(law, loss(False), loss(True), replace(options, seed=options.seed + member))
        told(f"stage {stage}, member {member + 1} of {len(laws)}: {found.ended}")
    after = [_errors(law, (tests, first), held) for law in laws]
    (near0, far0), (near1, far1) = np.mean(before, axis=0), np.mean(after, axis=0)
    each = np.stack([law(torch.tensor(tests.inputs)).detach().numpy() for law in laws])
    return laws, {
        "stage": stage,
        "data": data_hash(tests.inputs, tests.friction),
        "error": [float(near0), float(near1)],
        "error_first": [float(far0), float(far1)],
        "forgotten": float(far1 / far0),
        "spread": float((each.std(0) / each.mean(0)).max()),
    }


def _errors(law: JointNetwork, of: tuple[ShearTests, ...], held: list[Any]) -> list[float]:
    """Root mean square of mu(x) / mu - 1 on the held-out rows of each."""
    found = []
    for tests, rows in zip(of, held, strict=True):
        mu = law(torch.tensor(tests.inputs[rows])).detach().numpy()
        found.append(float(np.sqrt(((mu / tests.friction[rows] - 1.0) ** 2).mean())))
    return found
