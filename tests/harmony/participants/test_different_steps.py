"""Bodies with mass that exchange force and displacement, each in steps of its own: a mass on a column."""

import numpy as np
import pytest

import couplers
import dda
import harmony.fem
import nmm
from harmony.participants.finite_elements import fem_participant
from harmony.participants.manifold import manifold_participant

G, MASS, STIFFNESS = 9.81, 2500.0, 5.0e7  # m/s2; kg/m and N/m of thickness
SINKS = MASS * G / STIFFNESS
SMOOTH = {"Displacement": 2, "Force": 0}
POINTS = [(0, 0), (0.5, 0), (1, 0)]


def body(method, polygon, density, young, gravity, held, step):
    model = nmm.Model(gravity=(0.0, gravity), cover=nmm.Triangles(0.6))
    model.add_body(polygon, dda.Material(density=density, young=young, poisson=0.0))
    if held:
        model.fix([(0, -2), (1, -2)], ["x", "y"])
    if method == "nmm":
        return nmm.Simulation(model, dt=step)
    return harmony.fem.Simulation(
        model, mesh=harmony.fem.mesh_model(model, 0.5, mesher="structured"), degree=1, dt=step
    )


def worst(method, steps, window, degrees, end=0.1):
    """Error of the top of the column over twice the sink; steps of column and mass in a window."""
    column = [(0, -2), (1, -2), (1, 0), (0, 0)], 1.0, 1e8, 0.0, True
    mass = [(0, 0), (1, 0), (1, 1), (0, 1)], MASS, 1e11, -G, False
    make = {"nmm": manifold_participant, "fem": fem_participant}[method]
    parts = [
        make(
            name,
            body(method, *what, window / n),
            POINTS,
            reads=reads,
            scheme="shi",
            analysis="dynamic",
            time_step=window / n,
        )
        for name, what, reads, n in (("A", column, "Force", steps[0]), ("B", mass, "Displacement", steps[1]))
    ]
    coupling = couplers.Coupling(
        parts,
        [
            couplers.Exchange(data, *ends, waveform_degree=degrees[data])
            for data, ends in (("Displacement", ("A", "B")), ("Force", ("B", "A")))
        ],
        time_window_size=window,
        max_time=end,
        convergence=[couplers.Measure("Force", "relative", 1e-7, 1.0)],
        options={"time_windows_reused": 4},
    )
    found = 0.0
    while coupling.time < end - 1e-9:
        coupling.advance()
        exact = -SINKS * (1.0 - np.cos(np.sqrt(STIFFNESS / MASS) * coupling.time))
        found = max(found, abs(parts[0].write("Displacement")[1, 1] - exact))
    return found / (2.0 * SINKS)


@pytest.mark.parametrize(
    ("method", "steps"), [*(("fem", s) for s in [(1, 3), (4, 1), (2, 3), (3, 2)]), ("nmm", (2, 4))]
)
def test_a_mass_on_a_column_swings_whatever_the_steps(method, steps):
    """Scheme shi is of first order: errors fall with the window."""
    errors = [worst(method, steps, window, SMOOTH) for window in (1e-3, 5e-4)]
    assert errors[0] < 0.25
    assert errors[1] < 0.65 * errors[0]


@pytest.mark.parametrize("steps", [(1, 2), (1, 4)])
def test_straight_paths_shake_the_mass_off(steps):
    assert worst("fem", steps, 1e-3, {"Displacement": 1, "Force": 1}) > 1.0
