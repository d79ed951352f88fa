"""Fields carried from mesh to mesh: amounts, order of the error, ranks, and what lies outside."""

import os
from itertools import pairwise
from math import log2

import basix.ufl
import numpy as np
import pytest
import ufl
from dolfinx import fem
from dolfinx.mesh import CellType, Mesh, create_unit_cube, create_unit_square
from mpi4py import MPI

from anodex.meshes.session import build, generate
from anodex.models.discrete.compat import create_mesh, geometry_dofmap
from anodex.models.discrete.fields import total
from anodex.models.discrete.points import LocatedPoints
from anodex.models.errors import SetupError
from anodex.models.laws.kinematics import thickness
from anodex.models.moving.transfer import Transfer, scalar_parts, transfer

COMM, SELF = MPI.COMM_WORLD, MPI.COMM_SELF
ELEMENTS = {
    "Lagrange 1": ("Lagrange", 1),
    "Lagrange 2": ("Lagrange", 2),
    "DG 0": ("DG", 0),
    "DG 2": ("DG", 2),
    "vector": ("Lagrange", 2, (2,)),
    "tensor": ("DG", 1, (2, 2)),
    "mixed": basix.ufl.mixed_element(
        [
            basix.ufl.element("Lagrange", "triangle", 2, shape=(2,)),
            basix.ufl.element("Lagrange", "triangle", 1),
            basix.ufl.element("Lagrange", "triangle", 0, discontinuous=True),
        ]
    ),
}


def annulus(size: float, outer: float = 2.0, comm: MPI.Comm = COMM) -> Mesh:
    """Quarter of an annulus about the origin, inner radius 1, curved cells of a size."""

    def draw():
        import gmsh

        occ = gmsh.model.occ
        hole, disc = occ.addDisk(0, 0, 0, 1, 1), occ.addDisk(0, 0, 0, outer, outer)
        ring, _ = occ.cut([(2, disc)], [(2, hole)])
        quarter, _ = occ.intersect(ring, [(2, occ.addRectangle(0, 0, 0, outer, outer))])
        occ.synchronize()
        gmsh.model.addPhysicalGroup(2, [tag for _, tag in quarter], 1)
        generate(2, 2, lambda *_: size)

    return build(draw, {"ring": 1}, comm, 2).mesh


def spread_anew(mesh: Mesh) -> Mesh:
    """The mesh of one rank, spread over all ranks from the last one and in another order."""
    nodes, points = geometry_dofmap(mesh)[::-1].astype(np.int64), mesh.geometry.x[:, :2].copy()
    if COMM.rank < COMM.size - 1:
        nodes, points = nodes[:0], points[:0]
    return create_mesh(COMM, nodes, points, mesh.ufl_domain().ufl_coordinate_element())


def smooth(x: np.ndarray) -> np.ndarray:
    return 2 + np.sin(2 * x[0]) * np.cos(x[1])


def rough(x: np.ndarray) -> np.ndarray:
    return 2 + np.sin(37 * x[0]) * np.cos(23 * x[1])


def filled(mesh: Mesh, element, values=smooth) -> fem.Function:
    """Function whose components interpolate multiples of some values."""
    function = fem.Function(fem.functionspace(mesh, element))
    for part in [function] if isinstance(element, tuple) else function.split():
        multiples = range(1, 1 + int(np.prod(part.ufl_shape, dtype=int)))
        part.interpolate(
            lambda x, multiples=multiples: np.array([k * values(x) for k in multiples])
        )
    return function


def values_at(points: np.ndarray, function: fem.Function) -> np.ndarray:
    """Values of all components, shape (components, points)."""
    located = LocatedPoints(function.function_space.mesh, points)
    components = []
    for space, unknowns in scalar_parts(function.function_space):
        part = fem.Function(space)
        part.x.array[:] = function.x.array[unknowns]
        components.append(located.values(part))
    return np.array(components)


def radial(mesh: Mesh):
    """Weight of axisymmetry about x."""
    return thickness(ufl.SpatialCoordinate(mesh), "axisymmetric")


def amounts(function: fem.Function, weight=lambda mesh: 1.0) -> np.ndarray:
    """Integral of each component times a weight."""
    mesh, shape = function.function_space.mesh, function.ufl_shape
    parts = [function[index] for index in np.ndindex(shape)] if shape else [function]
    forms = [fem.form(part * weight(mesh) * ufl.dx(mesh)) for part in parts]
    return np.array([total(mesh.comm, form) for form in forms])


def error(function: fem.Function) -> float:
    """L2 norm of the distance from the smooth field."""
    mesh = function.function_space.mesh
    x = ufl.SpatialCoordinate(mesh)
    square = (function - 2 - ufl.sin(2 * x[0]) * ufl.cos(x[1])) ** 2
    return total(mesh.comm, fem.form(square * ufl.dx(mesh, degree=8))) ** 0.5


def resident() -> float:
    """Memory of this process [MiB]."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.mark.smoke
@pytest.mark.parametrize("name", ELEMENTS)
def test_the_same_mesh_gives_the_same_function(name):
    source = filled(annulus(0.3), ELEMENTS[name], rough)
    expected = filled(spread_anew(annulus(0.3, comm=SELF)), ELEMENTS[name], rough)
    target = fem.Function(expected.function_space)
    transfer(source, target)
    np.testing.assert_allclose(target.x.array, expected.x.array, rtol=0, atol=1e-12)


@pytest.mark.parametrize("weight", [lambda mesh: 1.0, radial], ids=["plane", "axisymmetric"])
@pytest.mark.parametrize("name", ELEMENTS)
def test_each_component_keeps_its_amount(name, weight):
    source = filled(annulus(0.3), ELEMENTS[name], rough)
    target = fem.Function(fem.functionspace(annulus(0.23), ELEMENTS[name]))
    transfer(source, target, weight)
    np.testing.assert_allclose(amounts(target, weight), amounts(source, weight), rtol=1e-14)


@pytest.mark.smoke
@pytest.mark.parametrize("name", ["Lagrange 2", "DG 0", "mixed"])
def test_the_number_of_ranks_changes_nothing(name):
    found = []
    for comm in (COMM, SELF):
        source = filled(annulus(0.3, comm=comm), ELEMENTS[name], rough)
        target = fem.Function(fem.functionspace(annulus(0.2, comm=comm), ELEMENTS[name]))
        transfer(source, target, radial)
        found.append(target)
    points = np.random.default_rng(0).uniform((1.05, 0.03), (1.95, 1.54), (200, 2))  # polar
    places = np.zeros((200, 3))
    places[:, 0] = points[:, 0] * np.cos(points[:, 1])
    places[:, 1] = points[:, 0] * np.sin(points[:, 1])
    many, one = (values_at(places, function) for function in found)
    np.testing.assert_allclose(many, one, rtol=1e-10)


def test_twenty_transfers_keep_the_amount_and_the_order():
    """In axisymmetry, back and forth."""
    errors = []
    for size in (0.4, 0.2, 0.1):
        meshes = annulus(size), annulus(0.8 * size)
        forth, back = Transfer(*meshes, radial), Transfer(*meshes[::-1], radial)
        here, there = (fem.Function(fem.functionspace(mesh, ("Lagrange", 2))) for mesh in meshes)
        here.interpolate(smooth)
        start = amounts(here, radial)
        for _ in range(10):
            forth(here, there)
            back(there, here)
            np.testing.assert_allclose(amounts(here, radial), start, rtol=1e-12)
        errors.append(error(here))
    orders = [log2(coarse / fine) for coarse, fine in pairwise(errors)]
    assert min(orders) > 2.7


@pytest.mark.parametrize("sizes", [(0.5, 0.1), (0.1, 0.5)], ids=["to finer", "to coarser"])
def test_points_a_little_outside_go_on_from_the_nearest_cell(sizes):
    old, new = (annulus(size) for size in sizes)
    source, target = filled(old, ("Lagrange", 2)), filled(new, ("Lagrange", 2))
    expected = target.x.array.copy()
    target.x.array[:] = np.nan
    transfer(source, target)
    np.testing.assert_allclose(target.x.array, expected, rtol=0, atol=0.02)


@pytest.mark.parametrize("outer", [2.05, 2.3])
def test_another_domain_is_told_on_every_rank(outer):
    old, new = annulus(0.3), annulus(0.3, outer)
    with pytest.raises(SetupError, match=r"points, one at \[.*\] um, lie farther outside"):
        Transfer(old, new, tolerance=0.02)


@pytest.mark.smoke
@pytest.mark.parametrize("cell", ["triangle", "quadrilateral", "tetrahedron", "hexahedron"])
def test_a_linear_field_stays_as_it_is_on_any_cells(cell):
    """Also where a rank holds no cells at all."""
    make = create_unit_square if cell in ("triangle", "quadrilateral") else create_unit_cube
    dimension = 2 if make is create_unit_square else 3
    meshes = [make(COMM, *[count] * dimension, CellType[cell]) for count in (1, 3, 2)]
    for old, new in pairwise(meshes):
        source, expected = (
            filled(mesh, ("Lagrange", 1, (2,)), lambda x: 1 + x[0] - 2 * x[1] + 3 * x[2])
            for mesh in (old, new)
        )
        target = fem.Function(expected.function_space)
        transfer(source, target)
        np.testing.assert_allclose(target.x.array, expected.x.array, rtol=0, atol=1e-12)


def test_what_cannot_be_carried_is_told():
    old, new = annulus(0.5), annulus(0.4)
    carry, scalar = Transfer(old, new), filled(old, ("Lagrange", 1))
    with pytest.raises(ValueError, match=r"shape \(\) cannot be carried into one of shape \(2,\)"):
        carry(scalar, fem.Function(fem.functionspace(new, ("Lagrange", 1, (2,)))))
    with pytest.raises(ValueError, match="order 2 at most"):
        carry(scalar, fem.Function(fem.functionspace(new, ("Lagrange", 3))))


@pytest.mark.serial
def test_memory_stays():
    old, new = annulus(0.3), annulus(0.25)
    source, target = (filled(mesh, ELEMENTS["mixed"]) for mesh in (old, new))
    for number in range(60):
        transfer(source, target, radial)
        if number == 20:
            start = resident()
    assert resident() - start < 1.0
