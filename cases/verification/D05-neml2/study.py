"""J2 plasticity of the core, and its learned twin, against neml2, an independent library of material models.

Where neml2 is installed it answers here and now; else its recorded answers stand in, and `neml2.installed` is 0.
"""

from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np

import dda
import harmony
from harmony.laws.files import read_law
from harmony.laws.trained.plasticity import along

HERE = Path(__file__).parent


def run(case: harmony.Case) -> dict[str, float]:
    """`neml2.installed` (1 or 0); `j2.core`, `j2.learned`: largest error of stress over the largest stress [-]."""
    spec = spec_from_file_location("neml2_oracle", HERE / "oracle.py")
    assert spec is not None
    assert spec.loader is not None
    oracle = module_from_spec(spec)
    spec.loader.exec_module(oracle)
    strain = oracle.paths()
    wanted = np.loadtxt(HERE / "recorded.csv", delimiter=",").reshape(strain.shape)
    installed = find_spec("neml2") is not None
    if installed:
        wanted = oracle.stresses(strain)
    n = oracle.NUMBERS
    core = dda.VonMises(n["young"], n["poisson"], n["strength"], n["hardening"])
    laws = {"j2.core": core, "j2.learned": read_law("von-mises")}
    size = np.abs(wanted).max()
    errors = {name: float(np.abs(along(law, strain) - wanted).max() / size) for name, law in laws.items()}
    return {"neml2.installed": float(installed), **errors}
