"""Bent meshes of all cells, and fields to write on them."""

import logging

import basix.ufl
import numpy as np
import pytest
import ufl
from dolfinx import fem
from dolfinx.mesh import (
    CellType,
    Mesh,
    cell_dim,
    create_mesh,
    create_unit_cube,
    create_unit_interval,
    create_unit_square,
)
from mpi4py import MPI

from anodex.models.results.fields import FieldWriter


class Sample:
    """Meshes and fields whose values are known."""

    name = "concentration <c> & co [mol/m^3]"

    @staticmethod
    def mesh(comm: MPI.Comm, cell: str, degree: int, side: int = 2) -> Mesh:
        """Unit square or cube of `side` cells each way, bent unless it is of first order; its
        nodes are made on rank 0, like those of Gmsh.

        Quadrilaterals and hexahedra are turned against each other.
        """
        kind = CellType[cell]
        straight = {
            1: lambda: create_unit_interval(MPI.COMM_SELF, 4),
            2: lambda: create_unit_square(MPI.COMM_SELF, side, side, kind),
            3: lambda: create_unit_cube(MPI.COMM_SELF, side, side, side, kind),
        }[cell_dim(kind)]()
        dimension = straight.geometry.dim
        element = basix.ufl.element(
            "Lagrange", cell, degree, basix.LagrangeVariant.equispaced, shape=(dimension,)
        )
        space = fem.functionspace(straight, element)
        x = space.tabulate_dof_coordinates()[:, :dimension].copy()
        if degree > 1:
            x[:, 0] += 0.2 * x[:, -1] ** 2
        cells = space.dofmap.list.astype(np.int64)
        if cell in ("quadrilateral", "hexahedron"):
            turned = quarter_turn(element.basix_element.points)
            for index in range(len(cells)):
                cells[index:] = cells[index:, turned]
        mine = slice(None) if comm.rank == 0 else slice(0)
        return create_mesh(comm, cells=cells[mine], x=x[mine], e=ufl.Mesh(element))

    @staticmethod
    def function(domain: Mesh, element, expression) -> fem.Function:
        made = fem.Function(fem.functionspace(domain, element))
        made.interpolate(expression)
        return made

    @staticmethod
    def exact(x):
        """Of the concentration, over the time."""
        return 1 + x[0] + 2 * x[1] + 3 * x[2]

    @staticmethod
    def fields(domain: Mesh, time: float) -> dict[str, fem.Function]:
        """Fields of known values where the nodes are now."""
        degree, plane = domain.ufl_domain().ufl_coordinate_element().degree, domain.geometry.dim
        return {
            Sample.name: Sample.function(
                domain, ("Lagrange", degree), lambda x: time * Sample.exact(x)
            ),
            "displacement [um]": Sample.function(
                domain, ("Lagrange", degree, (plane,)), lambda x: x[:plane]
            ),
            "phase [-]": Sample.function(domain, ("DG", 0), lambda x: x[0] ** 2),
        }

    @staticmethod
    def write(path, comm, domain, times, resume_time=None):
        writer = FieldWriter(path, comm, domain, resume_time)
        for time in times:
            writer.write(time, Sample.fields(domain, time))
        comm.barrier()


def quarter_turn(points: np.ndarray) -> np.ndarray:
    """Nodes of the reference cell in the order that they have after a quarter turn, in space
    followed by a turn about the diagonal.
    """
    moved = points.copy()
    moved[:, :2] = np.column_stack([1 - points[:, 1], points[:, 0]])
    moved = np.roll(moved, points.shape[1] - 2, axis=1)
    return np.linalg.norm(moved[:, None] - points, axis=2).argmin(axis=1)


@pytest.fixture(scope="session")
def sample():
    """`sample.mesh(comm, cell, degree, side)`, `sample.function(mesh, element, expression)`,
    `sample.fields(mesh, time)` of `sample.exact` times the time under `sample.name` beside others,
    and `sample.write(path, comm, mesh, times, resume_time)` of those.
    """
    return Sample


@pytest.fixture
def warnings_of_anodex():
    """Records of the warnings that this rank has logged."""
    records = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = records.append
    logging.getLogger("anodex").addHandler(handler)
    yield records
    logging.getLogger("anodex").removeHandler(handler)
