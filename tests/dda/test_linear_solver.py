"""The linear solver of a step against scipy: walls, a chain, a loose block, hopeless and impossible systems."""

import copy
import functools
import importlib.util
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import scipy.sparse.linalg

from dda import _core

_spec = importlib.util.spec_from_file_location("block_systems", Path(__file__).with_name("block_systems.py"))
assert _spec is not None
assert _spec.loader is not None
block_systems = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(block_systems)
cached_bricks = functools.cache(block_systems.bricks)


def bricks(*size: float, **options: Any) -> Any:
    """block_systems.bricks, a copy that the test may spoil."""
    return copy.deepcopy(cached_bricks(*size, **options))


TOLERANCE = 1e-8


class Answer(NamedTuple):
    x: np.ndarray
    iterations: int
    residual: float
    direct: bool
    converged: bool


def solve(s: Any, x0: np.ndarray | None = None, *, limit: int = 400, threads: int = 1) -> Answer:
    x0 = np.zeros_like(s.rhs) if x0 is None else x0
    return Answer(*_core.solve_block_system(s.diagonal, s.pairs, s.off, s.rhs, x0, TOLERANCE, limit, threads))


def solve_again(solver: Any, s: Any, x0: np.ndarray | None = None, *, changed: bool = True) -> Answer:
    x0 = np.zeros_like(s.rhs) if x0 is None else x0
    return Answer(*solver.solve(s.diagonal, s.pairs, s.off, s.rhs, x0, TOLERANCE, 400, 1, changed))


SYSTEMS: dict[str, tuple[int, int, float, dict[str, Any]]] = {
    "one block": (1, 1, 20.0, {}),
    "two blocks": (2, 1, 20.0, {}),
    "small wall": (10, 10, 20.0, {}),
    "wall": (40, 25, 10.0, {}),
    "stiff wall": (40, 25, 50.0, {}),
    "wall in any order": (40, 25, 50.0, {"shuffled": True}),
    "loose block": (20, 20, 50.0, {"free": 111}),
    "chain": (200, 1, 1e4, {}),
    "wall without inertia": (20, 20, 1e6, {}),
}


@pytest.mark.parametrize("name", SYSTEMS)
def test_solution_is_that_of_scipy(name: str) -> None:
    columns, courses, stiffness, options = SYSTEMS[name]
    s = bricks(columns, courses, stiffness, **options)
    answer = solve(s)
    assert answer.converged
    assert answer.residual <= TOLERANCE
    assert s.residual(answer.x) == pytest.approx(answer.residual, rel=1e-2, abs=1e-12)
    expected = scipy.sparse.linalg.spsolve(s.sparse(), s.rhs.ravel())
    # Relative error <= condition x relative residual, in the norm of the energy.
    error = answer.x.ravel() - expected
    assert error @ (s.sparse() @ error) <= (1e-5) ** 2 * (expected @ s.rhs.ravel())


@pytest.mark.parametrize("stiffness", [10.0, 1e5], ids=["iterative", "direct"])
def test_same_bits_for_any_number_of_threads(stiffness: float) -> None:
    s = bricks(40, 25, stiffness)
    answers = [solve(s, threads=threads) for threads in (1, 2, 3, 4)]
    assert answers[0].direct == (stiffness > 1e3)
    for other in answers[1:]:
        assert other.x.tobytes() == answers[0].x.tobytes()
        assert other[1:] == answers[0][1:]


def test_no_load_no_motion() -> None:
    s = bricks(10, 10, 20.0)
    s.rhs[:] = 0.0
    answer = solve(s, np.ones_like(s.rhs))
    assert answer.converged
    assert answer.iterations == 0
    assert not answer.x.any()


def test_no_blocks() -> None:
    s = block_systems.BlockSystem(
        np.zeros((0, 6, 6)), np.zeros((0, 2), np.int32), np.zeros((0, 6, 6)), np.zeros((0, 6))
    )
    assert solve(s).converged


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("where", ["rhs", "diagonal", "off", "x0"])
@pytest.mark.parametrize("courses", [5, 25])
def test_what_is_not_finite_is_reported(bad: float, where: str, courses: int) -> None:
    s = bricks(20, courses, 20.0)
    x0 = np.zeros_like(s.rhs)
    (x0 if where == "x0" else getattr(s, where))[3, 2] = bad
    answer = solve(s, x0)
    assert not answer.converged


@pytest.mark.parametrize("courses", [5, 25])
def test_matrix_that_is_not_positive_definite_is_reported(courses: int) -> None:
    s = bricks(20, courses, 20.0)
    s.diagonal[7] *= -1.0
    assert not solve(s).converged


def test_warm_start() -> None:
    s = bricks(40, 25, 10.0)
    cold = solve(s)
    assert solve(s, cold.x).iterations == 0
    near = solve(s, cold.x * (1 + 1e-4))
    assert near.converged
    assert 0 < near.iterations < 0.75 * cold.iterations


def test_direct_when_iterations_run_out() -> None:
    s = bricks(40, 25, 50.0)
    assert not solve(s).direct
    answer = solve(s, limit=5)
    assert answer.direct
    assert answer.converged
    assert s.residual(answer.x) <= TOLERANCE


@functools.cache
def history() -> list[Any]:
    """A wall of which ever other contacts open and slide, after a quiet phase of 70 solves."""
    return [bricks(16, 16, 50.0)] * 70 + [bricks(16, 16, 50.0, seed=k) for k in range(2, 10)]


def test_every_solve_of_a_history_meets_the_tolerance() -> None:
    solver = _core.LinearSolver()
    answers = [solve_again(solver, s) for s in history()]
    assert all(a.converged and a.residual <= TOLERANCE for a in answers)
    # The quiet wall ends with one factor that serves every solve.
    assert answers[69].direct
    assert answers[69].iterations <= 2


def test_unchanged_matrix_is_solved_with_the_factor_at_hand() -> None:
    s, solver = bricks(8, 8, 20.0), _core.LinearSolver()
    first = solve_again(solver, s)
    s.rhs[:, 0] += s.rhs[:, 1]
    second = solve_again(solver, s, changed=False)
    assert first.direct
    assert second.direct
    assert s.residual(second.x) <= TOLERANCE


def test_forgotten_solver_is_a_new_one() -> None:
    used = _core.LinearSolver()
    for s in history():
        solve_again(used, s)
    used.forget()
    new = _core.LinearSolver()
    for s in history()[50:]:
        a, b = solve_again(used, s), solve_again(new, s)
        assert a.x.tobytes() == b.x.tobytes()
        assert a[1:] == b[1:]
