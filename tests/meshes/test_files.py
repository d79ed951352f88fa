"""Meshes in files of other programs."""

import basix.ufl
import gmsh
import meshio
import numpy as np
import pytest
import pyvista
import ufl
from dolfinx import fem
from dolfinx.mesh import create_mesh, locate_entities, meshtags
from mpi4py import MPI

from anodex.meshes.files import write_mesh
from anodex.meshes.session import build, generate, session
from anodex.meshes.tagged import TaggedMesh
from anodex.meshes.void import VoidGeometry
from anodex.meshes.void_mesh import TAGS, build_void
from anodex.models.errors import InputError, SetupError

STRAIGHT = {"line3": "line", "quad9": "quad", "hexahedron27": "hexahedron"}


def small(dimension, order=2):
    return build_void(
        VoidGeometry("spindle", 60.0, 12.0, dimension=dimension, order=order, refinement=0.5),
        MPI.COMM_WORLD,
    )


def two_blocks(dimension, order):
    """Unit square or cube of unlike quadrilaterals or hexahedra: "lower" and "upper" meet in
    "middle" at y = 1/2, "floor" is y = 0.
    """
    tags = {"lower": 1, "upper": 2, "floor": 11, "middle": 12}

    def draw():
        blocks = [gmsh.model.occ.addRectangle(0, y, 0, 1, 0.5) for y in (0, 0.5)]
        gmsh.model.occ.fragment([(2, blocks[0])], [(2, blocks[1])])
        if dimension == 3:
            gmsh.model.occ.extrude(
                gmsh.model.occ.getEntities(2), 0, 0, 1, numElements=[2], recombine=True
            )
        gmsh.model.occ.synchronize()
        gmsh.model.addPhysicalGroup(
            dimension, [tag for _, tag in gmsh.model.getEntities(dimension)], 1
        )
        gmsh.option.setNumber("Mesh.RecombineAll", 1)
        gmsh.option.setNumber("Mesh.RecombinationAlgorithm", 3)  # leaves no triangles
        generate(dimension, 1, lambda _dim, _tag, x, *_: 0.2 + 0.2 * x)

    mesh = raised(build(draw, {}, MPI.COMM_WORLD, dimension).mesh, order)
    count = mesh.topology.index_map(dimension)
    cells = np.full(count.size_local + count.num_ghosts, tags["upper"], dtype=np.int32)
    cells[locate_entities(mesh, dimension, lambda x: x[1] < 0.5 + 1e-9)] = tags["lower"]
    floor, middle = (
        locate_entities(mesh, dimension - 1, lambda x, y=y: np.isclose(x[1], y)) for y in (0, 0.5)
    )
    facets = np.concatenate([floor, middle])
    values = np.repeat([tags["floor"], tags["middle"]], [len(floor), len(middle)]).astype(np.int32)
    by_index = np.argsort(facets)
    return TaggedMesh(
        mesh,
        meshtags(mesh, dimension, np.arange(len(cells), dtype=np.int32), cells),
        meshtags(mesh, dimension - 1, facets[by_index], values[by_index]),
        tags,
    )


def raised(straight, order):
    """The same mesh with equispaced nodes of some order."""
    shape = (straight.geometry.dim,)
    element = basix.ufl.element(
        "Lagrange",
        straight.topology.cell_name(),
        order,
        basix.LagrangeVariant.equispaced,
        shape=shape,
    )
    space = fem.functionspace(straight, element)
    nodes = space.dofmap.index_map
    cells = space.dofmap.list[: straight.topology.index_map(straight.topology.dim).size_local]
    cells = nodes.local_to_global(cells.ravel()).reshape(cells.shape)
    x = space.tabulate_dof_coordinates()[: nodes.size_local, : shape[0]]
    return create_mesh(straight.comm, cells=cells, x=x, e=ufl.Mesh(element))


def sizes_of_tags(found, name):
    """Tag -> length, area or volume of its cells between their corners."""
    corners = [
        (STRAIGHT.get(block.type, block.type), block.data[:, : 2**block.dim])
        for block in found.cells
    ]
    grid = pyvista.from_meshio(
        meshio.Mesh(found.points, corners, cell_data=found.cell_data)
    ).compute_cell_sizes()
    sizes = grid["Length"] + grid["Area"] + grid["Volume"]
    return {int(tag): sizes[grid[name] == tag].sum() for tag in np.unique(grid[name])}


def written(tagged, path):
    """What rank 0 wrote, read on all ranks."""
    write_mesh(tagged, path)
    MPI.COMM_WORLD.barrier()
    return meshio.read(path)


@pytest.mark.parametrize(
    "dimension, order, cell",
    [("plane-strain", 1, "triangle"), ("plane-strain", 2, "triangle6"), ("3d", 2, "tetra10")],
)
@pytest.mark.parametrize("ending", [".msh", ".xdmf", ".vtu"])
def test_cells_and_tags_are_kept(shared_tmp_path, dimension, order, cell, ending):
    tagged = small(dimension, order)
    found = written(tagged, shared_tmp_path / f"mesh{ending}")
    tdim = tagged.mesh.topology.dim
    owned = tagged.cells.values[
        tagged.cells.indices < tagged.mesh.topology.index_map(tdim).size_local
    ]
    tags = found.cell_data["gmsh:physical" if ending == ".msh" else "tag"][0]
    assert found.cells[0].type == cell
    assert len(found.cells[0]) == tagged.mesh.topology.index_map(tdim).size_global
    for tag in (1, 2):
        assert (tags == tag).sum() == MPI.COMM_WORLD.allreduce((owned == tag).sum())
    assert len(found.points) == tagged.mesh.geometry.index_map().size_global


@pytest.mark.parametrize("ending", [".msh", ".xdmf", ".vtu"])
@pytest.mark.parametrize(
    "dimension, order, cell, facet",
    [
        (2, 1, "quad", "line"),
        (2, 2, "quad9", "line3"),
        (2, 3, "quad", "line"),
        (3, 1, "hexahedron", "quad"),
        (3, 2, "hexahedron27", "quad9"),
        (3, 3, "hexahedron", "quad"),
    ],
)
def test_quadrilaterals_and_hexahedra_keep_sizes_nodes_and_tags(
    shared_tmp_path, dimension, order, cell, facet, ending
):
    tagged = two_blocks(dimension, order)
    path = shared_tmp_path / f"mesh{ending}"
    found = written(tagged, path)
    blocks = [found] if ending != ".xdmf" else [found, meshio.read(path.with_stem("mesh_facets"))]
    assert [block.type for mesh in blocks for block in mesh.cells] == [cell, facet]
    assert len(found.points) == tagged.mesh.geometry.index_map().size_global
    parts = 3**dimension if order == 3 else 1
    assert len(found.cells[0]) == parts * tagged.mesh.topology.index_map(dimension).size_global
    name = "gmsh:physical" if ending == ".msh" else "tag"
    sizes = {tag: size for mesh in blocks for tag, size in sizes_of_tags(mesh, name).items()}
    assert sizes == pytest.approx({1: 0.5, 2: 0.5, 11: 1.0, 12: 1.0})


@pytest.mark.parametrize("dimension, order", [(2, 2), (2, 3), (3, 2), (3, 3)])
def test_gmsh_reads_sound_quadrilaterals_and_hexahedra(shared_tmp_path, dimension, order):
    path = shared_tmp_path / "mesh.msh"
    write_mesh(two_blocks(dimension, order), path)
    MPI.COMM_WORLD.barrier()
    with session():
        gmsh.merge(str(path))
        _, (cells,), _ = gmsh.model.mesh.getElements(dimension)
        assert min(gmsh.model.mesh.getElementQualities(cells, "minSJ")) > 0.25


@pytest.mark.parametrize("dimension", ["plane-strain", "3d"])
def test_gmsh_reads_names_and_sound_curved_cells(shared_tmp_path, dimension):
    tagged = small(dimension)
    path = shared_tmp_path / "mesh.msh"
    write_mesh(tagged, path)
    MPI.COMM_WORLD.barrier()
    with session():
        gmsh.merge(str(path))
        groups = {
            gmsh.model.getPhysicalName(*group): group[1] for group in gmsh.model.getPhysicalGroups()
        }
        _, (cells,), _ = gmsh.model.mesh.getElements(tagged.mesh.topology.dim)
        # a wrong node order folds the cells
        assert min(gmsh.model.mesh.getElementQualities(cells, "minSJ")) > 0.05
    assert groups == tagged.tags


def test_facets_of_xdmf_have_their_own_file(shared_tmp_path):
    tagged = small("3d")
    write_mesh(tagged, shared_tmp_path / "mesh.xdmf")
    MPI.COMM_WORLD.barrier()
    facets = meshio.read(shared_tmp_path / "mesh_facets.xdmf")
    assert facets.cells[0].type == "triangle6"
    assert set(facets.cell_data["tag"][0]) == {tag for tag in TAGS.values() if tag > 10}
    # Each middle node lies near the middle of its edge.
    nodes = facets.points[facets.cells[0].data]
    for middle, (first, last) in {3: (0, 1), 4: (1, 2), 5: (0, 2)}.items():
        offset = np.linalg.norm(nodes[:, middle] - (nodes[:, first] + nodes[:, last]) / 2, axis=1)
        assert (offset < 0.25 * np.linalg.norm(nodes[:, first] - nodes[:, last], axis=1)).all()


def test_unknown_ending_names_the_known_ones(shared_tmp_path):
    with pytest.raises(InputError, match=r"'\.foo'.*use \.msh, \.xdmf"):
        write_mesh(small("plane-strain"), shared_tmp_path / "mesh.foo")


def test_format_without_curved_cells(shared_tmp_path):
    with pytest.raises(InputError, match=r"\.obj cannot hold this mesh"):
        write_mesh(small("plane-strain"), shared_tmp_path / "mesh.obj")
    MPI.COMM_WORLD.barrier()
    assert not (shared_tmp_path / "mesh.obj").exists()


def test_missing_folder(shared_tmp_path):
    with pytest.raises(SetupError, match="cannot write the mesh"):
        write_mesh(small("plane-strain"), shared_tmp_path / "missing" / "mesh.msh")
