"""Fields of a result folder, read back for pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
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
    """Fields at each of `times`, and their mesh; get it from `read_fields`."""

    path: Path
    steps: Sequence[Step]

    @cached_property
    def mesh(self) -> pyvista.UnstructuredGrid:
        """Mesh without fields; that of the first time if it moves."""
        return self._mesh_of(self.steps[0])

    @property
    def times(self) -> np.ndarray:
        """Times [s], shape (steps,)."""
        return np.array([step.time for step in self.steps])

    def grid(self, time: float) -> pyvista.UnstructuredGrid:
        """Mesh and fields of the stored time nearest to `time` [s]: arrays `name [unit]`
        of shape (points,), (points, 3) or (points, 9), in `point_data`; those of one value per cell
        in `cell_data`."""
        step = self.steps[int(np.abs(self.times - time).argmin())]
        of_first = step.mesh == self.steps[0].mesh
        grid = self.mesh.copy() if of_first else self._mesh_of(step)
        for file in sorted({step.file_of(array) for array in step.arrays}):
            arrays = [array for array in step.arrays if step.file_of(array) == file]
            datasets = _read(self.path.parent / file, [array.dataset for array in arrays])
            for array, values in zip(arrays, datasets, strict=True):
                data = grid.point_data if array.center == "Node" else grid.cell_data
                data[array.name] = values[:, 0] if array.width == 1 else values
        return grid

    def _mesh_of(self, step: Step) -> pyvista.UnstructuredGrid:
        points, cells = _read(self.path.parent / step.mesh, ["mesh/points", "mesh/cells"])
        return pyvista.UnstructuredGrid({VTK_TYPES[step.layout.cell]: cells}, points)


def read_fields(path: Path) -> FieldSeries:
    """Fields of a fields.xdmf, also while the run that writes it goes on; serial.

    Raises
    ------
    SetupError
        If the file is missing or damaged, or holds no step yet; on reading mesh and fields from
        the series, if theirs are.
    """
    path = Path(path)
    try:
        steps = read_xdmf(path)
    except (OSError, ParseError, AttributeError, ValueError, TypeError) as error:
        raise SetupError(f"cannot read the fields {path}: {error}") from error
    if not steps:
        raise SetupError(f"{path} holds no fields yet; wait for the first step of the run")
    return FieldSeries(path, steps)


def _read(file: Path, names: Sequence[str]) -> list[np.ndarray]:
    """Datasets of a file; a damaged one is refused, an old one has nothing to tell it by."""
    try:
        if is_sealed(file):
            verify(file)
        with h5py.File(file, "r", locking=False) as numbers:
            return [numbers[name][()] for name in names]
    except (OSError, KeyError) as error:
        raise SetupError(f"cannot read {file}: {error}") from error
