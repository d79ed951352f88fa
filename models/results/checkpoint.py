"""The state of a run in one file, from which it goes on after a kill, on any number of ranks.

Degrees of freedom are stored cell by cell, in the order in which the mesh generator made the cells:
this needs no rule per element, so mixed, discontinuous and quadrature elements are all the same
here. adios4dolfinx is not used because its files are folders, which no rename replaces in one go: a
kill while it writes can leave neither the old state nor the new one.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import basix
import h5py
import numpy as np
from dolfinx.fem import Function
from dolfinx.mesh import Mesh
from mpi4py import MPI

from anodex.models.errors import SetupError
from anodex.models.results.checkpoint_head import FormatError, read_checkpoint_head, stamp
from anodex.models.results.files import previous_of, same_outcome
from anodex.models.results.ranks import on_first_rank
from anodex.models.results.sealed import write_sealed
from anodex.models.results.slabs import Slabs, cell_positions

FINGERPRINT_TOLERANCE = 1e-10  # sums over another number of ranks differ in the last digits


def write_checkpoint(
    path: Path,
    comm: MPI.Comm,
    functions: Mapping[str, Function],
    scalars: Mapping[str, Any],
) -> None:
    """Put the state into `path`; the earlier one goes to `previous_of(path)`. A kill at any moment
    leaves a whole state in `path`; collective.

    Parameters
    ----------
    functions
        Name -> function on any mesh, mixed, discontinuous and quadrature elements included; their
        ghost values are updated.
    scalars
        Name -> number, text, list or table, as JSON takes them, given alike on all ranks.

    Raises
    ------
    SetupError
        If the file cannot be written; the earlier one is still there.
    """
    meshes = {
        name: _fingerprint(function.function_space.mesh) for name, function in functions.items()
    }
    head = {**stamp(), "scalars": dict(scalars), "ranks": comm.size, "meshes": meshes}
    for function in functions.values():
        function.x.scatter_forward()  # the cell that is read back may be one of another rank
    slabs = {
        f"functions/{name}": _slabs(function, owned=True).collect(_cell_values(function))
        for name, function in functions.items()
    }
    write_sealed(path, comm, head, slabs, previous_of(path))


def read_checkpoint(
    path: Path, comm: MPI.Comm, functions: Mapping[str, Function]
) -> dict[str, Any]:
    """Fill `functions`, ghosts included, from a checkpoint and return its scalars; collective.

    The values are those that were written, to the last bit, on any number of ranks.

    Raises
    ------
    SetupError
        If there is no checkpoint, it is damaged or of another format, or it belongs to another mesh
        or other elements; or if the number of ranks has changed and an element numbers its unknowns
        by the partition (continuous of degree 3 and more, edge and face elements).
    """
    head = on_first_rank(comm, lambda: _resumable(path))
    if set(head["meshes"]) != set(functions):
        raise SetupError(
            f"{path} holds the functions {sorted(head['meshes'])}, the run needs "
            f"{sorted(functions)}; run again without --resume"
        )
    for name, function in functions.items():
        mesh = function.function_space.mesh
        if not np.allclose(
            head["meshes"][name], _fingerprint(mesh), rtol=FINGERPRINT_TOLERANCE, atol=0.0
        ):
            raise SetupError(
                f"{path} belongs to another mesh ('{name}'); resume with the case.toml and the "
                "Gmsh version that made it"
            )
        if head["ranks"] != comm.size and _numbered_by_partition(function):
            raise SetupError(
                f"'{name}' in {path} was written on {head['ranks']} ranks and its element needs "
                f"the same number, not {comm.size}"
            )
        _fill(path, comm, name, function)
    return head["scalars"]


def read_numbers(path: Path, comm: MPI.Comm) -> dict[str, Any]:
    """The scalars of a checkpoint; collective.

    Raises
    ------
    SetupError
        If there is no checkpoint, or it is damaged.
    """
    return on_first_rank(comm, lambda: _resumable(path))["scalars"]


def _resumable(path: Path) -> dict[str, Any]:
    try:
        return read_checkpoint_head(path)
    except FormatError:
        raise
    except SetupError as error:
        raise SetupError(
            f"cannot resume: {error}; run again without --resume, into another folder"
        ) from error


def _fill(path: Path, comm: MPI.Comm, name: str, function: Function) -> None:
    slabs = _slabs(function, owned=False)
    own = _cell_values(function)
    with (
        same_outcome(comm, f"read the checkpoint {path}"),
        h5py.File(path, "r", locking=False) as file,
    ):
        dataset = file[f"functions/{name}"]
        if dataset.shape[1:] != own.shape[1:]:
            raise SetupError(
                f"'{name}' has {own.shape[1:]} values in a cell, {path} has {dataset.shape[1:]}; "
                "run again without --resume"
            )
        slab = dataset[slabs.start : slabs.stop]
    space = function.function_space
    function.x.array.reshape(-1, space.dofmap.bs)[space.dofmap.list] = slabs.spread(slab)
    function.x.scatter_forward()


def _cell_values(function: Function) -> np.ndarray:
    """Values of the owned cells, shape (cells, unknowns of a cell, block size)."""
    space = function.function_space
    owned = space.mesh.topology.index_map(space.mesh.topology.dim).size_local
    return function.x.array.reshape(-1, space.dofmap.bs)[space.dofmap.list[:owned]]


def _slabs(function: Function, owned: bool) -> Slabs:
    mesh = function.function_space.mesh
    positions, total = cell_positions(mesh)
    return Slabs(
        mesh.comm,
        positions[: mesh.topology.index_map(mesh.topology.dim).size_local] if owned else positions,
        total,
    )


def _fingerprint(mesh: Mesh) -> list[float]:
    """Numbers that tell meshes apart: cells, nodes, sums of the coordinates and of their
    squares.
    """
    nodes = mesh.geometry.index_map()
    x = mesh.geometry.x[: nodes.size_local]
    sums = mesh.comm.allreduce(np.array([np.abs(x).sum(), *(x**2).sum(axis=0)]))
    return [
        mesh.topology.index_map(mesh.topology.dim).size_global,
        nodes.size_global,
        *sums.tolist(),
    ]


def _numbered_by_partition(function: Function) -> bool:
    """Whether the order of the unknowns in a cell, or their sign, follows from the global
    numbers of its vertices.
    """
    mesh = function.function_space.mesh
    facets = mesh.topology.dim < mesh.geometry.dim
    return facets or not all(map(_ordered_by_cell, _parts(function.function_space.ufl_element())))


def _ordered_by_cell(element) -> bool:
    space = element.basix_sobolev_space
    return space == basix.SobolevSpace.L2 or (
        space == basix.SobolevSpace.H1 and element.degree <= 2
    )


def _parts(element) -> list:
    return (
        [part for sub in element.sub_elements for part in _parts(sub)]
        if element.sub_elements
        else [element]
    )
