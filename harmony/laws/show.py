"""What the file of a law says, in words: what it was taught, how well, what its data could teach."""

from typing import Any

import numpy as np

__all__ = ["lines"]

WORDS = {
    "strain_norm": "trusted up to this norm of the strain",
    "region": "and in the ellipsoid of the data",
    "dimension": "intrinsic dimension of the states",
    "coverage": "part of the range that has data",
    "thin": "part of it that has few",
    "thin_at": "emptiest place (tr / sqrt3, |dev| of strain)",
    "gap": "loneliest state, over the usual distance",
    "kinks": "kinks that the data show",
    "kink_strain": "strain of the first kink",
    "kink_at": "first kink at",
    "noise": "scatter of the tests themselves",
    "residual": "held-out residual of equilibrium, relative",
    "friction": "held-out friction, relative",
    "bias": "its mean, relative",
    "spread": "disagreement of the members, relative",
    "stress": "held-out stress, relative",
    "tangent": "held-out tangent, relative",
    "dissipation": "least friction: above 0 sliding dissipates",
    "least_friction": "least friction on held-out tests",
    "asymmetry": "asymmetry of the tangent, relative",
    "convexity": "least eigenvalue of the tangent, relative",
    "growth": "energy over that of the growth term, least",
    "invariance": "change under the symmetry, relative",
    "rest": "stress at rest, relative",
    "spectral_bound": "largest eigenvalue of the tangent [Pa]",
}
"""What a number means; others keep their name."""

PARTS = ("noise", "friction", "bias", "spread", "stress", "tangent", "residual", "coverage", "thin")
"""Numbers that are shown in per cent."""

FIRST = ("file", "kind", "rows", "members", "ranges", "trust", "errors", "diagnostics", "properties")
LAST = ("command", "seed", "data", "format", "settings")
"""Order of what is shown; `units` stand with the ranges."""


def lines(said: dict[str, Any]) -> list[str]:
    """The metadata of a law's file as lines of text."""
    middle = [key for key in said if key not in (*FIRST, *LAST, "units")]
    out = []
    for key in [*(k for k in FIRST if k in said), *middle, *(k for k in LAST if k in said)]:
        value = said[key]
        if not isinstance(value, dict):
            out.append(f"{key:12} {value}")
        elif key == "ranges":
            out += ["taught with", *_ranges(value, said.get("units", {}))]
        elif key == "settings":
            out += [key, *(f"  {name:16} {_shown(name, item)}" for name, item in value.items() if name != "ranges")]
        else:
            out += [key, *(f"  {WORDS.get(name, name):46} {_shown(name, item)}" for name, item in value.items())]
    if {"friction", "noise"} <= {*said.get("errors", {}), *said.get("diagnostics", {})}:
        out.append(_judged(said["errors"]["friction"], said["diagnostics"]["noise"]))
    return out


def _ranges(ranges: dict[str, Any], units: dict[str, str]) -> list[str]:
    """Each input with its least and largest value; of a joint, inputs that were not varied have the range 0, 0."""
    out = []
    for name, (low, high) in ranges.items():
        unit = units.get(name, units.get(name.split("_")[0], ""))
        if isinstance(low, list):
            out.append(f"  {name:16} {_rows(low)} .. {_rows(high)} {unit}")
        elif low == high == 0.0:
            out.append(f"  {name:16} not varied: it does not matter to this law")
        else:
            out.append(f"  {name:16} {low:.4g} .. {high:.4g} {unit}")
    return out


def _rows(values: list[float]) -> str:
    return f"({', '.join(f'{v:.3g}' for v in values)})"


def _shown(name: str, item: Any) -> str:
    if isinstance(item, float):
        return f"{100 * item:.3g} %" if name in PARTS else f"{item:.4g}"
    if name == "region":
        return _ellipsoid(item)
    if isinstance(item, dict):
        return ", ".join(f"{k} {_shown(k, v)}" for k, v in item.items()) or "none"
    if isinstance(item, list) and item and all(isinstance(v, float) for v in item):
        return _rows(item)
    return str(item)


def _ellipsoid(region: dict[str, list[float]]) -> str:
    d = len(region["centre"])
    axes = sorted(np.linalg.eigvalsh(np.reshape(region["shape"], (d, d))) ** -0.5, reverse=True)
    names = "(tr / sqrt3, |dev|)" if d == 2 else "strain"
    return f"of {names} about {_rows(region['centre'])}, half axes {_rows(axes)}"


def _judged(error: float, noise: float) -> str:
    """What is left of the held-out error of friction beside the scatter of the tests."""
    own = max(error**2 - noise**2, 0.0) ** 0.5
    return (
        f"of {100 * error:.2g} % held-out error the tests' own scatter is {100 * noise:.2g} %; "
        f"what is left to the law: {'nothing that can be told' if own < 0.3 * noise else f'{100 * own:.2g} %'}"
    )
