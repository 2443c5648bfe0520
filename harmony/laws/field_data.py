"""Displacement fields and reactions from CSV files: what a test measures where no stress can be measured.

| file | columns |
|---|---|
| fields | `step`, `node`, `x`, `y`, `ux`, `uy` [m]; `grip_x`, `grip_y`: the grip that holds the node so, or 0 |
| elements | `a`, `b`, `c`: the three nodes of a triangle |
| reactions | `step`, `grip`, `force` [N/m]: what the grip exerts in the direction in which it holds, of all its nodes |

A clamp that holds in x and y is two grips. A grip that is not among the reactions was not measured.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain
from harmony.learning.data_file import read_columns

__all__ = ["FieldData", "read_fields"]

type Array = NDArray[np.float64]

FIELDS = {"step": "-", "node": "-", "x": "m", "y": "m", "ux": "m", "uy": "m", "grip_x": "-", "grip_y": "-"}
ELEMENTS = {"a": "-", "b": "-", "c": "-"}
REACTIONS = {"step": "-", "grip": "-", "force": "N/m"}

FLAT = 1e-9
"""Area of a triangle over the square of the specimen's size under which it is none."""


@dataclass(frozen=True)
class FieldData:
    """nodes (n, 2) [m]; triangles (e, 3); displacements (steps, n, 2) [m]; grips (n, 2): number of what holds a node in
    x, y; forces: grip -> (steps,) [N/m]."""

    nodes: Array
    triangles: NDArray[np.int64]
    displacements: Array
    grips: NDArray[np.int64]
    forces: dict[int, Array]

    def gradients(self) -> tuple[Array, Array]:
        """grad N (e, 3, 2) [1/m] and areas (e,) [m2] of the linear triangles."""
        p = self.nodes[self.triangles]
        inverse = np.linalg.inv(np.stack([p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]], axis=1))
        grad = np.stack([-inverse.sum(2), inverse[:, :, 0], inverse[:, :, 1]], axis=1)
        return grad, 0.5 / np.abs(np.linalg.det(inverse))


def read_fields(fields: Path, elements: Path, reactions: Path) -> FieldData:
    """The three files as one test; every step has every node, at the same place."""
    f, e, r = _read(fields, FIELDS), _read(elements, ELEMENTS), _read(reactions, REACTIONS)
    steps, step = np.unique(f["step"], return_inverse=True)
    names, node = np.unique(f["node"], return_inverse=True)
    if len(f["step"]) != len(steps) * len(names) or len(np.unique(step * len(names) + node)) != len(f["step"]):
        raise _refused(
            fields, "not every node in every step", f"{len(names)} nodes in each of {len(steps)} steps", len(f["step"])
        )
    order = np.lexsort((node, step))
    table = {k: v[order].reshape(len(steps), len(names)) for k, v in f.items()}
    for name in ("x", "y", "grip_x", "grip_y"):
        if np.ptp(table[name], axis=0).any():
            k = int(np.argmax(np.ptp(table[name], axis=0)))
            raise _refused(fields, f"{name} of a node changes", "the same in every step", f"node {names[k]:g}")
    nodes = np.stack([table["x"][0], table["y"][0]], 1)
    corners = np.stack([e["a"], e["b"], e["c"]], 1)
    unknown = ~np.isin(corners, names)
    if unknown.any():
        raise _refused(
            elements, "an unknown node", f"nodes of {fields.name}", f"row {int(np.argmax(unknown.any(1))) + 2}"
        )
    data = FieldData(
        nodes,
        np.searchsorted(names, corners),
        np.stack([table["ux"], table["uy"]], 2),
        np.stack([table["grip_x"][0], table["grip_y"][0]], 1).astype(np.int64),
        _forces(reactions, r, steps),
    )
    _check(data, fields, elements, reactions)
    return data


def _read(path: Path, quantities: dict[str, str]) -> dict[str, Array]:
    columns = read_columns(path, quantities)
    if set(columns) != set(quantities):
        raise _refused(path, "other columns", ", ".join(quantities), ", ".join(columns))
    return columns


def _forces(path: Path, r: dict[str, Array], steps: Array) -> dict[int, Array]:
    found = {}
    for grip in np.unique(r["grip"]):
        at = r["grip"] == grip
        if not np.array_equal(np.sort(r["step"][at]), steps):
            raise _refused(path, f"grip {grip:g} lacks steps", f"each of the {len(steps)} steps once", int(at.sum()))
        found[int(grip)] = r["force"][at][np.argsort(r["step"][at])]
    return found


def _check(data: FieldData, fields: Path, elements: Path, reactions: Path) -> None:
    p = data.nodes[data.triangles]
    a, b = p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]
    area = 0.5 * np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
    if area.min() <= FLAT * np.ptp(data.nodes, axis=0).max() ** 2:
        raise _refused(elements, "a triangle without area", "three corners", f"row {int(np.argmin(area)) + 2}")
    for grip in data.forces:
        held = data.grips == grip
        if grip == 0 or not held.any():
            raise _refused(reactions, "an unknown grip", f"a number of grip_x or grip_y of {fields.name}", grip)
        if held.any(0).all():
            raise _refused(fields, f"grip {grip} holds in x and in y", "one direction, as it has one force", "both")
    if not data.displacements.any() or not any(force.any() for force in data.forces.values()):
        raise _refused(fields, "nothing happens in the test", "displacements and forces that are not all zero", "zeros")


def _refused(path: Path, what: str, expected: str, got: object) -> InputError:
    return InputError(explain(what, where=str(path), expected=expected, got=got, do="mend the file"))
