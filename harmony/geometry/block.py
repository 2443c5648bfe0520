"""A block as geometry says it, before it has a material law: the one currency of readers, generators and cutting."""

from dataclasses import dataclass

import numpy as np

__all__ = ["GeneratedBlock"]


@dataclass(frozen=True, eq=False)
class GeneratedBlock:
    """One block polygon and what is known of it.

    vertices: (n, 2) corners [m], either orientation, not closed.
    fixed: the block has no unknowns and does not deform.
    group: name under which laws and supports address it; "" = none.
    edge_joints: n joint names, edge k joins vertices k and k + 1; "" = no joint; None = no joint on any edge.
    material: name of its material; "" = the case's only one.
    """

    vertices: np.ndarray
    fixed: bool = False
    group: str = ""
    edge_joints: tuple[str, ...] | None = None
    material: str = ""

    def __post_init__(self) -> None:
        vertices = np.array(self.vertices, dtype=float)
        if vertices.ndim != 2 or vertices.shape[1] != 2:
            raise ValueError(f"vertices: expected shape (n, 2), got {vertices.shape}")
        if self.edge_joints is not None and len(self.edge_joints) != len(vertices):
            raise ValueError(f"edge_joints: expected {len(vertices)} names, got {len(self.edge_joints)}")
        vertices.flags.writeable = False
        object.__setattr__(self, "vertices", vertices)
