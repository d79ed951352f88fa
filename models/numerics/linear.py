"""Linear solvers: direct while small, field-split preconditioned above that."""

from collections.abc import Mapping

import numpy as np
from mpi4py import MPI
from petsc4py import PETSc

from anodex.models.numerics.fields import MixedFields

DIRECT: Mapping[str, object] = {
    "ksp_type": "preonly",
    "pc_type": "lu",
    "pc_factor_mat_solver_type": "mumps",
    "mat_mumps_icntl_14": 80,
}
MOST_UNKNOWNS_DIRECT = {2: 1_000_000, 3: 60_000}  # by dimension of the space: fill-in grows much faster in 3-D

# One multigrid cycle a field, in turn; the hydrostatic block -M/K is spectrally equivalent to its Schur complement.
FIELD_SPLIT: Mapping[str, object] = {
    "ksp_type": "fgmres",
    "ksp_gmres_restart": 60,
    "ksp_rtol": 1e-6,
    "ksp_max_it": 400,
    "pc_type": "fieldsplit",
    "pc_fieldsplit_type": "multiplicative",
}
# BoomerAMG minds the jump of the diffusivity between void and matrix far less than GAMG; GAMG knows the rigid-body modes.
SCALAR: Mapping[str, object] = {"ksp_type": "preonly", "pc_type": "hypre"}
FIELD_OPTIONS: Mapping[str, Mapping[str, object]] = {
    "concentration": SCALAR,
    "displacement": {"ksp_type": "preonly", "pc_type": "gamg", "pc_gamg_threshold": 0.02, "mg_levels_ksp_max_it": 3},
    "hydrostatic_stress": {"ksp_type": "preonly", "pc_type": "jacobi"},
    "potential": SCALAR,
}


def solver_options(kind: str, fields: MixedFields) -> Mapping[str, object]:
    """PETSc options for "direct", "iterative", or "auto", which chooses by the number of unknowns."""
    mesh = fields.space.mesh
    large = fields.space.dofmap.index_map.size_global > MOST_UNKNOWNS_DIRECT[mesh.geometry.dim]
    if kind == "direct" or (kind == "auto" and not large):
        return DIRECT
    split = {f"fieldsplit_{name}_{key}": value for name in fields.index for key, value in FIELD_OPTIONS[name].items()}
    return FIELD_SPLIT | split


def set_field_splits(pc: PETSc.PC, fields: MixedFields) -> None:
    """Tell a field-split preconditioner which unknowns form which field; vector fields bring their rigid-body modes."""
    to_global = fields.space.dofmap.index_map.local_to_global
    splits = []
    for name, space in fields.spaces.items():
        components = space.dofmap.index_map_bs
        # PETSc wants increasing indices; the components of a node follow each other in a mixed function.
        nodes = fields.owned[name].reshape(-1, components)
        order = np.argsort(nodes[:, 0])
        indices = to_global(nodes[order].reshape(-1)).astype(PETSc.IntType)
        index_set = PETSc.IS().createGeneral(indices, comm=space.mesh.comm)
        if components > 1:
            index_set.setBlockSize(components)
            index_set.compose("nearnullspace", rigid_body_modes(space.tabulate_dof_coordinates()[order], components, space.mesh.comm))
        splits.append((name, index_set))
    pc.setFieldSplitIS(*splits)


def rigid_body_modes(x: np.ndarray, dim: int, comm: MPI.Comm) -> PETSc.NullSpace:
    """Translations and rotations of a displacement field whose nodes on this rank are at `x`, shape (nodes, 3); orthonormal."""
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
