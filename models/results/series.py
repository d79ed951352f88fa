"""Fields of a result folder, read back for pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import ParseError

import h5py
import numpy as np
import pyvista

from anodex.models.errors import SetupError
from anodex.models.results.sealed import is_sealed, verify
from anodex.models.results.xdmf import VTK_TYPES, Step, read_xdmf


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
        file = self.path.parent / step.heavy
        datasets = _read(file, [array.dataset for array in step.arrays])
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
    except (OSError, ParseError, AttributeError, ValueError, TypeError) as error:
        raise SetupError(f"cannot read the fields {path}: {error}") from error
    if layout is None:
        raise SetupError(f"{path} holds no fields yet; wait for the first step of the run")
    points, cells = _read(path.with_suffix(".h5"), ["mesh/points", "mesh/cells"])
    return FieldSeries(
        path, pyvista.UnstructuredGrid({VTK_TYPES[layout.cell]: cells}, points), steps
    )


def _read(file: Path, names: Sequence[str]) -> list[np.ndarray]:
    """Datasets of a file; a damaged one is refused, an old one has nothing to tell it by."""
    try:
        if is_sealed(file):
            verify(file)
        with h5py.File(file, "r", locking=False) as numbers:
            return [numbers[name][()] for name in names]
    except (OSError, KeyError) as error:
        raise SetupError(f"cannot read {file}: {error}") from error
