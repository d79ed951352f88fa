"""A species that diffuses around a void which grows: mesh, remeshes and transfers in one run."""

from functools import lru_cache

import numpy as np
import ufl
from dolfinx import fem
from dolfinx.fem import petsc as fem_petsc
from mpi4py import MPI
from petsc4py import PETSc
from scipy.special import exp1

from anodex.models.discrete.fields import constant, total
from anodex.models.moving.front import Front
from anodex.models.moving.transfer import Transfer
from anodex.verification.check import Check
from anodex.verification.surroundings import COMM, Surroundings, ellipse

DIFFUSIVITY = 1.0  # um^2/s
HALF_WIDTH = 6.0  # um; as far as nothing gets
START, END = 0.25, 0.75  # s since the void was a point; its radius is 2 sqrt(D t)
GROWTH = 4 * np.pi * DIFFUSIVITY  # of the void [um^2/s]
# What enters around the void [amol/(um s)] so that c = E1(r^2 / 4 D t).
ENTERING = 4 * np.pi * DIFFUSIVITY * (np.exp(-1) - exp1(1))
DEGREE = 6


class DiffusingSpecies(Surroundings):
    """Diffusion beside a front through which an amount enters evenly.

    With test functions v that move with the mesh at a velocity w,
    d/dt int c v dx + int (D grad c + c w) . grad v dx = int j v ds,
    where j enters over what the front sweeps up; the implicit midpoint rule, on the mesh half way,
    keeps the amount to round-off.

    Attributes
    ----------
    concentration
        c [amol/um^3], at first that around a void which grows from a point.
    """

    def __init__(self, front: Front, half_width: float, comm: MPI.Comm = COMM):
        super().__init__(front, half_width, comm)
        mesh, space = self.mesh, self.motion.nodes.space
        self.concentration = fem.Function(space)
        self.concentration.interpolate(
            lambda x: exp1(np.maximum(x[0] ** 2 + x[1] ** 2, 1e-9) / (4 * DIFFUSIVITY * START))
        )
        places = fem.functionspace(mesh, ("Lagrange", 2, (2,)))
        self._velocity, self._place = fem.Function(places), fem.Function(places)
        self._density = constant(mesh, 0.0)
        c, test = ufl.TrialFunction(space), ufl.TestFunction(space)
        dx = ufl.dx(mesh, metadata={"quadrature_degree": DEGREE})
        ds = ufl.ds(mesh, subdomain_data=self.tagged.facets, metadata=dx.metadata())
        ds = ds(self.tagged.tags["front"])
        flux = DIFFUSIVITY * ufl.grad(c) + c * self._velocity
        self._mass = fem.form(c * test * dx)
        self._exchange = fem.form(ufl.inner(flux, ufl.grad(test)) * dx)
        self._entering = fem.form(self._density * test * ds)
        self._length = fem.form(constant(mesh, 1.0) * ds)
        self._amount = fem.form(self.concentration * dx)
        self._begin()

    @property
    def amount(self) -> float:
        """Of the species [amol/um of depth]; collective."""
        return total(self.comm, self._amount)

    def settle(self, length: float) -> None:
        mesh, start = self.mesh, self._start
        end = mesh.geometry.x.copy()
        place = self._place.x.array.copy()
        self._place.interpolate(lambda x: x[:2])
        self._velocity.x.array[:] = (self._place.x.array - place) / length
        mesh.geometry.x[:] = (start + end) / 2
        self._density.value = ENTERING / total(self.comm, self._length)
        load, exchange = fem_petsc.assemble_vector(self._entering), _assembled(self._exchange)
        load.ghostUpdate(PETSc.InsertMode.ADD, PETSc.ScatterMode.REVERSE)
        mesh.geometry.x[:] = end
        matrix = _assembled(self._mass)
        matrix.axpy(length / 2, exchange, PETSc.Mat.Structure.SAME_NONZERO_PATTERN)
        values = self.concentration.x.petsc_vec
        load.scale(length)
        load.axpy(1.0, self._held)
        load.axpy(-length / 2, exchange * values)
        solver = PETSc.KSP().create(self.comm)
        solver.setOperators(matrix)
        solver.setType("preonly")
        solver.getPC().setType("lu")
        solver.getPC().setFactorSolverType("mumps")
        solver.solve(load, values)
        self.concentration.x.scatter_forward()
        for used in (solver, matrix, exchange, load):
            used.destroy()
        self._begin()

    def renewed(self, front: Front) -> "DiffusingSpecies":
        new = DiffusingSpecies(front, self.half_width, self.comm)
        Transfer(self.mesh, new.mesh)(self.concentration, new.concentration)
        new._begin()
        return new

    def _begin(self) -> None:
        """Note where the mesh is at the start of a step, and what its test functions hold."""
        self._start = self.mesh.geometry.x.copy()
        self._place.interpolate(lambda x: x[:2])
        mass = _assembled(self._mass)
        self._held = mass * self.concentration.x.petsc_vec
        mass.destroy()


def _assembled(form: fem.Form) -> PETSc.Mat:
    matrix = fem_petsc.assemble_matrix(form)
    matrix.assemble()
    return matrix


@lru_cache
def grown(facets: int, steps: int, alone: bool = False) -> dict[str, np.ndarray]:
    """A round void of 1 um that grows to three times its area, on four meshes at least: how many,
    amounts before and after, and the front's nodes and the concentration there in the end. By all
    ranks together, or by each alone.
    """
    start = ellipse(1.0, 1.0, facets, closed=True)
    around = DiffusingSpecies(start, HALF_WIDTH, MPI.COMM_SELF if alone else COMM)
    before = around.amount
    around, meshes = around.march(steps, (END - START) / steps, GROWTH, lifetime=steps // 4)
    found = {
        "amounts": np.array([before, around.amount]),
        "meshes": np.array(meshes),
        "nodes": around.front.nodes,
        "concentration": around.motion.nodes.gather(around.concentration),
    }
    around.destroy()
    return found


def amount_gained() -> tuple[float, float]:
    before, after = grown(48, 40)["amounts"]
    return after - before, ENTERING * (END - START)


def concentration_at_the_front() -> tuple[float, float]:
    """That is farthest off."""
    found = grown(48, 40)["concentration"]
    return float(found[np.argmax(np.abs(found - exp1(1)))]), exp1(1)


SIMILARITY = "c = E1(r^2 / 4 D t) around a void of radius 2 sqrt(D t)"
SPECIES_CHECKS = [
    Check(
        "void that grows threefold: amount gained = charge [amol/um]",
        "conservation",
        amount_gained,
        1e-10,
    ),
    Check(
        "void that grows threefold: concentration at the front [amol/um^3]",
        SIMILARITY,
        concentration_at_the_front,
        5e-4,
    ),
]
