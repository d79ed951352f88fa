"""Meshes written for other programs."""

from pathlib import Path

import meshio
import numpy as np
from dolfinx.mesh import entities_to_geometry

from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.compat import node_element
from anodex.models.discrete.subcells import subcells
from anodex.models.errors import InputError, SetupError

# Dimension and number of nodes -> name in meshio of the cells written for a cell, and the nodes of
# each, in the order of VTK.
CELLS: dict[tuple[int, int], tuple[str, list[list[int]] | np.ndarray]] = {
    (1, 2): ("line", [[0, 1]]),
    (1, 3): ("line3", [[0, 1, 2]]),
    (1, 4): ("line", subcells("interval", 3)),
    (2, 3): ("triangle", [[0, 1, 2]]),
    (2, 6): ("triangle6", [[0, 1, 2, 5, 3, 4]]),
    (2, 4): ("quad", subcells("quadrilateral", 1)),
    (2, 9): ("quad9", [[0, 1, 3, 2, 4, 6, 7, 5, 8]]),
    (2, 16): ("quad", subcells("quadrilateral", 3)),
    (3, 4): ("tetra", [[0, 1, 2, 3]]),
    (3, 10): ("tetra10", [[0, 1, 2, 3, 9, 6, 8, 7, 5, 4]]),
    (3, 8): ("hexahedron", subcells("hexahedron", 1)),
    (3, 27): (
        "hexahedron27",
        [
            [
                0,
                1,
                3,
                2,
                4,
                5,
                7,
                6,
                8,
                11,
                13,
                9,
                16,
                18,
                19,
                17,
                10,
                12,
                15,
                14,
                22,
                23,
                21,
                24,
                20,
                25,
                26,
            ]
        ],
    ),
    (3, 64): ("hexahedron", subcells("hexahedron", 3)),
}


def write_mesh(tagged: TaggedMesh, path: Path) -> None:
    """Write a mesh with its tags, in the format that the ending of the file asks for.

    Curved cells of second order stay curved. Quadrilaterals and hexahedra of third order, which few
    programs read, become straight sub-cells on the same nodes, each with the tag of its cell or
    facet.

    The tags of cells and tagged facets are the cell data "tag" ("gmsh:physical", with the names, in
    .msh). XDMF takes the facets in a second file, `NAME_facets.xdmf`. All ranks call together; rank
    0 writes.

    Raises
    ------
    InputError
        If the ending is unknown or the format cannot hold the mesh.
    SetupError
        If the file cannot be written.
    """
    path = Path(path)
    formats = meshio.extension_to_filetypes
    if path.suffix not in formats:
        raise InputError(
            f"no mesh format ends in '{path.suffix}' ({path}); use .msh, .xdmf, .vtu or another of "
            f"{' '.join(sorted(formats))}"
        )
    gathered = _gather(tagged)
    comm = tagged.mesh.comm
    failure = _failure(gathered, path) if comm.rank == 0 else None
    failure = comm.bcast(failure)
    if failure:
        raise failure


def _gather(tagged: TaggedMesh) -> meshio.Mesh | None:
    """The whole mesh on rank 0, None elsewhere."""
    mesh, tdim = tagged.mesh, tagged.mesh.topology.dim
    geometry = mesh.geometry.index_map()
    points = mesh.comm.gather(mesh.geometry.x[: geometry.size_local])
    blocks = [
        _block(tagged, dim, tags) for dim, tags in ((tdim, tagged.cells), (tdim - 1, tagged.facets))
    ]
    if mesh.comm.rank > 0:
        return None
    numbers = [tags for _, _, tags in blocks]
    names = {name: [tag, tdim - (tag not in numbers[0])] for name, tag in tagged.tags.items()}
    return meshio.Mesh(
        np.concatenate(points),
        [(name, nodes) for name, nodes, _ in blocks],
        cell_data={"tag": numbers},
        field_data={name: np.array(value) for name, value in names.items()},
    )


def _block(tagged: TaggedMesh, dim: int, tags) -> tuple[str, np.ndarray, np.ndarray]:
    """Name, nodes by global number, and tags of what is written for all tagged cells or facets;
    each comes from the rank that owns it.
    """
    mesh = tagged.mesh
    mesh.topology.create_connectivity(dim, mesh.topology.dim)
    owned = tags.indices < mesh.topology.index_map(dim).size_local
    nodes = len(node_element(mesh).basix_element.entity_closure_dofs[dim][0])
    # A rank without any such entity takes part with an empty block: DOLFINx 0.9 fails on an empty
    # list.
    local = (
        entities_to_geometry(mesh, dim, tags.indices[owned])
        if owned.any()
        else np.zeros((0, nodes), dtype=np.int32)
    )
    name, order = CELLS[dim, nodes]
    written = local[:, order].reshape(-1, np.shape(order)[1])
    written = mesh.geometry.index_map().local_to_global(written.ravel()).reshape(written.shape)
    values = np.repeat(tags.values[owned], len(order))
    return (
        name,
        np.concatenate(mesh.comm.allgather(written)),
        np.concatenate(mesh.comm.allgather(values)),
    )


def _failure(mesh: meshio.Mesh, path: Path) -> InputError | SetupError | None:
    """Write; what went wrong, for all ranks to raise."""
    try:
        _write(mesh, path)
    except OSError as error:
        return SetupError(f"cannot write the mesh: {error}")
    # the writers of meshio fail in many ways on cells that their format lacks
    except Exception as error:
        path.unlink(missing_ok=True)
        return InputError(
            f"the format {path.suffix} cannot hold this mesh ({error!r}); use .msh, .xdmf or .vtu"
        )
    return None


def _write(mesh: meshio.Mesh, path: Path) -> None:
    if path.suffix == ".msh":
        tags = mesh.cell_data.pop("tag")
        mesh.cell_data |= {"gmsh:physical": tags, "gmsh:geometrical": tags}
        mesh.write(path, file_format="gmsh22")
    elif path.suffix in (".xdmf", ".xmf"):  # readers of XDMF want one kind of cell in a file
        for block, place in enumerate((path, path.with_stem(f"{path.stem}_facets"))):
            tags = {"tag": [mesh.cell_data["tag"][block]]}
            meshio.Mesh(mesh.points, [mesh.cells[block]], cell_data=tags).write(place)
    else:
        mesh.write(path)
