"""Tables of tests that no law can be learned from: what is said of them."""

from pathlib import Path

import numpy as np
import pytest

import dda
from harmony.laws.stress_strain import read_stress_strain
from harmony.laws.train_joint import read_shear_tests

NAMES = [f"{kind}_{c}" for kind in ("strain", "stress") for c in ("xx", "yy", "zz")]


def table(path: Path, header: list[str], rows: np.ndarray) -> Path:
    path.write_text("\n".join([",".join(header), *(",".join(f"{x:.17g}" for x in row) for row in rows)]))
    return path


def rock_tests(stress: float = 1e9) -> np.ndarray:
    strain = np.linspace(0.0, 1e-3, 30)[:, None] * [-1.0, 0.3, 0.3]
    return np.hstack([strain, stress * strain])


@pytest.mark.parametrize(
    ("header", "rows", "said"),
    [
        (NAMES, 0.0 * rock_tests(), "nothing happens"),
        (NAMES, np.tile(rock_tests()[-1], (30, 1)), "again and again"),
        (NAMES, np.tile(rock_tests()[:3], (10, 1)), "again and again"),
        (NAMES, 1e3 * rock_tests(), r"strain_xx \[%\]"),
        (NAMES, rock_tests(-1e9), "tension positive"),
        ([*NAMES[:-1], NAMES[-2]], rock_tests(), "columns of one name"),
        ([*NAMES[:-1], "stress_zz [mm]"], rock_tests(), "Pa, kPa, MPa, GPa"),
        (["strain_xx [MPa]", *NAMES[1:]], rock_tests(), "unit of something else"),
    ],
)
def test_stress_and_strain_that_cannot_be(tmp_path: Path, header: list[str], rows: np.ndarray, said: str) -> None:
    with pytest.raises(dda.InputError, match=said):
        read_stress_strain(table(tmp_path / "tests.csv", header, rows))


def test_units_of_the_header_hold(tmp_path: Path) -> None:
    rows = rock_tests()
    header = [f"{n} [%]" if n.startswith("strain") else f"{n} [MPa]" for n in NAMES]
    data = read_stress_strain(table(tmp_path / "tests.csv", header, rows * ([100.0] * 3 + [1e-6] * 3)))
    assert np.allclose(data.strain[:, :3], rows[:, :3])
    assert np.allclose(data.stress[:, :3], rows[:, 3:])


def test_a_cycle_that_ends_under_the_other_sign_of_stress_is_a_test(tmp_path: Path) -> None:
    """Rock that flowed and is pushed back: stress against what strain is left, and work was done all the same."""
    strain = np.r_[np.linspace(0, 4e-3, 20), np.linspace(4e-3, 2e-3, 20)]
    stress = np.r_[np.linspace(0, 1e6, 20), np.linspace(1e6, -5e6, 20)]
    rows = np.zeros((40, 6))
    rows[:, 0], rows[:, 3] = strain, stress
    assert (strain * stress).sum() < 0.0
    rows[:20, 3] *= 8.0
    assert len(read_stress_strain(table(tmp_path / "tests.csv", NAMES, rows)).path) == 40


def test_what_is_no_text_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "tests.csv").write_bytes(bytes(range(256)))
    with pytest.raises(dda.InputError, match="not a CSV file"):
        read_stress_strain(tmp_path / "tests.csv")


def test_shear_stress_needs_normal_stress_in_every_row(tmp_path: Path) -> None:
    rows = np.column_stack([np.linspace(0, 1, 30), np.full(30, 5e5), np.linspace(0, 1e6, 30)])
    with pytest.raises(dda.InputError, match="leave out rows without contact"):
        read_shear_tests(table(tmp_path / "shear.csv", ["slip", "shear_stress", "normal_stress"], rows))
    with pytest.raises(dda.InputError, match="m, cm, mm, um"):
        read_shear_tests(table(tmp_path / "shear.csv", ["slip [s]", "shear_stress", "normal_stress"], rows + 1))
