"""Fields carried from one mesh to another of the same domain, their amounts kept."""

from collections.abc import Callable, Iterator
from typing import Any

import basix.ufl
import numpy as np
import ufl
from dolfinx import fem
from dolfinx.fem import petsc as fem_petsc
from dolfinx.mesh import Mesh
from petsc4py import PETSc

from anodex.models.discrete.compat import geometry_dofmap, interpolation_points, node_element
from anodex.models.discrete.fields import total
from anodex.models.discrete.points import LocatedPoints

Part = tuple[fem.FunctionSpace, np.ndarray]  # a component's own space, its unknowns in the whole
LARGEST_ORDER = 2
DEGREE = 6  # of the quadrature: exact for the mass matrix of that order on curved triangles


def in_the_plane(mesh: Mesh) -> Any:
    """The weight of a plane, and of space."""
    return 1.0


class Transfer:
    """Carries functions from one mesh to another of the same domain, as after a remesh.

    Component by component: the L2 projection onto the target's space, from the source's values at
    the quadrature points of the new mesh, plus one constant, by which the amount, the integral of
    the component times a weight, is that of the source to round-off. The order of the error is that
    of the space, 3 for Lagrange 2. The same mesh gives the same function, and nothing depends on
    how the meshes are spread over the ranks, each in its own way. Collective.

    Parameters
    ----------
    old, new
        The meshes, of simplices or not, curved or not; they rest while this is in use.
    weight
        UFL expression of a mesh: 1 in a plane, the circumference [um] in axisymmetry, `lambda mesh:
        thickness(ufl.SpatialCoordinate(mesh), "axisymmetric")`.
    tolerance
        How far a point of the new mesh may lie outside the old one, as a share of the size of the
        nearest cell, by whose polynomial the source goes on there: a curved front is a little
        different through other nodes.

    Raises
    ------
    SetupError
        On every rank, if a point lies farther outside.
    """

    def __init__(
        self,
        old: Mesh,
        new: Mesh,
        weight: Callable[[Mesh], Any] = in_the_plane,
        tolerance: float = 0.1,
    ):
        self._weights = {"old": weight(old), "new": weight(new)}
        element = basix.ufl.quadrature_element(new.basix_cell(), degree=DEGREE)
        self._values = fem.Function(fem.functionspace(new, element))
        self._dx = ufl.Measure("dx", new, metadata={"quadrature_degree": DEGREE})
        self._size = total(new.comm, fem.form(self._weights["new"] * ufl.dx(new)))
        space = self._values.function_space
        owned = new.topology.index_map(new.topology.dim).size_local
        shapes = node_element(new).tabulate(0, interpolation_points(space))[0]
        nodes = new.geometry.x[geometry_dofmap(new)[:owned]]
        points = np.einsum("qn,cnd->cqd", shapes, nodes).reshape(-1, 3)
        self._positions = space.dofmap.list[:owned].reshape(-1)
        self._points = LocatedPoints(old, points, tolerance)

    def __call__(self, source: fem.Function, target: fem.Function) -> None:
        """Set `target`, a function of the new mesh, from `source`, one of the old mesh with as many
        components: scalar, vector or mixed, continuous or not, each of order 2 at most.

        Raises
        ------
        ValueError
            For other functions.
        """
        for (space, unknowns), (new_space, new_unknowns) in paired_parts(source, target):
            part, found = fem.Function(space), fem.Function(new_space)
            part.x.array[:] = source.x.array[unknowns]
            part.x.scatter_forward()
            self._project(part, found)
            missing = self._amount(part, "old") - self._amount(found, "new")
            target.x.array[new_unknowns] = found.x.array + missing / self._size

    def _amount(self, function: fem.Function, which: str) -> float:
        mesh = function.function_space.mesh
        return total(mesh.comm, fem.form(function * self._weights[which] * ufl.dx(mesh)))

    def _project(self, source: fem.Function, target: fem.Function) -> None:
        """L2 projection of one component."""
        self._values.x.array[self._positions] = self._points.values(source)
        space = target.function_space
        test = ufl.TestFunction(space)
        mass = fem_petsc.assemble_matrix(fem.form(ufl.TrialFunction(space) * test * self._dx))
        mass.assemble()
        load = fem_petsc.assemble_vector(fem.form(self._values * test * self._dx))
        load.ghostUpdate(PETSc.InsertMode.ADD, PETSc.ScatterMode.REVERSE)
        solution = load.duplicate()
        solver = PETSc.KSP().create(space.mesh.comm)
        solver.setOperators(mass)
        solver.setType("cg")
        solver.getPC().setType("jacobi")
        solver.setTolerances(rtol=1e-15)
        solver.setErrorIfNotConverged(True)
        solver.solve(load, solution)
        owned = space.dofmap.index_map.size_local
        target.x.array[:owned] = solution.array_r[:owned]
        target.x.scatter_forward()
        for used in (solver, solution, load, mass):
            used.destroy()


def transfer(
    source: fem.Function,
    target: fem.Function,
    weight: Callable[[Mesh], Any] = in_the_plane,
    tolerance: float = 0.1,
) -> None:
    """Set `target` from `source`, a function of another mesh; parameters and errors as of
    `Transfer`, which is for several functions of the same two meshes.
    """
    old, new = source.function_space.mesh, target.function_space.mesh
    Transfer(old, new, weight, tolerance)(source, target)


def paired_parts(source: fem.Function, target: fem.Function) -> Iterator[tuple[Part, Part]]:
    """The components of two functions with as many, one of each by turns.

    Raises
    ------
    ValueError
        If they do not match, or are no Lagrange functions of low order.
    """
    if source.ufl_shape != target.ufl_shape:
        raise ValueError(
            f"a function of shape {source.ufl_shape} cannot be carried into one of shape "
            f"{target.ufl_shape}"
        )
    return zip(
        scalar_parts(source.function_space), scalar_parts(target.function_space), strict=True
    )


def scalar_parts(space: fem.FunctionSpace) -> Iterator[Part]:
    """Scalar space of each component, and for each of its unknowns the place in the whole."""
    if space.num_sub_spaces == 0:
        element = space.ufl_element()
        if element.family_name != "P" or element.degree > LARGEST_ORDER:
            raise ValueError(
                f"only Lagrange functions of order {LARGEST_ORDER} at most can be carried to "
                f"another mesh, not {element}"
            )
        blocks = space.dofmap.index_map
        yield space, np.arange(blocks.size_local + blocks.num_ghosts)
    for number in range(space.num_sub_spaces):
        inner, outer_unknowns = space.sub(number).collapse()
        for part, unknowns in scalar_parts(inner):
            yield part, np.asarray(outer_unknowns, dtype=np.int32).reshape(-1)[unknowns]
