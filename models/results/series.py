"""Fields of a result folder, read back for pictures."""

import time as clock
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import ParseError

import h5py
import numpy as np
import pyvista

from anodex.models.errors import SetupError
from anodex.models.results.xdmf import VTK_TYPES, Step, read_xdmf

ATTEMPTS = 10  # a run may be writing the file at this very moment
PAUSE = 0.3  # s


@dataclass(frozen=True)
class FieldSeries:
    """The mesh and, for each of `times`, its fields; get it from `read_fields`."""

    path: Path
    mesh: pyvista.UnstructuredGrid
    steps: Sequence[Step]

    @property
    def times(self) -> np.ndarray:
        """Times [s], shape (steps,)."""
        return np.array([step.time for step in self.steps])

    def grid(self, time: float) -> pyvista.UnstructuredGrid:
        """The mesh with the fields of the stored time nearest to `time` [s]: arrays `name [unit]`
        of shape (points,), (points, 3) or (points, 9), in `point_data`; those of one value per cell
        in `cell_data`."""
        step = self.steps[int(np.abs(self.times - time).argmin())]
        datasets = _read(self.path, [array.dataset for array in step.arrays])
        grid = self.mesh.copy()
        for array, values in zip(step.arrays, datasets, strict=True):
            data = grid.point_data if array.center == "Node" else grid.cell_data
            data[array.name] = values[:, 0] if array.width == 1 else values
        return grid


def read_fields(path: Path) -> FieldSeries:
    """Fields of a fields.xdmf, also while the run that writes it goes on; serial.

    Raises
    ------
    SetupError
        If the files are missing or damaged, or hold no step yet.
    """
    path = Path(path)
    try:
        layout, steps = read_xdmf(path)
    except (OSError, ParseError) as error:
        raise SetupError(f"cannot read the fields {path}: {error}") from error
    if layout is None:
        raise SetupError(f"{path} holds no fields yet; wait for the first step of the run")
    points, cells = _read(path, ["mesh/points", "mesh/cells"])
    return FieldSeries(
        path, pyvista.UnstructuredGrid({VTK_TYPES[layout.cell]: cells}, points), steps
    )


def _read(path: Path, names: Sequence[str]) -> list[np.ndarray]:
    attempt = 0
    while True:
        try:
            with h5py.File(path.with_suffix(".h5"), "r", locking=False) as file:
                return [file[name][()] for name in names]
        except (OSError, KeyError) as error:
            attempt += 1
            if attempt == ATTEMPTS:
                raise SetupError(f"cannot read {path.with_suffix('.h5')}: {error}") from error
            clock.sleep(PAUSE)
