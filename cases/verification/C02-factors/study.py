"""Factors of the Dirichlet-Neumann iteration of two springs, and of the explicit exchange of two masses."""

import couplers
import harmony

STIFFNESS = (0.4, 1.0, 2.5)
"""k_D of the side whose displacement is given, over k_N = 1 of the side whose force is given [-]."""
MASSES = (0.5, 0.9, 1.1, 2.0)
"""m_D over m_N [-]."""
LOAD = 3.0
WINDOWS = 10


def springs(ratio, acceleration, **options):
    """k_D x + k_N x = LOAD, one window."""
    return _pair(lambda x: ratio * x, "serial-implicit", acceleration, **options)


def _pair(force, scheme, acceleration, **options):
    first = couplers.CallableParticipant("D", lambda s, i, dt: {"Force": force(i["Motion"])}, {"Force": [0.0]})
    second = couplers.CallableParticipant("N", lambda s, i, dt: {"Motion": LOAD - i["Force"]}, {"Motion": [0.0]})
    return couplers.Coupling(
        [first, second],
        [couplers.Exchange("Force", "D", "N"), couplers.Exchange("Motion", "N", "D")],
        scheme=scheme,
        time_window_size=1.0,
        max_iterations=60,
        convergence=[couplers.Measure("Motion", "relative", 1e-12)] if "implicit" in scheme else (),
        acceleration=acceleration,
        options=options,
    )


def run(case: harmony.Case) -> dict[str, float]:
    """Of each k_D / k_N: factor, diverges, relaxation, best, aitken; of each m_D / m_N: growth in 10 windows."""
    found: dict[str, float] = {}
    for ratio in STIFFNESS:
        report, diverges = _report(springs(ratio, "constant", relaxation=1.0))
        found[f"factor.{ratio}"] = report.factors[0]
        found[f"diverges.{ratio}"] = diverges
        best = 1.0 / (1.0 - report.factors[0])
        found[f"relaxation.{ratio}"] = best
        found[f"best.{ratio}"] = _report(springs(ratio, "constant", relaxation=best))[0].iterations
        # The residual of the third evaluation is that of what Aitken made of two.
        residuals = _report(springs(ratio, "aitken", initial_relaxation=0.1))[0].residuals["Motion"]
        found[f"aitken.{ratio}"] = residuals[2] / LOAD
    for ratio in MASSES:
        for scheme in ("serial-explicit", "parallel-explicit"):
            found[f"{scheme}.{ratio}"] = _growth(ratio, scheme)
    return found


def _report(coupling):
    try:
        return coupling.run()[0], False
    except couplers.NotConverged as error:
        return error.report, True


def _growth(ratio, scheme):
    """m_N a = LOAD - m_D a of the last exchange: distance from LOAD / (m_D + m_N) after 10 windows over that before."""
    coupling = _pair(lambda a: ratio * a, scheme, None)
    coupling.run(until=float(WINDOWS))
    exact = LOAD / (1.0 + ratio)
    return abs(coupling.value("N", "Motion")[0] - exact) / exact
