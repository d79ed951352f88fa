"""Stress of a creeping matrix at vertices, against the quadrature points that the equations see."""

import numpy as np
import pytest
from dolfinx import fem
from mpi4py import MPI

from anodex.models.discrete.compat import interpolation_points
from anodex.models.discrete.fields import owned_cells
from anodex.models.laws.elasticity import von_mises
from anodex.models.results.quantity import row_of
from anodex.models.systems.spindle_void.case import Case
from anodex.models.systems.spindle_void.observer import VoidObserver
from anodex.models.systems.spindle_void.problem import SpindleVoid, build_mesh
from anodex.models.systems.spindle_void.quantities import QUANTITIES
from anodex.models.time.stepping import StepControl, march

COMM = MPI.COMM_WORLD


@pytest.mark.serial  # each cell for itself
@pytest.mark.slow
def test_no_vertex_of_a_curved_cell_carries_more_than_its_surroundings():
    """Stress there is a small difference of large strains: a careless extrapolation is off by
    many times the stress.
    """
    sodium = {"creep": "power-law", "young_modulus": "4.6 GPa", "poisson_ratio": 0.41}
    case = Case(
        geometry={"refinement": 0.5}, matrix=sodium, protocol={"steps": []}, output={"times": []}
    )
    problem = SpindleVoid(case, build_mesh(case, COMM))
    problem.set_current(1.0)
    march(problem, 0.0, [1200.0], StepControl(1.0, 1e-6, 300.0), lambda _: False, lambda *_: None)
    points = interpolation_points(problem.creep.old.function_space)
    inside = fem.Expression(von_mises(problem.deviator), points).eval(
        problem.mesh, owned_cells(problem.mesh, problem.matrix_cells)
    )
    highest = COMM.allreduce(float(np.max(inside, initial=0.0)), op=max)
    row = row_of(QUANTITIES, VoidObserver(problem).measure())
    assert row["max_von_mises [MPa]"] < 1.2 * highest
    assert 0.3 * highest < row["tip_von_mises [MPa]"]
