"""The summary of a run: its final numbers as plain data, and whether the case failed."""

import platform
from collections.abc import Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from harmony.history import Sampler, nested
from harmony.slabs.run import total

if TYPE_CHECKING:
    from dda import Simulation
    from harmony.case import Case
    from harmony.marching import March
    from harmony.run import Run

__all__ = ["failure", "gauge", "pieces", "summarise", "verdict", "versions"]

RAPID_SPEED = 1.0
"""Largest `mass.speed` from which a failure is rapid, under it creeping [m/s]; DESIGN fixes it."""

CELLS = 2.0
"""Cells within the radius of a crack tip under which a run is warned of [-]: the error of K is then above 2 %."""

FACES = 1e-12
"""Overlap of crack faces over the crack's length from which a run is warned of [-]: more than rounding."""

DRIFT = 0.01
"""Energy that no entry of the ledger explains, over the energy that was turned over, from which a run is warned of [-].
A smaller one warns of rounding, a larger one hides a wrong step size."""


def pieces(summary: Mapping[str, Any]) -> str:
    """What `blocks` of a summary counts: the blocks of DDA, the elements of a manifold or of finite elements."""
    return "blocks" if summary.get("method", "dda") == "dda" else "elements"


def summarise(case: "Case", march: "March", sampler: Sampler, told: bool = True) -> dict[str, Any]:
    """The numbers of a simulation as it stands; status, wall time and expectations are added by the driver. told: with
    the warnings of the case, which look at all its blocks."""
    sim = march.sim
    own = plain(case.solver.numbers(sim))
    probes = nested(sampler.columns, sampler.sample(sim))
    del probes["energy"]
    energy = {key: float(value) for key, value in sim.energy.items()}
    return {
        "case": case.name,
        "file": str(case.path or ""),
        "method": case.method,
        "blocks": int(total(sim, len(sim.masses))),
        "stages": list(march.position.results),
        "steps": int(sim.steps),
        "substeps": int(sim.substeps),
        "time": float(sim.time),
        "dt": float(sim.dt),
        "scheme": str(sim.scheme),
        "energy": energy,
        "totals": plain(march.totals),
        "probes": probes,
        **own,
        "warnings": [
            *(case.warnings if told else ()),
            *warnings(sim, energy),
            *trust_warnings(sim),
            *crack_warnings(own.get("crack", {})),
        ],
        "versions": versions(),
    }


def warnings(sim: "Simulation", energy: dict[str, float]) -> list[str]:
    """What a user should know about the numbers."""
    turned_over = sum(abs(energy[key]) for key in ("kinetic", "strain", "potential", "friction", "external"))
    if sim.steps and abs(energy["drift"]) > DRIFT * turned_over:
        return [
            f"energy drift {energy['drift']:.3g} J/m is more than {DRIFT:.0%} of the energy turned over; cut the step"
        ]
    return []


def trust_warnings(sim: "Simulation") -> list[str]:
    """How often a learned material law was asked beyond what it was taught."""
    if not (count := int(sim.totals.get("untrusted", 0))):
        return []
    return [
        f"a learned material law was asked {count} times (points times steps) beyond the strains that it was taught: "
        "its fall-back went on from there"
    ]


def crack_warnings(cracks: dict[str, Any]) -> list[str]:
    """Faces that go through each other, as nothing holds them apart; and discs of branch functions on too few cells."""
    coarse = [
        f"{tip} of crack {name} has {own['cells']:.2g} cells within its radius, 3 give K within 1 %: refine the cover"
        for name, crack in cracks.items()
        for tip, own in crack.items()
        if isinstance(own, dict) and 0.0 < own["cells"] < CELLS
    ]
    return coarse + [
        f"the faces of crack {name} overlap by {-crack['gap']:.3g} m: a law (joints: default) lets them touch"
        for name, crack in cracks.items()
        if crack["gap"] < -FACES * crack["length"]
    ]


def failure(case: "Case", run: "Run") -> dict[str, Any] | None:
    """Whether the `failure` of the case was met, and by what value; None for a case without."""
    if case.failure is None:
        return None
    values = gauge(run, case.failure.quantity)
    above, below = case.failure.above, case.failure.below
    met = bool(values.max() > above) if above is not None else bool(values.min() < below)
    value = float(values.max() if above is not None else values.min())
    return {"quantity": case.failure.quantity, "above": above, "below": below, "value": value, "met": met}


def gauge(run: "Run", quantity: str) -> np.ndarray:
    """The values of a failure quantity: all rows of a history column, or the one number that it is."""
    if quantity in run.history:
        return run.history[quantity]
    return np.array([run.quantity(quantity)])


def verdict(judged: dict[str, Any] | None, run: "Run") -> str | None:
    """stable: failure not met; creeping: met, and the mass never as fast as RAPID_SPEED; rapid: otherwise."""
    if judged is None:
        return None
    if not judged["met"]:
        return "stable"
    return "rapid" if float(run.history["mass.speed"].max()) >= RAPID_SPEED else "creeping"


def versions() -> dict[str, str]:
    """What produced a run."""
    return {"harmony": version("harmony-dda"), "python": platform.python_version(), "numpy": np.__version__}


def plain(value: Any) -> Any:
    """Numpy numbers as those of Python, for JSON."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    return value
