"""Curves over time."""

import numpy as np
import pytest

from harmony.view.plots import MOST_CURVES, default_columns, energy, histories, quantity_of

TIME = np.linspace(0.0, 2.0, 41)
NAMES = ("kinetic", "strain", "contact", "friction", "breakage", "impact", "scheme", "potential", "external", "drift")


def ledger(**entries: np.ndarray) -> dict[str, np.ndarray]:
    return {"time": TIME} | {f"energy.{name}": entries.get(name, np.zeros(41)) for name in NAMES}


def test_one_diagram_a_quantity_in_readable_units() -> None:
    history = {"time": TIME, "toe.displacement.magnitude": 1e-3 * TIME, "mass.speed": TIME, "toe.rotation": TIME}
    assert default_columns(history) == ["toe.displacement.magnitude", "mass.speed"]
    axes = histories(history).axes
    assert [a.get_ylabel() for a in axes] == ["displacement [mm]", "speed [m/s]"]
    assert axes[0].lines[0].get_ydata()[-1] == pytest.approx(2.0)
    assert histories(history, ["toe.rotation"]).axes[0].get_ylabel() == "rotation [rad]"


def test_more_curves_than_can_be_told_apart_are_counted() -> None:
    history = {"time": TIME} | {f"p{k}.displacement.magnitude": TIME * k for k in range(MOST_CURVES + 3)}
    labels = [text.get_text() for text in histories(history).axes[0].get_legend().get_texts()]
    assert len(labels) == MOST_CURVES + 1
    assert labels[-1] == "and 3 more"


@pytest.mark.parametrize(
    ("column", "quantity"),
    [
        ("a.velocity.magnitude", "speed"),
        ("a.velocity.y", "velocity"),
        ("mass.speed", "speed"),
        ("energy.drift", "energy"),
    ],
)
def test_columns_go_to_the_diagram_of_their_quantity(column: str, quantity: str) -> None:
    assert quantity_of(column) == quantity


def test_the_stack_ends_at_what_was_released() -> None:
    kinetic, friction = 5e3 + 2e3 * TIME, 1e3 * TIME**2
    upper = energy(ledger(kinetic=kinetic, friction=friction, potential=-2e3 * TIME - 1e3 * TIME**2)).axes[0]
    released = upper.lines[0].get_ydata()
    tops = np.max([path.vertices[:, 1].max() for area in upper.collections for path in area.get_paths()])
    assert upper.get_ylabel() == "energy [kJ/m]"
    assert np.allclose(released, (kinetic + friction) / 1e3)
    assert tops == pytest.approx(released.max())


def test_a_run_where_nothing_happens_can_be_drawn() -> None:
    assert energy(ledger()).axes[1].get_ylabel() == "drift [J/m]"
