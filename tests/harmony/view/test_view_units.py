"""Numbers as people read them."""

import pytest

from harmony.view import units


@pytest.mark.parametrize(
    ("unit", "value", "expected"),
    [
        ("m", 420.0, "m"),
        ("m", 3e-4, "µm"),
        ("m/s", 0.02, "mm/s"),
        ("Pa", 2e4, "kPa"),
        ("Pa", 0.0, "Pa"),
        ("rad", 1e-9, "rad"),
    ],
)
def test_prefixes(unit: str, value: float, expected: str) -> None:
    assert units.prefixed(unit, value)[1] == expected


def test_round_lengths_and_limits() -> None:
    assert [units.round_up(v) for v in (0.31, 20.0, 21.0, 1e-7)] == pytest.approx([0.4, 20.0, 25.0, 1e-7])
    assert [units.round_down(v) for v in (340.0, 0.99, 2.0)] == pytest.approx([200.0, 0.5, 2.0])


def test_texts() -> None:
    assert [units.length(v) for v in (200.0, 0.05, 2e4)] == ["200 m", "50 mm", "20 km"]
    assert [units.time(v) for v in (12.0, 0.0125, 0.1 + 0.2)] == ["12.0 s", "0.0125 s", "0.3 s"]
