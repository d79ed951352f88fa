"""What ParaView finds in files of fields: run by its own Python, `pvpython dump.py FOLDER FILE...`.

FOLDER gets `version.txt`, and for each file and time `FILE_STEP.npz`, both counted from 0: `time`
(nan in a file without times), `points`, `cells` with the number of nodes before those of each cell,
`types` of VTK, and the arrays as `point NAME` or `cell NAME`.
"""

import sys
from pathlib import Path

import numpy as np
from paraview import servermanager, simple
from vtkmodules.util.numpy_support import vtk_to_numpy


def opened(path: str):
    """The reader that docs/how-to/paraview.md names."""
    if path.endswith(".xdmf"):
        return simple.Xdmf3ReaderS(FileName=[path])
    if path.endswith(".pvd"):
        return simple.PVDReader(FileName=path)
    return simple.XMLUnstructuredGridReader(FileName=[path])


def numbers_of(grid) -> dict[str, np.ndarray]:
    """Mesh and arrays of a grid of VTK."""
    cells = grid.GetCells()
    nodes = vtk_to_numpy(cells.GetConnectivityArray())
    starts = vtk_to_numpy(cells.GetOffsetsArray())
    found = {
        "points": vtk_to_numpy(grid.GetPoints().GetData()),
        "cells": np.insert(nodes, starts[:-1], np.diff(starts)),
        "types": vtk_to_numpy(grid.GetCellTypesArray()),
    }
    for kind, data in (("point", grid.GetPointData()), ("cell", grid.GetCellData())):
        arrays = map(data.GetArray, range(data.GetNumberOfArrays()))
        found |= {f"{kind} {array.GetName()}": vtk_to_numpy(array) for array in arrays}
    return found


def main(folder: Path, paths: list[str]) -> None:
    """Write what is in some files."""
    (folder / "version.txt").write_text(simple.GetParaViewSourceVersion().split()[-1])
    for number, path in enumerate(paths):
        reader = opened(path)
        reader.UpdatePipelineInformation()
        times = np.ravel(np.array(reader.TimestepValues, dtype=float))  # one is a number there
        for step, time in enumerate(times if times.size else [np.nan]):
            reader.UpdatePipeline(*([] if np.isnan(time) else [time]))
            grid = servermanager.Fetch(reader)
            np.savez(folder / f"{number}_{step}.npz", time=time, **numbers_of(grid))
        simple.Delete(reader)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
