"""The answer does not hang on the numerical spring: a hundred times the spring changes it by less than 0.1 %."""

from pathlib import Path

import numpy as np
import pytest

import harmony

CASES = Path(__file__).resolve().parents[2] / "cases"
SPRINGS = (1e9, 1e11)  # N/m; the automatic ones lie between them
CHANGE = 1e-3  # of the answer


def settlement(case: harmony.Case) -> float:
    """Of the top of the column of A15 [m]."""
    return harmony.solve(case).quantity("top.displacement.y.final")


def run_out(case: harmony.Case) -> float:
    """Of the block of A02 after 2 s [m]."""
    return harmony.solve(case).quantity("block.displacement.magnitude", at=2.0)


def thrust(case: harmony.Case) -> float:
    """Of the arch on its left abutment [N/m]."""
    faces = harmony.solve(case).fields.frame(-1).face_tractions
    return float(np.abs(faces["shear"][faces["block"] == 0].sum()))


SCENES = {
    "verification/A15-column": (settlement, -1.22625e-3),
    "verification/A02-incline": (run_out, 3.625629456),
    "arch": (thrust, 46581.85),
}


@pytest.mark.parametrize("folder", SCENES)
def test_a_hundred_times_the_spring_changes_nothing(folder: str) -> None:
    measure, exact = SCENES[folder]
    case = harmony.Case.read(CASES / folder / "case.yaml").with_contact("penalty")
    found = [measure(case.with_values({"contact.stiffness": spring})) for spring in SPRINGS]
    assert abs(found[1] - found[0]) < CHANGE * abs(exact)
    assert found == pytest.approx([exact] * 2, rel=CHANGE)
