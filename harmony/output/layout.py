"""What stands where in `fields.vtkhdf`: the datasets of a temporal VTKHDF PolyData file, as one table.

The format is VTKHDF 2.0 (https://docs.vtk.org, "VTKHDF format specification"): group `/VTKHDF` holds points, polygons
and cell data of all steps one after another, `/VTKHDF/Steps` says where each step begins. Blocks keep their vertices,
so connectivity and what never changes (block, fixed, group) are stored once. Contacts are no VTK data: they lie in
`/contacts`, outside `/VTKHDF`, where the specification promises that readers ignore them.

Points are float64, because blocks a kilometre from the origin touch with gaps of micrometres; cell data are float32,
seven digits of their own value, which halves the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Per = Literal["step", "point", "cell", "contact"]

STEPS = "VTKHDF/Steps"


@dataclass(frozen=True)
class Column:
    """One growing dataset: `path` in the file, one row `per` step, point, cell or contact, `width` numbers a row."""

    path: str
    per: Per
    dtype: str
    width: int = 1

    @property
    def name(self) -> str:
        """Last part of the path: the name of the array."""
        return self.path.rsplit("/", 1)[-1]


CELL_DATA = {
    "displacement": 3,  # of the centroid since the start [m]; z = 0, VTK wants vectors of three
    "velocity": 3,  # of the centroid [m/s]
    "speed": 1,  # |velocity| [m/s]
    "rotation": 1,  # [rad]
    "stress_xx": 1,  # [Pa], compression negative
    "stress_yy": 1,
    "stress_xy": 1,
    "principal_max": 1,  # in-plane principal stresses [Pa], the more tensile one
    "principal_min": 1,  # and the more compressive one
}
PLASTIC_DATA = {
    "plastic_strain": 1,  # equivalent, int sqrt(2/3 de_p : de_p), mean over the element [-]
    "plastic_strain_xx": 1,  # tensor, mean over the element [-], tension positive; xy is half the engineering shear
    "plastic_strain_yy": 1,
    "plastic_strain_zz": 1,
    "plastic_strain_xy": 1,
}
"""Cell data of runs with materials that yield; other files have none of them."""
POINT_DATA = {"slip": 1}  # accumulated slip of the surface point [m]
STATIC_CELL_DATA = {
    "block": "<i4",  # number
    "fixed": "<i4",  # 1 if fixed
    "group": "<i4",  # index into /blocks/groups
    "piece": "<i4",  # connected piece that an element belongs to; each block is one
}
CONTACT_DATA = {
    "block_a": "<i4",
    "block_b": "<i4",
    "x": "<f8",  # [m]
    "y": "<f8",
    "gap": "<f4",  # [m]
    "normal": "<f4",  # [N/m], compression positive
    "shear": "<f4",  # [N/m]
    "state": "<i4",  # 0 open, 1 sliding, 2 locked, 3 bonded
    "vertex": "<i4",  # of block_a, its place among the points
    "edge": "<i4",  # of block_b, the place of the point that it begins at
}
NO_CELLS = ("Vertices", "Lines", "Strips")  # kinds of VTK cells that a block model has none of

TIMES = f"{STEPS}/Values"  # [s], float64; the one dataset that must be exactly as long as there are steps
CONTACT_OFFSET = Column("contacts/offset", "step", "<i8")  # first contact of the step
CONTACT_COUNT = Column("contacts/count", "step", "<i8")


def columns(extra: tuple[str, ...] = ()) -> tuple[Column, ...]:
    """The growing datasets of a file, with cell data `extra` of `PLASTIC_DATA`."""
    cells = CELL_DATA | {name: PLASTIC_DATA[name] for name in extra}
    return (
        Column(f"{STEPS}/PartOffsets", "step", "<i8"),
        Column(f"{STEPS}/NumberOfParts", "step", "<i8"),
        Column(f"{STEPS}/PointOffsets", "step", "<i8"),
        Column(f"{STEPS}/CellOffsets", "step", "<i8", 4),
        Column(f"{STEPS}/ConnectivityIdOffsets", "step", "<i8", 4),
        *(Column(f"{STEPS}/CellDataOffsets/{name}", "step", "<i8") for name in (*cells, *STATIC_CELL_DATA)),
        *(Column(f"{STEPS}/PointDataOffsets/{name}", "step", "<i8") for name in POINT_DATA),
        CONTACT_OFFSET,
        CONTACT_COUNT,
        Column("VTKHDF/Points", "point", "<f8", 3),
        *(Column(f"VTKHDF/PointData/{name}", "point", "<f4", width) for name, width in POINT_DATA.items()),
        *(Column(f"VTKHDF/CellData/{name}", "cell", "<f4", width) for name, width in cells.items()),
        *(Column(f"contacts/{name}", "contact", dtype) for name, dtype in CONTACT_DATA.items()),
    )
