"""Linear ties between unknowns: periodic cells, slip along a curved wall, and rigid bodies that
move along an axis.

With ties the unknowns are u = M x + g. M is the identity except in the rows of the slaves: dofs
that others determine, or that a Dirichlet condition holds (slaves without a master, whose value is
in g). In x the entry of a slave is how far u is from its tie, so all conditions read x = 0 on the
slaves, and Newton's method meets them as it meets Dirichlet conditions: in one full step, along the
linearised equations. The residual is M^t b and the Jacobian M^t J M, with the rows and columns of
the slaves those of the identity. Nothing is renumbered: fields and field splits stay what they are.

Why not dolfinx_mpc: as packaged for DOLFINx 0.9 its ties give no value, a slave can be no master
(slip on a periodic wall needs that), and a Dirichlet condition on a master goes wrong silently
(https://github.com/jorgensd/dolfinx_mpc/pull/261).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from dolfinx import fem
from dolfinx.fem import petsc as fem_petsc
from mpi4py import MPI
from petsc4py import PETSc

from anodex.models.discrete.fields import MixedFields
from anodex.models.errors import InputError
from anodex.models.solve.basis import Basis
from anodex.models.solve.images import periodic_images

# Local rows of slaves, global columns of masters and weights, all of shape (links,): slave = sum of
# weight times master.
Links = tuple[np.ndarray, np.ndarray, np.ndarray]

# Enough: the vertical velocity of an image follows its leader's, that the horizontal one there, and
# this perhaps a held image.
LONGEST_CHAIN = 4


@dataclass(frozen=True, eq=False)
class SlipWall:
    """Nodes of a wall where the last component of the velocity follows from the others: velocity .
    normal = speed.

    Parameters
    ----------
    field
        Name of the velocity.
    nodes
        Dof blocks of the velocity's own space that this rank knows; those of other ranks are
        ignored.
    normals
        One for each node, shape (nodes, dimension); never at right angles to the last axis.
    speeds
        The given velocity . normal, shape (nodes,); read at each solve, so write into it what
        changes.
    """

    field: str
    nodes: np.ndarray
    normals: np.ndarray
    speeds: np.ndarray


@dataclass(frozen=True, eq=False)
class RigidBody:
    """Nodes that have one component of the velocity in common: those of a rigid body that moves
    along an axis, at a speed to be found.

    Parameters
    ----------
    field
        Name of the velocity.
    component
        Along that axis.
    nodes
        Dof blocks of the velocity's own space that this rank knows; those of other ranks are
        ignored.
    """

    field: str
    component: int
    nodes: np.ndarray


@dataclass(frozen=True)
class Ties:
    """What ties the unknowns of a problem to each other.

    Parameters
    ----------
    period
        Lengths of the cell along the first axes, 0 along one in which fields are not periodic.
        Opposite faces are planes whose nodes match.
    walls
        Walls with slip. Of the periodic images of a node one counts.
    bodies
        Rigid bodies; none touches a wall with slip or a periodic face.
    """

    period: tuple[float, ...] = ()
    walls: tuple[SlipWall, ...] = ()
    bodies: tuple[RigidBody, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is tied; without, a solver need not multiply by M."""
        return bool(self.period or self.walls or self.bodies)


class TiedUnknowns:
    """The unknowns u = M x + g of a mixed function with ties and Dirichlet conditions.

    A Dirichlet condition is stronger than a tie of the same dof. If it holds one of several
    periodic images or one node of a rigid body, the others follow that one.

    Parameters
    ----------
    fields
        The fields of the function.
    constraints
        Dirichlet conditions.
    ties
        Period, walls and bodies.

    Attributes
    ----------
    basis
        M and the slaves.
    distance
        Function of the same space that `measure` fills.

    Raises
    ------
    InputError
        If a node on a periodic face has no image, or a wall is vertical somewhere.
    """

    def __init__(self, fields: MixedFields, constraints: Sequence[fem.DirichletBC], ties: Ties):
        self._fields, self._constraints = fields, list(constraints)
        self._walls: list[tuple[np.ndarray, np.ndarray, SlipWall]] = []
        self.distance = fem.Function(fields.space)
        self._given, self._offset, self._work = (
            self.distance.x.petsc_vec.duplicate() for _ in range(3)
        )
        self._first, last = self._given.owner_range
        held = np.zeros(last - self._first, dtype=bool)
        for constraint in constraints:
            dofs, owned = constraint.dof_indices()
            held[dofs[:owned]] = True
        slave = held.copy()
        links = []
        for name in fields.index if ties.period else ():
            links.append(self._link_images(name, np.array(ties.period), held))
            slave[links[-1][0]] = True
        for wall in ties.walls:
            links.append(self._link_wall(wall, slave))
            slave[links[-1][0]] = True
        for body in ties.bodies:
            links.append(self._link_body(body, held))
            slave[links[-1][0]] = True
        free, slaves = np.flatnonzero(~slave), np.flatnonzero(slave)
        self._links = self._matrix(*links, self._identity(free))
        chains = self._links.matMult(self._links)
        chains = chains.matMult(chains)  # LONGEST_CHAIN links
        chains.axpy(1.0, self._matrix(self._identity(slaves)))
        self.basis = Basis(chains, slaves)

    def update(self) -> None:
        """Read the Dirichlet values and the speeds of the walls; collective."""
        self._given.array[:] = 0.0
        for rows, chosen, wall in self._walls:
            self._given.array[rows] = wall.speeds[chosen] / wall.normals[chosen, -1]
        fem_petsc.set_bc(self._given, self._constraints)
        self._given.copy(self._offset)
        for _ in range(LONGEST_CHAIN - 1):
            self._links.multAdd(self._offset, self._given, self._work)
            self._work.copy(self._offset)

    def put(self, x: PETSc.Vec, unknown: PETSc.Vec) -> None:
        """Set the unknowns from x."""
        self.basis.matrix.multAdd(x, self._offset, unknown)

    def get(self, unknown: PETSc.Vec, x: PETSc.Vec) -> None:
        """Set x from the unknowns, which need not meet any tie."""
        unknown.copy(self._work)
        self._work.axpy(-1.0, self._offset)
        self.basis.matrix.mult(self._work, x)
        x.aypx(-1.0, self._work)  # M is I + N with N N = 0, so its inverse is I - N = 2 I - M
        x.axpy(1.0, self._work)

    def measure(self, x: PETSc.Vec) -> bool:
        """Put into `distance` how far the slaves are from their ties; whether any of this rank
        is off.
        """
        self.distance.x.array[:] = 0.0
        self.distance.x.array[self.basis.slaves] = x.array_r[self.basis.slaves]
        self.distance.x.scatter_forward()
        return bool(self.distance.x.array.any())

    def reduce(self, residual: PETSc.Vec, x: PETSc.Vec) -> None:
        """M^t b, with the distance of the slaves in their rows."""
        self.basis.matrix.multTranspose(residual, self._work)
        self._work.array[self.basis.slaves] = x.array_r[self.basis.slaves]
        self._work.copy(residual)

    def field_basis(self, name: str) -> Basis:
        """The ties among the dofs of one field, in the order of the mixed function."""
        return self.basis.part(np.sort(self._fields.owned[name]))

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        for thing in (self.basis, self._links, self._given, self._offset, self._work):
            thing.destroy()

    def _identity(self, rows: np.ndarray) -> Links:
        return rows, rows + self._first, np.ones(len(rows))

    def _matrix(self, *links: Links) -> PETSc.Mat:
        from scipy.sparse import csr_array

        rows, masters, weights = (np.concatenate(parts) for parts in zip(*links, strict=True))
        sizes = self._given.sizes
        table = csr_array((weights, (rows, masters)), shape=sizes)
        csr = table.indptr.astype(PETSc.IntType), table.indices.astype(PETSc.IntType), table.data
        return PETSc.Mat().createAIJ((sizes, sizes), csr=csr, comm=self._given.comm)

    def _link_wall(self, wall: SlipWall, slave: np.ndarray) -> Links:
        """Link the vertical velocities on a wall that are not yet slaves to the others at the
        node; remember where the speeds go.
        """
        if self._fields.space.mesh.comm.allreduce(
            bool(np.any(wall.normals[:, -1] == 0)), op=MPI.LOR
        ):
            raise InputError(
                "A wall with slip is vertical at some node; slip needs a wall that is a height "
                "over the other axes."
            )
        dofs = self._fields.maps[wall.field].reshape(-1, wall.normals.shape[1])[wall.nodes]
        chosen = np.flatnonzero(dofs[:, -1] < len(slave))
        chosen = chosen[~slave[dofs[chosen, -1]]]
        *others, vertical = dofs[chosen].T
        self._walls.append((vertical, chosen, wall))
        normals = wall.normals[chosen]
        weights = -normals[:, :-1] / normals[:, -1:]
        return (
            np.tile(vertical, len(others)),
            np.concatenate(others) + self._first,
            weights.T.reshape(-1),
        )

    def _link_body(self, body: RigidBody, held: np.ndarray) -> Links:
        """Link the velocities of a rigid body along its axis to one of them: a held one if there
        is one, else that of the lowest number.
        """
        components = self._fields.spaces[body.field].dofmap.index_map_bs
        dofs = self._fields.maps[body.field].reshape(-1, components)[body.nodes, body.component]
        dofs = dofs[dofs < len(held)]
        free = ~held[dofs]
        candidates = zip(free.tolist(), (dofs + self._first).tolist(), strict=True)
        _, leader = min(
            self._fields.space.mesh.comm.allreduce([min(candidates, default=(True, np.inf))])
        )
        linked = dofs[free & (dofs + self._first != leader)]
        return linked, np.full(len(linked), leader), np.ones(len(linked))

    def _link_images(self, name: str, period: np.ndarray, held: np.ndarray) -> Links:
        """Link a field's dofs on periodic faces to one of their images: a held one if there is
        one, else the one on the low faces.
        """
        group, leads, dofs, held = periodic_images(self._fields, name, period, held, self._first)
        order = np.lexsort((leads, held))
        leader = np.empty(len(dofs), dtype=int)
        # the last one of each group stays: a held one after a leading one after the others
        leader[group[order]] = dofs[order]
        linked = (
            ~held
            & (leader[group] != dofs)
            & (dofs >= self._first)
            & (dofs < self._first + self._given.local_size)
        )
        return dofs[linked] - self._first, leader[group[linked]], np.ones(np.count_nonzero(linked))
