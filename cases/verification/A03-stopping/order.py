"""Observed order in time of the stopping distance: slope of log error over log step, by least squares.

A constant deceleration d is exact in this scheme, however long the step h. What is lost is a part of the step in which
the block stops, d h^2 / 2 at most, that is (d h / v)^2 of the distance v^2 / (2 d): second order. It hangs on where in
its step the block stops, so for each step the error is the root mean square over starts whose stops are spread over
one step. The block is stiff, as the formula is for a rigid one.
"""

import math

import numpy as np

import dda
import harmony

STEPS = (40e-3, 20e-3, 10e-3, 5e-3)  # s; the error of shorter ones, under 3e-6, is that of the contact tolerances
STARTS = 8
SPEED = 1.0  # m/s at the start
YOUNG = 5e11  # Pa
REST = 0.3  # s after the stop
SLOPE, FRICTION, GRAVITY = math.radians(20.0), math.radians(30.0), 9.81
BLOCK = 1


def run(case: harmony.Case) -> dict[str, float]:
    """`order` [-], and `error.5ms` relative to the stopping distance [-]."""
    base = case.beside("case.yaml").with_values({"materials.rock.young": YOUNG})
    errors = [_error(base, step) for step in STEPS]
    order = np.polyfit(np.log(STEPS), np.log(errors), 1)[0]
    return {"order": order, "error.5ms": errors[STEPS.index(5e-3)]}


def _error(base: harmony.Case, step: float) -> float:
    """Root mean square of the relative errors of s = v^2 / (2 d), d = g (cos a tan phi - sin a)."""
    deceleration = GRAVITY * (math.cos(SLOPE) * math.tan(FRICTION) - math.sin(SLOPE))
    speeds = SPEED + deceleration * step * np.arange(STARTS) / STARTS
    exact = speeds**2 / (2 * deceleration)
    slid = [_slid(base, step, speed, speed / deceleration + REST) for speed in speeds]
    return float(np.sqrt(np.mean((slid / exact - 1.0) ** 2)))


def _slid(base: harmony.Case, step: float, speed: float, end: float) -> float:
    velocity = [speed * math.cos(SLOPE), -speed * math.sin(SLOPE), 0]
    sim = dda.Simulation(base.with_values({"loads.velocity": velocity}).model(0), dt=step, contact=base.contact)
    sim.run(until=end)
    return float(np.linalg.norm(sim.displacements[BLOCK]))
