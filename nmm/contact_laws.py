"""Laws of contact that covers take: one for every two faces that may touch, without restitution."""

from dda.errors import InputError, explain
from nmm.model import Model
from nmm.model_checks import checked_law, refuse_restitution

__all__ = ["require_laws"]


def require_laws(model: Model) -> None:
    """With contact anywhere, every joint has a law, and one that covers take; asked before anything is solved."""
    if model.joint is not None:
        refuse_restitution(checked_law(model.joint, "joint"), "joint")
    for name, joint in [*model.named_joints.items(), *model.pair_joints.items()]:
        refuse_restitution(joint, f"joint {name}")
    for trace, stiffness in zip(model.traces, model.joint_stiffness, strict=True):
        if any(stiffness):
            raise InputError(
                explain(
                    "a tied joint beside joints with a law of contact",
                    where=f"joint {trace.name!r}",
                    expected="a law for every joint",
                    got=f"springs of {stiffness[0]:g} and {stiffness[1]:g} Pa/m",
                    do="give it a dda.Joint with that normal_stiffness and shear_stiffness",
                )
            )
    if model.joint is None and (len(model.bodies) > 1 or any(t.name not in model.named_joints for t in model.traces)):
        raise InputError(
            explain(
                "a contact without a law",
                where="joints",
                expected="a law for every joint and every two bodies that may touch",
                got=f"laws for {', '.join(model.named_joints) or 'pairs'} only",
                do="set model.joint (in a case file joints: {default: {friction: 30}})",
            )
        )
