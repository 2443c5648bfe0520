"""Blocks that are given their displacement: a mass on an elastic column, with any number of steps in a window."""

import numpy as np
import pytest

import couplers
import dda
import harmony.fem
import nmm
from dda.errors import InputError
from harmony.participants.blocks import BlocksParticipant, edges_along
from harmony.participants.finite_elements import fem_participant

G, MASS, STIFFNESS = 9.81, 2500.0, 5.0e7  # m/s2; kg/m and N/m of thickness
SINKS = MASS * G / STIFFNESS  # m, under its weight at rest


def column(scheme, window, steps, end=0.1, stiffness=None):
    """A square of 1 m on a light column 1 m x 2 m, let go; times and vertical displacements of the square."""
    model = nmm.Model(gravity=(0.0, 0.0))
    model.add_body([(0, -2), (1, -2), (1, 0), (0, 0)], dda.Material(density=1.0, young=1e8, poisson=0.0))
    model.fix([(0, -2), (1, -2)], ["y"])
    model.fix([(0, -2), (0, 0)], ["x"])
    far = harmony.fem.Simulation(
        model, mesh=harmony.fem.mesh_model(model, 0.5, mesher="structured"), degree=1, dt=window
    )
    square = dda.Model(gravity=(0.0, -G))
    square.add_block([(0, 0), (1, 0), (1, 1), (0, 1)], dda.Material(density=MASS, young=1e11, poisson=0.0))
    near = dda.Simulation(square, dt=window / steps, scheme=scheme)
    mesh, owners = edges_along(square, [(0, 0), (1, 0)])
    coupling = couplers.Coupling(
        [
            fem_participant("Column", far, mesh, reads="Force", scheme=scheme, analysis="dynamic", time_step=window),
            BlocksParticipant("Square", near, mesh, "Displacement", owners, stiffness=stiffness),
        ],
        [couplers.Exchange("Displacement", "Column", "Square"), couplers.Exchange("Force", "Square", "Column")],
        time_window_size=window,
        max_time=end,
        convergence=[couplers.Measure("Force", "relative", 1e-7, 1.0)],
        options={"time_windows_reused": 4},
        energy=[couplers.Conjugate("Force", "Displacement")],
    )
    seen = []
    while coupling.time < end - 1e-9:
        coupling.advance()
        seen.append((coupling.time, near.displacements[0, 1]))
    return np.array(seen), coupling


def exact(t):
    """u = -m g / k (1 - cos w t), w^2 = k / m."""
    return -SINKS * (1.0 - np.cos(np.sqrt(STIFFNESS / MASS) * t))


@pytest.mark.parametrize("steps", [1, 2, 3, 4])
def test_a_mass_on_a_column_swings_with_any_number_of_steps(steps):
    """Scheme shi damps by about w W / 4, so that errors halve with the window."""
    errors = []
    for window in (1e-3, 5e-4):
        seen, coupling = column("shi", window, steps)
        errors.append(np.abs(seen[:, 1] - exact(seen[:, 0])).max() / (2.0 * SINKS))
        work = coupling.total_work["Force, Displacement"]
        assert abs(work.given - work.taken) < 1e-4 * abs(work.given)
    assert errors[0] < 0.25
    assert errors[1] < 0.65 * errors[0]


def test_one_conserving_step_a_window_is_of_second_order():
    errors = []
    for window in (1e-3, 5e-4):
        seen, _ = column("conserving", window, 1)
        errors.append(np.abs(seen[:, 1] - exact(seen[:, 0])).max() / (2.0 * SINKS))
    assert errors[0] < 0.02
    assert errors[1] < 0.4 * errors[0]


@pytest.mark.parametrize("steps", [1, 4])
def test_a_soft_spring_between_both_is_as_soft_as_it_is_said_to_be(steps):
    """Two points of k / 2 each, in a row with the column of k: twice the way, and w / sqrt 2."""
    seen, _ = column("shi", 5e-4, steps, stiffness=STIFFNESS / 2.0)
    t = seen[:, 0]
    softer = -2.0 * SINKS * (1.0 - np.cos(np.sqrt(0.5 * STIFFNESS / MASS) * t))
    assert np.abs(seen[:, 1] - softer).max() < 0.1 * 4.0 * SINKS


def test_several_conserving_steps_are_refused():
    with pytest.raises(InputError, match=r"2 steps in 0.001 s(.|\n)*let them read Force"):
        column("conserving", 1e-3, 2, end=2e-3)
