"""The mesh that follows a front: its nodes move as an elastic sheet without memory would."""

from collections.abc import Mapping

import numpy as np
import ufl
from dolfinx import fem
from dolfinx.fem import petsc as fem_petsc
from dolfinx.mesh import Mesh
from mpi4py import MPI
from petsc4py import PETSc

from anodex.meshes.jacobians import determinants
from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.compat import geometry_dofmap
from anodex.models.discrete.surface import SurfaceNodes, unknowns_of_nodes
from anodex.models.moving.front import Front


class MeshMotion:
    """Moves the nodes of a second-order mesh by the harmonic extension of the way that the front
    has come since the mesh was made.

    Every place follows from the front alone, not from the steps that led there, so that a run that
    is resumed has the same mesh. The matrices are factorised once.

    Parameters
    ----------
    tagged
        Mesh from `anodex.meshes.beside_front.build_beside_front`.
    front
        The front that it was made for.
    sliding
        Name of a side -> the axis across which it lies (0 or 1): its nodes stay in their plane and
        move along it. Sides without an entry stay where they are.
    part
        Name of the front among the parts of the mesh; it may lie inside.
    graded
        Whether cells are the stiffer the smaller they are, so that those around a sharp tip move
        along with it: else the way decays there with the root of the distance, and folds them.

    Attributes
    ----------
    nodes
        The nodes on the front, by number.
    start
        The front that the mesh was made for.
    """

    def __init__(
        self,
        tagged: TaggedMesh,
        front: Front,
        sliding: Mapping[str, int] = {},
        part: str = "front",
        graded: bool = False,
    ):
        self.mesh, self.start, self.comm = tagged.mesh, front, tagged.mesh.comm
        self.nodes = SurfaceNodes(tagged.mesh, tagged.facets.find(tagged.tags[part]))
        space = self.nodes.space
        self._coordinates = self.mesh.geometry.x.copy()
        self._unknown_of_node = unknowns_of_nodes(space)
        self._way = fem.Function(space)
        sides = [name for name in tagged.tags if name != part]  # a body has no facets of its own
        self._extensions = []
        for axis in range(2):
            held = [name for name in sides if sliding.get(name, axis) == axis]
            facets = np.concatenate([tagged.facets.find(tagged.tags[n]) for n in (part, *held)])
            self._extensions.append(_Extension(space, facets, graded))

    def follow(self, front: Front, shift: float = 0.0) -> None:
        """Move the mesh to a front: all of it by `shift` [um] along y, as a frame that moves, and
        what is left of the way by harmonic extension; collective.
        """
        way = (front.nodes - self.start.nodes)[: self.nodes.count] - np.array([0.0, shift])
        for axis, extension in enumerate(self._extensions):
            self._way.x.array[:] = 0.0
            self.nodes.spread(way[:, axis], self._way)
            extension.extend(self._way)
            self.mesh.geometry.x[:, axis] = (
                self._coordinates[:, axis] + self._way.x.array[self._unknown_of_node]
            )
        self.mesh.geometry.x[:, 1] += shift

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        for extension in self._extensions:
            extension.destroy()


class _Extension:
    """Harmonic functions with given values on some facets, for the mesh as it is now."""

    def __init__(self, space: fem.FunctionSpace, facets: np.ndarray, graded: bool):
        self._held = fem.locate_dofs_topological(space, 1, facets)
        trial, test = ufl.TrialFunction(space), ufl.TestFunction(space)
        stiffness = _of_small_cells(space.mesh) if graded else 1
        form = fem.form(stiffness * ufl.inner(ufl.grad(trial), ufl.grad(test)) * ufl.dx)
        self._free_matrix = fem_petsc.assemble_matrix(form)
        self._free_matrix.assemble()
        zero = fem.dirichletbc(PETSc.ScalarType(0.0), self._held, space)
        self._matrix = fem_petsc.assemble_matrix(form, bcs=[zero])
        self._matrix.assemble()
        self._solver = PETSc.KSP().create(space.mesh.comm)
        self._solver.setOperators(self._matrix)
        self._solver.setType("preonly")
        if space.mesh.comm.size > 1:
            self._solver.getPC().setType("lu")
            self._solver.getPC().setFactorSolverType("mumps")
        else:  # several times as fast at as few right sides as come one by one
            self._solver.getPC().setType("cholesky")
            self._solver.getPC().setFactorOrdering("qmd")
        self._load = self._free_matrix.createVecLeft()

    def extend(self, function: fem.Function) -> None:
        """Fill a function that is zero but on the held facets."""
        held = self._held[self._held < function.function_space.dofmap.index_map.size_local]
        values = function.x.array[held]
        function.x.scatter_forward()
        vector = function.x.petsc_vec
        self._free_matrix.mult(vector, self._load)
        self._load.scale(-1.0)
        self._load.array[held] = values
        self._solver.solve(self._load, vector)
        function.x.scatter_forward()

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        for each in (self._solver, self._matrix, self._free_matrix, self._load):
            each.destroy()


def _of_small_cells(mesh: Mesh) -> fem.Function:
    """The inverse square of the size of each cell [1/um^2]."""
    cells = mesh.topology.index_map(2)
    sizes = mesh.h(2, np.arange(cells.size_local + cells.num_ghosts, dtype=np.int32))
    stiffness = fem.Function(fem.functionspace(mesh, ("DG", 0)))
    stiffness.x.array[stiffness.function_space.dofmap.list[:, 0]] = sizes**-2.0
    return stiffness


class CellQuality:
    """How well formed the cells of a second-order triangle mesh are.

    Parameters
    ----------
    tagged
        The mesh, as it was made; its nodes may move later.
    """

    def __init__(self, tagged: TaggedMesh):
        self.mesh = tagged.mesh
        self._owned = self.mesh.topology.index_map(2).size_local
        # A cell that has been turned inside out as a whole has the other sign everywhere.
        self._signs = np.sign(self._determinants().sum(axis=1))

    def least(self) -> float:
        """Least Jacobian determinant in a cell over that of an even triangle on its longest edge,
        of the worst cell: 1 is best, 0 or less is folded or inside out; collective.
        """
        corners = self.mesh.geometry.x[geometry_dofmap(self.mesh)[: self._owned, :3]]
        edges = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max(axis=1)
        even = np.sqrt(3) / 2 * edges**2
        quality = (self._signs[:, None] * self._determinants()).min(axis=1) / even
        return self.mesh.comm.allreduce(float(quality.min(initial=np.inf)), op=MPI.MIN)

    def _determinants(self) -> np.ndarray:
        return determinants(self.mesh)[: self._owned]
