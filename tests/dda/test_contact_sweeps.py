"""Sweeps over the contacts, the way out of Newton's circles: the law of one contact, and piles that need them."""

import numpy as np
import pytest

import dda
from dda import _core

STIFF = 1e10  # N/m


@pytest.mark.parametrize("friction", [0.0, 0.3, 0.84, 5.0, 20.0])
def test_one_contact_always_has_forces_and_they_fit_its_law(friction):
    """Any compliance that is positive semidefinite, gaps and multipliers of either sign: there is always a solution,
    also where friction couples so strongly that a sliding contact alone would have none (Painleve)."""
    random = np.random.default_rng(5)
    seen = set()
    for _ in range(2000):
        rows = random.normal(size=(2, 3)) * 10 ** random.uniform(-5.5, -4.5, (2, 1))
        nn, nt, tt = rows[0] @ rows[0], rows[0] @ rows[1], rows[1] @ rows[1]
        gap, slide = random.normal(size=2) * 1e-4
        lambda_n, lambda_t = random.normal(size=2) * 1e6
        n, t = _core.solve_contact((nn, nt, tt), (gap, slide), (STIFF, STIFF), (lambda_n, lambda_t), friction, False)
        # The law, on the gap and sliding that the forces lead to.
        trial_n = lambda_n - STIFF * (gap + nn * n + nt * t)
        trial_t = lambda_t - STIFF * (slide + nt * n + tt * t)
        scale = abs(lambda_n) + abs(lambda_t) + STIFF * (abs(gap) + abs(slide) + (nn + abs(nt) + tt) * (n + abs(t)))
        assert n == pytest.approx(max(trial_n, 0.0), abs=1e-12 * scale)
        assert t == pytest.approx(np.clip(trial_t, -friction * n, friction * n), abs=1e-12 * scale)
        seen.add("open" if n == 0.0 else "stick" if abs(t) < 0.999 * friction * n else "slide")
    assert seen >= {"open", "slide"}
    assert friction == 0.0 or "stick" in seen


def test_a_bond_carries_tension():
    n, t = _core.solve_contact((1e-10, 0.0, 2e-10), (1e-4, 3e-4), (STIFF, STIFF), (0.0, 0.0), 0.0, True)
    assert n == pytest.approx(-STIFF * 1e-4 / 2)
    assert t == pytest.approx(-STIFF * 3e-4 / 3)


@pytest.mark.parametrize("seed", range(4))
def test_blocks_that_wedge_need_no_shorter_steps(scenes, seed):
    """Newton's iteration alone had to cut steps of each of these; a shorter step is no help where it is the friction
    that sends it in circles, and in some slides the cutting ended in a failure."""
    sim = dda.Simulation(scenes.rough_pile(seed), dt=1e-3)
    sim.run(until=1.0)
    assert sim.substeps == sim.steps == 1000
    assert sim.energy["impact"] > 0.0
