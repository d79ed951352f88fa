"""Boxes of cells, flows in them, and solvers that are freed after each test."""

import basix.ufl
import numpy as np
import pytest
import ufl
from dolfinx import fem, mesh
from mpi4py import MPI

from anodex.models.discrete.fields import MixedFields
from anodex.models.solve.linear import DIRECT
from anodex.models.solve.nonlinear import NonlinearSolver
from anodex.models.solve.ties import SlipWall, Ties

COMM = MPI.COMM_WORLD


def unit_box(cell: str, n: int, order: int = 1, move=lambda x: None) -> mesh.Mesh:
    """Unit square or cube of n cells along each axis with geometry of some order, whose nodes
    `move` shifts; made on rank 0 like Gmsh's.
    """
    kind = mesh.CellType[cell]
    dimension = mesh.cell_dim(kind)
    make = mesh.create_unit_square if dimension == 2 else mesh.create_unit_cube
    straight = make(MPI.COMM_SELF, *dimension * [n], kind)
    element = basix.ufl.element(
        "Lagrange", cell, order, basix.LagrangeVariant.equispaced, shape=(dimension,)
    )
    space = fem.functionspace(straight, element)
    x = space.tabulate_dof_coordinates()[:, :dimension].copy()
    move(x)
    mine = slice(None) if COMM.rank == 0 else slice(0)
    return mesh.create_mesh(
        COMM, cells=space.dofmap.list.astype(np.int64)[mine], x=x[mine], e=ufl.Mesh(element)
    )


def bend(x):
    """Bend the inside, and shift the nodes along opposite faces alike."""
    x[:, 0] += 0.05 * np.sin(2 * np.pi * x[:, 0]) * np.cos(2 * np.pi * x[:, 1])
    x[:, 1] += 0.05 * np.sin(np.pi * x[:, 0]) * np.sin(2 * np.pi * x[:, 1])


class Flow:
    """Power-law creep in a box, second-order velocity and first-order pressure, over a wavy wall
    if `phase` is given.
    """

    def __init__(
        self,
        cell: str,
        n: int,
        phase: float | None = None,
        wave: float = 0.1,
        exponent: float = 3.0,
    ):
        self.phase, self.wave, self.dimension = (
            phase,
            wave,
            2 if cell in ("triangle", "quadrilateral") else 3,
        )
        self.mesh = unit_box(
            cell,
            n,
            3 if cell in ("quadrilateral", "hexahedron") else 1,
            bend if phase is None else self._wave,
        )
        name = self.mesh.basix_cell()
        vector, one = (
            basix.ufl.element("Lagrange", name, 2, shape=(self.dimension,)),
            basix.ufl.element("Lagrange", name, 1),
        )
        self.fields = MixedFields(
            fem.functionspace(self.mesh, basix.ufl.mixed_element([vector, one])),
            ("velocity", "pressure"),
        )
        self.unknown = fem.Function(self.fields.space)
        self.velocity, self.pressure = ufl.split(self.unknown)
        rate = ufl.sym(ufl.grad(self.velocity))
        self.viscosity = (0.1 + ufl.inner(rate, rate)) ** ((1 - exponent) / (2 * exponent))

    def residual(self, force, drag: float = 0.0):
        w, q = ufl.TestFunctions(self.fields.space)
        stress = self.viscosity * ufl.sym(ufl.grad(self.velocity))
        momentum = (
            ufl.inner(stress, ufl.grad(w))
            - self.pressure * ufl.div(w)
            + ufl.dot(drag * self.velocity - force, w)
        )
        return (momentum - q * ufl.div(self.velocity)) * ufl.dx(degree=6)

    def wall(self, speed) -> SlipWall:
        """The wavy wall; `speed` maps normals and places, of shape (nodes, dimension), to
        speeds.
        """
        facets = mesh.locate_entities_boundary(
            self.mesh,
            self.dimension - 1,
            lambda x: np.isclose(x[self.dimension - 1], self.height(x)),
        )
        self.mesh.topology.create_connectivity(self.dimension - 1, self.dimension)
        space = self.fields.spaces["velocity"]
        nodes = fem.locate_dofs_topological(space, self.dimension - 1, facets)
        x = space.tabulate_dof_coordinates()[nodes, : self.dimension]
        slopes = (
            2
            * np.pi
            * self.wave
            * np.cos(2 * np.pi * (x - [self.phase, *[0] * (self.dimension - 1)])).T
        )
        normals = np.stack(
            [*(-slope for slope in slopes[: self.dimension - 1]), np.ones(len(x))], axis=1
        )
        return SlipWall("velocity", nodes, normals, speed(normals, x))

    def cell(self, wall: SlipWall) -> Ties:
        """Periodic along the wall, slip on it."""
        return Ties((1.0,) * (self.dimension - 1), (wall,))

    def top_without_sliding(self) -> list[fem.DirichletBC]:
        top = self.facets(self.dimension - 1, 1.0)
        return [
            self.fields.hold("velocity", top, self.dimension - 1, component=component)
            for component in range(self.dimension - 1)
        ]

    def facets(self, axis: int, place: float) -> np.ndarray:
        return mesh.locate_entities_boundary(
            self.mesh, self.dimension - 1, lambda x: np.isclose(x[axis], place)
        )

    def height(self, x):
        waves = np.sin(2 * np.pi * (x[0] - self.phase)) + (
            np.sin(2 * np.pi * x[1]) if self.dimension == 3 else 0
        )
        return self.wave * waves

    def _wave(self, x):
        x[:, -1] += (1 - x[:, -1]) * self.height(x.T)

    def driven(self):
        """A force that drives a flow along the wavy wall, and the wall, which lets some of it
        through.
        """
        x = ufl.SpatialCoordinate(self.mesh)
        turns = 2 * ufl.pi * (x[0] - self.phase)
        force = [1 + ufl.sin(turns + 1), ufl.cos(turns + 2 * ufl.pi * x[1]), ufl.sin(turns)][
            : self.dimension
        ]
        return 5 * ufl.as_vector(force), self.wall(
            lambda normals, x: 0.1 * np.cos(2 * np.pi * (x[:, 0] - self.phase))
        )


@pytest.fixture(scope="session")
def box():
    """Function that makes a unit square or cube: `box(cell, n, order, move)`."""
    return unit_box


@pytest.fixture(scope="session")
def bent():
    """What bends such a box inside, as its `move`."""
    return bend


@pytest.fixture(scope="session")
def make_flow():
    """Function that makes a flow: `make_flow(cell, n, phase, wave, exponent)`."""
    return Flow


@pytest.fixture
def solvers():
    made = []
    yield made
    for solver in made:
        solver.destroy()


@pytest.fixture
def solve(solvers):
    """Solve with a new solver; returns its report."""

    def run(residual, unknown, constraints, fields, options=DIRECT, **arguments):
        solvers.append(
            NonlinearSolver(residual, unknown, constraints, "tied", fields, options, **arguments)
        )
        return solvers[-1].solve()

    return run
