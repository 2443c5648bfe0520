"""The page: self-contained, complete, well formed."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from harmony.cli import main
from harmony.report import write_report
from harmony.report.page import page
from harmony.report.tables import key_numbers
from harmony.run import Run
from harmony.view import style

VOID = {"meta", "img", "br", "link", "input"}


class Tags(HTMLParser):
    """Checks that tags close in order, and collects ids, links and texts."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attributes:
            if name == "id":
                self.ids.append(value or "")
            if name in ("src", "href", "xlink:href"):
                self.links.append(value or "")

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def parse(text: str) -> Tags:
    tags = Tags()
    tags.feed(text)
    assert tags.open == []
    return tags


def test_it_holds_everything_itself(slide: Run) -> None:
    tags = parse(page(slide))
    assert all(link.startswith(("data:image/png;base64,", "#")) for link in tags.links)
    assert sum(link.startswith("data:") for link in tags.links) == 4  # first, middle, last, contacts
    assert len(tags.ids) == len(set(tags.ids))
    assert {link[1:] for link in tags.links if link.startswith("#")} <= set(tags.ids)


def test_it_says_what_was_asked(slide: Run) -> None:
    text = " ".join(parse(page(slide)).text)
    for title in ("Expected and got", "Key numbers", "Snapshots", "Histories", "Energy", "Effort", "Case"):
        assert title in text
    assert "open-close iterations" in text
    assert "a regression value" in text
    assert "harmony 0" in text


def test_pieces_are_named_by_the_method(slide: Run) -> None:
    numbers = key_numbers(slide)
    assert "blocks" in numbers
    assert "elements" not in numbers
    slide.summary["method"] = "nmm"
    numbers = key_numbers(slide)
    assert "elements" in numbers
    assert "blocks" not in numbers


def test_verdicts_are_counted_and_marked(slide: Run) -> None:
    text = page(slide)
    assert ">1 met</span>" in text
    assert ">1 missed</span>" in text
    assert ">1 observation missed</span>" in text
    assert "Failure is mass.displacement.magnitude above 0.01" in text
    assert 'class="chip note">creeping' in text


def test_names_are_text_not_markup(slide: Run) -> None:
    text = page(slide)
    assert "<b>& stop" not in text
    assert "<h1>Slide &lt;b&gt;&amp; stop&lt;/b&gt;</h1>" in text


def test_diagrams_follow_the_colours_of_the_page(slide: Run) -> None:
    text = page(slide)
    svg = "".join(re.findall(r"<svg.*?</svg>", text, flags=re.DOTALL))
    assert "currentColor" in svg
    assert "var(--line)" in svg
    assert not any(color in svg for color in (style.INK, style.MUTED, style.HAIR))
    assert "prefers-color-scheme: dark" in text


def test_the_same_run_gives_the_same_page(slide: Run) -> None:
    assert page(slide) == page(slide)


def test_a_run_that_failed_at_once_has_a_page(slide: Run, tmp_path: Path) -> None:
    summary: dict[str, Any] = {"case": "nothing", "status": "failed", "reason": "no equilibrium", "warnings": ["a < b"]}
    text = page(Run(summary, {}, folder=tmp_path, case=slide.case))
    parse(text)
    assert "no equilibrium" in text
    assert "a &lt; b" in text
    assert "Snapshots" not in text


def test_the_command_writes_into_the_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "report.html").unlink(missing_ok=True)
    assert main(["report", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"report": str(folder / "report.html")}
    parse((folder / "report.html").read_text())
    other = folder.parent / "page.html"
    assert main(["report", str(folder), "--out", str(other)]) == 0
    assert other.read_text() == (folder / "report.html").read_text()


def test_the_command_refuses_what_is_no_run(tmp_path: Path) -> None:
    assert main(["report", str(tmp_path)]) == 2
    assert main(["report", str(tmp_path / "no")]) == 2


def test_a_page_that_cannot_be_made_leaves_the_old_one(slide: Run, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")
    del slide.summary["case"]
    with pytest.raises(KeyError):
        write_report(slide, path)
    assert path.read_text() == "old"
