"""The meshes of the window (drawing them needs a graphics driver)."""

import numpy as np

from harmony.run import Run
from harmony.view.window import _edges, _faces


def test_faces_and_edges_are_the_blocks(run: Run) -> None:
    frame = run.fields.frame(1)
    faces, edges = _faces(frame, np.array([1, 2, 3])), _edges(frame)
    assert faces.n_cells == 3
    assert np.allclose(faces.compute_cell_sizes()["Area"], 1.0)
    assert edges.n_cells == 4
    assert np.allclose(edges.compute_cell_sizes()["Length"], [106.0, 4.0, 4.0, 4.0])
    assert edges.points[:, 2].min() > faces.points[:, 2].max()
