"""Linear solvers: direct while small, field-split preconditioned above that."""

from collections.abc import Mapping

import numpy as np
import ufl
from dolfinx import fem
from dolfinx.fem import petsc as fem_petsc
from mpi4py import MPI
from petsc4py import PETSc

from anodex.models.discrete.fields import MixedFields

DIRECT: Mapping[str, object] = {
    "ksp_type": "preonly",
    "pc_type": "lu",
    "pc_factor_mat_solver_type": "mumps",
    "mat_mumps_icntl_14": 80,
}
DIRECT_SYMMETRIC = {**DIRECT, "pc_type": "cholesky"}  # L D L^t, of what need not be definite
# by dimension of the space: fill-in grows much faster in 3-D
MOST_UNKNOWNS_DIRECT = {2: 1_000_000, 3: 60_000}
# how many times more of them a single scalar field may have, as its factors hold fewer entries
SCALAR_ALLOWANCE = 4

# For a linear equation that is a mass matrix and little diffusion.
MASS_AND_DIFFUSION: Mapping[str, object] = {
    "snes_type": "ksponly",
    "ksp_type": "cg",
    "ksp_rtol": 1e-12,
    "ksp_max_it": 400,
    "pc_type": "jacobi",
}
# One multigrid cycle a field, in turn; the hydrostatic block -M/K is spectrally equivalent to its
# Schur complement.
FIELD_SPLIT: Mapping[str, object] = {
    "ksp_type": "fgmres",
    "ksp_gmres_restart": 60,
    "ksp_rtol": 1e-6,
    "ksp_max_it": 400,
    "pc_type": "fieldsplit",
    "pc_fieldsplit_type": "multiplicative",
}
# What a field of a split declares. BoomerAMG minds the jump of the diffusivity between void and
# matrix far less than GAMG; GAMG knows the rigid-body modes.
SCALAR: Mapping[str, object] = {"ksp_type": "preonly", "pc_type": "hypre"}
ELASTIC: Mapping[str, object] = {
    "ksp_type": "preonly",
    "pc_type": "gamg",
    "pc_gamg_threshold": 0.02,
    "mg_levels_ksp_max_it": 3,
}
HYDROSTATIC: Mapping[str, object] = {"ksp_type": "preonly", "pc_type": "jacobi"}
# The viscosity varies by orders of magnitude from cell to cell: SOR smooths that, Jacobi needs
# many more iterations.
VELOCITY: Mapping[str, object] = {
    "ksp_type": "preonly",
    "pc_type": "python",
    "pc_python_type": "anodex.models.solve.multigrid.OrderMultigrid",
    "cycle_mg_levels_ksp_max_it": 1,
    "cycle_mg_levels_pc_type": "sor",
    "cycle_mg_coarse_pc_type": "gamg",
    "cycle_mg_coarse_pc_gamg_threshold": -1,
    "cycle_mg_coarse_mg_levels_pc_type": "sor",
}
# A few steps with the mass matrix. As options of the field's own KSP they would multiply by the
# Schur complement instead, each time with one more cycle for the velocity.
PRESSURE_MASS: Mapping[str, object] = {
    "ksp_type": "preonly",
    "pc_type": "ksp",
    "ksp_ksp_type": "chebyshev",
    "ksp_ksp_max_it": 5,
    "ksp_ksp_convergence_test": "skip",
    "ksp_ksp_norm_type": "none",
    "ksp_pc_type": "jacobi",
}

# Stokes flow with a viscosity that varies by orders of magnitude: the mass matrix over the
# viscosity stands for the Schur complement.
SCHUR_SPLIT: Mapping[str, object] = {
    **FIELD_SPLIT,
    "ksp_gmres_restart": 100,
    "ksp_rtol": 1e-4,  # Newton's method for power-law creep gains no more a step
    "pc_fieldsplit_type": "schur",
    "pc_fieldsplit_schur_fact_type": "upper",
}


def solves_directly(kind: str, fields: MixedFields) -> bool:
    """Whether a matrix is factorised: always for "direct", never for "iterative", and for "auto"
    while there are few unknowns.
    """
    if kind != "auto":
        return kind == "direct"
    scalar = len(fields.index) == 1 and fields.space.dofmap.index_map_bs == 1
    most = MOST_UNKNOWNS_DIRECT[fields.space.mesh.geometry.dim]
    most *= SCALAR_ALLOWANCE if scalar else 1
    return fields.space.dofmap.index_map.size_global <= most


def solver_options(
    kind: str, fields: MixedFields, blocks: Mapping[str, Mapping[str, object]]
) -> Mapping[str, object]:
    """PETSc options of the linear solver of a mixed system.

    Parameters
    ----------
    kind
        "direct", "iterative" or "auto", as in `solves_directly`.
    fields
        The fields of the system.
    blocks
        Name of a field -> the options of its block where the matrix is not factorised: `SCALAR`,
        `ELASTIC` and so on. `PRESSURE_MASS` belongs to a Stokes flow, which is split by its Schur
        complement.

    Returns
    -------
    Options without prefix; `DIRECT` itself where the matrix is factorised.

    Raises
    ------
    KeyError
        For a field without options, also while the matrix is small: the large case is then not
        the first to fail.
    """
    chosen = {name: blocks[name] for name in fields.index}
    if solves_directly(kind, fields):
        return DIRECT
    split = {
        f"fieldsplit_{name}_{key}": value
        for name, options in chosen.items()
        for key, value in options.items()
    }
    whole = SCHUR_SPLIT if PRESSURE_MASS in chosen.values() else FIELD_SPLIT
    return {**whole, **split}


class SchurMass:
    """A matrix that stands for the Schur complement of one field: a mass matrix with a weight.

    Parameters
    ----------
    fields, name
        The field, scalar.
    weight
        UFL expression, may change between updates.
    measure
        Where to integrate.
    """

    def __init__(self, fields: MixedFields, name: str, weight, measure: ufl.Measure):
        space = fields.spaces[name]
        self._form = fem.form(weight * ufl.TrialFunction(space) * ufl.TestFunction(space) * measure)
        self._mass = fem_petsc.create_matrix(self._form)
        self._rows = _rows(fields, name)
        self.matrix = None

    def update(self) -> None:
        """Assemble for the present weight."""
        self._mass.zeroEntries()
        fem_petsc.assemble_matrix(self._mass, self._form)
        self._mass.assemble()
        self.matrix = self._mass.createSubMatrix(self._rows, self._rows, self.matrix)


def _rows(fields: MixedFields, name: str) -> PETSc.IS:
    """Unknowns of a field's own space that the rows of its split are: those follow the mixed
    function.
    """
    dofmap = fields.spaces[name].dofmap
    order = np.argsort(fields.owned[name]) + dofmap.index_map.local_range[0] * dofmap.index_map_bs
    return PETSc.IS().createGeneral(order.astype(PETSc.IntType), comm=fields.space.mesh.comm)


def set_field_splits(pc: PETSc.PC, fields: MixedFields) -> None:
    """Tell a field-split preconditioner which unknowns form which field.

    Vector fields bring their rigid-body modes, and these what `OrderMultigrid` has to know: the
    space of the field and which of its unknowns the rows are.
    """
    to_global = fields.space.dofmap.index_map.local_to_global
    splits = []
    for name, space in fields.spaces.items():
        components = space.dofmap.index_map_bs
        # PETSc wants increasing indices; the components of a node follow each other in a mixed
        # function.
        nodes = fields.owned[name].reshape(-1, components)
        order = np.argsort(nodes[:, 0])
        indices = to_global(nodes[order].reshape(-1)).astype(PETSc.IntType)
        index_set = PETSc.IS().createGeneral(indices, comm=space.mesh.comm)
        if components > 1:
            index_set.setBlockSize(components)
            modes = rigid_body_modes(
                space.tabulate_dof_coordinates()[order], components, space.mesh.comm
            )
            modes.setAttr("space", space)
            modes.setAttr("rows", _rows(fields, name))
            index_set.compose("nearnullspace", modes)
        splits.append((name, index_set))
    pc.setFieldSplitIS(*splits)


def rigid_body_modes(x: np.ndarray, dim: int, comm: MPI.Comm) -> PETSc.NullSpace:
    """Translations and rotations of a displacement field whose nodes on this rank are at `x`,
    shape (nodes, 3); orthonormal.
    """
    modes = []
    for axis in range(dim):
        mode = np.zeros((len(x), dim))
        mode[:, axis] = 1.0
        modes.append(mode)
    for first in range(dim):
        for second in range(first + 1, dim):
            mode = np.zeros((len(x), dim))
            mode[:, first], mode[:, second] = -x[:, second], x[:, first]
            modes.append(mode)
    vectors = [PETSc.Vec().createWithArray(mode.ravel(), comm=comm) for mode in modes]
    for number, vector in enumerate(vectors):
        for earlier in vectors[:number]:
            vector.axpy(-vector.dot(earlier), earlier)
        vector.normalize()
    return PETSc.NullSpace().create(vectors=vectors, comm=comm)
