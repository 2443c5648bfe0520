"""Harmony: discontinuous deformation analysis from a case file, or from Python.

One case, one run::

    import harmony

    case = harmony.Case.read("cases/incline/case.yaml")
    run = harmony.solve(case)  # nothing is written; solve(case, out="runs/incline") writes a run directory
    print(run.summary["steps"], run.history["block.displacement.magnitude"][-1])
    print(run.quantity("block.displacement.magnitude.final"))

The value of a parameter at which the case fails, and the regression cases as a table::

    harmony.critical(case, parameter="joints.default.friction", low=10.0, high=40.0)
    harmony.regress(["A02-incline"])

Samples of the priors of a case, run side by side, and what each of them gave::

    ensemble = harmony.ensemble(case, samples=200, out="runs/incline-ensemble")
    print(ensemble.parameters.shape, ensemble.scalar("mass.displacement.magnitude.final").mean())

Names are loaded when they are first used: `import harmony` itself costs nothing.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dda import InputError, StepFailure
    from harmony.case import Case
    from harmony.driver import solve
    from harmony.inverse.invert import invert
    from harmony.inverse.posterior import Posterior
    from harmony.learning.ensemble import Ensemble
    from harmony.learning.ensembles import ensemble
    from harmony.limits import critical
    from harmony.regression import regress
    from harmony.run import Run

__all__ = [
    "Case",
    "Ensemble",
    "InputError",
    "Posterior",
    "Run",
    "StepFailure",
    "critical",
    "ensemble",
    "invert",
    "regress",
    "solve",
]

# The public names and where they live. No module of this package carries the name of a public function:
# importing it would hide the function.
_HOMES = {
    "Case": "harmony.case",
    "Ensemble": "harmony.learning.ensemble",
    "InputError": "dda",
    "Posterior": "harmony.inverse.posterior",
    "Run": "harmony.run",
    "StepFailure": "dda",
    "critical": "harmony.limits",
    "ensemble": "harmony.learning.ensembles",
    "invert": "harmony.inverse.invert",
    "regress": "harmony.regression",
    "solve": "harmony.driver",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'harmony' has no attribute '{name}'; it has {', '.join(__all__)}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*globals(), *__all__]
