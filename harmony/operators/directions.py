"""Where to explore when no direction is given: every number alone, down and up, out of its range of training."""

from collections.abc import Iterator

from harmony.operators.surrogate import Surrogate

__all__ = ["directions"]

TOWARD_ZERO = 0.05
"""Part of the low end that is gone to where a number that was positive in training would fall below zero [-]."""


def directions(made: Surrogate, reach: float) -> Iterator[dict[str, float]]:
    """Targets of paths, the most relevant inputs first. reach: how far beyond the range of training, in parts of it (of
    its logarithm where the prior is one of logarithms)."""
    code, relevance = made.inputs, made.metadata.get("relevance", {})
    order = sorted(range(len(code.names)), key=lambda k: -float(relevance.get(code.names[k], 0.0)))
    for k in order:
        name, low, high = code.names[k], float(code.low[k]), float(code.high[k])
        if not high > low:
            continue
        if code.logarithmic[k]:
            ends = low * (low / high) ** reach, high * (high / low) ** reach
        else:
            ends = low - reach * (high - low), high + reach * (high - low)
            if low > 0.0:
                ends = max(ends[0], TOWARD_ZERO * low), ends[1]
        for end in ends:
            yield {name: float(end)}
