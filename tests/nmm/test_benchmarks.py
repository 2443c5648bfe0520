"""B03 Cook, B04 Kirsch, B05 Lame: values of the reference on covers that follow neither outline nor hole."""

import numpy as np
import pytest

import dda
import nmm


@pytest.mark.parametrize(
    ("plan", "order"),
    [
        (nmm.Triangles(2.0, (0.3, 0.2), 5.0), 1),
        (nmm.Rectangles(2.0, (0.3, 0.2), 21.0), 1),
        (nmm.Triangles(2.5, (0.1, 0.2), 5.0), 2),
    ],
)
def test_cook(plan, order):
    model = nmm.Model(gravity=(0, 0), plane="stress", cover=plan)
    model.add_body([(0, 0), (48, 44), (48, 60), (0, 44)], dda.Material(1.0, 1.0, 1 / 3))
    model.fix((0, 3))
    model.add_traction([(48, 44), (48, 60)], (0.0, 1 / 16))
    sim = nmm.Simulation(model, order)
    sim.solve()
    assert sim.at([(48, 52)]).displacement[0, 1] == pytest.approx(23.96765585, rel=2e-3)
    assert sim.at([(48, 60)]).displacement[0, 1] == pytest.approx(25.14444201, rel=5e-3)


def kirsch(x: np.ndarray) -> np.ndarray:
    """Stress (xx, yy, xy) [Pa] around a hole of radius 1 under unit tension along x (Kirsch 1898)."""
    r, t = np.hypot(*x.T), np.arctan2(x[:, 1], x[:, 0])
    q = 1 / r**2
    rr = ((1 - q) + (1 - 4 * q + 3 * q * q) * np.cos(2 * t)) / 2
    tt = ((1 + q) - (1 + 3 * q * q) * np.cos(2 * t)) / 2
    rt = -(1 + 2 * q - 3 * q * q) * np.sin(2 * t) / 2
    c, s = np.cos(t), np.sin(t)
    return np.column_stack(
        [
            rr * c * c + tt * s * s - 2 * rt * c * s,
            rr * s * s + tt * c * c + 2 * rt * c * s,
            (rr - tt) * c * s + rt * (c * c - s * s),
        ]
    )


def test_kirsch(circle):
    model = nmm.Model(gravity=(0, 0), plane="stress", cover=nmm.Triangles(0.25, (0.13, 0.07), 5.0))
    outline = np.array([(-4, -4), (4, -4), (4, 4), (-4, 4)], dtype=float)
    model.add_body(outline, dda.Material(1.0, 1000.0, 0.3), holes=[circle(1.0, 720)])
    for side, (nx, ny) in enumerate([(0, -1), (1, 0), (0, 1), (-1, 0)]):
        turn = np.array([[nx, 0], [0, ny], [ny, nx]])
        model.add_traction((0, side), lambda x, turn=turn: kirsch(x) @ turn)
    for y in (-4.0, 4.0):
        model.hold_point((0.0, y), 1e-5)
    sim = nmm.Simulation(model, 2)
    sim.solve()
    along_y = sim.at([(0, 1.00001), (0, 1.25), (0, 1.5), (0, 2), (0, 3)]).stress[:, 0]
    assert along_y == pytest.approx([3.0, 1.9344, 1.518518519, 1.21875, 1.074074074], rel=0.01)
    along_x = sim.at([(1.00001, 0), (1.25, 0), (2, 0)]).stress[:, 1]
    assert along_x == pytest.approx([-1.0, -0.2944, 0.03125], abs=0.03)


@pytest.mark.parametrize("order", [1, 2])
def test_lame(order, circle):
    sides = 720
    model = nmm.Model(gravity=(0, 0), cover=nmm.Triangles(0.015, (0.003, 0.007), 5.0))
    model.add_body(circle(0.2, sides), dda.Material(7800.0, 2e11, 0.3), holes=[circle(0.1, sides)])
    for side in range(sides):
        model.add_pressure((0, sides + side), 6e7)
    for point in ((0.15, 0), (-0.15, 0), (0, 0.15), (0, -0.15)):
        model.hold_point(point, 1e3)
    sim = nmm.Simulation(model, order)
    sim.solve()
    inside = 0.2 * np.cos(np.pi / sides)  # the middle of an outer side
    state = sim.at([(0.1, 0.0), (inside, 0.0)])
    assert state.displacement[:, 0] == pytest.approx([5.72e-5, 3.64e-5], rel=1e-3)
    assert state.stress[:, 1] == pytest.approx([1e8, 4e7], rel=0.02 if order == 1 else 5e-3)
    ring = np.hypot(*sim.centroids.T)
    np.testing.assert_allclose(sim.stresses_zz[(ring > 0.12) & (ring < 0.19)], 1.2e7, rtol=0.02)
