"""Cases are alike by what happens in them, however their tables are written."""

from pathlib import Path

import harmony
from harmony.case.differences import differences, some

TEXT = """
geometry:
  domain: DOMAIN
  fixed_regions: {rock: [[-1, -1], [9, -1], [9, 0], [-1, 0]]}
materials: {rock: {density: 2600, young: 5.0e+9, poisson: 0.25}}
joints: {default: {friction: FRICTION}}
time: {end: 0.2, step: 0.01}
"""
ROWS = [[0, 0], [8, 0], [8, 4], [0, 3]]


def read(folder: Path, domain: str, friction: float = 20.0) -> harmony.Case:
    (folder / "section.csv").write_text("x,y\n" + "\n".join(f"{x},{y}" for x, y in ROWS) + "\n")
    (folder / "case.yaml").write_text(TEXT.replace("DOMAIN", domain).replace("FRICTION", str(friction)))
    return harmony.Case.read(folder / "case.yaml")


def test_a_table_in_a_file_is_its_rows(tmp_path: Path) -> None:
    inline, file = read(tmp_path, str(ROWS)), read(tmp_path, "section.csv")
    assert differences(inline, file) == []
    assert differences(file, inline) == []
    assert differences(inline, read(tmp_path, "section.csv", 25.0)) == ["joints.default.friction"]
    moved = read(tmp_path, "[[0, 0], [8, 0], [8, 4], [0, 3.5]]")
    assert differences(file, moved) == ["geometry.domain.3.1"]


def test_three_are_named_and_the_others_counted() -> None:
    assert some(["a", "b"]) == "a, b"
    assert some(list("abcde")) == "a, b, c and 2 more"
