"""Cases of bodies in motion with steps of their own: what they see of each other is chosen so that it is sound."""

import numpy as np
import pytest

import harmony
from harmony.case import Case

G, MASS, STIFFNESS = 9.81, 2500.0, 5.0e7
SINKS = MASS * G / STIFFNESS


def write(folder, column_step, mass_step, window, mass_reads, scheme="shi", degree=None, method="dda", kind=None):
    """A square of 1 m on a light column of 2 m, let go."""
    column_reads = "Force" if mass_reads == "Displacement" else "Displacement"
    (folder / "column.yaml").write_text(
        f"""
method: fem
geometry: {{domain: [[0, -2], [1, -2], [1, 0], [0, 0]]}}
materials: {{light: {{density: 1, young: 1.0e+8, poisson: 0}}}}
fem: {{size: 0.5}}
loads: {{gravity: [0, 0]}}
supports: {{edges: [{{along: [[0, -2], [1, -2]]}}]}}
time: {{analysis: dynamic, step: {column_step}, end: 1.0, scheme: {scheme}}}
"""
    )
    fem = "fem: {size: 0.5}" if method == "fem" else ""
    (folder / "mass.yaml").write_text(
        f"""
method: {method}
geometry: {{domain: [[0, 0], [1, 0], [1, 1], [0, 1]]}}
{fem}
materials: {{heavy: {{density: {MASS}, young: 1.0e+11, poisson: 0}}}}
loads: {{gravity: [0, -{G}]}}
time: {{analysis: dynamic, step: {mass_step}, end: 1.0, scheme: {scheme}}}
probes: {{middle: {{at: [0.5, 0.5]}}}}
"""
    )
    of, how = ("Mass", "Column") if method == "dda" else ("Column", "Mass")
    line = "along: [[0, 0], [1, 0]]" + ("" if method == "dda" else ", points: 3")
    extra = "" if degree is None else f", waveform-degree: {degree}"
    (folder / "both.yaml").write_text(
        f"""
participants:
  {of}: {{case: {of.lower()}.yaml, reads: {mass_reads if of == "Mass" else column_reads}, interface: {{{line}}}}}
  {how}: {{case: {how.lower()}.yaml, reads: {mass_reads if how == "Mass" else column_reads}, interface: {{of: {of}}}}}
exchange:
  - {{data: {mass_reads}, from: Column, to: Mass{extra}}}
  - {{data: {column_reads}, from: Mass, to: Column{extra}}}
scheme:
  type: {kind or "serial-implicit"}
  time-window-size: {window}
  max-time: 0.1
  convergence: [{{data: Force, relative: 1.0e-6, absolute: 1.0}}]
  acceleration: {{type: IQN-ILS, time-windows-reused: 4}}
"""
    )
    return Case.read(folder / "both.yaml")


@pytest.mark.parametrize(
    ("method", "mass_reads", "parts"),
    [
        ("dda", "Force", (2, 4)),
        ("dda", "Displacement", (3, 2)),
        ("fem", "Force", (3, 2)),
        ("fem", "Displacement", (1, 4)),
    ],
)
def test_a_mass_on_a_column_needs_no_word_about_steps(tmp_path, method, mass_reads, parts):
    errors = []
    for window in (1e-3, 5e-4):
        case = write(tmp_path, window / parts[0], window / parts[1], window, mass_reads, method=method)
        assert not [w for w in case.warnings if "shake" in w]
        run = harmony.solve(case)
        t, u = run.history["time"], run.history["Mass.middle.displacement.y"]
        exact = -SINKS * (1.0 - np.cos(np.sqrt(STIFFNESS / MASS) * t))
        errors.append(np.abs(u - exact).max() / (2.0 * SINKS))
    assert errors[0] < 0.25
    assert errors[1] < 0.65 * errors[0]


@pytest.mark.parametrize(("scheme", "degree"), [("shi", 1), ("conserving", None)])
def test_what_may_shake_is_told(tmp_path, scheme, degree):
    case = write(tmp_path, 1e-3, 2.5e-4, 1e-3, "Displacement", scheme, degree, method="fem")
    assert [w for w in case.warnings if "participants.Mass" in w and "shake it apart" in w]


@pytest.mark.parametrize("kind", ["serial-explicit", "parallel-explicit"])
def test_an_explicit_case_sees_straight_lines_and_says_so(tmp_path, kind):
    from harmony.coupling.build import build_coupling

    case = write(tmp_path, 1e-3, 2.5e-4, 1e-3, "Displacement", method="fem", kind=kind)
    assert [w for w in case.warnings if "participants.Mass" in w and "implicit" in w]
    assert {e.waveform_degree for e in build_coupling(case).coupling.exchanges} == {1}
