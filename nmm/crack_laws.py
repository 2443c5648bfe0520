"""Which law of contact the faces of each crack have."""

from typing import TYPE_CHECKING

from dda.joint import Joint

if TYPE_CHECKING:
    from nmm.model import Model

__all__ = ["crack_laws"]


def crack_laws(model: "Model") -> list[Joint | None]:
    """Its own, else that of its name, else the law of all joints; None: nothing holds the faces apart."""
    return [crack.joint or model.named_joints.get(crack.name, model.joint) for crack in model.cracks]
