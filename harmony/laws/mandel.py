"""Symmetric tensors as rows of six in Mandel notation: (xx, yy, zz, sqrt2 yz, sqrt2 xz, sqrt2 xy), batch first.

The scalar product of two rows is that of the tensors.
"""

import math

import torch

__all__ = ["DEVIATOR", "IDENTITY", "ROOT2", "from_tensor", "left_right", "to_tensor"]

ROOT2 = math.sqrt(2.0)
PAIRS = ((0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1))

IDENTITY = torch.tensor([1.0, 1.0, 1.0, 0.0, 0.0, 0.0], dtype=torch.float64)
"""The unit tensor."""

DEVIATOR = torch.eye(6, dtype=torch.float64) - torch.outer(IDENTITY, IDENTITY) / 3.0
"""Takes a tensor to its deviator."""


def to_tensor(rows: torch.Tensor) -> torch.Tensor:
    """(..., 6) to (..., 3, 3)."""
    xx, yy, zz, yz, xz, xy = rows.unbind(-1)
    yz, xz, xy = yz / ROOT2, xz / ROOT2, xy / ROOT2
    return torch.stack([xx, xy, xz, xy, yy, yz, xz, yz, zz], dim=-1).unflatten(-1, (3, 3))


def from_tensor(tensor: torch.Tensor) -> torch.Tensor:
    """(..., 3, 3), symmetric, to (..., 6)."""
    t = tensor
    shear = [ROOT2 * 0.5 * (t[..., i, j] + t[..., j, i]) for i, j in PAIRS[3:]]
    return torch.stack([t[..., 0, 0], t[..., 1, 1], t[..., 2, 2], *shear], dim=-1)


def left_right(tensor: torch.Tensor) -> torch.Tensor:
    """The 6 x 6 matrix of d -> N d + d N for one symmetric N (3, 3)."""
    basis = to_tensor(torch.eye(6, dtype=torch.float64))
    return from_tensor(tensor @ basis + basis @ tensor)  # row k: image of basis tensor k; the matrix is symmetric
