"""An inelastic law from stress-strain paths: which form the data ask for, an ensemble of it, its errors and limits.

| data | flow | law |
|---|---|---|
| with time | standard | generalized standard material: convex free energy and dissipation potential, rate matters |
| no time | associated | the same without rate: the dissipation potential is that of a learned yield surface |
| no time | non-associated | a learned yield surface and another convex potential, unsymmetric tangent |

`auto` takes `standard` where there is a time column; else both others are fitted, and associated flow is kept unless
the other predicts paths that were held out clearly better.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from dda.checks import unknown
from dda.errors import InputError, explain
from harmony.laws.agreement import agreement
from harmony.laws.diagnostics import diagnose
from harmony.laws.inelastic_properties import inelastic_properties
from harmony.laws.leading import led, path_errors
from harmony.laws.plastic import LearnedPlasticity
from harmony.laws.read_off import elasticity, read_off
from harmony.laws.standard import StandardLaw
from harmony.laws.stress_strain import StressStrain
from harmony.laws.train_plastic import fit_plastic
from harmony.laws.train_standard import Paths, fit_standard, new_standard
from harmony.learning.fit import FitOptions
from harmony.learning.model_file import data_hash

__all__ = ["FLOWS", "describe_inelastic", "train_inelastic"]

FLOWS = ("auto", "standard", "associated", "non-associated")

FEWEST = 40
"""Rows under which a law is not worth its name."""

CLEARLY, SLIGHT = 3.0, 5e-3
"""Associated flow is given up where its held-out error is so many times larger, plus so much."""

BOUND_STATES = 2000
"""Random states at which the largest singular value of an unsymmetric tangent is measured."""

PLANES = 4
"""Planes of a surface before they are permuted: six times as many facets."""


def train_inelastic(
    data: StressStrain,
    *,
    flow: str = "auto",
    members: int = 3,
    widths: tuple[int, ...] = (16, 16),
    planes: int = PLANES,
    options: FitOptions | None = None,
    told: Callable[[str], None] | None = None,
) -> tuple[list[Any], dict[str, Any]]:
    """The members of the ensemble, and what the model file says of them (without the command)."""
    if flow not in FLOWS:
        raise unknown("flow", flow, FLOWS, "harmony train law, --flow")
    if len(data.strain) < FEWEST:
        raise InputError(
            explain("too few data", where="train law", expected=f"{FEWEST} rows", got=len(data.strain), do="give more")
        )
    if flow == "standard" and data.time is None:
        raise InputError(
            explain(
                "no time in the data",
                where="harmony train law, --flow standard",
                expected="a column time [s]",
                got="stress and strain only",
                do="add it, or take --flow associated: a material without rate",
            )
        )
    o, say = options or FitOptions(), told or _silent
    held = data.held_out()
    if flow == "standard" or (flow == "auto" and data.time is not None):
        laws: list[Any] = _standard(data, held, members, widths, o, say)
    else:
        laws = _yielding(replace(data, time=None), held, flow, members, planes, o, say)
    return laws, describe_inelastic(laws, data, held)


def _silent(_: str) -> None:
    pass


def _standard(
    data: StressStrain,
    held: np.ndarray,
    members: int,
    widths: tuple[int, ...],
    o: FitOptions,
    say: Callable[[str], None],
) -> list[StandardLaw]:
    taught, asked = Paths(data, ~held), Paths(data, held)
    pressure = float(np.sqrt((data.stress**2).sum(1).mean()))
    laws = []
    for member in range(members):
        law = new_standard(data, widths, o.seed + member)
        found = fit_standard(law, taught, asked, pressure, replace(o, seed=o.seed + member))
        say(f"member {member + 1} of {members}: held-out error {found.best**0.5:.2e}, {found.ended}")
        laws.append(law)
    return laws


def _yielding(
    data: StressStrain,
    held: np.ndarray,
    flow: str,
    members: int,
    planes: int,
    o: FitOptions,
    say: Callable[[str], None],
) -> list[LearnedPlasticity]:
    bulk, shear = elasticity(data)
    seen = read_off(data, bulk, shear, ~held)

    def fitted(associated: bool, member: int) -> LearnedPlasticity:
        mine = replace(o, seed=o.seed + member, rate=2e-2)
        law = fit_plastic(seen, bulk, shear, associated=associated, planes=planes, options=mine)
        if not associated:
            size = float(np.linalg.norm(data.strain, axis=1).max())
            law = replace(law, bound=inelastic_properties(law, BOUND_STATES, size)["spectral_bound"])
        error = path_errors(led(law, data), data, held)["stress"]
        say(f"member {member + 1}, {law.settings()['flow']}: held-out error {error:.2e}")
        return law

    if flow != "auto":
        return [fitted(flow == "associated", member) for member in range(members)]
    tried = [fitted(True, 0), fitted(False, 0)]
    errors = [path_errors(led(law, data), data, held)["stress"] for law in tried]
    associated = errors[0] < CLEARLY * errors[1] + SLIGHT
    say(f"flow is {'associated' if associated else 'non-associated'}: {errors[0]:.1e} against {errors[1]:.1e}")
    return [tried[0 if associated else 1]] + [fitted(associated, member) for member in range(1, members)]


def describe_inelastic(laws: list[Any], data: StressStrain, held: np.ndarray) -> dict[str, Any]:
    """What the model file says of laws taught on `data`, with errors on the rows `held`."""
    each = np.stack([led(law, data) for law in laws])
    mean = each.mean(0)
    pressure = float(np.sqrt((data.stress**2).sum(1).mean()))
    norms, first = np.linalg.norm(data.strain, axis=1), laws[0]
    dt = float(np.median(data.steps())) if data.time is not None else 1.0
    timed = [] if data.time is None else [data.time]
    return {
        "units": {
            "strain": "-",
            "stress": "Pa",
            "time": "s",
            "notation": "Mandel (xx, yy, zz, sqrt2 yz, sqrt2 xz, sqrt2 xy)",
        },
        "ranges": {
            "strain": [data.strain.min(0).tolist(), data.strain.max(0).tolist()],
            "strain_norm": [float(norms.min()), float(norms.max())],
            "stress_norm": [0.0, float(np.linalg.norm(data.stress, axis=1).max())],
        },
        "data": data_hash(data.strain, data.stress, *timed),
        "rows": len(data.strain),
        "members": len(laws),
        "flow": "standard" if isinstance(first, StandardLaw) else first.settings()["flow"],
        "symmetric": first.symmetric,
        "state": list(first.state_names),
        "errors": {
            **path_errors(mean, data, held),
            "spread": float(np.sqrt(((each - mean) ** 2).sum(2).mean()) / pressure),
        },
        "trust": agreement(laws, data),
        "diagnostics": diagnose(data),
        "properties": inelastic_properties(first, 500, float(norms.max()), dt),
    }
