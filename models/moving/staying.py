"""A concentration that stays where it is while the mesh moves."""

from collections.abc import Callable

import ufl
from dolfinx import fem
from dolfinx.fem import petsc as fem_petsc
from petsc4py import PETSc

from anodex.models.discrete.fields import total
from anodex.models.discrete.surface import unknowns_of_nodes

DEGREE = 6  # exact for what a front of second-order facets sweeps


class StayingConcentration:
    """Takes a concentration from the unknowns of a mesh before to those after it has moved.

    With test functions v that move with the mesh by a way w, and a share s of each place that
    the electrolyte fills, one on one side of a front,

        d int s c v dx = - int s c w . grad v dx + int (1 - s) c w_n v ds:

    where the front moves into the porous side, electrolyte of the concentration there comes in to
    fill what was solid, and it goes where the solid comes back. The implicit midpoint rule on the
    mesh half way keeps an even concentration even, and the amount but for what comes in, both to
    round-off.

    Parameters
    ----------
    space
        Of the concentration, on a second-order mesh.
    share
        s, constant in each cell [-].
    inside
        w -> w_n, its part out of the full side, on the front; UFL.
    front
        Measure of the front, which lies inside the mesh.
    reference
        Concentration [amol/um^3] above which what comes in is counted.
    """

    def __init__(
        self,
        space: fem.FunctionSpace,
        share: fem.Function,
        inside: Callable,
        front: ufl.Measure,
        reference: fem.Constant,
    ):
        self._mesh, self._space = space.mesh, space
        places = fem.functionspace(self._mesh, ("Lagrange", 2, (2,)))
        self._way, self._middle = fem.Function(places), fem.Function(space)
        self._unknowns = unknowns_of_nodes(places)
        trial, test = ufl.TrialFunction(space), ufl.TestFunction(space)
        dx = ufl.dx(self._mesh, metadata={"quadrature_degree": DEGREE})
        solid = (1 - share("+")) + (1 - share("-"))  # the full side has none
        entering = solid * inside(self._way)
        self._mass = fem.form(share * trial * test * dx)
        self._exchange = fem.form(
            share * trial * ufl.dot(self._way, ufl.grad(test)) * dx
            - entering * trial("+") * test("+") * front
        )
        self._entered = fem.form(entering * (self._middle("+") - reference) * front)

    def carry(self, function: fem.Function, move: Callable[[], None]) -> float:
        """Set a concentration to its values after `move` has moved the mesh; gives the amount that
        has come in with what is above the reference [amol per um of depth]; collective.
        """
        old, start = function.copy(), self._mesh.geometry.x.copy()
        held, values = _assembled(self._mass), function.x.petsc_vec
        load = held * values
        held.destroy()
        move()
        end = self._mesh.geometry.x.copy()
        mass = _assembled(self._mass)
        self._way.x.array.reshape(-1, 2)[self._unknowns] = (end - start)[:, :2]
        self._mesh.geometry.x[:] = (start + end) / 2
        matrix = _assembled(self._exchange)
        matrix.scale(0.5)
        load.axpy(-1.0, matrix * values)
        matrix.axpy(1.0, mass, PETSc.Mat.Structure.SUBSET_NONZERO_PATTERN)
        solver = PETSc.KSP().create(self._mesh.comm)
        solver.setOperators(matrix)
        solver.setType("preonly")
        solver.getPC().setType("lu")
        solver.getPC().setFactorSolverType("mumps")
        solver.solve(load, values)
        function.x.scatter_forward()
        self._middle.x.array[:] = (old.x.array + function.x.array) / 2
        entered = total(self._mesh.comm, self._entered)
        self._mesh.geometry.x[:] = end
        for used in (solver, matrix, mass, load):
            used.destroy()
        return entered


def _assembled(form: fem.Form) -> PETSc.Mat:
    matrix = fem_petsc.assemble_matrix(form)
    matrix.assemble()
    return matrix


def weights_of(*shares: fem.Function) -> Callable:
    """A mesh -> the share of the electrolyte on it, as the weight of a `Transfer`."""
    of_mesh = {id(share.function_space.mesh): share for share in shares}
    return lambda mesh: of_mesh[id(mesh)]
