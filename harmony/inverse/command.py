"""What `harmony train inverse` and `harmony show` of an inverse operator do."""

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from dda.errors import InputError, explain

__all__ = ["lines", "show", "train"]

WIDER = -0.1
"""Contraction under which a posterior is wider than its prior by more than chance on some hundred sites [-]."""

EPOCHS = 60
"""Passes over the training sites at most [-]."""


def train(
    data: Path,
    *,
    out: Path | None,
    observe: Sequence[str],
    errors: tuple[float, float],
    readings: int,
    force: bool,
    steps: int | None,
    seed: int,
    monotone: Sequence[str],
    members: int | None,
    width: int | None,
    told: Callable[[str], None],
) -> tuple[Path, dict[str, Any]]:
    """Train the operator on an ensemble and write its file, unless it is over-confident; the path and what it says."""
    for name, value in (("monotone", monotone), ("members", members), ("width", width)):
        if value:
            raise InputError(f"harmony train inverse: --{name} belongs to a law or a surrogate; leave it out")
    epochs = steps or EPOCHS
    from harmony.inverse.training import train_inverse
    from harmony.learning.ensemble import Ensemble

    path = out or (data if data.is_dir() else data.parent) / "inverse.safetensors"
    made = train_inverse(
        Ensemble.read(data), observe=observe or None, errors=errors, most=readings, epochs=epochs, seed=seed, told=told
    )
    said = ["harmony", "train", "inverse", data.name, "--seed", str(seed), "--steps", str(epochs)]
    said += ["--errors", *map(str, errors), "--readings", str(readings)]
    said += [word for pattern in observe for word in ("--observe", pattern)]
    made.metadata["command"] = shlex.join(said)
    if made.calibration["overconfident"] and not force:
        for line in lines(made.metadata):
            told(line)
        raise InputError(
            explain(
                "the operator is over-confident: nothing was written",
                where=str(data),
                expected="90 % intervals that hold 90 % of the true values",
                got="; ".join(made.calibration["reasons"]),
                do="make the ensemble larger (harmony ensemble --samples), observe less, or write it with --force",
            )
        )
    made.save(path)
    return path, made.metadata | {"told": lines(made.metadata)}


def lines(metadata: dict[str, Any]) -> list[str]:
    """What is known of an operator's calibration, for people."""
    c = metadata["calibration"]
    found = [
        f"calibration on {c['sites']} sites of {c['simulations']} simulations that taught nothing",
        f"  coverage of 50 % intervals {c['coverage_50']:.3f}, of 90 % intervals {c['coverage_90']:.3f}",
        f"  TARP: area {c['tarp']['atc']:+.4f}, p {c['tarp']['p']:.2f};  cycle residual {c['cycle']:.2f} errors",
        f"  {'parameter':32} {'SBC chi2':>9} {'p':>6} {'z mean':>7} {'z sd':>6} {'cover 90':>9} {'contraction':>12}",
    ]
    for k, name in enumerate(c["names"]):
        found.append(
            f"  {name:32} {c['sbc']['chi2'][k]:9.1f} {c['sbc']['p'][k]:6.2f} {c['z_mean'][k]:7.2f} "
            f"{c['z_deviation'][k]:6.2f} {c['coverage_90_each'][k]:9.2f} {c['contraction'][k]:12.2f}"
        )
    found += [f"  over-confident: {reason}" for reason in c["reasons"]]
    wide = [name for name, gained in zip(c["names"], c["contraction"], strict=True) if gained < WIDER]
    if wide:
        found.append(f"  wider than its prior, so the ensemble is too small to learn from: {', '.join(wide)}")
    return found


def show(path: Path) -> dict[str, Any]:
    """What an operator's file says of it."""
    from harmony.learning.model_file import read_model

    return {"file": str(path), **read_model(path, "inverse").metadata}
