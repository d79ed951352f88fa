"""Fields drawn by PyVista without a screen, as pixels for the axes of a picture."""

import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager

import numpy as np
import pyvista
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from vtkmodules.vtkFiltersGeometry import vtkDataSetSurfaceFilter

from anodex.models.drawing.style import COLORMAP, label
from anodex.models.errors import SetupError

SUBDIVISION = 3  # each curved cell is drawn as 4^3 straight ones
VTK_WITHOUT_X = (9, 4)  # from this version on, VTK for Linux falls back to EGL or OSMesa by itself


@contextmanager
def offscreen() -> Iterator[None]:
    """A display to render on: the one there is, none where VTK needs none, else a virtual one that
    lives as long as the block.

    Raises
    ------
    SetupError
        If VTK needs a display and the program Xvfb is missing.
    """
    if (
        os.environ.get("DISPLAY")
        or sys.platform != "linux"
        or pyvista.vtk_version_info >= VTK_WITHOUT_X
    ):
        yield
        return
    if not shutil.which("Xvfb"):
        raise SetupError(
            "pictures of fields need a display or the program Xvfb: install the package xvfb, or "
            "set DISPLAY"
        )
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x1024x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with open(read) as pipe:
            # the server writes it when it is ready, and nothing when it dies
            number = pipe.readline().strip()
        if not number:
            raise SetupError("Xvfb did not start; try it by hand: Xvfb -displayfd 1")
        os.environ["DISPLAY"] = f":{number}"
        yield
    finally:
        os.environ.pop("DISPLAY", None)
        # A window that outlives its display ends the whole process.
        pyvista.close_all()
        gc.collect()
        server.terminate()
        server.wait()


def render(
    grid: pyvista.DataSet,
    array: str,
    *,
    bounds: tuple[float, float, float, float],
    clim: tuple[float, float],
    cmap: str = COLORMAP,
    pixels: int = 1200,
) -> np.ndarray:
    """Picture of a plane field, that fills exactly the rectangle `bounds`; inside `offscreen`.

    Parameters
    ----------
    grid
        Plane grid in x and y; curved cells are drawn curved.
    array
        Name of its scalar point or cell array.
    bounds
        (x min, x max, y min, y max) [um].
    clim
        Values at the two ends of the colour map.
    pixels
        Of the longer side.

    Returns
    -------
    Colours, shape (rows, columns, 4), top row first, transparent where there is no mesh: for
    `imshow(..., extent=bounds)`.
    """
    left, right, bottom, top = bounds
    width, height = right - left, top - bottom
    size = [max(1, round(pixels * side / max(width, height))) for side in (width, height)]
    surface = straightened(grid)
    plotter = pyvista.Plotter(off_screen=True, window_size=size, lighting="none")
    with closing(plotter):
        plotter.add_mesh(
            surface,
            scalars=array,
            clim=clim,
            cmap=cmap,
            n_colors=256,
            lighting=False,
            show_scalar_bar=False,
            interpolate_before_map=True,
        )
        plotter.enable_parallel_projection()
        middle = ((left + right) / 2, (bottom + top) / 2)
        distance = max(width, height, surface.length)
        plotter.camera_position = [(*middle, distance), (*middle, 0.0), (0.0, 1.0, 0.0)]
        plotter.camera.parallel_scale = height / 2
        plotter.camera.clipping_range = (0.1 * distance, 10 * distance)
        return plotter.screenshot(transparent_background=True, return_img=True)


def straightened(grid: pyvista.DataSet) -> pyvista.PolyData:
    """Surface of the grid with each curved cell cut into straight ones. By VTK, since PyVista
    renames what it takes for this.
    """
    cut = vtkDataSetSurfaceFilter()
    cut.SetInputData(grid)
    cut.SetNonlinearSubdivisionLevel(SUBDIVISION)
    cut.Update()
    return pyvista.wrap(cut.GetOutput())


def inside(image: np.ndarray) -> tuple[slice, slice]:
    """Rows and columns of a picture, shape (rows, columns, 4), within which it is not transparent
    all along a side.
    """
    rows, columns = (np.flatnonzero(image[..., 3].any(axis=axis)) for axis in (1, 0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def draw_field(
    axes: Axes,
    grid: pyvista.DataSet,
    array: str,
    *,
    bounds: tuple[float, float, float, float] | None = None,
    clim: tuple[float, float] | None = None,
    cmap: str = COLORMAP,
    bar: bool = True,
) -> ScalarMappable:
    """Draw a plane field into `axes` with lengths in um and, with `bar`, a colour bar with name and
    unit; inside `offscreen`.

    `bounds` is by default the whole grid, `clim` the range of the array. Returns what
    `figure.colorbar` takes, for one bar over several axes.
    """
    bounds = bounds or tuple(grid.bounds[:4])
    clim = clim or (float(grid[array].min()), float(grid[array].max()))
    axes.imshow(
        render(grid, array, bounds=bounds, clim=clim, cmap=cmap),
        extent=bounds,
        interpolation="antialiased",
        aspect="equal",
    )
    axes.set(xlabel="x [µm]", ylabel="y [µm]")
    colors = ScalarMappable(Normalize(*clim), cmap)
    if bar:
        axes.figure.colorbar(colors, ax=axes, label=label(array))
    return colors
