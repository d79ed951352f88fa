"""One wrapper over PETSc SNES that every system solves through."""

import logging
import weakref
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import ufl
from dolfinx import fem
from petsc4py import PETSc

from anodex.models.discrete.fields import MixedFields
from anodex.models.errors import ConvergenceError
from anodex.models.solve.activity import Activity, doing
from anodex.models.solve.assembly import Assembly, DiscreteTerm
from anodex.models.solve.convergence import FieldNorms
from anodex.models.solve.linear import SchurMass, set_field_splits
from anodex.models.solve.options import SolverOptions
from anodex.models.solve.report import SolveReport
from anodex.models.solve.ties import Ties

log = logging.getLogger("anodex")

MUMPS_ALLOWANCE, MOST_ALLOWANCE = "mat_mumps_icntl_14", 2000  # percent over what MUMPS estimates
LACK_OF_WORKSPACE = (-8, -9)  # what MUMPS says in INFOG(1)
ROUND_OFF = 1e-14  # a relative change of the unknown that means nothing


class NonlinearSolver:
    """Newton's method for a form on one (mixed) function space; forms, matrix and vectors are built
    once.

    Parameters
    ----------
    residual
        UFL form, linear in its test function, that vanishes at the solution.
    unknown
        The function solved for; holds the initial guess before and the solution after `solve`.
    constraints
        Dirichlet conditions.
    name
        Prefix of the PETSc options of this solver, `<name>_`; a second solver of that name gets
        `<name>_2_`.
    fields
        The fields of `unknown`: residuals are judged and reported field by field, because their
        units differ.
    options
        PETSc options of the linear solver, as from `solver_options`; what the user sets under the
        prefix (environment variable PETSC_OPTIONS) wins.
    tolerance
        Each field's residual must fall to this fraction of the largest residual that the field has
        had.
    before_assembly
        Called with `unknown` up to date before each residual assembly; fills what the forms need at
        quadrature points.
    keep_jacobian
        Whether a Jacobian may serve several iterations. False where each changes it much.
    schur
        Stands for the Schur complement of the last field where `options` ask for one.
    ties
        Periods, walls with slip and rigid bodies.
    terms
        Parts of the residual beside the form. They do not enter the lifting: let the guess meet the
        constraints on their unknowns.

    Attributes
    ----------
    residual, jacobian
        The compiled forms.
    matrix
        The Jacobian as last assembled.
    snes, prefix
        PETSc's solver and the prefix of its options.
    factorisations
        How many Jacobians have been assembled.

    Raises
    ------
    InputError
        If the ties cannot be, as of `TiedUnknowns`.
    """

    def __init__(
        self,
        residual: ufl.Form,
        unknown: fem.Function,
        constraints: Sequence[fem.DirichletBC],
        name: str,
        fields: MixedFields,
        options: Mapping[str, object],
        tolerance: float = 1e-11,
        largest_iterations: int = 40,
        before_assembly: Callable[[], None] = lambda: None,
        keep_jacobian: bool = True,
        schur: SchurMass | None = None,
        ties: Ties | None = None,
        terms: Sequence[DiscreteTerm] = (),
    ):
        self.unknown, self.constraints = unknown, list(constraints)
        self.fields, self.tolerance = fields.owned, tolerance
        self.before_assembly, self.keep_jacobian = before_assembly, keep_jacobian
        self.comm = unknown.function_space.mesh.comm
        PETSc.garbage_cleanup(self.comm)  # what Python has dropped waits for a collective call
        self._norms = FieldNorms(self.fields, tolerance, self.comm)
        self._have_jacobian = self._worthwhile = False
        self._activity = Activity(name.rpartition("_")[2])  # what the user is told
        self.factorisations = 0

        self._assembly = Assembly(residual, unknown, self.constraints, fields, ties, terms)
        self.residual, self.jacobian = self._assembly.residual, self._assembly.jacobian
        self.matrix = self._assembly.matrix
        self.solution = unknown.x.petsc_vec.duplicate()
        self.residual_vector = self.solution.duplicate()
        self._work = self.solution.duplicate(), self.solution.duplicate()

        self.snes = PETSc.SNES().create(self.comm)
        self._options = SolverOptions(name, {"snes_linesearch_type": "bt", **options})
        self.prefix = self._options.prefix
        self.snes.setOptionsPrefix(self.prefix)
        # PETSc would keep this object alive through its own callbacks, factorisation and all: they
        # hold it weakly.
        this = weakref.proxy(self)
        self.snes.setFunction(
            lambda *arguments: this._assemble_residual(*arguments), self.residual_vector
        )
        self.snes.setJacobian(lambda *arguments: this._assemble_jacobian(*arguments), self.matrix)
        self.snes.setConvergenceTest(lambda *arguments: this._converged(*arguments))
        # No tolerance on the step: a line search that fails makes it short, and PETSc would take
        # that for a solution.
        self.snes.setTolerances(stol=0.0, max_it=largest_iterations)
        self.snes.setFromOptions()
        if self.snes.getType() == PETSc.SNES.Type.KSPONLY:  # finds residuals for those who watch
            self._worthwhile = True  # a linear equation's Jacobian serves until it is renewed
            self.snes.setMonitor(lambda *_: this._norms.update(this.residual_vector.array_r))
        if self.snes.ksp.getType() != PETSc.KSP.Type.PREONLY:
            self.snes.ksp.setMonitor(lambda *_: None)  # gives other threads a turn: clocks tick
        self._schur = self._schur_basis = None
        if self.snes.ksp.pc.getType() == PETSc.PC.Type.FIELDSPLIT:
            set_field_splits(self.snes.ksp.pc, fields)
            self._schur = schur
        if self._schur is not None:
            self._schur_basis = self._assembly.field_basis(list(self.fields)[-1])

    @property
    def scales(self) -> dict[str, float]:
        """Largest residual norm that each field has had; to be changed in place, as a `State` may
        hold it too.
        """
        return self._norms.scales

    def solve(self) -> SolveReport:
        """Solve from the present value of the unknown.

        Raises
        ------
        ConvergenceError
            On every rank alike; the unknown then holds the initial guess again.
        """
        with doing(self._activity.name) as self._activity:
            return self._solve()

    def _solve(self) -> SolveReport:
        guess = self.unknown.x.array.copy()
        self._assembly.update()
        fresh, again = not self._have_jacobian, True
        while again:
            self.unknown.x.array[:] = guess
            self._assembly.get(self.solution)
            self.snes.solve(None, self.solution)
            reason = self.snes.getConvergedReason()
            if reason > 0:
                self._assembly.put(self.solution)
                self.before_assembly()
                report = SolveReport(
                    self.snes.getIterationNumber(),
                    self.snes.getLinearSolveIterations(),
                    dict(self._norms.norms),
                )
                log.debug(
                    "%s: %d Newton, %d linear iterations, residuals %s",
                    self.prefix,
                    *vars(report).values(),
                )
                return report
            again = not fresh  # a kept Jacobian that leads nowhere deserves one try with a new one
            if self.snes.ksp.pc.getType() in (PETSc.PC.Type.LU, PETSc.PC.Type.CHOLESKY):
                again |= (
                    reason == PETSc.SNES.ConvergedReason.DIVERGED_LINEAR_SOLVE
                    and self._get_more_workspace()
                )
                self.snes.ksp.reset()  # a factorisation that fails once would do so for ever
            fresh, self._have_jacobian = True, False
        self.unknown.x.array[:] = guess
        raise ConvergenceError(self._failure(reason))

    def renew_jacobian(self) -> None:
        """Let the next solution assemble a Jacobian: the mesh has moved, say."""
        self._have_jacobian = False

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self.snes.destroy()
        self._assembly.destroy()
        if self._schur_basis is not None:
            self._schur_basis.destroy()
        for vector in (self.solution, self.residual_vector, *self._work):
            vector.destroy()
        self._options.release()

    def reactions(self) -> np.ndarray:
        """Residual of this rank's owned dofs without the constraints: at a constrained dof, what
        holds it there.
        """
        self.before_assembly()
        self._assembly.assemble_reactions(self.residual_vector)
        return self.residual_vector.array_r.copy()

    def defect(self) -> np.ndarray:
        """Residual of this rank's owned dofs as a solution judges it: what constraints and ties
        take care of does not count; collective.
        """
        self._assembly.get(self.solution)
        self._assemble_residual(self.snes, self.solution, self.residual_vector)
        return self.residual_vector.array_r.copy()

    def _get_more_workspace(self) -> bool:
        """Whether MUMPS lacked workspace for a factorisation, as the order of elimination
        depends on the ranks; the next gets more.
        """
        preconditioner, database = self.snes.ksp.pc, self._options.database
        allowance = database.getInt(MUMPS_ALLOWANCE, 0)
        lacked = (
            preconditioner.getFactorSolverType() == "mumps"
            and preconditioner.getFactorMatrix().getMumpsInfog(1) in LACK_OF_WORKSPACE
        )
        if not lacked or allowance >= MOST_ALLOWANCE:
            return False
        database[MUMPS_ALLOWANCE] = max(2 * allowance, 100)
        return True

    def _assemble_residual(self, snes, x, b):
        self._assembly.put(x)
        self.before_assembly()
        self._assembly.assemble_residual(x, b)

    def _assemble_jacobian(self, snes, x, matrix, _):
        if self._have_jacobian and self._worthwhile and self.keep_jacobian:
            return
        self._assembly.assemble_jacobian()
        if self._schur is not None:
            self._schur.update()
            schur = (
                self._schur.matrix
                if self._schur_basis is None
                else self._schur_basis.reduce(self._schur.matrix)
            )
            self.snes.ksp.pc.setFieldSplitSchurPreType(PETSc.PC.FieldSplitSchurPreType.USER, schur)
        self._have_jacobian = True
        self.factorisations += 1

    def _converged(self, snes, iteration, norms):
        self._activity.detail = f"Newton {iteration + 1}"
        self._norms.update(self.residual_vector.array_r)
        if not self._norms.are_finite:
            return PETSc.SNES.ConvergedReason.DIVERGED_FNORM_NAN
        if self._norms.are_small:
            return PETSc.SNES.ConvergedReason.CONVERGED_FNORM_RELATIVE
        self._worthwhile = iteration == 0 or self._norms.have_shrunk
        if not self._worthwhile:  # perhaps nothing but round-off is left
            self._allow_round_off(snes.getSolution())
            if self._norms.are_small:
                return PETSc.SNES.ConvergedReason.CONVERGED_FNORM_ABS
        return PETSc.SNES.ConvergedReason.ITERATING

    def _allow_round_off(self, x: PETSc.Vec) -> None:
        """Let the goals be off by what a meaningless change of the unknown makes of the
        residual.
        """
        perturbed, change = self._work
        noise = np.random.default_rng(seed=1).uniform(-ROUND_OFF, ROUND_OFF, x.local_size)
        perturbed.array = x.array_r * (1 + noise)
        self._assembly.put(perturbed)
        # without the hook, which may go on with an iteration of its own
        self._assembly.assemble_residual(perturbed, change)
        change.axpy(-1.0, self.residual_vector)
        self._norms.allow(change.array_r)
        self._assembly.put(x)

    def _failure(self, reason: int) -> str:
        worst = self._norms.worst
        why = next(
            (name for name, value in vars(PETSc.SNES.ConvergedReason).items() if value == reason),
            str(reason),
        )
        return (
            f"Newton's method found no solution ({why.lower()}) after "
            f"{self.snes.getIterationNumber()} iterations: field '{worst}' is left with residual "
            f"{self._norms.norms[worst]:.3g} of at first {self.scales[worst]:.3g}. "
            "Try a smaller step, a finer mesh or a milder load."
        )
