"""Residual vector and Jacobian matrix of a form with its constraints, ties and discrete terms."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import ufl
from dolfinx import fem
from dolfinx.fem import petsc as fem_petsc
from petsc4py import PETSc

from anodex.models.discrete.fields import MixedFields
from anodex.models.solve.basis import Basis
from anodex.models.solve.ties import TiedUnknowns, Ties

MET = 1e-15  # distance from what a condition holds, over the largest value there: round-off


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


class Assembly:
    """The equations b(x) = 0 of a discrete problem and their Jacobian; forms and matrix are built
    once.

    x is the vector of the unknown, or with ties that of `TiedUnknowns`. All calls are collective.

    Parameters
    ----------
    residual, unknown, constraints, fields, ties, terms
        As of `NonlinearSolver`.

    Attributes
    ----------
    residual, jacobian
        The compiled forms.
    matrix
        The Jacobian by x, which `assemble_jacobian` fills.

    Raises
    ------
    InputError
        As `TiedUnknowns`.
    """

    def __init__(
        self,
        residual: ufl.Form,
        unknown: fem.Function,
        constraints: Sequence[fem.DirichletBC],
        fields: MixedFields,
        ties: Ties | None,
        terms: Sequence[DiscreteTerm],
    ):
        self.unknown, self._terms = unknown, list(terms)
        self.residual = fem.form(residual)
        jacobian = ufl.derivative(residual, unknown, ufl.TrialFunction(unknown.function_space))
        self.jacobian = fem.form(jacobian)
        self._full = self.matrix = fem_petsc.create_matrix(self.jacobian)
        self._tied: TiedUnknowns | None = None
        self._eliminated = list(constraints)  # by assembly
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

    def update(self) -> None:
        """Read what ties take from Dirichlet conditions and walls, before a solve."""
        if self._tied is not None:
            self._tied.update()

    def get(self, x: PETSc.Vec) -> None:
        """Set x from the unknown."""
        if self._tied is None:
            self.unknown.x.petsc_vec.copy(x)
        else:
            self._tied.get(self.unknown.x.petsc_vec, x)

    def put(self, x: PETSc.Vec) -> None:
        """Set the unknown from x."""
        if self._tied is None:
            x.copy(self.unknown.x.petsc_vec)
        else:
            self._tied.put(x, self.unknown.x.petsc_vec)
        self.unknown.x.scatter_forward()

    def assemble_residual(self, x: PETSc.Vec, b: PETSc.Vec) -> None:
        """Fill b for x, which `put` has put into the unknown."""
        with b.localForm() as local:
            local.set(0.0)
        fem_petsc.assemble_vector(b, self.residual)
        if self._off_constraints():
            fem_petsc.apply_lifting(
                b, [self.jacobian], [self._eliminated], x0=[self.unknown.x.petsc_vec], alpha=-1.0
            )
        if self._tied is not None and self._tied.measure(x):
            fem_petsc.assemble_vector(b, self._lift)
        self._collect(b)
        fem_petsc.set_bc(b, self._eliminated, self.unknown.x.petsc_vec, -1.0)
        if self._tied is not None:
            self._tied.reduce(b, x)

    def assemble_reactions(self, b: PETSc.Vec) -> None:
        """Fill b with the residual of the unknown without constraints and ties."""
        with b.localForm() as local:
            local.set(0.0)
        fem_petsc.assemble_vector(b, self.residual)
        self._collect(b)

    def assemble_jacobian(self) -> None:
        """Fill `matrix` for the unknown."""
        self._assemble_full()
        if self._tied is not None:
            self._tied.basis.reduce(self._full)

    def field_basis(self, name: str) -> Basis | None:
        """The ties among the dofs of one field, for the caller to destroy; None without ties."""
        return None if self._tied is None else self._tied.field_basis(name)

    def destroy(self) -> None:
        """Free the PETSc objects."""
        self._full.destroy()
        if self._tied is not None:
            self._tied.destroy()

    def _off_constraints(self) -> bool:
        """Whether the unknown differs from what Dirichlet conditions say, on this rank and by more
        than round-off. If not, lifting would assemble cells for nothing, as in all but the first
        iteration.
        """
        found, distance = self.unknown.x.array, np.zeros_like(self.unknown.x.array)
        for constraint in self._eliminated:
            dofs, _ = constraint.dof_indices()
            constraint.set(distance, found, -1.0)
            met = MET * np.abs(found[dofs]).max(initial=0.0)
            if np.abs(distance[dofs]).max(initial=0.0) > met:
                return True
        return False

    def _collect(self, b: PETSc.Vec) -> None:
        """Bring what the ranks have assembled to the owners, and add the terms."""
        b.ghostUpdate(PETSc.InsertMode.ADD, PETSc.ScatterMode.REVERSE)
        for term in self._terms:
            term.add_residual(b)

    def _assemble_form(self) -> None:
        self._full.zeroEntries()
        # mypy sees one form of this single dispatch, which makes a matrix
        fem_petsc.assemble_matrix(self._full, self.jacobian, bcs=self._eliminated)  # type: ignore[misc]
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
