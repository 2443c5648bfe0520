"""Contacts as lines: along faces, never across a block."""

import numpy as np

from harmony.output.frame import CONTACT_TYPE, Frame
from harmony.run import Run
from harmony.view.contact_lines import contact_lines

# A block with a notch over the corner of another: they touch on the two faces of the notch.
NOTCHED = np.array([(0.0, 0.0), (3.0, 0.0), (3.0, 3.0), (2.0, 3.0), (2.0, 1.0), (0.0, 1.0)])
CORNER = np.array([(0.0, 1.0), (2.0, 1.0), (2.0, 3.0), (0.0, 3.0)])


def frame(rows: list[tuple[float, float, int]]) -> Frame:
    contacts = np.zeros(len(rows), CONTACT_TYPE)
    contacts["block_b"] = 1
    for name, values in zip(("x", "y", "state"), zip(*rows, strict=True), strict=True):
        contacts[name] = values
    cells = {"fixed": np.zeros(2, dtype=int)}
    return Frame(0.0, np.vstack([NOTCHED, CORNER]), np.array([0, 6, 10]), cells, {}, contacts)


def test_a_face_is_a_line_of_two_halves_each_of_its_state(run: Run) -> None:
    lines, states, dots, _ = contact_lines(run.fields.frame(1))
    halves = {
        (round(float(line[:, 0].mean()), 2), float(line[0, 1])): int(s) for line, s in zip(lines, states, strict=True)
    }
    assert halves == {(1.25, 0.0): 1, (1.75, 0.0): 1, (1.25, 1.0): 2, (1.75, 1.0): 3}
    assert len(dots) == 0  # the open contact is not drawn


def test_faces_around_a_corner_are_not_joined_across_the_block() -> None:
    lines, _, dots, states = contact_lines(frame([(0.5, 1.0, 1), (2.0, 2.5, 2)]))
    assert len(lines) == 0
    assert sorted(map(tuple, dots)) == [(0.5, 1.0), (2.0, 2.5)]
    assert sorted(states) == [1, 2]


def test_three_contacts_on_two_faces() -> None:
    lines, _, dots, _ = contact_lines(frame([(0.0, 1.0, 1), (2.0, 1.0, 1), (2.0, 3.0, 1)]))
    assert len(lines) == 4
    assert len(dots) == 0
    assert np.allclose(np.linalg.norm(lines[:, 1] - lines[:, 0], axis=1), 1.0)


def test_two_contacts_at_one_place_are_one() -> None:
    lines, _, dots, _ = contact_lines(frame([(0.0, 1.0, 1), (0.0, 1.0 + 1e-9, 1)]))
    assert len(lines) == 0
    assert len(dots) == 1


def test_no_contact_is_no_line() -> None:
    lines, states, dots, _ = contact_lines(frame([(0.0, 1.0, 0)]))
    assert lines.shape == (0, 2, 2)
    assert len(states) == len(dots) == 0
