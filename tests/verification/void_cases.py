"""What the checks of the spindle void share: a matrix, cases of it, and values at points."""

import numpy as np
from dolfinx import fem
from mpi4py import MPI

from anodex.models.systems.spindle_void.case import Case
from anodex.models.systems.spindle_void.problem import SpindleVoid
from anodex.verification.domains import rectangle

COMM = MPI.COMM_WORLD
E, NU, OMEGA, REFERENCE = 1000.0, 0.3, 2e-6, 1000.0  # MPa, -, um^3/amol, amol/um^3
MATRIX = {
    "young_modulus": "1 GPa",
    "poisson_ratio": NU,
    "partial_molar_volume": "2e-6 m^3/mol",
    "diffusivity": "1e-12 m^2/s",
    "porosity": 1.0,
}
FREE = {"outer": "free", "reservoir": "none"}


def make_case(**tables) -> Case:
    """A case with the matrix of these checks and free outer faces, unless `tables` say
    otherwise.
    """
    return Case(**{"matrix": MATRIX, "loading": FREE, **tables})


def set_concentration(problem: SpindleVoid, law) -> None:
    """Put c = law(x) into the state and find mechanical equilibrium."""
    function = fem.Function(problem.fields.spaces["concentration"])
    function.interpolate(law)
    problem.unknown.x.array[problem.fields.maps["concentration"]] = function.x.array
    problem.solve_stage(0.0, 0.0, problem.state.snapshot())


def value_at(function: fem.Function, point: tuple[float, float]) -> float:
    """Value of a scalar first-order function at a vertex of the mesh."""
    points = function.function_space.tabulate_dof_coordinates()
    owned = function.function_space.dofmap.index_map.size_local
    here = np.flatnonzero(
        np.hypot(points[:owned, 0] - point[0], points[:owned, 1] - point[1]) < 1e-8
    )
    return COMM.allreduce(float(function.x.array[here].sum()))


def strip(case: Case, length: float, cells: int) -> SpindleVoid:
    """A bar along x whose left end is the metal's surface."""
    return SpindleVoid(
        case,
        rectangle(
            (length, 2.0),
            (cells, 1),
            {"left": "void_surface", "right": "outer_x", "bottom": "symmetry_y"},
        ),
    )
