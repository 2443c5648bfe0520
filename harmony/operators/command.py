"""What `harmony train surrogate` and `harmony show MODEL` do."""

import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from dda.checks import unknown
from dda.errors import InputError, explain
from harmony.operators.parts import told_parts
from harmony.operators.prepare import CLASSES, Prepared
from harmony.operators.presets import PRESETS, Preset
from harmony.operators.sections import GEOMETRY
from harmony.operators.surrogate import Surrogate

__all__ = ["more_of", "signs", "train"]


def more_of(path: Path) -> Path:
    """Where the runs lie that `harmony predict --fallback` made for the model at `path`."""
    return path.with_name(f"{path.stem}.more.h5")


def train(
    data: Path,
    *,
    out: Path | None,
    preset: str,
    device: str,
    goes_on: bool,
    monotone: list[str],
    pairs: int,
    tolerance: float,
    outputs: list[str],
    test: Path | None,
    experts: int | None,
    expert: int | None,
    members: int | None,
    width: int | None,
    steps: int | None,
    seed: int,
    told: Callable[[str], None],
    geometry: bool = False,
) -> tuple[Path, dict[str, Any]]:
    """Train the surrogate, write its file; the path and what the file says."""
    from harmony.learning.stream import Stream
    from harmony.operators.constraints import check
    from harmony.operators.files import read_surrogate, save_surrogate
    from harmony.operators.mechanism import mechanisms
    from harmony.operators.prepare import prepare
    from harmony.operators.report import errors
    from harmony.operators.stack import device_of
    from harmony.operators.teach import Plan, teach
    from harmony.operators.teach_field import teach_field

    if preset not in PRESETS:
        raise unknown("preset", preset, PRESETS, "harmony train surrogate, --preset")
    if not 0.0 < tolerance < 1.0:
        raise InputError(f"--tolerance {tolerance:g}: a part of the range, between 0 and 1")
    path = out or data.with_name(f"{data.stem}-surrogate.safetensors")
    begun = read_surrogate(path) if goes_on else None
    places = [data, more_of(path)] if goes_on and more_of(path).exists() else [data]
    stream, apart = Stream.of(*places), None if test is None else Stream.of(test)
    size = _sized(PRESETS[preset], members, width, steps, experts)
    if begun is not None:
        size = replace(size, members=begun.members, experts=begun.experts, width=_width(begun, size.width))
    if expert is not None and (begun is None or begun.charts is None):
        raise InputError(
            "--expert teaches one expert of a federation again: give --continue and a model with --experts"
        )
    where = device_of(device)
    told(f"reading {', '.join(str(place) for place in places)}")
    frozen = None if begun is None else (begun.inputs, begun.basis, begun.names)
    known = None if begun is None else begun.rows
    if begun is not None and known is None:
        told("this surrogate, of an earlier version, does not say which rows taught it: its errors may look too small")
    prepared = prepare(stream, apart, outputs=outputs, seed=seed, frozen=frozen, geometry=geometry, before=known)
    split = prepared.split
    told(
        f"{len(split.train)} runs to learn from, {len(split.calibration)} to calibrate, {len(split.test)} to test; "
        f"{prepared.x.shape[1]} inputs, {prepared.basis.width} modes of {len(prepared.basis.names)} histories, {where}"
    )
    asked = signs(monotone, prepared.inputs.labels) if monotone or begun is None else dict(begun.monotone)
    kept, said = check(prepared, stream, asked, pairs, seed, told)
    plan = Plan(size, seed, where, kept, tolerance, begun, _checkpoint(path, prepared, size, seed, kept), expert)
    made = teach(prepared, plan, told)
    made.gravity = made.gravity if said["energy"].startswith("held") else None
    words = ["harmony", "train", "surrogate", data.name, "--out", path.name, "--preset", preset, "--seed", str(seed)]
    words += [word for pattern in outputs for word in ("--outputs", pattern)]
    words += [word for item in monotone for word in ("--monotone", item)]
    words += ["--experts", str(experts)] if experts is not None else []
    words += ["--geometry"] if geometry else []
    words += ["--continue"] if goes_on else []
    words += ["--expert", str(expert)] if expert is not None else []
    fields = apart is None and made.inputs.section is None  # a field knows the fixed blocks of one section
    taught = teach_field(made, prepared, stream, seed, where, told) if fields else None
    if taught is not None:
        made.field = taught[0]
    made.metadata |= _said(made, prepared, size, said) | {
        "errors": errors(made, prepared) | ({"field": taught[1]} if taught is not None and taught[1] else {}),
        "mechanisms": mechanisms(stream),
        "command": shlex.join(words),
        "seed": seed,
        "preset": preset,
        "buys": PRESETS[preset].buys,
        "continued": int(begun.metadata.get("continued", 0)) + 1 if begun is not None else 0,
    }
    made.rows = told_parts(split, prepared.keys)
    save_surrogate(path, made)
    for left in path.parent.glob(f".{path.stem}.training-*"):
        left.unlink()
    return path, made.metadata


def _width(begun: Surrogate, width: int) -> int:
    """Units of a layer of a surrogate that goes on learning: those that it has."""
    return int(begun.weights["branch"]["w0"].shape[2]) if "w0" in begun.weights["branch"] else width


def _sized(preset: Preset, members: int | None, width: int | None, steps: int | None, experts: int | None) -> Preset:
    given: dict[str, Any] = {"members": members, "width": width, "epochs": steps, "experts": experts}
    return replace(preset, **{key: value for key, value in given.items() if value is not None})


def _checkpoint(path: Path, data: Prepared, size: Preset, seed: int, monotone: dict[str, int]) -> Path:
    """A file beside the model that only the same training on the same data finds again."""
    import hashlib

    kind = hashlib.sha256(repr((data.data, size, seed, monotone)).encode()).hexdigest()[:10]
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(f".{path.stem}.training-{kind}")


def signs(monotone: Sequence[str], labels: Sequence[str]) -> dict[str, int]:
    """`joints.slide.peak-` as {input: -1}: more of it, no severer verdict and no larger speed."""
    found = {}
    for word in monotone:
        name, sign = word[:-1], {"+": 1, "-": -1}.get(word[-1:])
        if sign is None:
            raise InputError(
                explain(
                    "monotone is not usable",
                    where="harmony train surrogate, --monotone",
                    expected="an input with + or - behind it",
                    got=repr(word),
                    do="as in --monotone joints.slide.peak- : more friction, no faster",
                )
            )
        if name not in labels:
            raise unknown("input", name, list(labels), "--monotone")
        found[name] = sign
    return found


def _said(made: Surrogate, data: Prepared, size: Preset, constraints: dict[str, str]) -> dict[str, Any]:
    head = data.head
    inputs = {
        name: {"unit": head.units[k], "low": float(made.inputs.low[k]), "high": float(made.inputs.high[k])}
        for k, name in enumerate(head.names)
    } | {name: {"unit": ""} for name in made.inputs.functions if name != GEOMETRY}
    for name, item in inputs.items():
        item |= _default(data, name)
    split = data.split
    return {
        "inputs": inputs,
        "relevance": _relevance(made, data),
        "units": {name: item["unit"] for name, item in inputs.items()},
        "ranges": {name: [item["low"], item["high"]] for name, item in inputs.items() if "low" in item},
        "data": data.data,
        "rows": {"train": len(split.train), "calibration": len(split.calibration), "test": len(split.test)},
        "case": str(head.origin.get("case") or ""),
        "ensemble": str(head.origin.get("name") or ""),
        "constraints": constraints,
        "known": _known(data),
        "members": size.members,
        "experts": made.experts,
        "numbers": sum(int(values.size) for own in made.weights.values() for values in own.values()),
        "outputs": [*made.basis.names, *made.names],
    }


def _known(data: Prepared) -> dict[str, list[float]]:
    """Scalars that some runs do not have, as a rest time: the part of the training runs of each class that do; one
    number without classes."""
    rows = data.split.train
    there, verdict = np.isfinite(data.scalars[rows]), data.verdict[rows]
    groups = [verdict == k for k in range(len(CLASSES))] if (verdict >= 0).all() else [np.ones(len(rows), dtype=bool)]
    return {
        name: [float(there[own, k].mean()) if own.any() else 0.0 for own in groups]
        for k, name in enumerate(data.names)
        if not there[:, k].all()
    }


def _default(data: Prepared, name: str) -> dict[str, Any]:
    """The value of the training case; the middle of the training where there is no case, or the value lies outside."""
    head, code = data.head, data.inputs
    case = head.base_case if head.origin.get("case") else None
    if name in code.functions:
        own = code.functions[name]
        middle = np.column_stack([own.knots, own.mean])
        if case is None:
            return {"default": middle.tolist(), "column": 1}
        return _of_case(case, name)
    k = code.names.index(name)
    value = None if case is None else float(case.get(name))
    if value is None or not code.low[k] <= value <= code.high[k]:
        value = float(np.median([code.low[k], code.high[k]]))
    return {"default": value}


def _of_case(case: Any, name: str) -> dict[str, Any]:
    from harmony.learning.sampling import Sampling

    curve = Sampling(case, 1).curves[name]
    return {"default": curve.rows.tolist(), "column": curve.column}


def _relevance(made: Surrogate, data: Prepared) -> dict[str, float]:
    """How much the histories in focus change with each input: rms over training rows of the change by one deviation,
    in parts of their range."""
    rows = data.split.train[:: max(1, len(data.split.train) // 200)]
    x = data.x[rows]
    base = made.focus_parts(made.raw(x).a.mean(axis=0))
    found = {}
    for k, label in enumerate(made.inputs.labels):
        moved = x.copy()
        moved[:, k] += 0.5
        change = made.focus_parts(made.raw(moved).a.mean(axis=0)) - base
        found[label] = float(f"{2.0 * np.sqrt((change**2).mean()):.3g}")
    return dict(sorted(found.items(), key=lambda item: -item[1]))
