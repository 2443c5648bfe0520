"""Surrogate operators: from an ensemble, (parameters, functions of time) -> (histories, scalars, verdict), with trust.

Import the modules themselves, as `from harmony.operators.surrogate import Surrogate`. Answering needs NumPy alone;
torch is loaded by what trains.
"""
