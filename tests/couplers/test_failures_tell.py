"""A failed window leaves nothing behind, not even how large its values were; its message shows its numbers."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import couplers


def test_huge_values_of_a_rejected_window_are_forgotten(pair: Callable[..., Any]) -> None:
    coupling, exact = pair(max_time=2.0)
    coupling.run(until=1.0)
    good = coupling.participants["N"].function
    coupling.participants["N"].function = lambda s, i, dt: (s, {"Motion": 1e30 * np.cos(1e3 * i["Force"])})
    with pytest.raises(couplers.NotConverged):
        coupling.advance()
    coupling.participants["N"].function = good
    coupling.run()
    np.testing.assert_allclose(coupling.value("N", "Motion"), 2.0 * exact, rtol=1e-4)


def test_the_message_names_the_field_and_shows_its_residuals(pair: Callable[..., Any]) -> None:
    coupling, _ = pair(strength=5.0, acceleration=None)
    with pytest.raises(couplers.NotConverged) as caught:
        coupling.run()
    report = caught.value.report
    assert report is not None
    history = report.residuals["Motion"]
    for words in ("field:    Motion", f"history:  Motion: {history[0]:.2e}", f"{history[-1]:.2e}\n"):
        assert words in str(caught.value)
