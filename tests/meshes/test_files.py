"""Meshes in files of other programs."""

import gmsh
import meshio
import numpy as np
import pytest
from mpi4py import MPI

from anodex.meshes.files import write_mesh
from anodex.meshes.session import session
from anodex.meshes.void import TAGS, VoidGeometry, build_void
from anodex.models.errors import InputError, SetupError


def small(dimension, order=2):
    return build_void(VoidGeometry("spindle", 60.0, 12.0, dimension=dimension, order=order, refinement=0.5), MPI.COMM_WORLD)


def written(tagged, path):
    """What rank 0 wrote, read on all ranks."""
    write_mesh(tagged, path)
    MPI.COMM_WORLD.barrier()
    return meshio.read(path)


@pytest.mark.parametrize(
    "dimension, order, cell", [("plane-strain", 1, "triangle"), ("plane-strain", 2, "triangle6"), ("3d", 2, "tetra10")]
)
@pytest.mark.parametrize("ending", [".msh", ".xdmf", ".vtu"])
def test_cells_and_tags_are_kept(shared_tmp_path, dimension, order, cell, ending):
    tagged = small(dimension, order)
    found = written(tagged, shared_tmp_path / f"mesh{ending}")
    tdim = tagged.mesh.topology.dim
    owned = tagged.cells.values[tagged.cells.indices < tagged.mesh.topology.index_map(tdim).size_local]
    tags = found.cell_data["gmsh:physical" if ending == ".msh" else "tag"][0]
    assert found.cells[0].type == cell
    assert len(found.cells[0]) == tagged.mesh.topology.index_map(tdim).size_global
    for tag in (1, 2):
        assert (tags == tag).sum() == MPI.COMM_WORLD.allreduce((owned == tag).sum())
    assert len(found.points) == tagged.mesh.geometry.index_map().size_global


@pytest.mark.parametrize("dimension", ["plane-strain", "3d"])
def test_gmsh_reads_names_and_sound_curved_cells(shared_tmp_path, dimension):
    tagged = small(dimension)
    path = shared_tmp_path / "mesh.msh"
    write_mesh(tagged, path)
    MPI.COMM_WORLD.barrier()
    with session():
        gmsh.merge(str(path))
        groups = {gmsh.model.getPhysicalName(*group): group[1] for group in gmsh.model.getPhysicalGroups()}
        _, (cells,), _ = gmsh.model.mesh.getElements(tagged.mesh.topology.dim)
        assert min(gmsh.model.mesh.getElementQualities(cells, "minSJ")) > 0.05  # a wrong node order folds the cells
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
