"""Every scheme with every acceleration finds the solution of both participants together."""

import numpy as np
import pytest

import couplers

IMPLICIT = [name for name, scheme in couplers.SCHEMES.items() if scheme.implicit]
TIGHT = [couplers.Measure("", "relative", 1e-11)]


@pytest.mark.parametrize("scheme", IMPLICIT)
@pytest.mark.parametrize("acceleration", [*couplers.ACCELERATIONS, None])
def test_the_fixed_point_is_the_solution_of_both(pair, scheme, acceleration):
    coupling, exact = pair(scheme=scheme, acceleration=acceleration, convergence=TIGHT, max_iterations=300)
    coupling.run()
    np.testing.assert_allclose(coupling.value("N", "Motion"), exact, rtol=1e-9)


@pytest.mark.parametrize("acceleration", ["aitken", "IQN-ILS", "IQN-IMVJ", "anderson"])
def test_what_diverges_unaccelerated_converges(pair, acceleration):
    coupling, exact = pair(strength=20.0, acceleration=acceleration, convergence=TIGHT, max_iterations=200)
    coupling.run()
    np.testing.assert_allclose(coupling.value("N", "Motion"), exact, rtol=1e-8)
    with pytest.raises(couplers.NotConverged):
        pair(strength=20.0, acceleration=None)[0].run()


@pytest.mark.parametrize("scheme", IMPLICIT)
@pytest.mark.parametrize("steps", [(None, None), (0.25, 1 / 3), (0.3, 0.7)])
def test_steps_of_their_own(pair, scheme, steps):
    coupling, exact = pair(scheme=scheme, steps=steps, convergence=TIGHT, max_time=3.0)
    coupling.run()
    np.testing.assert_allclose(coupling.value("N", "Motion"), 3.0 * exact, rtol=1e-9)
    assert coupling.time == pytest.approx(3.0)


def test_reuse_of_windows_saves_iterations(pair):
    counts = {}
    for name, options in {"none": {}, "reuse": {"time_windows_reused": 5}}.items():
        coupling, _ = pair(acceleration="IQN-ILS", options=options, max_time=6.0, convergence=TIGHT)
        counts[name] = sum(report.iterations for report in coupling.run())
    imvj, _ = pair(acceleration="IQN-IMVJ", max_time=6.0, convergence=TIGHT)
    counts["imvj"] = sum(report.iterations for report in imvj.run())
    assert counts["reuse"] < 0.7 * counts["none"]
    assert counts["imvj"] < 0.7 * counts["none"]


def test_three_participants():
    """x_i = b_i + a (x_j + x_k): by multi the same as by hand."""
    names, a, b = ("A", "B", "C"), 0.8, {"A": 1.0, "B": 2.0, "C": 4.0}

    def part(name):
        others = [other for other in names if other != name]
        return couplers.CallableParticipant(
            name,
            lambda s, i, dt: {f"x{name}": b[name] + a * sum(i[f"x{other}"] for other in others)},
            {f"x{name}": [0.0]},
        )

    exchanges = [couplers.Exchange(f"x{i}", i, j) for i in names for j in names if i != j]
    coupling = couplers.Coupling([part(n) for n in names], exchanges, scheme="multi", convergence=TIGHT)
    coupling.run()
    matrix = np.eye(3) - a * (np.ones((3, 3)) - np.eye(3))
    exact = np.linalg.solve(matrix, list(b.values()))
    got = [coupling.value(n, f"x{n}")[0] for n in names]
    np.testing.assert_allclose(got, exact, rtol=1e-10)


def test_units_far_apart_do_not_matter():
    """Parallel: a force of 1e9 N and a displacement of 1e-9 m in one quasi-Newton iteration."""
    k = 1e18
    first = couplers.CallableParticipant("D", lambda s, i, dt: {"F": 3 * k * i["u"]}, {"F": [0.0]})
    second = couplers.CallableParticipant("N", lambda s, i, dt: {"u": (4e9 - i["F"]) / k}, {"u": [0.0]})
    coupling = couplers.Coupling(
        [first, second],
        [couplers.Exchange("F", "D", "N"), couplers.Exchange("u", "N", "D")],
        scheme="parallel-implicit",
        convergence=TIGHT,
    )
    assert coupling.run()[0].iterations <= 8
    assert coupling.value("N", "u")[0] == pytest.approx(1e-9, rel=1e-10)
