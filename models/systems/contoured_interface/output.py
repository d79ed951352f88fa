"""Fields of a contoured interface for ParaView: a file for each body and one for the surface
between them.
"""

from collections.abc import Mapping

import numpy as np
import ufl
from dolfinx import fem
from dolfinx.mesh import Mesh, meshtags
from mpi4py import MPI

from anodex.meshes.contour_mesh import TAGS, interface_mesh
from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.compat import interpolation_points, node_element
from anodex.models.discrete.fields import constant, owned_cells
from anodex.models.discrete.surface import node_numbers
from anodex.models.results.fields import FieldWriter
from anodex.models.results.folder import ResultFolder
from anodex.models.systems.contoured_interface.case import Case
from anodex.models.systems.contoured_interface.current import ElectrolyteCurrent
from anodex.models.systems.contoured_interface.flow import LithiumFlow
from anodex.models.systems.contoured_interface.names import (
    CURRENT,
    ELECTROLYTE,
    INTERFACE,
    LITHIUM_BODY,
    NORMAL_PRESSURE,
    POTENTIAL,
    PRESSURE,
    VELOCITY,
    VON_MISES,
)
from anodex.models.systems.contoured_interface.problem import ContouredInterface


def write_fields(problem: ContouredInterface, folder: ResultFolder, comm: MPI.Comm) -> None:
    """Write the fields of the present state: of the electrolyte, of the lithium where it flows,
    and of the surface between them.
    """
    electrolyte = problem.electrolyte
    written = [(ELECTROLYTE, electrolyte.tagged, electrolyte_fields(problem.case, electrolyte))]
    if problem.lithium is not None:
        written.append((LITHIUM_BODY, problem.lithium.tagged, lithium_fields(problem.lithium)))
    surface = tagged_surface(interface_mesh(problem.case.contour, comm))
    written.append((INTERFACE, surface, interface_fields(problem, surface.mesh)))
    for name, tagged, fields in written:
        FieldWriter(folder.part(name), comm, tagged).write(0.0, fields)


def electrolyte_fields(case: Case, electrolyte: ElectrolyteCurrent) -> Mapping[str, fem.Function]:
    """Potential, and the current density at the midpoint of each cell."""
    conductivity = constant(electrolyte.mesh, case.electrolyte.conductivity)
    current = _in_cells(-conductivity * ufl.grad(electrolyte.potential), electrolyte.mesh)
    return {POTENTIAL: electrolyte.potential, CURRENT: current}


def lithium_fields(lithium: LithiumFlow) -> Mapping[str, fem.Function]:
    """Velocity, pressure, stress and strain rate of the flow; stresses above that of the stack."""
    return {
        VELOCITY: lithium.fields.extract(lithium.unknown, "velocity"),
        PRESSURE: lithium.fields.extract(lithium.unknown, "pressure"),
        VON_MISES: lithium.stress.von_mises(),
        **lithium.tensors(),
    }


def interface_fields(problem: ContouredInterface, surface: Mesh) -> Mapping[str, fem.Function]:
    """The state at the nodes of the interface."""
    state = problem.state
    values = {
        CURRENT: state.current,
        PRESSURE: state.pressure,
        NORMAL_PRESSURE: state.normal_pressure,
    }
    return {
        name: on_surface(numbers, surface)
        for name, numbers in values.items()
        if numbers is not None
    }


def tagged_surface(surface: Mesh) -> TaggedMesh:
    """The interface with its name."""
    tdim = surface.topology.dim
    cells = owned_cells(surface)
    numbers = np.full(len(cells), TAGS["interface"], np.int32)
    none = np.empty(0, np.int32)
    return TaggedMesh(
        surface,
        meshtags(surface, tdim, cells, numbers),
        meshtags(surface, tdim - 1, none, none),
        {"interface": TAGS["interface"]},
    )


def _in_cells(value, mesh: Mesh) -> fem.Function:
    """A UFL value at the midpoint of each cell."""
    function = fem.Function(fem.functionspace(mesh, ("DG", 0, value.ufl_shape)))
    function.interpolate(fem.Expression(value, interpolation_points(function.function_space)))
    return function


def on_surface(values: np.ndarray, surface: Mesh) -> fem.Function:
    """Values at the numbered nodes of the interface as a function on its surface mesh."""
    function = fem.Function(fem.functionspace(surface, node_element(surface)))
    function.x.array[:] = values[node_numbers(function.function_space)]
    return function
