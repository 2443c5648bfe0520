"""What `harmony train law` and `harmony show law` do."""

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dda.checks import unknown
from dda.errors import InputError, explain
from harmony.learning.fit import FitOptions

__all__ = ["KINDS", "show", "train"]

KINDS = ("elastic", "inelastic", "joint")

MEMBERS, STEPS = 3, 900
"""Networks of the ensemble, and most steps of the optimiser, where nobody says otherwise."""

STAGES = ("weak", "intended", "perturbed")
"""Of training (harmony.laws.stages)."""

ADAM = 3
"""One step in so many is one of Adam, before L-BFGS."""


def train(
    data: Path,
    *,
    kind: str,
    out: Path | None,
    symmetry: str,
    axis: tuple[float, float, float] | None,
    monotone: list[str],
    distance: float,
    flow: str,
    stage: str,
    start: Path | None,
    first: Path | None,
    elements: Path | None,
    reactions: Path | None,
    strains: str,
    members: int | None,
    width: int | None,
    steps: int | None,
    seed: int,
    told: Callable[[str], None],
) -> tuple[Path, dict[str, Any]]:
    """Train the law, write its file; the path and what the file says."""
    from harmony.laws.invariants import SYMMETRIES

    if kind not in KINDS:
        raise unknown("kind of law", kind, KINDS, "harmony train law, --kind")
    if symmetry not in SYMMETRIES:
        raise unknown("symmetry", symmetry, SYMMETRIES, "harmony train law, --symmetry")
    members, steps = members or MEMBERS, steps or STEPS
    path = out or data.with_name(f"{data.stem}-{kind}.safetensors")
    options = FitOptions(seed=seed, adam=steps // ADAM, lbfgs=steps - steps // ADAM)
    if stage not in STAGES:
        raise unknown("stage", stage, STAGES, "harmony train law, --stage")
    fields = _of_fields(kind, stage, elements, reactions, strains)
    if stage != STAGES[0]:
        return _next_stage(data, stage, start, first, out, options, seed, told)
    size: Any = {} if width is None else {"widths": (width, width)}
    signs = _signs(monotone)
    laws: list[Any]
    if fields is not None:
        from harmony.laws.field_data import read_fields
        from harmony.laws.train_fields import train_fields

        laws, metadata = train_fields(
            read_fields(data, *fields),
            strains=strains,
            symmetry=symmetry,
            axis=axis,
            members=members,
            options=options,
            told=told,
            **size,
        )
    elif kind == "elastic":
        from harmony.laws.stress_strain import read_stress_strain
        from harmony.laws.train_elastic import train_elastic

        laws, metadata = train_elastic(
            read_stress_strain(data), symmetry=symmetry, axis=axis, members=members, options=options, told=told, **size
        )
    elif kind == "inelastic":
        from harmony.laws.stress_strain import read_stress_strain
        from harmony.laws.train_inelastic import train_inelastic

        laws, metadata = train_inelastic(
            read_stress_strain(data), flow=flow, members=members, options=options, told=told, **size
        )
    else:
        from harmony.laws.train_joint import read_shear_tests, train_joint

        laws, metadata = train_joint(
            read_shear_tests(data),
            monotone=signs,
            distance=distance,
            members=members,
            options=options,
            told=told,
            **size,
        )
    from harmony.laws.files import save_law

    said = ["harmony", "train", "law", data.name, "--kind", kind, "--seed", str(seed), "--members", str(members)]
    said += ["--steps", str(steps)]
    said += {
        "elastic": ["--symmetry", symmetry],
        "inelastic": ["--flow", flow],
        "joint": [w for m in monotone for w in ("--monotone", m)],
    }[kind]
    if fields is not None:
        said += ["--elements", fields[0].name, "--reactions", fields[1].name, "--strains", strains]
    if axis is not None:
        said += ["--axis", *(f"{a:g}" for a in axis)]
    if width is not None:
        said += ["--width", str(width)]
    save_law(path, laws, metadata | {"command": shlex.join(said), "seed": seed})
    if metadata.get("trust", {}).get("strain_norm") == 0.0:
        told("the members agree nowhere, not at the smallest strains either: no solver takes this law; give more data")
    return path, metadata


def _of_fields(
    kind: str, stage: str, elements: Path | None, reactions: Path | None, strains: str
) -> tuple[Path, Path] | None:
    """The elements and reactions beside displacement fields; None where the data are rows of stress and strain."""
    if elements is None and reactions is None and strains == "small":
        return None
    if elements is None or reactions is None or kind != "elastic" or stage != STAGES[0]:
        raise InputError(
            explain(
                "a law is not learned from fields so",
                where="harmony train law, --elements, --reactions, --strains",
                expected="both files beside the displacement fields, with --kind elastic and --stage weak",
                got=f"--elements {elements}, --reactions {reactions}, --kind {kind}, --stage {stage}",
                do="give both files, or leave these options out: rows of stress and strain need none",
            )
        )
    return elements, reactions


def _next_stage(
    data: Path,
    stage: str,
    start: Path | None,
    first: Path | None,
    out: Path | None,
    options: FitOptions,
    seed: int,
    told: Callable[[str], None],
) -> tuple[Path, dict[str, Any]]:
    """Train the law of `start` on; its metadata with the report of this stage after those of the earlier ones."""
    from harmony.laws.files import members_of, save_law
    from harmony.laws.stages import describe, go_on
    from harmony.laws.stress_strain import read_stress_strain
    from harmony.learning.model_file import read_model

    if start is None or first is None:
        raise InputError(
            explain(
                f"stage {stage} has nothing to start from"
                if start is None
                else f"stage {stage} cannot tell what it forgets",
                where="harmony train law, --stage",
                expected="--start LAW, a law of the stage before, and --first DATA, the data of its first stage",
                got=f"--start {start}, --first {first}",
                do="train with --stage weak first",
            )
        )
    model = read_model(start, "law/")
    report: dict[str, Any]
    if model.kind == "law/joint":
        from harmony.laws.joint_stages import go_on_joint
        from harmony.laws.train_joint import read_shear_tests

        laws, report = go_on_joint(
            stage, members_of(model), read_shear_tests(data), read_shear_tests(first), options, told
        )
        now: dict[str, Any] = {"errors": model.metadata["errors"] | {"friction": report["error"][1]}}
    else:
        asked, known = read_stress_strain(data), read_stress_strain(first)
        laws, report = go_on(stage, members_of(model), asked, known, options, told)
        now = describe(laws, asked, known)
    path = out or data.with_name(f"{data.stem}-{stage}.safetensors")
    said = ["harmony", "train", "law", data.name, "--stage", stage, "--start", start.name, "--first", first.name]
    said += ["--seed", str(seed), "--steps", str(options.adam + options.lbfgs)]
    metadata = model.metadata | now
    metadata |= {
        "stages": [*model.metadata.get("stages", []), report],
        "errors": now["errors"] | {"spread": report["spread"]},
        "command": f"{model.metadata['command']} && {shlex.join(said)}",
        "seed": seed,
    }
    save_law(path, laws, metadata)
    return path, metadata


def _signs(monotone: list[str]) -> dict[str, int]:
    from harmony.laws.joint import INPUTS

    out = {}
    for word in monotone:
        name, sign = word[:-1], {"+": 1, "-": -1}.get(word[-1:])
        if sign is None or name not in INPUTS:
            raise InputError(
                explain(
                    "monotone is not usable",
                    where="harmony train law, --monotone",
                    expected=" or ".join(f"{n}-" for n in INPUTS) + ", or with +",
                    got=repr(word),
                    do="as in --monotone slip- : friction never rises with slip",
                )
            )
        out[name] = sign
    return out


def show(path: Path, png: Path | None = None) -> dict[str, Any]:
    """What a law's file says of it; a shipped law by its name; png: where its picture goes."""
    from harmony.laws.files import shipped
    from harmony.learning.model_file import read_model

    known = shipped(str(path))
    model = read_model(known if known.exists() else path, "law/")
    if png is not None:
        from harmony.laws.plot import plot_law

        plot_law(model, png)
    return {"file": str(known if known.exists() else path), **model.metadata}
