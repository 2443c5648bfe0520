"""Blocks and a continuum in motion, from files, with meshes that do not match."""

from pathlib import Path

import pytest

import harmony

PATCH = Path(__file__).parents[3] / "cases" / "verification" / "C01-patch-coupled"
LINE = [[2, 0], [2, 1]]


@pytest.mark.parametrize(
    ("far", "scheme"), [("nmm", "serial-implicit"), ("fem", "parallel-implicit"), ("fem", "serial-implicit")]
)
def test_a_bar_that_is_hit(tmp_path, far, scheme):
    moving = "time: {end: 0.01, step: 1.0e-4, scheme: conserving}"
    for name in ("blocks.yaml", "continuum.yaml"):
        text = (PATCH / name).read_text().replace("time: {analysis: static}", moving)
        if far == "fem":
            text = text.replace("method: nmm", "method: fem").replace(
                "cover: {size: 0.27, order: 0}", "fem: {size: 0.3}"
            )
        (tmp_path / name).write_text(text)
    case = harmony.Case.from_dict(
        {
            "participants": {
                "Far": {"case": "continuum.yaml", "reads": "Displacement", "interface": {"along": LINE, "points": 4}},
                "Near": {"case": "blocks.yaml", "reads": "Force", "interface": {"along": LINE}},
            },
            "exchange": [
                {"data": "Force", "from": "Far", "to": "Near", "mapping": {"constraint": "conservative"}},
                {"data": "Displacement", "from": "Near", "to": "Far", "mapping": {"type": "nearest-projection"}},
            ],
            "scheme": {
                "type": scheme,
                "max-time": 4.0e-3,
                "time-window-size": 1.0e-4,
                "convergence": [{"data": "Force", "relative": 1.0e-6, "absolute": 0.01}],
                "acceleration": {"type": "IQN-ILS", "time-windows-reused": 3, "limit": 1.0e-3},
            },
            "energy": [{"force": "Force", "motion": "Displacement"}],
        },
        tmp_path,
    )
    run = harmony.solve(case)
    work = run.summary["coupling"]["work"]["Force, Displacement"]
    assert abs(work["given"]) > 1.0
    assert abs(work["error"]) < 1e-6 * abs(work["given"])
    assert abs(work["mapping"]) < 1e-10 * abs(work["given"])
    # c = sqrt(E / rho) of the far bar is 1387 m/s: its end moves by p / (rho c) until the wave is back, and the
    # interface, 3 m away, moves from 2.16 ms on
    u, end = (run.history[f"{name}.displacement.x"] for name in ("Near.interface", "Far.end"))
    assert end[20] == pytest.approx(-1.0e6 / (2600.0 * 1386.75) * 2.0e-3, rel=0.05)
    assert abs(u[15]) < 0.02 * abs(u[-1])
    assert u[-1] < -2.0e-4
