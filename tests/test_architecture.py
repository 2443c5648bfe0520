"""The house keeps its shape: import direction, light imports, kernels without Python, files of one idea."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

FOLDERS = ("dda", "nmm", "couplers", "harmony", "cases", "docs", "benchmarks", "tests", ".ci")
TEXT = {".py", ".pyi", ".cpp", ".hpp", ".md", ".yaml", ".toml", ".csv", ".txt", ""}
SOURCE = {".py", ".cpp", ".hpp"}

HEAVY = ("torch", "vtk", "vtkmodules", "pyvista", "h5py", "matplotlib", "shapely", "scipy", "meshio", "ezdxf")
"""What takes long to import, or is not needed by everyone: imported inside the function that uses it."""

LONGEST = 400
"""Lines of a source file (docs: STYLE). Larger: files that hold two ideas."""

MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|Users|work|mnt|scratch)/\w+|(?<![\w.])/roo[t]/|[A-Z]:\\\\?Users")
"""Paths that exist on one machine only."""


def files(suffixes: set[str]) -> list[Path]:
    """All files of the repository with these suffixes, without what is built."""
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
    found += [path for path in ROOT.iterdir() if path.name != "uv.lock"]
    return sorted(p for p in found if p.is_file() and p.suffix in suffixes and "__pycache__" not in p.parts)


def modules_after(code: str) -> set[str]:
    """Top-level packages that a fresh interpreter has imported after `code`."""
    script = f"{code}\nimport sys\nprint('MODULES', *{{name.split('.')[0] for name in sys.modules}})"
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    return set(out.rpartition("MODULES")[2].split())


def test_imports_run_downhill() -> None:
    lint = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True, no_logo=True))"
    done = subprocess.run([sys.executable, "-c", lint], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "code",
    [
        "import harmony",
        "import harmony.cli; harmony.cli.main(['--help'])",
        "import harmony.cli; harmony.cli.main(['solve', '--help'])",
        "import harmony; harmony.Case",
        "import harmony; harmony.solve",
        "import dda",
        "import couplers",
    ],
)
def test_heavy_packages_wait_until_they_are_needed(code: str) -> None:
    assert not modules_after(code) & set(HEAVY)


def test_help_needs_neither_numpy_nor_the_core() -> None:
    loaded = modules_after("import harmony.cli; harmony.cli.main(['--help'])")
    assert not loaded & {"numpy", "pydantic", "dda"}


def test_no_file_names_a_machine() -> None:
    named = {
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in files(TEXT)
        for found in MACHINE_PATH.finditer(path.read_text(encoding="utf-8"))
    }
    assert not named


def test_only_the_bindings_know_python() -> None:
    knows = {
        p for p in files({".cpp", ".hpp"}) if re.search(r"#include\s*[<\"](nanobind|Python\.h|pybind)", p.read_text())
    }
    assert knows
    assert {path.name for path in knows if not path.name.startswith("bindings")} == set()


def test_source_files_are_short() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in files(SOURCE)}
    assert {name: count for name, count in lengths.items() if count >= LONGEST} == {}
