"""Functions carried to another mesh of the same domain by their values at its nodes."""

from functools import cached_property

import numpy as np
import ufl
from dolfinx import fem
from dolfinx.mesh import Mesh

from anodex.models.discrete.fields import assembled, total
from anodex.models.discrete.points import LocatedPoints
from anodex.models.moving.transfer import paired_parts


class Carrier:
    """Carries continuous Lagrange functions from one mesh to another of the same straight domain.

    Where both meshes have the same cells, as they have about a front that both were made for,
    nothing changes. The L2 projection of `anodex.models.moving.transfer` keeps every amount, but
    took 10 times as long on 64 thousand triangles, and swung beyond the bounds of a phase field
    where cells change their size. Collective.

    Parameters
    ----------
    old, new
        The meshes, spread over the ranks each in its own way; they rest while this is in use.
    """

    def __init__(self, old: Mesh, new: Mesh):
        self._old, self._new = old, new
        self._nodes: dict[int, tuple[fem.Function, LocatedPoints]] = {}

    def __call__(self, source: fem.Function, target: fem.Function) -> None:
        """Set `target`, a function of the new mesh, from `source`, one of the old mesh with as many
        components: scalar, vector or mixed, continuous, each of order 2 at most.

        Raises
        ------
        ValueError
            For other functions.
        """
        for (space, unknowns), (new_space, new_unknowns) in paired_parts(source, target):
            part = fem.Function(space)
            part.x.array[:] = source.x.array[unknowns]
            values, located = self._on_nodes(new_space.ufl_element().degree)
            owned = values.function_space.dofmap.index_map.size_local
            values.x.array[:owned] = located.values(part)
            values.x.scatter_forward()
            cells = values.function_space.dofmap.list
            target.x.array[new_unknowns[new_space.dofmap.list]] = values.x.array[cells]

    def with_amount(self, source: fem.Function, target: fem.Function) -> None:
        """The same for scalar functions of first order, of which the new mesh gets the amount too:
        what lies between its nodes is shared out among those around. Where the cells of one mesh
        lie within those of the other, as triangles do that were cut from the same, amounts are kept
        to round-off.
        """
        self(source, target)
        values, between = self._between
        owned = values.function_space.dofmap.index_map.size_local
        values.x.array[values.function_space.dofmap.list] = source.x.array[
            source.function_space.dofmap.list
        ]
        beside = values.x.array[:owned] - between.values(target)
        beside *= volumes(values.function_space)[:owned]
        shared = between.shared_out(beside, target.function_space)
        target.x.array[:] += shared.x.array / volumes(target.function_space)

    def _on_nodes(self, degree: int) -> tuple[fem.Function, LocatedPoints]:
        """A function of the new mesh, and where in the old mesh its nodes lie."""
        if degree not in self._nodes:
            self._nodes[degree] = _nodes_in(self._new, degree, self._old)
        return self._nodes[degree]

    @cached_property
    def _between(self) -> tuple[fem.Function, LocatedPoints]:
        """A function of the old mesh, and where in the new mesh its nodes lie."""
        return _nodes_in(self._old, 1, self._new)


def _nodes_in(mesh: Mesh, degree: int, other: Mesh) -> tuple[fem.Function, LocatedPoints]:
    """A function of a mesh, and where in another mesh its nodes lie."""
    space = fem.functionspace(mesh, ("Lagrange", degree))
    owned = space.dofmap.index_map.size_local
    points = space.tabulate_dof_coordinates()[:owned]
    return fem.Function(space), LocatedPoints(other, points)


def volumes(space: fem.FunctionSpace) -> np.ndarray:
    """What each unknown of a scalar space counts in an integral, ghosts included; collective."""
    return assembled(fem.form(ufl.TestFunction(space) * ufl.dx))


def keep_amount(source: fem.Function, target: fem.Function, phase: fem.Function) -> float:
    """Give a function on a new mesh the amount, the integral, that it had on the old one, by a
    change where there is an interface and nowhere else; collective.

    Parameters
    ----------
    source, target
        Scalar, of one space or the other.
    phase
        Phase field xi on the new mesh, of the space of the target, which may be the target: this is
        changed in proportion to xi (1 - xi).

    Returns
    -------
    float
        What was missing.
    """
    slope = phase.copy()
    slope.x.array[:] = np.maximum(phase.x.array * (1 - phase.x.array), 0.0)
    missing, room = amount(source) - amount(target), amount(slope)
    if room > 0:
        target.x.array[:] += missing / room * slope.x.array
    return missing


def amount(function: fem.Function) -> float:
    """Integral of a scalar function; collective."""
    mesh = function.function_space.mesh
    return total(mesh.comm, fem.form(function * ufl.dx(mesh)))
