"""What `anodex view` shows of results: their fields side by side as one picture, and the numbers
beside it. Knows no browser.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pyvista

from anodex.models.drawing.render import straightened
from anodex.models.drawing.style import COLORMAP
from anodex.models.errors import SetupError
from anodex.models.results.history import TIME
from anodex.models.results.result import Result
from anodex.models.results.series import FieldSeries

AXES = "xyz"
COLOURS = "colours"  # name of the array that is drawn
DISPLACEMENT = "displacement ["  # how the name of the vector begins that moves a mesh
BAR = {  # of the colours, in a panel; no label stands in the middle, where the name is
    **{"position_x": 0.1, "position_y": 0.02, "width": 0.8, "height": 0.12, "n_labels": 4},
    **{"color": "black", "fmt": "%.3g", "title_font_size": 18, "label_font_size": 16},
}
RULERS = {  # at the sides of what is seen at first
    **{"n_xlabels": 2, "n_ylabels": 2, "n_zlabels": 2},
    **{"font_size": 12, "bold": False, "location": "outer"},
}
ROUND_OFF = 1e-9  # of a length, as a share of that of the mesh
WIDE, HIGH, MIDDLE = 0.8, 0.7, 0.57  # where a mesh is seen, as shares of its panel; above the bar
VECTOR = 3  # components; of larger arrays each component stands in the file by itself


@dataclass(frozen=True)
class Look:
    """What is looked at.

    Attributes
    ----------
    part, array
        A file of fields, and an array in it; of a vector the length is shown.
    time
        In seconds: each result shows its stored time that is nearest.
    warp
        How many times the displacement moves the mesh.
    cut
        "x", "y" or "z" for a plane across that axis through meshes in space, or nothing.
    place
        Of the plane, as a share of the way through the mesh.
    """

    part: str
    array: str
    time: float
    warp: float = 0.0
    cut: str = ""
    place: float = 0.5


class Scene:
    """Fields of results side by side, under one camera and one range of colours; inside
    `offscreen`.

    Parameters
    ----------
    results
        Name of a result -> the result; one that still runs is read again by `refresh`.
    size
        Of the picture [pixels].
    share
        Of the length and height of planes, from their lower left corner, that is seen until
        `reset`.
    """

    def __init__(
        self,
        results: Mapping[str, Result],
        size: tuple[int, int] = (1200, 700),
        share: float = 1.0,
    ):
        self.results, self._share = dict(results), share
        self._stamps = {name: _stamp(result) for name, result in results.items()}
        self._series: dict[tuple[str, str], FieldSeries] = {}
        self._placed = ""  # part for which the camera stands
        self._plotter = pyvista.Plotter(
            off_screen=True, shape=(1, len(self.results)), window_size=list(size), border=True
        )
        self._plotter.link_views()

    def refresh(self) -> bool:
        """Read anew what runs have written since; whether there was something."""
        changed = [
            name for name in self.results if _stamp(self.results[name]) != self._stamps[name]
        ]
        for name in changed:
            self._stamps[name] = _stamp(self.results[name])
            self.results[name] = Result(self.results[name].folder)
            self._series = {key: kept for key, kept in self._series.items() if key[0] != name}
        return bool(changed)

    @property
    def parts(self) -> list[str]:
        """Files of fields that any result has, those named `fields` first."""
        found = dict.fromkeys(part for result in self.results.values() for part in result.parts)
        return sorted(found, key=lambda part: (part != "fields", part))

    def arrays(self, part: str) -> list[str]:
        """Scalars and vectors of a file."""
        steps = [series.steps[-1] for _, series in self._all(part)]
        found = dict.fromkeys(
            array.name for step in steps for array in step.arrays if array.width <= VECTOR
        )
        return list(found)

    def times(self, part: str) -> list[float]:
        """All times that any result has stored [s], ascending."""
        return sorted({float(time) for _, series in self._all(part) for time in series.times})

    def in_space(self, part: str) -> bool:
        """Whether the mesh of a file is more than a plane."""
        return any(_is_deep(series.mesh) for _, series in self._all(part))

    def is_movable(self, part: str) -> bool:
        """Whether a file has displacements, which can be shown larger."""
        return any(name.startswith(DISPLACEMENT) for name in self.arrays(part))

    @property
    def histories(self) -> dict[str, Mapping[str, np.ndarray]]:
        """Columns of each result, `name [unit]` -> values of shape (rows,)."""
        return {name: result.columns for name, result in self.results.items()}

    @property
    def columns(self) -> list[str]:
        """Columns of the histories but the time."""
        found = dict.fromkeys(name for history in self.histories.values() for name in history)
        return [name for name in found if name != TIME]

    def picture(self, look: Look) -> np.ndarray:
        """The fields, shape (rows, columns, 3): a panel for each result, empty where one lacks
        them.
        """
        shown = {name: self._shown(series, look) for name, series in self._all(look.part)}
        found = [
            mesh[COLOURS]
            for mesh in shown.values()
            if mesh is not None and COLOURS in mesh.array_names
        ]
        values = [each[np.isfinite(each)] for each in found]
        limits = [end for each in values if each.size for end in (each.min(), each.max())]
        clim = (min(limits), max(limits)) if limits else (0.0, 1.0)
        self._plotter.suppress_rendering = True  # until all is there
        self._plotter.scalar_bars.clear()
        for column, name in enumerate(self.results):
            self._plotter.subplot(0, column)
            self._plotter.renderer.clear_actors()
            mesh = shown.get(name)
            if mesh is not None and COLOURS in mesh.array_names:
                self._plotter.add_mesh(
                    mesh,
                    scalars=COLOURS,
                    clim=clim,
                    cmap=COLORMAP,
                    **({"ambient": 0.4, "diffuse": 0.6} if _is_deep(mesh) else {"lighting": False}),
                    interpolate_before_map=True,
                    scalar_bar_args={"title": look.array, **BAR},
                )
        if self._placed != look.part:
            self._place(look.part, [mesh.bounds for mesh in shown.values() if mesh is not None])
        self._measure()
        self._plotter.suppress_rendering = False
        self._plotter.render()
        return self._plotter.screenshot(return_img=True)

    def move(self, right: float, up: float) -> None:
        """Drag what is seen by shares of the picture: in space it turns, in a plane it shifts."""
        camera = self._camera
        if self._deep:
            camera.azimuth -= 180 * right
            camera.elevation = float(np.clip(camera.elevation - 180 * up, -89, 89))
        else:
            height = 2 * camera.parallel_scale
            width, rows = self._plotter.window_size
            step = (right * height * width / rows, up * height, 0.0)
            camera.position = tuple(np.subtract(camera.position, step))
            camera.focal_point = tuple(np.subtract(camera.focal_point, step))

    def zoom(self, factor: float, x: float = 0.5, y: float = 0.5) -> None:
        """Draw it larger, or smaller; in a plane what lies at (x, y), shares of the picture from
        its lower left corner, stays there.
        """
        if not self._deep:
            panels = len(self.results)
            shares = ((x * panels) % 1 - 0.5) / panels, y - 0.5
            self.move(*(share * (1 / factor - 1) for share in shares))
        self._camera.zoom(factor)

    def reset(self) -> None:
        """Show all of the mesh."""
        self._placed, self._share = "", 1.0

    def close(self) -> None:
        """Give the window back."""
        self._plotter.close()

    def _all(self, part: str) -> Iterator[tuple[str, FieldSeries]]:
        """The fields of those results that have some."""
        for name, result in self.results.items():
            if (name, part) not in self._series:
                try:
                    self._series[name, part] = result.series(part)
                except SetupError:  # not yet, or another system's
                    continue
            yield name, self._series[name, part]

    def _shown(self, series: FieldSeries, look: Look) -> pyvista.DataSet | None:
        """What is drawn of a result, with its values in the array `COLOURS`."""
        grid = series.grid(look.time)
        if look.array not in grid.array_names:
            return None
        if look.warp and (vector := _displacement(grid)):
            grid.points += look.warp * grid.point_data[vector]
        if look.cut and _is_deep(grid):
            axis = AXES.index(look.cut)
            low, high = grid.bounds[2 * axis : 2 * axis + 2]
            origin = np.array(grid.center)
            origin[axis] = low + look.place * (high - low)
            drawn = grid.slice(normal=look.cut, origin=origin)
        else:
            drawn = straightened(grid)
        data = drawn.point_data if look.array in drawn.point_data else drawn.cell_data
        if look.array in data:  # a plane may miss the mesh
            values = data[look.array]
            data[COLOURS] = values if values.ndim == 1 else np.linalg.norm(values, axis=1)
        return drawn

    @property
    def _camera(self) -> pyvista.Camera:
        """That of all panels."""
        return self._plotter.renderers[0].camera

    def _place(self, part: str, bounds: Sequence[Sequence[float]]) -> None:
        """Put the camera where all meshes are seen."""
        self._placed, self._deep = part, self.in_space(part)
        self._plotter.subplot(0, 0)
        self._plotter.enable_parallel_projection()
        if self._deep:
            self._plotter.view_isometric()
        else:
            self._plotter.view_xy()
        low, high = np.min(bounds, axis=0)[::2], np.max(bounds, axis=0)[1::2]
        low[np.abs(low) < ROUND_OFF * (high - low)] = 0.0
        if not self._deep:
            high = low + self._share * (high - low)
        self._bounds = np.ravel([low, high], order="F")
        self._plotter.reset_camera(bounds=self._bounds)
        camera = self._camera
        right = np.cross(camera.direction, camera.up)
        up = np.cross(right, camera.direction)
        corners = np.array(list(product(*zip(low, high, strict=True))))
        width, height = (np.ptp(corners @ axis) / np.linalg.norm(axis) for axis in (right, up))
        columns, rows = self._plotter.window_size
        panel = columns / len(self.results) / rows
        camera.parallel_scale = max(height / HIGH, width / WIDE / panel) / 2
        down = (2 * MIDDLE - 1) * camera.parallel_scale * up / np.linalg.norm(up)
        camera.position = tuple(camera.position - down)
        camera.focal_point = tuple(camera.focal_point - down)

    def _measure(self) -> None:
        """Show how large it is."""
        # VTK draws a name below a plane as a dot; the unit is then with the numbers.
        names = {f"{axis}title": f"{axis} [um]" if self._deep else "" for axis in AXES}
        unit = "" if self._deep else " um"
        for column in range(len(self.results)):
            self._plotter.subplot(0, column)
            self._plotter.show_bounds(
                bounds=self._bounds, show_zaxis=self._deep, fmt=f"%.4g{unit}", **names, **RULERS
            )


def _displacement(grid: pyvista.DataSet) -> str | None:
    """Name of the vector that moves the mesh."""
    return next((name for name in grid.point_data if name.startswith(DISPLACEMENT)), None)


def _is_deep(grid: pyvista.DataSet) -> bool:
    return bool(np.ptp(np.reshape(grid.bounds, (3, 2)), axis=1).min() > 0)


def _stamp(result: Result) -> tuple[int, ...]:
    """Changes when a run has written something."""
    files = sorted([*result.folder.glob("*.xdmf"), *result.folder.glob("history.csv")])
    return tuple(file.stat().st_mtime_ns for file in files)
