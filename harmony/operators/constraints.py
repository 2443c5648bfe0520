"""What physics says, asked of the data first: a constraint that they contradict is dropped, and said.

- at rest at t = 0: histories of motion that are zero there in every run stay so by their modes;
- fixed points: histories that never move have no modes;
- energy: M g . u + W bounds the kinetic energy (`energy`), if no run passes it;
- monotone: the verdict and the largest speed in a friction. The data cannot show it, as two runs differ in many inputs
  at once: pairs of solver runs that differ in this one alone do.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from harmony.learning.stream import Stream
from harmony.operators.energy import SLACK, violations
from harmony.operators.prepare import CLASSES, Prepared
from harmony.operators.surrogate import PEAK

__all__ = ["PAIRS_AGAINST", "check"]

PAIRS_AGAINST = 0.05
"""Part of the pairs that may contradict before a monotone constraint is dropped [-]: chance near a threshold."""

FASTER = 0.05
"""Part of the spread of the largest speed by which a run may be faster than its pair and still count as equal [-]."""

ROWS_AGAINST = 0.01
"""Part of the runs that may pass the bound of energy before it is dropped [-]."""

LEAST_CHANGE = 0.1
"""Part of the range by which the input of a pair is changed at least [-]; at most by a half."""


def check(
    data: Prepared,
    stream: Stream,
    monotone: dict[str, int],
    pairs: int,
    seed: int,
    told: Callable[[str], None],
) -> tuple[dict[str, int], dict[str, str]]:
    """The monotone inputs that are kept, and what is said of every constraint."""
    said = {"at rest at t = 0": _at_rest(data), "fixed points": _fixed(data), "energy": _energy(stream)}
    kept = {}
    for name, sign in monotone.items():
        said[f"monotone in {name}"] = words = _monotone(data, stream, name, sign, pairs, seed, told)
        if words.startswith("held"):
            kept[name] = sign
    for name, words in said.items():
        told(f"{name}: {words}")
    return kept, said


def _at_rest(data: Prepared) -> str:
    moving = [
        (c, name)
        for c, name in enumerate(data.basis.names)
        if any(w in name for w in ("displacement", "velocity", "speed"))
    ]
    if not moving:
        return "no such histories"
    broken = [
        name for c, name in moving if data.basis.mean[c, 0] != 0.0 or np.abs(data.basis.modes[c, 0]).max(initial=0.0)
    ]
    if broken:
        return f"dropped for {', '.join(broken)}: the runs do not begin so"
    return f"held exactly by {len(moving)} histories"


def _fixed(data: Prepared) -> str:
    still = [name for c, name in enumerate(data.basis.names) if data.basis.scale[c] == 0.0]
    return f"held exactly: {', '.join(still)}" if still else "held: no probe lies on a fixed block"


def _energy(stream: Stream) -> str:
    found = [violations(part) for part in stream.done()]
    if any(part is None for part in found):
        return "not known: the ensemble has no energies or no case"
    excess = np.concatenate([part for part in found if part is not None])
    against = float((excess > SLACK).mean())
    if against > ROWS_AGAINST:
        return f"dropped: {against:.1%} of the runs pass it, by up to {excess.max():.2%} of the largest kinetic energy"
    return f"held: {against:.1%} of {len(excess)} runs pass it by more than {SLACK:.0%} of the largest kinetic energy"


def _monotone(
    data: Prepared, stream: Stream, name: str, sign: int, pairs: int, seed: int, told: Callable[[str], None]
) -> str:
    if pairs == 0:
        return "held, as asked; no pairs of runs were made to see whether it is so"
    if not data.head.origin.get("case") or name not in data.inputs.names:
        return "held, as asked; there is no case to run pairs of"
    faster, worse, count = 0, 0, 0
    size = float(np.nanstd(data.scalars[:, data.names.index(PEAK)])) if PEAK in data.names else np.inf
    told(f"monotone in {name}: {pairs} pairs of runs")
    for less, more in _pairs(data, stream, name, sign, pairs, seed):
        count += 1
        faster += more[0] - less[0] > FASTER * size
        worse += more[1] > less[1]
    if not count:
        return "dropped: no pair of runs came to its end"
    against = (faster + worse) / count
    shown = f"of {count} pairs {faster} are faster and {worse} of a worse class the other way"
    return f"held: {shown}" if against <= PAIRS_AGAINST else f"dropped: {shown}"


def _pairs(
    data: Prepared, stream: Stream, name: str, sign: int, pairs: int, seed: int
) -> Iterator[tuple[tuple[float, int], tuple[float, int]]]:
    """(largest speed, class) of runs that should be no worse the more of sign * input."""
    from harmony.learning.record import run_sample
    from harmony.learning.sampling import Sampling

    rng = np.random.default_rng([seed, 11])
    k = data.inputs.names.index(name)
    width = float(data.inputs.high[k] - data.inputs.low[k])
    left = pairs
    for part in stream.done():
        sampling: Any = None
        for row in range(len(part)):
            if left == 0:
                return
            sampling = sampling or Sampling(
                part.base_case, int(part.seed.max()) + 1, part.origin["design"], int(part.origin["design_seed"])
            )
            here = float(part.parameters[row, part.names.index(name)])
            step = float(rng.uniform(LEAST_CHANGE, 0.5)) * width
            there = here + step if here + step <= data.inputs.high[k] else here - step
            values = sampling.values(int(part.seed[row])) | {name: there}
            record = run_sample(part.base_case, 0, values)
            if record.status != "done":
                continue
            left -= 1
            own = (float(part.scalars[PEAK][row]) if PEAK in part.scalars else 0.0, _class(str(part.verdict[row])))
            other = (record.scalars.get(PEAK, 0.0), _class(record.verdict))
            severe_there = (there > here) == (sign > 0)
            yield (other, own) if severe_there else (own, other)


def _class(word: str) -> int:
    return CLASSES.index(word) if word in CLASSES else -1
