"""Mappings between meshes that do not match, as matrices: values on the target = matrix @ values on the source.

`consistent` keeps values: constants stay constant (rows sum to 1). `conservative` keeps sums, as of forces (columns
sum to 1): it is the transpose of the consistent mapping the other way. A displacement that is mapped consistently one
way and a force that is mapped conservatively the other way, by the same mapping, do the same work on both sides.
"""

from collections.abc import Callable, Iterable
from inspect import signature
from typing import Any

from couplers.errors import SetupError, known
from couplers.mappings.nearest_neighbor import nearest_neighbor
from couplers.mappings.nearest_projection import nearest_projection
from couplers.mappings.rbf import rbf
from couplers.mesh import Mesh

__all__ = ["CONSTRAINTS", "MAPPINGS", "check_options", "mapping_matrix"]

MAPPINGS: dict[str, Callable[..., Any]] = {
    "nearest-neighbor": nearest_neighbor,
    "nearest-projection": nearest_projection,
    "rbf": rbf,
}
"""Consistent mappings: (source mesh, target mesh, options) -> matrix (n_target, n_source)."""

CONSTRAINTS = ("consistent", "conservative")


def check_options(kind: str, options: Iterable[str]) -> None:
    """Refuse options that a kind of mapping does not have."""
    own = list(signature(MAPPINGS[kind]).parameters)[2:]  # beside source and target
    for name in options:
        if name not in own:
            raise known(f"option of mapping {kind}", name, own or ["none"])


def mapping_matrix(kind: str, constraint: str, source: Mesh, target: Mesh, **options: Any) -> Any:
    """The matrix of a mapping from `source` to `target`."""
    if kind not in MAPPINGS:
        raise known("mapping", kind, MAPPINGS)
    if constraint not in CONSTRAINTS:
        raise known("constraint of a mapping", constraint, CONSTRAINTS)
    check_options(kind, options)
    if source.points.shape[1] != target.points.shape[1]:
        raise SetupError(
            f"meshes of different dimension: {source.points.shape[1]} at the source, {target.points.shape[1]} at the "
            "target; give the points of both with the same number of coordinates"
        )
    if constraint == "consistent":
        return MAPPINGS[kind](source, target, **options)
    return MAPPINGS[kind](target, source, **options).T
