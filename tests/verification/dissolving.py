"""Metals that dissolve: evenly, and by quasi-static diffusion around them."""

from functools import partial

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.models.discrete.fields import MixedFields, total
from anodex.models.laws.kinematics import thickness
from anodex.models.moving.flux import first_order
from anodex.models.moving.front import Front
from anodex.models.solve.linear import DIRECT
from anodex.models.solve.nonlinear import NonlinearSolver
from anodex.verification.check import Check
from anodex.verification.surroundings import COMM, Surroundings, ellipse

HALF_WIDTH = 4.0  # um
LEFT = 0.25  # of the metal at the end


def even_dissolution(axisymmetric: bool) -> tuple[float, float]:
    """Volume that a mesh has gained around a quarter of a disc or half a sphere of 1 um, and what
    the charge says [um^2, um^3].
    """
    front = ellipse(1.0, 1.0, 12, closed=False, axisymmetric=axisymmetric)
    gone = (1 - LEFT) * front.enclosed
    before = Surroundings(front, HALF_WIDTH)
    volume = mesh_volume(before)
    after, _ = before.march(40, 1.0, -gone / 40)
    gained = mesh_volume(after) - volume
    after.destroy()
    return gained, gone


def mesh_volume(around: Surroundings) -> float:
    """[um^2], or of revolution over a full turn [um^3]."""
    x = ufl.SpatialCoordinate(around.mesh)
    weight = thickness(x, "axisymmetric") if around.front.axisymmetric else 1.0
    dx = ufl.dx(around.mesh, metadata={"quadrature_degree": 8})
    return total(COMM, fem.form(weight * dx))


class DiffusionField(Surroundings):
    """A potential that is zero on the front, and on the square what it is around an ellipse of the
    exact size; its slope moves the front.

    Parameters
    ----------
    ratio
        Of the half axis along x over that along y.
    area
        Of the whole metal at the time 0 [um^2]; 1 um^2/s dissolves.
    """

    def __init__(
        self,
        front: Front,
        half_width: float,
        comm: MPI.Comm = COMM,
        ratio: float = 1.0,
        area: float = 0.0,
    ):
        super().__init__(front, half_width, comm)
        self.ratio, self.area = ratio, area
        space = self.motion.nodes.space
        self.potential, self.outer = fem.Function(space), fem.Function(space)
        held = [
            fem.dirichletbc(
                values,
                fem.locate_dofs_topological(
                    space, 1, self.tagged.facets.find(self.tagged.tags[side])
                ),
            )
            for side, values in (("front", fem.Function(space)), ("outer", self.outer))
        ]
        self.slope = fem.Function(space)
        self.solver = NonlinearSolver(
            ufl.inner(ufl.grad(self.potential), ufl.grad(ufl.TestFunction(space))) * ufl.dx,
            self.potential,
            held,
            name="moving_potential",
            fields=MixedFields(space, ("potential",)),
            options={"snes_type": "ksponly", **DIRECT},
        )

    def speed(self, time: float) -> np.ndarray:
        b = np.sqrt((self.area - time) / (np.pi * self.ratio))
        self.outer.interpolate(lambda x: confocal(x[0], x[1], self.ratio * b, b))
        self.solver.renew_jacobian()
        self.solver.solve()
        reactions = self.solver.reactions()
        self.slope.x.array[: len(reactions)] = reactions
        moments = self.motion.nodes.gather(self.slope)
        if self.front.mirrors is None:
            moments = np.append(moments, moments[0])
        return first_order(self.front, moments)

    def renewed(self, front: Front) -> "DiffusionField":
        return DiffusionField(front, self.half_width, self.comm, self.ratio, self.area)

    def destroy(self) -> None:
        self.solver.destroy()
        super().destroy()


def confocal(x: np.ndarray, y: np.ndarray, a: float, b: float) -> np.ndarray:
    """Potential around an ellipse with half axes a and b through which 1 um^2/s flows: zero on
    it, constant on all ellipses with its foci, and the flow/(2 pi sqrt(a^2 sin^2 + b^2 cos^2))
    through it.
    """
    if a == b:
        return np.log(np.hypot(x, y) / a) / (2 * np.pi)
    focus = np.sqrt(a**2 - b**2)
    return (np.arccosh((x + 1j * y) / focus).real - np.arctanh(b / a)) / (2 * np.pi)


def shape_error(ratio: float, facets: int, closed: bool, steps: int = 48) -> tuple[float, float]:
    """Largest distance of the front from the ellipse that is left in the end, over its size."""
    start = ellipse(ratio, 1.0, facets, closed)
    share = 1.0 if closed else 0.25
    area = np.pi * ratio
    around = DiffusionField(start, HALF_WIDTH, ratio=ratio, area=area)
    around, _ = around.march(steps, (1 - LEFT) * area / steps, -share)
    x, y = around.front.nodes.T
    around.destroy()
    b = np.sqrt(LEFT)
    return float(np.abs(np.hypot(x / (ratio * b), y / b) - 1).max()), 0.0


CHARGE = "Faraday's law"
LAPLACE = "circle: potential ln(r/R); it stays one"
CONFOCAL = (
    "homothetic: confocal potential, flux Q/(2 pi sqrt(a^2 sin^2 + b^2 cos^2)) is in proportion "
    "to x . n"
)
DISSOLUTION_CHECKS = [
    Check(
        "disc dissolving evenly: volume of the mesh = charge [um^2]",
        CHARGE,
        partial(even_dissolution, False),
        1e-12,
    ),
    Check(
        "sphere dissolving evenly: volume of the mesh = charge [um^3]",
        CHARGE,
        partial(even_dissolution, True),
        1e-12,
    ),
    Check(
        "circle dissolving by diffusion to a quarter: error of its shape [-]",
        LAPLACE,
        partial(shape_error, 1.0, 48, True),
        3e-4,
        False,
    ),
    Check(
        "ellipse 2:1 dissolving by diffusion to a quarter: error of its shape, one quarter [-]",
        CONFOCAL,
        partial(shape_error, 2.0, 24, False),
        2e-3,
        False,
    ),
    Check(
        "ellipse 2:1 dissolving by diffusion to a quarter: error of its shape, closed [-]",
        CONFOCAL,
        partial(shape_error, 2.0, 96, True),
        2e-3,
        False,
    ),
]
