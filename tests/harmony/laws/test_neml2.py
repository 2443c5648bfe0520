"""J2 plasticity of the core beside neml2: live where it is installed, else beside its recorded answers."""

from pathlib import Path

import harmony
from harmony.study import run_study

CASE = Path(__file__).parents[3] / "cases/verification/D05-neml2/case.yaml"


def test_core_and_learned_law_agree_with_neml2() -> None:
    found = run_study(harmony.Case.read(CASE))
    assert found["j2.core"] < 1e-8
    assert found["j2.learned"] < 0.01
