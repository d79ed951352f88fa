"""Ties of all kinds with field splits, and without anything tied."""

import numpy as np
import pytest
import ufl
from mpi4py import MPI

from anodex.models.solve.linear import PRESSURE_MASS, VELOCITY, SchurMass, solver_options
from anodex.models.solve.ties import RigidBody, SlipWall, TiedUnknowns, Ties

COMM = MPI.COMM_WORLD


@pytest.mark.parametrize("cell", ["quadrilateral", "hexahedron"])
def test_field_splits_work_with_ties(make_flow, solve, cell):
    flow = make_flow(cell, 6, 0.1, exponent=1.0)
    force, wall = flow.driven()
    values = []
    for kind in ("direct", "iterative"):
        flow.unknown.x.array[:] = 0.0
        options, schur = (
            solver_options(kind, flow.fields, {"velocity": VELOCITY, "pressure": PRESSURE_MASS}),
            SchurMass(flow.fields, "pressure", -1 / flow.viscosity, ufl.dx(degree=4)),
        )
        held, ties = flow.top_without_sliding(), flow.cell(wall)
        report = solve(
            flow.residual(force), flow.unknown, held, flow.fields, options, ties=ties, schur=schur
        )
        # 46 an iteration if the Schur complement knows no ties
        assert report.linear_iterations < 30 * report.iterations
        values.append(flow.unknown.x.array.copy())
    np.testing.assert_allclose(values[1], values[0], atol=1e-7 * np.abs(values[0]).max())


def test_ties_of_one_field_leave_its_mass_whole(make_flow):
    flow = make_flow("hexahedron", 3)
    tied = TiedUnknowns(flow.fields, [], Ties((1.0, 1.0, 1.0)))
    basis = tied.field_basis("pressure")
    schur = SchurMass(flow.fields, "pressure", 1.0, ufl.dx(flow.mesh))
    schur.update()
    ones, row_sums = schur.matrix.createVecs()
    ones.set(1.0)
    basis.reduce(schur.matrix).mult(ones, row_sums)
    assert COMM.allreduce(len(basis.slaves)) == 4**3 - 3**3
    assert row_sums.sum() - COMM.allreduce(len(basis.slaves)) == pytest.approx(1.0, rel=1e-10)
    basis.destroy()
    tied.destroy()


def test_ties_that_tie_nothing_cost_nothing():
    assert not Ties()
    assert Ties(period=(1.0,)) and Ties(
        walls=(SlipWall("velocity", np.zeros(0), np.zeros((0, 2)), np.zeros(0)),)
    )
    assert Ties(bodies=(RigidBody("velocity", 0, np.zeros(0)),))
