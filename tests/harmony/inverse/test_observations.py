"""Tables of observations: units, dates, what is refused, and that the future stays out."""

from pathlib import Path

import numpy as np
import pytest

from dda import InputError
from harmony.inverse.observations import Observations, read_observations


def table(folder: Path, text: str) -> Path:
    path = folder / "monitoring.csv"
    path.write_text(text)
    return path


def test_units_and_dates_become_si(tmp_path: Path) -> None:
    text = (
        "date,quantity,value [mm/day],error [cm/day]\n1963-09-02,toe.speed,6.5,0.1\n1963-09-15T12:00,toe.speed,12,0.2\n"
    )
    found = read_observations(table(tmp_path, text), "1963-09-01")
    assert found.time == pytest.approx([86400.0, 14.5 * 86400.0])
    assert found.value == pytest.approx([6.5e-3 / 86400, 12e-3 / 86400])
    assert found.error == pytest.approx([1e-3 / 86400, 2e-3 / 86400])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "time,quantity,value,error\n1,a.displacement.x,nan,1\n",
            "line 2.*value is not a number|value is not a number",
        ),
        ("time,quantity,value,error\n1,a.displacement.x,1,\n", "error is not a number"),
        ("time,quantity,value,error\n1,a.displacement.x,1,-1\n", "the error is not usable"),
        ("time,quantity,value [MPa],error [MPa]\n1,a.displacement.x,1,1\n", "'MPa' is no unit of a.displacement.x"),
        ("time,quantity,value [ells],error\n1,a.displacement.x,1,1\n", "'ells' is no unit"),
        ("time,quantity,value\n1,a.displacement.x,1\n", "no column error"),
        ("quantity,value,error\na.displacement.x,1,1\n", "no column time"),
        ("time,quantity,value,error,colour\n1,a.displacement.x,1,1,red\n", "unknown column 'colour'"),
        ("time,quantity,value,error\n", "no readings"),
        ("date,quantity,value,error\n1963-09-31,a.displacement.x,1,1\n", "no date"),
        ("date,quantity,value,error\n1963-09-02,a.displacement.x,1,1\n", "the date of t = 0"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as refused:
        read_observations(table(tmp_path, text))
    assert "monitoring.csv" in str(refused.value)


def test_until_keeps_the_past_only() -> None:
    rows = [{"time": t, "quantity": "a.speed", "value": t, "error": 0.1} for t in (3.0, 1.0, 2.0)]
    whole = Observations.of([*rows, {"quantity": "a.speed.max", "value": 9.0, "error": 0.1}])
    assert np.sort(whole.until(2.0).value).tolist() == [1.0, 2.0]
    assert whole.shifted(0.5).until(2.0).value.tolist() == [1.0]
    with pytest.raises(InputError, match=r"no reading up to 0\.5 s"):
        whole.until(0.5)
