"""Bodies in space: where their places are in a picture, and the axes along their edges."""

import numpy as np
import pytest
import pyvista
from matplotlib import pyplot

from anodex.models.drawing.oblique import Edge, draw_view, seen_from
from anodex.models.drawing.render import offscreen

pytestmark = pytest.mark.serial


@pytest.fixture(scope="module")
def view():
    """A box of 4 um by 2 um by 1 um."""
    with offscreen():
        plotter = pyvista.Plotter(off_screen=True, window_size=(400, 300))
        plotter.add_mesh(pyvista.Box((0, 4, 0, 2, 0, 1)), lighting=False, color="red")
        found = seen_from((0.9, -1.0, 0.75), plotter)
        plotter.close()
    return found


def test_places_are_where_they_are_seen(view):
    corners = np.array([(x, y, z) for x in (0, 4) for y in (0, 2) for z in (0, 1)])
    places = view.pixels(corners)
    rows, columns = view.image.shape[:2]
    assert places.min(axis=0) == pytest.approx([0, 0], abs=1.5)
    assert places.max(axis=0) == pytest.approx([columns, rows], abs=1.5)
    column, row = view.pixels(np.array([2.0, 0.0, 0.5])).round().astype(int)
    assert view.image[row, column, 3] == 255  # the middle of the front
    assert view.pixels(np.array([2, 0, 1]))[1] < view.pixels(np.array([2, 0, 0]))[1]


def test_edges_have_round_numbers_and_words(view):
    edges = [
        Edge((0, 0, 0), (4, 0, 0), (0, 40), "x [µm]"),
        Edge((4, 0, 0), (4, 2, 0), (0, 20), "y [µm]", begins=False),
    ]
    figure, axes = pyplot.subplots()
    draw_view(axes, view, edges)
    texts = [text.get_text() for text in axes.texts if text.get_text()]
    pyplot.close(figure)
    assert texts == ["0", "10", "20", "30", "40", "x [µm]", "5", "10", "15", "20", "y [µm]"]
    assert axes.get_xlim()[1] == pytest.approx(view.image.shape[1], abs=1)
