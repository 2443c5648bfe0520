"""A joint law from shear tests: friction coefficient over slip, speed, normal stress, temperature and state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from dda.errors import InputError, explain
from harmony.laws.joint import INPUTS, JointNetwork, features
from harmony.laws.joint_diagnostics import diagnose_joint
from harmony.learning.data_file import read_columns
from harmony.learning.fit import FitOptions, fit
from harmony.learning.model_file import data_hash

__all__ = ["ShearTests", "held_out", "read_shear_tests", "train_joint"]

NOT_VARIED = 1e-9
"""Relative range of an input under which it counts as constant in the tests."""

HELD_OUT = 5
FEWEST = 20

QUANTITIES = {
    "slip": "m", "speed": "m/s", "normal_stress": "Pa", "temperature": "K", "state": "s", "friction": "-",
    "shear_stress": "Pa", "test": "-",
}  # fmt: skip
"""Column -> SI unit."""


@dataclass(frozen=True)
class ShearTests:
    """inputs (n, 5): slip [m], speed [m/s], normal stress [Pa], temperature [K], state [s]; friction (n,) [-]."""

    inputs: NDArray[np.float64]
    friction: NDArray[np.float64]

    def ranges(self) -> dict[str, list[float]]:
        """Of each input that the tests vary: for slip and speed a scale and the largest, else least and largest."""
        out = {}
        for name, column in zip(INPUTS, self.inputs.T, strict=True):
            low, high = float(column.min()), float(column.max())
            if high - low <= NOT_VARIED * max(abs(high), abs(low)):
                out[name] = [0.0, 0.0]
            elif name == "slip":
                out[name] = [float(np.median(column[column > 0.0])), high]
            elif name in ("speed", "state"):
                out[name] = [float(column[column > 0.0].min()), high]
            else:
                out[name] = [low, high]
        return out


def read_shear_tests(path: Path | str) -> ShearTests:
    """Columns slip, speed, normal_stress, temperature, state (those that were varied) and friction or shear_stress."""
    columns = read_columns(path, QUANTITIES)
    known = (*INPUTS, "friction", "shear_stress", "test")
    unknown = [name for name in columns if name not in known]
    if unknown or not ({"friction", "shear_stress"} & set(columns)):
        raise InputError(
            explain(
                f"unknown column {unknown[0]}" if unknown else "no friction in the tests",
                where=str(path),
                expected=f"columns {', '.join(known)}",
                got=", ".join(columns),
                do="name the columns so; friction, or shear_stress with normal_stress",
            )
        )
    if "friction" not in columns and "normal_stress" not in columns:
        raise InputError(
            explain(
                "shear_stress without normal_stress",
                where=str(path),
                expected="a column normal_stress [Pa]",
                got=", ".join(columns),
                do="add it, or give friction = shear_stress / normal_stress",
            )
        )
    rows = len(next(iter(columns.values())))
    inputs = np.stack([columns.get(name, np.zeros(rows)) for name in INPUTS], axis=1)
    if "friction" not in columns and (columns["normal_stress"] <= 0.0).any():
        raise InputError(
            explain(
                "shear stress without normal stress in a row",
                where=str(path),
                expected="normal_stress above 0 [Pa], compression positive",
                got=f"{columns['normal_stress'].min():g} Pa",
                do="leave out rows without contact, or give friction",
            )
        )
    friction = columns["friction"] if "friction" in columns else columns["shear_stress"] / columns["normal_stress"]
    if (inputs < 0.0).any() or (friction <= 0.0).any() or len(friction) < FEWEST:
        raise InputError(
            explain(
                "shear tests that cannot be used",
                where=str(path),
                expected=f"{FEWEST} rows or more, inputs >= 0, friction > 0",
                got=f"{rows} rows, least input {inputs.min():g}, least friction {friction.min():g}",
                do="take slip and speed in the direction of shear, compression positive",
            )
        )
    return ShearTests(inputs, friction)


def held_out(rows: int) -> NDArray[np.bool_]:
    """Rows that no training sees, (rows,)."""
    return np.arange(rows) % HELD_OUT == HELD_OUT // 2


def train_joint(
    tests: ShearTests,
    *,
    monotone: Mapping[str, int] | None = None,
    distance: float = 1e-5,
    members: int = 3,
    widths: tuple[int, ...] = (10, 10),
    options: FitOptions | None = None,
    told: Callable[[str], None] | None = None,
) -> tuple[list[JointNetwork], dict[str, Any]]:
    """The members of the ensemble, and what the model file says of them (without the command).

    loss = mean (mu(x_i) / mu_i - 1)^2: shear tests err in parts of what they measure.
    """
    o = options or FitOptions()
    held = held_out(len(tests.friction))
    x, mu = torch.tensor(tests.inputs), torch.tensor(tests.friction)
    laws = []
    for member in range(members):
        law = JointNetwork(tests.ranges(), monotone=monotone, distance=distance, widths=widths, seed=o.seed + member)

        def misfit(rows: NDArray[np.bool_], law: JointNetwork = law) -> torch.Tensor:
            return ((law(x[rows]) / mu[rows] - 1.0) ** 2).mean()

        found = fit(law, lambda: misfit(~held), lambda: misfit(held), replace(o, seed=o.seed + member))
        if told is not None:
            told(f"member {member + 1} of {members}: held-out error {found.best**0.5:.2e}, {found.ended}")
        laws.append(law)
    varied = [k for k, name in enumerate(INPUTS) if laws[0].ranges[name][1] > 0.0]
    seen = features(x, laws[0].ranges).numpy()[:, varied]
    each = torch.stack([law(x[held]).detach() for law in laws]).numpy()
    mean, true = each.mean(0), tests.friction[held]
    return laws, {
        "units": {"slip": "m", "speed": "m/s", "normal_stress": "Pa", "temperature": "K", "state": "s"},
        "ranges": {name: [float(c.min()), float(c.max())] for name, c in zip(INPUTS, tests.inputs.T, strict=True)},
        "data": data_hash(tests.inputs, tests.friction),
        "rows": len(tests.friction),
        "members": len(laws),
        "errors": {
            "friction": float(np.sqrt(((mean / true - 1.0) ** 2).mean())),
            "bias": float((mean / true - 1.0).mean()),
            "spread": float((each.std(0) / mean).max()),
        },
        "diagnostics": diagnose_joint(seen, tests.friction, tuple(INPUTS[k] for k in varied)) if varied else {},
        "properties": {"least_friction": float(each.min()), "dissipation": float(each.min())},
    }
