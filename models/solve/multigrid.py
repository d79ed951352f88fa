"""Multigrid for second-order vector fields, coarsened in the order of the elements first."""

from typing import Any

from dolfinx import fem
from dolfinx.fem import petsc as fem_petsc
from mpi4py import MPI
from petsc4py import PETSc

from anodex.models.solve.linear import rigid_body_modes


class OrderMultigrid:
    """Preconditioner of a vector field: a cycle between its elements and those of first order on
    the same mesh.

    Aggregates of second-order nodes make a coarse space that is the poorer, the finer the mesh.
    First-order elements resolve smooth errors as well as the mesh does, and their matrix is what
    algebraic multigrid was made for.

    PETSc makes it by its name (`pc_type python`); the options of both levels stand below `cycle_`.
    The space of the field and the order of the matrix rows come with the near null space of the
    matrix, where `set_field_splits` leaves them.
    """

    def __init__(self):
        self._cycle: Any = None  # PC, from the first matrix on
        self._coarse: Any = None  # its matrix of first order

    def setUp(self, pc: PETSc.PC) -> None:
        """Follow a new matrix."""
        _, matrix = pc.getOperators()
        if self._cycle is None:
            self._build(pc, matrix)
        self._coarse = matrix.ptap(self._interpolation, self._coarse)
        _fill_empty_rows(self._coarse)
        self._coarse.setNearNullSpace(self._modes)
        self._cycle.getMGCoarseSolve().setOperators(self._coarse)
        self._cycle.setOperators(matrix)
        self._cycle.setUp()

    def apply(self, pc: PETSc.PC, x: PETSc.Vec, y: PETSc.Vec) -> None:
        """One cycle."""
        self._cycle.apply(x, y)

    def view(self, pc: PETSc.PC, viewer: PETSc.Viewer) -> None:
        """Show the levels below those of PETSc (`ksp_view`)."""
        if self._cycle is not None:
            self._cycle.view(viewer)

    def destroy(self, pc: PETSc.PC) -> None:
        """Free the PETSc objects."""
        for thing in (
            (self._cycle, self._coarse, self._interpolation, self._modes)
            if self._cycle is not None
            else ()
        ):
            thing.destroy()
        self._cycle = None

    def _build(self, pc: PETSc.PC, matrix: PETSc.Mat) -> None:
        fine, rows = (matrix.getNearNullSpace().getAttr(name) for name in ("space", "rows"))
        components = fine.dofmap.index_map_bs
        first_order = fem.functionspace(fine.mesh, ("Lagrange", 1, (components,)))
        self._interpolation = _interpolation(first_order, fine, rows, matrix)
        nodes = first_order.dofmap.index_map.size_local
        self._modes = rigid_body_modes(
            first_order.tabulate_dof_coordinates()[:nodes], components, fine.mesh.comm
        )
        self._cycle = PETSc.PC().create(fine.mesh.comm)
        self._cycle.setOptionsPrefix(f"{pc.getOptionsPrefix()}cycle_")
        self._cycle.setType(PETSc.PC.Type.MG)
        self._cycle.setMGLevels(2)
        self._cycle.setMGInterpolation(1, self._interpolation)
        self._cycle.setFromOptions()


def _interpolation(
    coarse: fem.FunctionSpace, fine: fem.FunctionSpace, rows: PETSc.IS, matrix: PETSc.Mat
) -> PETSc.Mat:
    """From first-order functions to the unknowns of the matrix, of which those that are held or
    tied take nothing.
    """
    natural = fem_petsc.interpolation_matrix(coarse, fine)
    natural.assemble()
    first, last = natural.getOwnershipRangeColumn()
    columns = PETSc.IS().createStride(last - first, first, step=1, comm=natural.comm)
    interpolation = natural.createSubMatrix(rows, columns)
    interpolation.setBlockSizes(matrix.block_size, fine.dofmap.index_map_bs)
    # Their rows are those of the identity, which copy whatever they are multiplied by.
    sample, product = matrix.createVecs()
    sample.setRandom()
    matrix.mult(sample, product)
    product.array = product.array_r != sample.array_r
    interpolation.diagonalScale(product)
    for thing in (natural, columns, sample, product):
        thing.destroy()
    return interpolation


def _fill_empty_rows(matrix: PETSc.Mat) -> None:
    """Put ones on the diagonal of rows without entries: nodes of corners where everything around
    is held.
    """
    diagonal = matrix.getDiagonal()
    empty = diagonal.array_r == 0
    diagonal.array = empty
    if matrix.comm.tompi4py().allreduce(bool(empty.any()), op=MPI.LOR):
        matrix.setDiagonal(diagonal, PETSc.InsertMode.ADD)
    diagonal.destroy()
