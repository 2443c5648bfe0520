"""Reading blocks and polylines: every format gives the same blocks, and every slip is named with its place."""

import json

import ezdxf
import meshio
import numpy as np
import pytest

from dda.errors import InputError
from harmony.geometry.readers import POLYLINE_READERS, READERS, read_blocks, read_polyline

SQUARE = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]
WEDGE = [[1.0, 0.0], [2.0, 0.0], [1.0, 1.0]]

CSV = """# two blocks
block,x,y,fixed,group,material,joint
base,0,0,true,floor,rock,
base,1,0,,,,side
base,1,1,,,,
base,0,1,,,,
b,1,0,,wedge,,
b,2,0,,,,
b,1,1,,,,side
"""


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def geojson(*features):
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}
                for kind, coordinates, properties in features
            ],
        }
    )


def closed(ring):
    return [*ring, ring[0]]


def csv_scene(folder):
    return write(folder / "blocks.csv", CSV)


def geojson_scene(folder):
    base = {"fixed": True, "group": "floor", "material": "rock", "joint": ["", "side", "", ""]}
    wedge = {"group": "wedge", "joint": ["", "", "side"], "remark": 3}
    text = geojson(("Polygon", [closed(SQUARE)], base), ("MultiPolygon", [[closed(WEDGE)]], wedge))
    return write(folder / "blocks.geojson", text)


def dxf_scene(folder, units=6, scale=1.0):
    drawing = ezdxf.new(units=units)
    space = drawing.modelspace()
    space.add_line((0, 0), (5, 5))
    space.add_lwpolyline(np.array(SQUARE) * scale, close=True, dxfattribs={"layer": "fixed-floor"})
    space.add_polyline2d(np.array(closed(WEDGE)) * scale, dxfattribs={"layer": "wedge"})
    drawing.saveas(folder / "blocks.dxf")
    return folder / "blocks.dxf"


def mesh_scene(folder, suffix):
    points = np.array([[*p, 0.0] for p in [*SQUARE, WEDGE[1]]])
    cells = [("line", [[0, 1]]), ("quad", [[0, 1, 2, 3]]), ("triangle", [[1, 4, 2]])]
    tags = [np.array([9]), np.array([1]), np.array([2])]
    path = folder / f"blocks{suffix}"
    if suffix == ".msh":
        data = {"gmsh:physical": tags, "gmsh:geometrical": tags}
        names = {"fixed_floor": np.array([1, 2]), "wedge": np.array([2, 2]), "edge": np.array([9, 1])}
        meshio.gmsh.write(path, meshio.Mesh(points, cells, cell_data=data, field_data=names), "2.2", binary=False)
    elif suffix == ".inp":
        meshio.Mesh(points, cells[1:]).write(path)
    else:
        meshio.Mesh(
            points, cells, cell_data={"group": tags, "fixed": [np.array([t[0] == 1.0]) * 1.0 for t in tags]}
        ).write(path, file_format=suffix[1:])
    return path


SCENES = {".csv": csv_scene, ".geojson": geojson_scene, ".dxf": dxf_scene} | {
    suffix: (lambda folder, suffix=suffix: mesh_scene(folder, suffix)) for suffix in (".msh", ".vtu", ".vtk", ".inp")
}


def test_every_reader_has_a_scene():
    assert set(SCENES) == set(READERS)


@pytest.mark.parametrize("suffix", SCENES)
def test_every_format_gives_the_same_blocks(suffix, tmp_path):
    square, wedge = read_blocks(SCENES[suffix](tmp_path))
    np.testing.assert_allclose(square.vertices, SQUARE, atol=1e-15)
    np.testing.assert_allclose(wedge.vertices, WEDGE, atol=1e-15)
    if suffix != ".inp":
        assert (square.fixed, wedge.fixed) == (True, False)
        assert square.group
        assert wedge.group in {"wedge", "2"}


@pytest.mark.parametrize("suffix", [".csv", ".geojson"])
def test_names_and_joints_follow(suffix, tmp_path):
    square, wedge = read_blocks(SCENES[suffix](tmp_path))
    assert (square.group, square.material) == ("floor", "rock")
    assert (wedge.group, wedge.material) == ("wedge", "")
    assert square.edge_joints == ("", "side", "", "")
    assert wedge.edge_joints == ("", "", "side")


def test_a_block_without_joint_names_has_none(tmp_path):
    (square,) = read_blocks(write(tmp_path / "b.csv", "block,x,y\n" + "".join(f"1,{x},{y}\n" for x, y in SQUARE)))
    assert square.edge_joints is None
    assert not square.fixed
    (named,) = read_blocks(write(tmp_path / "b.geojson", geojson(("Polygon", [closed(SQUARE)], {"joint": "bed"}))))
    assert named.edge_joints == ("bed",) * 4


def test_a_closed_csv_ring_loses_its_last_row_with_its_joint(tmp_path):
    rows = [f"1,{x},{y},{j}\n" for (x, y), j in zip(closed(SQUARE), ["a", "", "", "", "a"], strict=True)]
    (square,) = read_blocks(write(tmp_path / "b.csv", "block,x,y,joint\n" + "".join(rows)))
    assert square.edge_joints == ("a", "", "", "")


def test_drawing_units_become_metres(tmp_path):
    square, _ = read_blocks(dxf_scene(tmp_path, units=4, scale=1000.0))
    np.testing.assert_allclose(square.vertices, SQUARE)
    square, _ = read_blocks(dxf_scene(tmp_path, units=0))
    np.testing.assert_allclose(square.vertices, SQUARE)


def test_quadratic_cells_keep_their_corners(tmp_path):
    points = [[0, 0, 0], [2, 0, 0], [0, 2, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]]
    meshio.Mesh(points, [("triangle6", [[0, 1, 2, 3, 4, 5]])]).write(tmp_path / "m.vtu")
    (triangle,) = read_blocks(tmp_path / "m.vtu")
    assert triangle.vertices.tolist() == [[0, 0], [2, 0], [0, 2]]


CSV_SLIPS = [
    ("", "empty table"),
    ("block,x,y\n", "no rows"),
    ("block,x\n1,0\n", "no column y"),
    ("block,x,y,colour\n1,0,0,red\n", "unknown column colour"),
    ("block,x,y,x\n1,0,0,0\n", "a column twice"),
    ("block,x,y\n1,0,0\n1,zero,0\n", "line 3, x"),
    ("block,x,y\n1,0,0\n1,nan,0\n", "line 3, x"),
    ("block,x,y\n1,0,0\n1,,0\n", "line 3, x"),
    ("block,x,y\n1,0\n", "line 2"),
    ("block,x,y\n1,0,0\n1,1,0\n", "at least 3 vertices"),
    ("block,x,y\n1,0,0\n1,1,1\n1,1,0\n1,0,1\n", "line 2, block 1"),
    ("block,x,y\na,0,0\na,1,0\na,0,1\nb,0,0\nb,1,0\nb,0,1\na,5,5\n", "line 8, block a"),
    ("block,x,y,fixed\n1,0,0,maybe\n1,1,0,\n1,0,1,\n", "neither true nor false"),
    ("block,x,y,group\n1,0,0,a\n1,1,0,b\n1,0,1,a\n", "two values of group"),
    ("block;x;y\n1;0;0\n", "no column"),
]


@pytest.mark.parametrize(("text", "words"), CSV_SLIPS)
def test_slips_in_csv_are_named(text, words, tmp_path):
    with pytest.raises(InputError, match=words) as refusal:
        read_blocks(write(tmp_path / "b.csv", text))
    assert "b.csv" in str(refusal.value)
    assert all(part in str(refusal.value) for part in ("where:", "expected:", "got:", "do:"))


GEOJSON_SLIPS = [
    ("{", "line 1"),
    ("[1, 2]", "not GeoJSON"),
    ("5", "not GeoJSON"),
    ('{"type": "FeatureCollection", "features": []}', "no blocks"),
    (geojson(("LineString", SQUARE, {})), "not a polygon"),
    (
        geojson(("Polygon", [closed(SQUARE)], {}), ("Polygon", [closed(SQUARE), closed(WEDGE)], {})),
        "feature 1(.|\n)*hole",
    ),
    (geojson(("Polygon", [[[0, 0], [1, "a"], [0, 1]]], {})), "bad coordinates"),
    (geojson(("Polygon", [], {})), "without a ring"),
    (geojson(("MultiPolygon", 5, {})), "without a ring"),
    (geojson(("Polygon", [[[0, 0], [1, 1], [1, 0], [0, 1]]], {})), "feature 0(.|\n)*simple"),
    (geojson(("Polygon", [closed(SQUARE)], {"fixed": "yes"})), "wrong type"),
    (geojson(("Polygon", [closed(SQUARE)], {"joint": ["a", "b"]})), "4 edges"),
]


@pytest.mark.parametrize(("text", "words"), GEOJSON_SLIPS)
def test_slips_in_geojson_are_named(text, words, tmp_path):
    with pytest.raises(InputError, match=words) as refusal:
        read_blocks(write(tmp_path / "b.geojson", text))
    assert "b.geojson" in str(refusal.value)


def _arc(space):
    space.add_lwpolyline([(0, 0, 0.5), (1, 0, 0), (0, 1, 0)], format="xyb", close=True)


def _mesh(space):
    space.add_polymesh((3, 3))


DXF_SLIPS = [
    (lambda space: space.add_line((0, 0), (1, 1)), "no blocks"),
    (lambda space: space.add_lwpolyline(SQUARE), "open polyline"),
    (_arc, "arc segment"),
    (_mesh, "a mesh"),
    (lambda space: space.add_polyline3d([(0, 0, 0), (1, 0, 0), (0, 1, 5)], close=True), "elevation"),
    (lambda space: space.add_lwpolyline([(0, 0), (1, 1), (1, 0), (0, 1)], close=True), "simple polygon"),
]


@pytest.mark.parametrize(("draw", "words"), DXF_SLIPS)
def test_slips_in_a_drawing_are_named(draw, words, tmp_path):
    drawing = ezdxf.new()
    draw(drawing.modelspace())
    drawing.saveas(tmp_path / "b.dxf")
    with pytest.raises(InputError, match=words) as refusal:
        read_blocks(tmp_path / "b.dxf")
    assert "b.dxf" in str(refusal.value)


MESH_SLIPS = [
    ([[0, 0, 0], [1, 0, 0], [0, 1, 0.5]], ("triangle", [[0, 1, 2]]), "plane mesh"),
    ([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 0]], ("tetra", [[0, 1, 2, 3]]), "no blocks"),
    ([[0, 0, 0], [1, 0, 0]], ("line", [[0, 1]]), "no blocks"),
    ([[0, 0, 0], [1, 0, 0], [2, 0, 0]], ("triangle", [[0, 1, 2]]), "zero area"),
]


@pytest.mark.parametrize(("points", "cells", "words"), MESH_SLIPS)
def test_slips_in_a_mesh_are_named(points, cells, words, tmp_path):
    meshio.Mesh(np.array(points, dtype=float), [cells]).write(tmp_path / "b.vtu")
    with pytest.raises(InputError, match=words):
        read_blocks(tmp_path / "b.vtu")


@pytest.mark.parametrize("suffix", READERS)
def test_missing_and_broken_files_are_refused(suffix, tmp_path):
    with pytest.raises(InputError, match=f"nowhere{suffix}"):
        read_blocks(tmp_path / f"nowhere{suffix}")
    broken = tmp_path / f"broken{suffix}"
    broken.write_bytes(b"\xff\xfe\x00nonsense\n\x81")
    with pytest.raises(InputError, match=f"broken{suffix}"):
        read_blocks(broken)


@pytest.mark.parametrize("rest", [b"\x00\xff", b"\x00", b"", b"\x00\x00SECTION\x00\x02\x00ENTI"])
def test_a_broken_binary_drawing_is_refused(rest, tmp_path):
    (tmp_path / "b.dxf").write_bytes(b"AutoCAD Binary DXF\r\n\x1a" + rest)
    with pytest.raises(InputError, match=r"b\.dxf"):
        read_blocks(tmp_path / "b.dxf")


def test_cells_parted_by_semicolons_are_named(tmp_path):
    (tmp_path / "b.csv").write_text("block;x;y\n0;0;0\n0;1;0\n0;1;1\n")
    with pytest.raises(InputError, match="separate cells by commas"):
        read_blocks(tmp_path / "b.csv")


def test_an_unknown_extension_lists_the_known_ones(tmp_path):
    with pytest.raises(InputError, match=r"\.geojson"):
        read_blocks(tmp_path / "b.step")
    with pytest.raises(InputError, match=r"\.csv"):
        read_polyline(tmp_path / "b")


LINE = [[0.0, 2.0], [3.0, 1.0], [4.0, 1.0]]


def csv_line(path):
    write(path, "i,y,x,mark\n" + "".join(f"{k},{y},{x},GUESS\n" for k, (x, y) in enumerate(LINE)))


def geojson_line(path):
    write(path, geojson(("LineString", LINE, {})))


def dxf_line(path):
    drawing = ezdxf.new()
    drawing.modelspace().add_lwpolyline(LINE)
    drawing.saveas(path)


LINES = {".csv": csv_line, ".geojson": geojson_line, ".dxf": dxf_line}


@pytest.mark.parametrize("suffix", POLYLINE_READERS)
def test_polylines(suffix, tmp_path):
    LINES[suffix](tmp_path / f"line{suffix}")
    assert read_polyline(tmp_path / f"line{suffix}").tolist() == LINE


def test_a_polyline_of_two_columns_may_call_them_anything(tmp_path):
    assert read_polyline(write(tmp_path / "l.csv", "north,h\n0,2\n3,1\n")).tolist() == [[0, 2], [3, 1]]
    with pytest.raises(InputError, match="no column x"):
        read_polyline(write(tmp_path / "m.csv", "north,h,y\n0,2,0\n3,1,0\n"))
    with pytest.raises(InputError, match="two or more rows"):
        read_polyline(write(tmp_path / "n.csv", "x,y\n0,2\n"))
    with pytest.raises(InputError, match="no line"):
        read_polyline(write(tmp_path / "n.geojson", geojson(("Point", [0, 0], {}))))
