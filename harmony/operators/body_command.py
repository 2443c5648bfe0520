"""What `harmony train participant` and `harmony show` do with a body that stands in for a subdomain."""

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dda.errors import InputError, explain
from harmony.learning.model_file import read_model
from harmony.operators.learned_body import KIND, save_body
from harmony.operators.teach_body import Lesson, teach_body

__all__ = ["lines", "show", "train"]


def train(
    data: Path,
    *,
    out: Path | None,
    of: str | None,
    reach: float | None,
    paths: int,
    modes: int,
    tolerance: float,
    seed: int,
    told: Callable[[str], None],
    **_: object,
) -> tuple[Path, dict[str, Any]]:
    """Learn a participant of the coupled case `data`; the path of the model and what it says."""
    from harmony.case import Case
    from harmony.coupling.build import build_coupling
    from harmony.participants.interface import DISPLACEMENT
    from harmony.participants.yielding import YieldingParticipant

    case = Case.read(data)
    if not case.data.participants:
        raise InputError(f"{data}: has no participants; a participant is learned from the coupled case that it is in")
    parts = build_coupling(case).parts
    able = [name for name, part in parts.items() if isinstance(part.participant, YieldingParticipant)]
    name = able[0] if of is None and len(able) == 1 else of
    if name not in able:
        raise InputError(
            explain(
                "no participant that can be learned",
                where="harmony train participant, --of",
                expected=" or ".join(able) or "a participant of method nmm, at rest, with a material that yields",
                got=name or f"none of {', '.join(parts)}",
                do="name one of them; one that is linear needs no learning, its interface matrix says it all",
            )
        )
    own = parts[name].participant
    real = YieldingParticipant(name, own.sim, own.interface, DISPLACEMENT)
    path = out or data.with_name(f"{name}.safetensors")
    lesson = Lesson(reach=reach, paths=paths, modes=modes, tolerance=tolerance, seed=seed)
    learned = teach_body(real, lesson, told)
    words = ["harmony", "train", "participant", data.name, "--of", name, "--out", path.name]
    words += [] if reach is None else ["--reach", f"{reach:g}"]
    words += ["--paths", str(paths), "--modes", str(modes), "--tolerance", f"{tolerance:g}", "--seed", str(seed)]
    learned.metadata |= {"command": shlex.join(words), "of": name, "case": case.name, "seed": seed}
    save_body(path, learned)
    return path, {**learned.metadata, "told": lines(learned.metadata)}


def show(path: Path) -> dict[str, Any]:
    """What the file says."""
    return {"file": str(path), **read_model(path, KIND).metadata}


def lines(said: dict[str, Any]) -> list[str]:
    """For a person."""
    errors, cpu = said["errors"], said["cpu_seconds"]
    path = errors["path"]
    return [
        f"participant {said['of']} of: {said['case']}",
        f"  {said['command']}",
        f"  {said['unknowns'][1]} unknowns -> {said['unknowns'][0]}, {said['points'][1]} points -> {said['points'][0]}"
        f"; {said['snapshots']} snapshots, {cpu['taught']:g} s of CPU to learn, {cpu['judged']:g} s to judge",
        f"  reach {said['ranges']['reach']:.3g} m, root mean square of the softest motion",
        f"  error of the force on {path['paths']} paths of the reach that were not taught: "
        f"median {path['median']:.2%}, largest {path['largest']:.2%}; {errors['trusted']:.0%} of their answers trusted",
        f"  up to three times the reach: largest {errors['beyond']:.1%}; trust and error have rank correlation "
        f"{errors['rank_correlation']:.2f}; said -> came true (answers)",
        "    " + ", ".join(f"{b['said']:.2f} -> {b['came']:.2f} ({b['rows']})" for b in errors["reliability"]),
    ]
