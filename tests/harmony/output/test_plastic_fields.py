"""Plastic strain in `fields.vtkhdf`: where a material yields it is there, read back and drawn; else it is not."""

from typing import Any

import numpy as np
import pytest

import harmony
from dda.errors import InputError
from harmony.output.fields import Fields
from harmony.view import render

SOIL = {"law": "von-mises", "density": 2000, "young": 1.0e7, "poisson": 0.3, "cohesion": 1.0e4}
SQUARE: dict[str, Any] = {
    "method": "nmm",
    "geometry": {"domain": [[0, 0], [1, 0], [1, 1], [0, 1]]},
    "cover": {"size": 0.4, "origin": [0.1, 0.03], "angle": 7},
    "materials": {"soil": SOIL},
    "loads": {"gravity": [0, 0]},
    "supports": {
        "edges": [
            {"along": [[0, 0], [1, 0]], "components": ["y"]},
            {"along": [[0, 0], [0, 1]], "components": ["x"]},
            {"along": [[0, 1], [1, 1]], "components": ["y"], "displacement": [0, -0.02]},
        ]
    },
    "time": {"analysis": "static"},
}
"""A square under a vertical strain of -0.02, free sideways, held out of plane."""

NAMES = [f"plastic_strain_{c}" for c in ("xx", "yy", "zz", "xy")]


def test_plastic_strain_is_written_read_and_drawn(tmp_path) -> None:
    run = harmony.solve(harmony.Case.from_dict(SQUARE), out=tmp_path / "run")
    frame = Fields.read(tmp_path / "run" / "fields.vtkhdf").frame(-1)
    xx, yy, zz, xy = (frame.cell_data[name] for name in NAMES)
    np.testing.assert_allclose(xx + yy + zz, 0.0, atol=1e-8)  # von Mises: no plastic change of volume
    np.testing.assert_allclose(xy, 0.0, atol=1e-5)  # supports of bodies that yield give way by 1e-4
    shear = np.sqrt(2 / 3 * (xx**2 + yy**2 + zz**2 + 2 * xy**2))
    equivalent = frame.cell_data["plastic_strain"]
    np.testing.assert_allclose(equivalent, shear, rtol=0.02)  # the path is almost straight
    # Plane plastic flow: sigma = (0, -2 c, -c), so the elastic part is (sigma_yy - nu sigma_zz) / E = -1.7 c / E.
    assert yy == pytest.approx(-0.02 + 1.7 * 1e4 / 1e7, abs=1e-4)
    assert render(run, tmp_path / "strain.png", color="plastic-strain") == tmp_path / "strain.png"


def test_an_elastic_run_has_none(tmp_path) -> None:
    elastic = {"soil": {k: v for k, v in SOIL.items() if k not in ("law", "cohesion")}}
    run = harmony.solve(harmony.Case.from_dict({**SQUARE, "materials": elastic}), out=tmp_path / "run")
    assert not set(NAMES) & set(Fields.read(tmp_path / "run" / "fields.vtkhdf").frame(-1).cell_data)
    with pytest.raises(InputError, match="no plastic strain"):
        render(run, tmp_path / "strain.png", color="plastic-strain")
