"""Fields of a contoured interface for ParaView: a file for each body and one for the surface
between them.
"""

import numpy as np
import ufl
from dolfinx import fem
from dolfinx.mesh import Mesh
from mpi4py import MPI

from anodex.meshes.contour_mesh import interface_mesh
from anodex.models.discrete.compat import interpolation_points, node_element
from anodex.models.discrete.surface import node_numbers
from anodex.models.results.fields import FieldWriter
from anodex.models.results.folder import ResultFolder
from anodex.models.systems.contoured_interface.problem import ContouredInterface


def write_fields(problem: ContouredInterface, folder: ResultFolder, comm: MPI.Comm) -> None:
    """Write fields.xdmf (electrolyte), lithium.xdmf (where lithium flows) and interface.xdmf
    (the surface between them).
    """
    electrolyte = problem.electrolyte
    conductivity = fem.Constant(electrolyte.mesh, problem.case.electrolyte.conductivity)
    current = _in_cells(-conductivity * ufl.grad(electrolyte.potential), electrolyte.mesh)
    _write(
        folder.fields,
        comm,
        electrolyte.mesh,
        {"potential [V]": electrolyte.potential, "current_density [A/m^2]": current},
    )
    on_surface = {"current_density [A/m^2]": problem.state.current}
    if problem.lithium is not None:
        _write(folder.part("lithium"), comm, problem.lithium.mesh, _lithium_fields(problem))
        on_surface |= {
            "excess_pressure [MPa]": problem.state.pressure,
            "excess_normal_pressure [MPa]": problem.state.normal_pressure,
        }
    surface = interface_mesh(problem.case.contour, comm)
    _write(
        folder.part("interface"),
        comm,
        surface,
        {name: _on_surface(values, surface) for name, values in on_surface.items()},
    )


def _lithium_fields(problem: ContouredInterface) -> dict[str, fem.Function]:
    lithium = problem.lithium
    return {
        "velocity [um/s]": lithium.fields.extract(lithium.unknown, "velocity"),
        "excess_pressure [MPa]": lithium.fields.extract(lithium.unknown, "pressure"),
        "von_mises [MPa]": lithium.stress.von_mises(),
    }


def _write(path, comm: MPI.Comm, mesh: Mesh, fields: dict[str, fem.Function]) -> None:
    FieldWriter(path, comm, mesh).write(0.0, fields)


def _in_cells(value, mesh: Mesh) -> fem.Function:
    """A UFL value at the midpoint of each cell."""
    function = fem.Function(fem.functionspace(mesh, ("DG", 0, value.ufl_shape)))
    function.interpolate(fem.Expression(value, interpolation_points(function.function_space)))
    return function


def _on_surface(values: np.ndarray, surface: Mesh) -> fem.Function:
    """Values at the numbered nodes of the interface as a function on its surface mesh."""
    function = fem.Function(fem.functionspace(surface, node_element(surface)))
    function.x.array[:] = values[node_numbers(function.function_space)]
    return function
