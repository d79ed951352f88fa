import os
import shutil

import numpy as np
import pytest
import pyvista
from matplotlib import pyplot
from matplotlib.colors import Normalize
from mpi4py import MPI

from anodex.models.drawing.render import draw_field, inside, offscreen, render
from anodex.models.drawing.style import arrows, label, save, style
from anodex.models.errors import SetupError

pytestmark = pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="pictures are made on one rank")
NAME = "concentration [mol/m^3]"


def ring() -> pyvista.UnstructuredGrid:
    """Quarter ring of radii 5 and 10 um of two second-order quadrilaterals, each cut into two
    triangles.
    """
    radii, angles = np.linspace(5, 10, 3), np.linspace(0, np.pi / 2, 5)
    r, angle = np.meshgrid(radii, angles, indexing="ij")
    points = np.column_stack(
        [(r * np.cos(angle)).ravel(), (r * np.sin(angle)).ravel(), np.zeros(r.size)]
    )
    number = np.arange(15).reshape(3, 5)
    cells = []
    for j in (0, 2):
        a, b, c, d = number[0, j], number[2, j], number[2, j + 2], number[0, j + 2]
        middle = number[1, j + 1]
        cells += [
            [a, b, c, number[1, j], number[2, j + 1], middle],
            [a, c, d, middle, number[1, j + 2], number[0, j + 1]],
        ]
    grid = pyvista.UnstructuredGrid({pyvista.CellType.QUADRATIC_TRIANGLE: np.array(cells)}, points)
    grid[NAME] = 100 * points[:, 0]
    return grid


@pytest.fixture(scope="module")
def screen():
    with offscreen():
        yield


def test_picture_fills_its_bounds_and_shows_curved_edges(screen):
    image = render(ring(), NAME, bounds=(0, 20, 0, 10), clim=(0, 1000), cmap="gray", pixels=800)
    assert image.shape == (400, 800, 4)
    y, x = np.mgrid[400:0:-1, 0:800] / 40.0 - np.array([0.5, -0.5]).reshape(2, 1, 1) / 40
    radius = np.hypot(x, y)
    assert (image[(radius > 5.1) & (radius < 9.9), 3] == 255).all()
    assert (image[(radius < 4.9) | (radius > 10.1), 3] == 0).all()
    shown = image[..., 0][image[..., 3] == 255]
    np.testing.assert_allclose(shown, 25.5 * x[image[..., 3] == 255], atol=4)


def test_zoom_shows_a_part(screen):
    image = render(ring(), NAME, bounds=(6, 7, 1, 2), clim=(0, 1000), cmap="gray", pixels=100)
    assert image.shape == (100, 100, 4)
    np.testing.assert_allclose(image[:, [0, -1], 0].mean(axis=0), [25.5 * 6, 25.5 * 7], atol=3)


def test_drawn_field_has_axes_in_um_and_a_bar(screen, tmp_path):
    with style():
        figure, axes = pyplot.subplots()
        draw_field(axes, ring(), NAME)
        assert axes.get_xlabel() == "x [µm]"
        assert axes.get_images()[0].get_extent() == pytest.approx([0, 10, 0, 10])
        assert figure.axes[1].get_ylabel() == "concentration [mol/m$^{3}$]"
        path = save(figure, tmp_path / "figures" / "ring.png")
    assert path.read_bytes().startswith(b"\x89PNG")
    assert list(path.parent.iterdir()) == [path]


def test_label_shows_powers():
    assert label("tip_stress [MPa]") == "tip stress [MPa]"
    assert label("x [um^2/s^1]") == "x [µm$^{2}$/s$^{1}$]"
    assert label("x [s^-1]") == "x [s$^{-1}$]"
    assert label("step") == "step"


def test_second_display_after_the_first_is_gone(monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    for _ in range(2):
        with offscreen():
            render(ring(), NAME, bounds=(0, 10, 0, 10), clim=(0, 1000), pixels=20)
        assert "DISPLAY" not in os.environ


def test_existing_display_is_used(monkeypatch):
    monkeypatch.setenv("DISPLAY", ":77")
    with offscreen():
        assert os.environ["DISPLAY"] == ":77"
    assert os.environ["DISPLAY"] == ":77"


def test_missing_display_server_says_what_to_install(monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setattr("anodex.models.drawing.render.VTK_WITHOUT_X", (99, 0))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SetupError, match="install the package xvfb"), offscreen():
        pass


def test_unwritable_picture_is_an_error(tmp_path):
    (tmp_path / "file").touch()
    with style(), pytest.raises(SetupError, match="cannot write the picture"):
        save(pyplot.figure(), tmp_path / "file" / "picture.png")


@pytest.mark.parametrize(
    ("values", "expected"),
    [([0, 1], "neither"), ([-1, 1], "min"), ([np.nan, 2], "max"), ([-1, 2], "both")],
)
def test_colour_bars_have_arrows_where_values_lie_beyond(values, expected):
    assert arrows(Normalize(0, 1), np.array(values)) == expected


def test_transparent_margins_are_cropped():
    image = np.zeros((9, 8, 4), np.uint8)
    image[2, 3, 3] = image[6, 5, 3] = 255
    rows, columns = inside(image)
    assert image[rows, columns].shape == (5, 3, 4)
    assert image[rows, columns][0, 0, 3] == image[rows, columns][-1, -1, 3] == 255
