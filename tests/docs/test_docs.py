"""The documentation tells the truth: examples run, commands and keys exist, links lead somewhere."""

import importlib
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import harmony
from harmony.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md")])
LARGEST_IMAGE = 300_000  # bytes

BASE: dict[str, Any] = {
    "geometry": {"incline": {"angle": 30}},
    "materials": {"rock": {"density": 2600, "young": 5.0e9, "poisson": 0.25}},
    "joints": {"default": {"friction": 20}},
    "probes": {"block": {"at": [0.3, 0.4]}},
    "time": {"end": 1.0},
}
"""What the parts of cases in the documentation are completed with."""


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def blocks(path: Path, language: str) -> list[str]:
    """The fenced blocks of a language in a page."""
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text(), re.MULTILINE | re.DOTALL)


def pages_with(language: str) -> list[Path]:
    return [page for page in PAGES if blocks(page, language)]


@pytest.mark.parametrize("page", pages_with("python"), ids=named)
def test_python_examples_run(page: Path) -> None:
    code = "\n".join(blocks(page, "python"))
    environment = {**os.environ, "PYTHONWARNINGS": "error::DeprecationWarning:__main__"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def snippets() -> Iterator[Any]:
    for page in pages_with("yaml"):
        for number, text in enumerate(blocks(page, "yaml")):
            yield pytest.param(text, id=f"{named(page)}-{number}")


@pytest.mark.parametrize("text", list(snippets()))
def test_parts_of_cases_are_valid(text: str, tmp_path: Path) -> None:
    part = YAML(typ="safe").load(text)
    if "extends" in part:
        (tmp_path / part["extends"]).write_text(harmony.Case.from_dict(BASE, ROOT).to_yaml())
        harmony.Case.from_dict(part, tmp_path).check()
        return
    if "geometry" in part and "incline" not in part["geometry"]:
        base = {key: value for key, value in BASE.items() if key != "probes"}
    else:
        base = BASE
    harmony.Case.from_dict({**base, **part}, ROOT).check()


def options(command: str) -> set[str]:
    """The options of a command, from its parameters."""
    import typer

    single = typer.Typer(add_completion=False)
    single.command(command)(getattr(importlib.import_module(f"harmony.commands.{command}"), command))
    return {name for parameter in typer.main.get_command(single).params for name in parameter.opts if name[:1] == "-"}


def command_lines() -> Iterator[tuple[str, str]]:
    """Every command line of harmony in the pages: (command, the rest)."""
    for page in PAGES:
        yield from re.findall(r"harmony ([a-z]+)((?: [^\n`#|&]*)?)", "\n".join(shown(page)))


def shown(page: Path) -> list[str]:
    """What a page shows as code: fenced shell blocks and inline code."""
    return [*blocks(page, "bash"), *re.findall(r"`([^`\n]*harmony [^`\n]*)`", page.read_text())]


def test_shown_commands_and_their_options_exist() -> None:
    lines = [(command, rest) for command, rest in command_lines() if command != "import"]
    assert len(lines) > 20
    assert {command for command, _ in lines} <= set(COMMANDS)
    wrong = {
        f"{command} {option}"
        for command, rest in lines
        for option in re.findall(r"(?<!\S)--[a-z-]+", rest)
        if option not in options(command)
    }
    assert not wrong


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_page_has_every_option(command: str) -> None:
    page = (ROOT / "docs/reference/command-line.md").read_text()
    section = page.partition(f"## `harmony {command} ")[2].partition("\n## ")[0]
    assert section
    assert {name for name in options(command) if f"`{name}" not in section} == set()


def test_the_page_of_case_keys_is_up_to_date() -> None:
    path = ROOT / "docs/case_reference.py"
    spec = importlib.util.spec_from_file_location("case_reference", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.PAGE.read_text() == module.page(), "run: uv run python docs/case_reference.py --write"


def test_the_listed_settings_are_those_of_the_core() -> None:
    page = (ROOT / "docs/reference/python.md").read_text().partition("### Settings")[2].partition("\n## ")[0]
    listed = set(re.findall(r"^\| `(\w+)`", page, re.MULTILINE))
    known = set(re.findall(r'name == "(\w+)"', (ROOT / "dda/core/bindings.cpp").read_text()))
    assert listed == known


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    targets = [target for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target]
    missing = [target for target in targets if not (page.parent / target.partition("#")[0]).exists()]
    assert not missing
    anchors = set(re.findall(r'<a id="([^"]+)"', text))
    assert [t for t in targets if t.startswith("#") and t[1:] not in anchors] == []


def test_the_readme_begins_with_what_to_type() -> None:
    head = (ROOT / "README.md").read_text().partition("![")[0]
    assert "pip install uv && uv run harmony solve cases/vajont/case.yaml" in head
    assert "uv run pytest" in head


def test_the_readme_names_every_verification_case() -> None:
    readme = (ROOT / "README.md").read_text().partition("## What is validated")[2]
    folders = [path.name for path in (ROOT / "cases/verification").iterdir() if (path / "case.yaml").exists()]
    assert [name for name in folders if name.split("-")[0] not in readme] == []


def test_every_page_is_reached_from_the_index() -> None:
    index = (ROOT / "docs/index.md").read_text() + (ROOT / "docs/theory/index.md").read_text()
    assert [
        page.name for page in (ROOT / "docs").glob("*/*.md") if page.name not in index and page.stem != "index"
    ] == []


def test_pictures_are_small() -> None:
    sizes = {
        named(path): path.stat().st_size for path in (ROOT / "docs").glob("**/*.*") if path.suffix in {".png", ".gif"}
    }
    assert {name: size for name, size in sizes.items() if size > LARGEST_IMAGE} == {}
