"""Diffusion with a first-order reaction: dc/dt = D div grad c - k c, and no flux at the edges."""

from types import SimpleNamespace

import numpy as np
import ufl
from decay.case import SYSTEM, Case
from dolfinx import fem, mesh
from mpi4py import MPI

from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.fields import MixedFields, total
from anodex.models.solve.linear import DIRECT
from anodex.models.solve.nonlinear import NonlinearSolver
from anodex.models.time.state import State
from anodex.models.time.stepping import StepControl, implicit_runge_kutta_step
from anodex.models.time.timeline import Schedule
from anodex.verification.check import Check


def build_mesh(case, comm):
    """The square, all of it tagged "solution"."""
    sides, cells = [case.solute.side] * 2, [case.numerics.cells] * 2
    square = mesh.create_rectangle(comm, [[0.0, 0.0], sides], cells)
    here = square.topology.index_map(2)
    everywhere = np.arange(here.size_local + here.num_ghosts, dtype=np.int32)
    nowhere = np.zeros(0, dtype=np.int32)
    return TaggedMesh(
        square,
        mesh.meshtags(square, 2, everywhere, np.ones_like(everywhere)),
        mesh.meshtags(square, 1, nowhere, nowhere),
        {"solution": 1},
    )


class Decay:
    """The problem of a case on a mesh (`anodex.models.time.march.TimedProblem`)."""

    def __init__(self, case, tagged):
        self.case, self.mesh, solute = case, tagged.mesh, case.solute
        space = fem.functionspace(self.mesh, ("Lagrange", 2))
        self.concentration, self.old = fem.Function(space), fem.Function(space)
        self.step = fem.Constant(self.mesh, 0.0)
        c, test = self.concentration, ufl.TestFunction(space)
        spread = solute.diffusivity * ufl.inner(ufl.grad(c), ufl.grad(test))
        residual = (c - self.old) * test + self.step * (spread + solute.rate * c * test)
        fields = MixedFields(space, ("concentration",))
        self.solver = NonlinearSolver(
            residual * ufl.dx,
            c,
            constraints=[],
            name="decay",
            fields=fields,
            options=DIRECT,
        )
        self.state = State(
            fields={"concentration": c}, start_numbers={"scales": self.solver.scales}
        )
        steps = case.numerics
        control = StepControl(steps.first_step, steps.smallest_step, steps.largest_step)
        self.schedule = Schedule(solute.duration, control, checkpoint_interval=5)

    def begin(self):
        """One wave across the square."""
        solute = self.case.solute
        self.concentration.interpolate(
            lambda x: solute.concentration * (1 + np.cos(np.pi * x[0] / solute.side))
        )

    def switch(self, time):
        """No load changes."""

    def accept(self):
        """Nothing more to bring up to date."""

    def size(self):
        unknowns = self.concentration.function_space.dofmap.index_map.size_global
        return {"cells": self.mesh.topology.index_map(2).size_global, "unknowns": unknowns}

    def solve_stage(self, time, step, old):
        self.step.value = step
        self.old.x.array[:] = old["concentration"]
        return self.solver.solve()

    def error(self, difference):
        worst = (
            np.abs(difference["concentration"]).max(initial=0.0) / self.case.solute.concentration
        )
        return self.mesh.comm.allreduce(worst, op=MPI.MAX) / self.case.numerics.step_tolerance

    def destroy(self):
        self.solver.destroy()


class DecayObserver:
    """What a run shows of itself (`anodex.models.time.march.Observer`)."""

    quantities = SYSTEM.quantities
    moving = False

    def __init__(self, problem):
        self.problem, self.comm = problem, problem.mesh.comm
        self.amount = fem.form(problem.concentration * ufl.dx)

    def measure(self):
        values = self.problem.concentration.x.array
        highest = self.comm.allreduce(values.max(initial=-np.inf), op=MPI.MAX)
        lowest = self.comm.allreduce(values.min(initial=np.inf), op=MPI.MIN)
        mean = total(self.comm, self.amount) / self.problem.case.solute.side**2
        return SimpleNamespace(mean=mean, contrast=highest - lowest)

    def check(self, row):
        """Every row means something."""

    def note(self, row):
        return f"{row['mean [mol/m^3]']:.3g} mol/m^3 left"

    def meshes(self):
        return {"fields": self.problem.mesh}

    def fields(self):
        return {"fields": {"concentration [mol/m^3]": self.problem.concentration}}


def contrast_after_ten_seconds():
    """Computed, and exact: the wave is an eigenfunction of the rate."""
    case = Case()
    problem = Decay(case, build_mesh(case, MPI.COMM_WORLD))
    problem.begin()
    for number in range(100):
        implicit_runge_kutta_step(problem, 0.1 * number, 0.1)
    computed = DecayObserver(problem).measure().contrast
    problem.destroy()
    solute = case.solute
    decay = solute.rate + solute.diffusivity * (np.pi / solute.side) ** 2
    return computed, 2 * solute.concentration * np.exp(-10 * decay)


CHECKS = [
    Check(
        "contrast of a wave after 10 s [mol/m^3]",
        "Crank, The Mathematics of Diffusion, 2nd ed., 1975",
        contrast_after_ten_seconds,
        tolerance=1e-4,
    )
]
