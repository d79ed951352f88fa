"""Gmsh used cleanly: opened and closed once, on one rank, with failures that every rank sees.

It is imported where it draws and not before: it takes long to load, needs graphics libraries that a
machine may lack, and who only reads a case or a result needs neither.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

import numpy as np
from mpi4py import MPI

from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.compat import from_gmsh_model
from anodex.models.errors import SetupError

LEAST_JACOBIAN = 0.05  # smallest over largest Jacobian determinant in a cell
# Gmsh order
MIDDLE_NODES = {
    2: {3: (0, 1), 4: (1, 2), 5: (0, 2)},
    3: {4: (0, 1), 5: (1, 2), 6: (0, 2), 7: (0, 3), 8: (2, 3), 9: (1, 3)},
}


@contextmanager
def session() -> Iterator[None]:
    """A quiet, reproducible Gmsh session with an empty model."""
    import gmsh

    gmsh.initialize(readConfigFiles=False, interruptible=False)
    try:
        gmsh.option.setNumber("General.Verbosity", 0)
        # more threads would change the mesh from run to run
        gmsh.option.setNumber("General.NumThreads", 1)
        yield
    finally:
        gmsh.finalize()


def generate(
    dimension: int, order: int, size: Callable[[int, int, float, float, float, float], float]
) -> None:
    """Mesh the current model.

    Parameters
    ----------
    dimension
        2 or 3.
    order
        Order of the cells: 1 straight, 2 curved.
    size
        Gmsh size callback `(dimension, tag, x, y, z, given size) -> size` [um].

    Raises
    ------
    SetupError
        If a cell is turned inside out.
    """
    import gmsh

    # the callback alone decides
    for source in ("FromPoints", "FromCurvature", "ExtendFromBoundary"):
        gmsh.option.setNumber(f"Mesh.MeshSize{source}", 0)
    gmsh.model.mesh.setSizeCallback(size)
    gmsh.model.mesh.generate(dimension)
    gmsh.model.mesh.setOrder(order)
    if order == 2:
        _straighten(dimension)


def _straighten(dimension: int) -> None:
    """Straighten the cells that a tight curve folds (Gmsh's own repair can abort the process),
    until no cell is folded.
    """
    import gmsh

    edges = MIDDLE_NODES[dimension]
    for _ in range(10):
        _, (cells,), (nodes,) = gmsh.model.mesh.getElements(dimension)
        folded = np.asarray(gmsh.model.mesh.getElementQualities(cells, "minSJ")) < LEAST_JACOBIAN
        if not folded.any():
            return
        for cell in nodes.reshape(len(cells), -1)[folded]:
            for middle, ends in edges.items():
                place = np.mean([gmsh.model.mesh.getNode(cell[end])[0] for end in ends], axis=0)
                gmsh.model.mesh.setNode(cell[middle], place, [])
    raise SetupError(
        "the mesh has cells that are turned inside out; ask for smaller cells (refinement, "
        "tip_cells) or a blunter tip"
    )


def build(
    draw: Callable[[], None], tags: dict[str, int], comm: MPI.Comm, dimension: int
) -> TaggedMesh:
    """Mesh that `draw` makes on rank 0, spread over all ranks.

    Parameters
    ----------
    draw
        Draws and meshes the current Gmsh model and adds its physical groups; called on rank 0 only.
    tags
        Name of a part -> tag of its physical group.
    comm
        All ranks call together.
    dimension
        Of the space, 2 or 3.

    Raises
    ------
    SetupError
        On every rank, if Gmsh fails.
    """
    import gmsh

    root = comm.rank == 0
    with session() if root else nullcontext():
        failure = _failure(draw) if root else None
        failure = comm.bcast(failure)
        if failure:
            raise SetupError(failure)
        mesh, cells, facets = from_gmsh_model(gmsh.model, comm, 0, dimension)
    return TaggedMesh(mesh, cells, facets, tags)


def _failure(draw: Callable[[], None]) -> str | None:
    """What went wrong in `draw`, to be told to the other ranks, which would otherwise wait for
    ever.
    """
    try:
        draw()
    except Exception as error:  # Gmsh raises nothing more specific
        return f"Gmsh could not make the mesh: {error}"
    return None
