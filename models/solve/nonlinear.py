"""One wrapper over PETSc SNES that every system solves through."""

import itertools
import logging
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import ufl
from dolfinx import fem
from dolfinx.fem import petsc as fem_petsc
from mpi4py import MPI
from petsc4py import PETSc

from anodex.models.discrete.fields import MixedFields
from anodex.models.errors import ConvergenceError
from anodex.models.solve.linear import SchurMass, set_field_splits
from anodex.models.solve.ties import TiedUnknowns, Ties

log = logging.getLogger("anodex")

# A Jacobian is kept, from step to step too, as long as one Newton iteration shrinks every residual
# to this fraction: a factorisation costs as much as tens of solves with it.
WORTHWHILE_REDUCTION = 0.1
# percent beyond the workspace that MUMPS estimates
MUMPS_ALLOWANCE, MOST_ALLOWANCE = "mat_mumps_icntl_14", 2000
LACK_OF_WORKSPACE = (-8, -9)  # what MUMPS says in INFOG(1)
ROUND_OFF = 1e-14  # a relative change of the unknown that means nothing

_taken_prefixes: set[str] = set()


@dataclass(frozen=True)
class SolveReport:
    """What one nonlinear solve took: Newton iterations, linear iterations and the final residual
    norm of each field.
    """

    iterations: int
    linear_iterations: int
    residuals: dict[str, float]

    @classmethod
    def of(cls, reports: Sequence["SolveReport"]) -> "SolveReport":
        """One report of solves in a row: all iterations, the last residuals."""
        iterations, linear = (
            sum(getattr(report, name) for report in reports)
            for name in ("iterations", "linear_iterations")
        )
        return cls(iterations, linear, reports[-1].residuals)


class DiscreteTerm(Protocol):
    """Part of a residual that no form can say, such as contact between two bodies: a function of
    the unknown, written into its vector.

    Attributes
    ----------
    matrix
        Its derivative by the unknown, with the layout of the solver's matrix and a pattern that
        stays; rows of constrained unknowns too.
    """

    matrix: PETSc.Mat

    def add_residual(self, vector: PETSc.Vec) -> None:
        """Add to the entries that this rank owns; collective."""

    def update_matrix(self) -> None:
        """Fill `matrix` for the present unknown; collective."""


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
        Periods and walls with slip.
    terms
        Parts of the residual beside the form. They do not enter the lifting: let the guess meet the
        constraints on their unknowns.
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
        self.unknown, self.constraints, self.fields, self.tolerance = (
            unknown,
            list(constraints),
            fields.owned,
            tolerance,
        )
        self.before_assembly, self.keep_jacobian = before_assembly, keep_jacobian
        self._schur = self._schur_basis = None
        self._terms = list(terms)
        self.comm = unknown.function_space.mesh.comm
        # in parallel, what Python has dropped waits for a collective call
        PETSc.garbage_cleanup(self.comm)
        # largest residual norm that each field has had
        self.scales = dict.fromkeys(self.fields, 0.0)
        self._round_off = dict.fromkeys(self.fields, 0.0)
        self._norms = dict.fromkeys(self.fields, 0.0)
        self._have_jacobian = self._worthwhile = False
        self.factorisations = 0

        self.residual = fem.form(residual)
        jacobian = ufl.derivative(residual, unknown, ufl.TrialFunction(unknown.function_space))
        self.jacobian = fem.form(jacobian)
        self._full = self.matrix = fem_petsc.create_matrix(self.jacobian)
        self._tied, self._eliminated = None, self.constraints  # by assembly
        if self._terms:
            self._assemble_form()
        for term in self._terms:  # makes room for its entries
            self._full.axpy(1.0, term.matrix, PETSc.Mat.Structure.DIFFERENT_NONZERO_PATTERN)
        self._full.setOption(PETSc.Mat.Option.KEEP_NONZERO_PATTERN, True)  # where rows are zeroed
        if ties:
            self._tied, self._eliminated = TiedUnknowns(fields, constraints, ties), []
            self._lift = fem.form(-ufl.derivative(residual, unknown, self._tied.distance))
            self._assemble_full()
            self.matrix = self._tied.basis.reduce(self._full)
        self.solution = unknown.x.petsc_vec.duplicate()
        self.residual_vector = self.solution.duplicate()
        self._work = self.solution.duplicate(), self.solution.duplicate()

        self.snes = PETSc.SNES().create(self.comm)
        self.prefix = _new_prefix(name)
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
        self._defaults = _set_defaults(self.prefix, {"snes_linesearch_type": "bt", **options})
        self.snes.setFromOptions()
        if self.snes.ksp.pc.getType() == PETSc.PC.Type.FIELDSPLIT:
            set_field_splits(self.snes.ksp.pc, fields)
            self._schur = schur
        if self._schur is not None and self._tied is not None:
            self._schur_basis = self._tied.field_basis(list(self.fields)[-1])

    def solve(self) -> SolveReport:
        """Solve from the present value of the unknown.

        Raises
        ------
        ConvergenceError
            On every rank alike; the unknown then holds the initial guess again.
        """
        guess = self.unknown.x.array.copy()
        if self._tied is not None:
            self._tied.update()
        fresh, again = not self._have_jacobian, True
        while again:
            self.unknown.x.array[:] = guess
            self._start(self.solution)
            self.snes.solve(None, self.solution)
            reason = self.snes.getConvergedReason()
            if reason > 0:
                self._take(self.solution)
                self.before_assembly()
                report = SolveReport(
                    self.snes.getIterationNumber(),
                    self.snes.getLinearSolveIterations(),
                    dict(self._norms),
                )
                log.debug(
                    "%s: %d Newton, %d linear iterations, residuals %s",
                    self.prefix,
                    *vars(report).values(),
                )
                return report
            again = not fresh  # a kept Jacobian that leads nowhere deserves one try with a new one
            if self.snes.ksp.pc.getType() == PETSc.PC.Type.LU:
                again |= (
                    reason == PETSc.SNES.ConvergedReason.DIVERGED_LINEAR_SOLVE
                    and self._get_more_workspace()
                )
                self.snes.ksp.reset()  # a factorisation that fails once would do so for ever
            fresh, self._have_jacobian = True, False
        self.unknown.x.array[:] = guess
        raise ConvergenceError(self._failure(reason))

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        for thing in (
            self.snes,
            self._full,
            self._tied,
            self._schur_basis,
            self.solution,
            self.residual_vector,
            *self._work,
        ):
            if thing is not None:
                thing.destroy()
        database = PETSc.Options(self.prefix)
        for key in self._defaults:  # the next solver of this prefix would take them for the user's
            database.delValue(key)
        _taken_prefixes.discard(self.prefix)

    def reactions(self) -> np.ndarray:
        """Residual of this rank's owned dofs without the constraints: at a constrained dof, what
        holds it there.
        """
        self.before_assembly()
        with self.residual_vector.localForm() as local:
            local.set(0.0)
        fem_petsc.assemble_vector(self.residual_vector, self.residual)
        self.residual_vector.ghostUpdate(PETSc.InsertMode.ADD, PETSc.ScatterMode.REVERSE)
        for term in self._terms:
            term.add_residual(self.residual_vector)
        return self.residual_vector.array_r.copy()

    def defect(self) -> np.ndarray:
        """Residual of this rank's owned dofs as a solution judges it: what constraints and ties
        take care of does not count; collective.
        """
        self._start(self.solution)
        self._assemble_residual(self.snes, self.solution, self.residual_vector)
        return self.residual_vector.array_r.copy()

    def _get_more_workspace(self) -> bool:
        """Whether MUMPS lacked workspace for a factorisation, as the order of elimination
        depends on the ranks; the next gets more.
        """
        preconditioner, database = self.snes.ksp.pc, PETSc.Options(self.prefix)
        allowance = database.getInt(MUMPS_ALLOWANCE, 0)
        lacked = (
            preconditioner.getFactorSolverType() == "mumps"
            and preconditioner.getFactorMatrix().getMumpsInfog(1) in LACK_OF_WORKSPACE
        )
        if not lacked or allowance >= MOST_ALLOWANCE:
            return False
        database[MUMPS_ALLOWANCE] = max(2 * allowance, 100)
        return True

    def _start(self, x: PETSc.Vec) -> None:
        if self._tied is None:
            self.unknown.x.petsc_vec.copy(x)
        else:
            self._tied.get(self.unknown.x.petsc_vec, x)

    def _take(self, x: PETSc.Vec) -> None:
        if self._tied is None:
            x.copy(self.unknown.x.petsc_vec)
        else:
            self._tied.put(x, self.unknown.x.petsc_vec)
        self.unknown.x.scatter_forward()

    def _assemble_residual(self, snes, x, b):
        self._take(x)
        self.before_assembly()
        self._assemble(x, b)

    def _assemble(self, x: PETSc.Vec, b: PETSc.Vec) -> None:
        with b.localForm() as local:
            local.set(0.0)
        fem_petsc.assemble_vector(b, self.residual)
        fem_petsc.apply_lifting(
            b, [self.jacobian], [self._eliminated], x0=[self.unknown.x.petsc_vec], alpha=-1.0
        )
        if self._tied is not None and self._tied.measure(x):
            fem_petsc.assemble_vector(b, self._lift)
        b.ghostUpdate(PETSc.InsertMode.ADD, PETSc.ScatterMode.REVERSE)
        for term in self._terms:
            term.add_residual(b)
        fem_petsc.set_bc(b, self._eliminated, self.unknown.x.petsc_vec, -1.0)
        if self._tied is not None:
            self._tied.reduce(b, x)

    def _assemble_jacobian(self, snes, x, matrix, _):
        if self._have_jacobian and self._worthwhile and self.keep_jacobian:
            return
        self._assemble_full()
        if self._tied is not None:
            self._tied.basis.reduce(self._full)
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

    def _assemble_form(self) -> None:
        self._full.zeroEntries()
        fem_petsc.assemble_matrix(self._full, self.jacobian, bcs=self._eliminated)
        self._full.assemble()

    def _assemble_full(self) -> None:
        self._assemble_form()
        for term in self._terms:
            term.update_matrix()
            self._full.axpy(1.0, term.matrix, PETSc.Mat.Structure.SUBSET_NONZERO_PATTERN)
        if self._terms:  # they know nothing of constraints
            self._full.zeroRows(self._constrained_rows(), diag=1.0)

    def _constrained_rows(self) -> np.ndarray:
        """Global numbers of the owned unknowns that assembly eliminates."""
        owned = [
            dofs[:count]
            for dofs, count in (constraint.dof_indices() for constraint in self._eliminated)
        ]
        rows = np.unique(np.concatenate(owned)) if owned else np.zeros(0)
        return (rows + self._full.getOwnershipRange()[0]).astype(PETSc.IntType)

    def _converged(self, snes, iteration, norms):
        previous, self._norms = self._norms, self._field_norms(self.residual_vector.array_r)
        if not all(np.isfinite(norm) for norm in self._norms.values()):
            return PETSc.SNES.ConvergedReason.DIVERGED_FNORM_NAN
        for field, norm in self._norms.items():
            self.scales[field] = max(self.scales[field], norm)
        if self._reached(self._goals()):
            return PETSc.SNES.ConvergedReason.CONVERGED_FNORM_RELATIVE
        self._worthwhile = iteration == 0 or self._reached(
            {f: max(self._goals()[f], WORTHWHILE_REDUCTION * previous[f]) for f in previous}
        )
        if not self._worthwhile:  # perhaps nothing but round-off is left
            self._measure_round_off(snes.getSolution())
            if self._reached(self._goals()):
                return PETSc.SNES.ConvergedReason.CONVERGED_FNORM_ABS
        return PETSc.SNES.ConvergedReason.ITERATING

    def _goals(self) -> dict[str, float]:
        return {
            field: self.tolerance * self.scales[field] + self._round_off[field]
            for field in self.fields
        }

    def _reached(self, goals: Mapping[str, float]) -> bool:
        return all(self._norms[field] <= goals[field] for field in self.fields)

    def _measure_round_off(self, x: PETSc.Vec) -> None:
        """Largest change of each field's residual that a meaningless change of the unknown
        makes.
        """
        perturbed, change = self._work
        noise = np.random.default_rng(seed=1).uniform(-ROUND_OFF, ROUND_OFF, x.local_size)
        perturbed.array = x.array_r * (1 + noise)
        self._take(perturbed)
        # without the hook, which may go on with an iteration of its own
        self._assemble(perturbed, change)
        change.axpy(-1.0, self.residual_vector)
        self._round_off = self._field_norms(change.array_r)
        self._take(x)

    def _field_norms(self, values: np.ndarray) -> dict[str, float]:
        squares = np.array([np.sum(values[dofs] ** 2) for dofs in self.fields.values()])
        return dict(
            zip(
                self.fields, np.sqrt(self.comm.allreduce(squares, op=MPI.SUM)).tolist(), strict=True
            )
        )

    def _failure(self, reason: int) -> str:
        worst = max(self.fields, key=lambda field: self._norms[field] / (self.scales[field] or 1.0))
        why = next(
            (name for name, value in vars(PETSc.SNES.ConvergedReason).items() if value == reason),
            str(reason),
        )
        return (
            f"Newton's method found no solution ({why.lower()}) after "
            f"{self.snes.getIterationNumber()} iterations: field '{worst}' "
            f"is left with residual {self._norms[worst]:.3g} of at first {self.scales[worst]:.3g}. "
            "Try a smaller step, a finer mesh or a "
            "milder load."
        )


def _new_prefix(name: str) -> str:
    prefix = next(
        p
        for n in itertools.count(1)
        if (p := f"{name}_" if n == 1 else f"{name}_{n}_") not in _taken_prefixes
    )
    _taken_prefixes.add(prefix)
    return prefix


def _set_defaults(prefix: str, options: Mapping[str, object]) -> list[str]:
    """Enter options into PETSc's data base unless the user has set them; returns the keys of
    those entered.
    """
    database = PETSc.Options(prefix)
    # Not hasName: for `name_2_` PETSc also looks under `name_`, where the defaults of another
    # solver stand.
    given = database.getAll()
    entered = [key for key in options if key not in given]
    for key in entered:
        database[key] = options[key]
    return entered
