"""Power-law Stokes flow in rectangles: exact solutions of the numerics that the lithium flows
through.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import ufl
from dolfinx import fem
from dolfinx import mesh as dmesh
from mpi4py import MPI

from anodex.models.discrete.fields import total
from anodex.models.laws.creep import PowerLaw
from anodex.models.parts.creeping_flow import CreepingFlow
from anodex.models.solve.linear import DIRECT

COMM = MPI.COMM_WORLD
PREFACTOR, EXPONENT = 0.01, 5.0  # 1/(s MPa^n), -: lithium after Roy, Fleck and Deshpande
LAW = PowerLaw(PREFACTOR, EXPONENT)


class Rectangle:
    """Plane flow in [0, length] x [0, height], lengths in um.

    Parameters
    ----------
    held
        (velocity component, side, law of the values: positions of shape (3, points) -> values) for
        each condition; sides are "left", "right", "bottom", "top".
    load
        Gets the test function of the velocity and the position, returns the integrand taken from
        the residual.
    push
        Side -> pressure [MPa] on it.
    level
        Whether the pressure is found up to a constant only, and held at one node.
    law
        Creep.
    """

    def __init__(
        self,
        size,
        cells,
        held,
        floor: float,
        typical_rate: float,
        load=None,
        push=None,
        level=False,
        law=LAW,
    ):
        mesh = dmesh.create_rectangle(COMM, [(0.0, 0.0), size], cells, dmesh.CellType.quadrilateral)
        self.mesh = mesh
        flow = CreepingFlow(mesh, law, "plane-strain", floor)
        self.fields, self.velocity, self.pressure = flow.fields, flow.velocity, flow.pressure
        self.sides = {
            name: dmesh.locate_entities_boundary(
                mesh, 1, lambda x, axis=axis, place=place: np.isclose(x[axis], place)
            )
            for name, axis, place in (
                ("left", 0, 0.0),
                ("right", 0, size[0]),
                ("bottom", 1, 0.0),
                ("top", 1, size[1]),
            )
        }
        numbers = {name: number for number, name in enumerate(self.sides, start=1)}
        facets = np.concatenate(list(self.sides.values()))
        values = np.concatenate(
            [np.full(len(found), numbers[name], np.int32) for name, found in self.sides.items()]
        )
        order = np.argsort(facets)
        outside = ufl.ds(mesh, subdomain_data=dmesh.meshtags(mesh, 1, facets[order], values[order]))
        self.on = {name: outside(number) for name, number in numbers.items()}

        w = flow.virtual_velocity
        extra = [
            pressure * ufl.dot(ufl.FacetNormal(mesh), w) * self.on[side]
            for side, pressure in (push or {}).items()
        ]
        if load is not None:
            extra.append(
                -load(w, ufl.SpatialCoordinate(mesh))
                * ufl.dx(mesh, metadata={"quadrature_degree": 6})
            )
        level_held = [self.fields.hold_one("pressure")] if level else []
        solver = flow.solver(
            "creeping_flow",
            [*(self._hold(*condition) for condition in held), *level_held],
            DIRECT,
            extra=sum(extra[1:], extra[0]) if extra else None,
        )
        flow.take_load(typical_rate)
        flow.start(solver.solve)
        self.report = solver.solve()
        solver.destroy()

    def _hold(self, component: int, side: str, law: Callable | float) -> fem.DirichletBC:
        space = self.fields.space.sub(0).sub(component)
        own, _ = space.collapse()
        values = fem.Function(own)
        values.interpolate(law if callable(law) else lambda x: np.full(x.shape[1], law))
        return fem.dirichletbc(
            values, fem.locate_dofs_topological((space, own), 1, self.sides[side]), space
        )

    def through(self, side: str) -> float:
        """Flow out of a side [um^2/s per um of depth]."""
        return total(
            COMM, fem.form(ufl.dot(self.velocity, ufl.FacetNormal(self.mesh)) * self.on[side])
        )

    def push_on(self, side: str) -> float:
        """Integral of the pressure over a side [MPa um]."""
        return total(COMM, fem.form(self.pressure * self.on[side]))


def plane_prefactor() -> float:
    """A' = 3^((n+1)/2) A: in simple shear the rate is A' times the shear stress to the power n."""
    return 3 ** ((EXPONENT + 1) / 2) * PREFACTOR


def slot(plug: float = 0.0) -> tuple[float, float]:
    """Flow through half a slot of half width b under a pressure gradient G; a yield stress makes a
    share of it, `plug`, move as one body.

    The shear stress is G y at the distance y from the middle, and the shear rate A' times what
    exceeds the shear t_y = q_y / sqrt(3) = `plug` G b to the power n. With z = G b - t_y,
    Q = A' / G^2 (z^(n+2) / (n+2) + t_y z^(n+1) / (n+1)).
    """
    half_width, length, pressure = 2.0, 6.0, 3.0
    gradient, n = pressure / length, EXPONENT
    yield_shear = plug * gradient * half_width
    shear = gradient * half_width - yield_shear
    parts = shear ** (n + 2) / (n + 2) + yield_shear * shear ** (n + 1) / (n + 1)
    expected = plane_prefactor() / gradient**2 * parts
    held = [
        (0, "top", 0.0),
        (1, "top", 0.0),
        (1, "bottom", 0.0),
        (1, "left", 0.0),
        (1, "right", 0.0),
    ]
    flow = Rectangle(
        (length, half_width),
        (4, 24),
        held,
        0.02 * shear,
        expected / half_width**2,
        push={"left": pressure},
        law=PowerLaw(PREFACTOR, EXPONENT, np.sqrt(3) * yield_shear),
    )
    return flow.through("right"), expected


def squeeze_film() -> tuple[float, float]:
    """Push on a plate of half length R that closes at 2V on a film of half thickness b much
    thinner: lubrication theory.

    The gradient that carries Q = V x is G(x) = ((n+2) V x / (A' b^(n+2)))^(1/n), and the push per
    depth is the integral of x G.
    """
    length, half, closing = 60.0, 1.0, 1e-3
    n = EXPONENT
    factor = ((n + 2) * closing / (plane_prefactor() * half ** (n + 2))) ** (1 / n)
    expected = factor * length ** (2 + 1 / n) / (2 + 1 / n)
    held = [(0, "left", 0.0), (0, "top", 0.0), (1, "top", -closing), (1, "bottom", 0.0)]
    typical = closing * length / half**2
    flow = Rectangle(
        (length, half), (60, 10), held, 0.02 * (typical / PREFACTOR) ** (1 / n), typical
    )
    return flow.push_on("top"), expected


@lru_cache
def manufactured_errors(cells: int) -> tuple[float, float]:
    """Errors in L2 of velocity and pressure, with a stress that is known because the strain rate
    vanishes nowhere.
    """

    def velocity(x, sin, cos):
        return x[1] + 0.1 * sin(x[0]) * cos(x[1]), -0.1 * cos(x[0]) * sin(x[1])

    def pressure(x, sin, cos):
        return sin(2 * x[0]) * cos(x[1])

    def load(w, x):
        v = ufl.as_vector(velocity(x, ufl.sin, ufl.cos))
        rate = ufl.sym(ufl.as_matrix([[v[i].dx(j) for j in range(2)] for i in range(2)]))
        equivalent = ufl.sqrt(2 / 3 * ufl.inner(rate, rate))
        stress = 2 / 3 * (equivalent / PREFACTOR) ** (1 / EXPONENT) / equivalent * rate
        return ufl.dot(ufl.grad(pressure(x, ufl.sin, ufl.cos)) - ufl.div(stress), w)

    held = [
        (component, side, lambda x, component=component: velocity(x, np.sin, np.cos)[component])
        for component in (0, 1)
        for side in ("left", "right", "bottom", "top")
    ]
    flow = Rectangle((1.0, 1.0), (cells, cells), held, 1e-6, 1.0, load=load, level=True)
    x = ufl.SpatialCoordinate(flow.mesh)
    inside = ufl.dx(flow.mesh, metadata={"quadrature_degree": 8})
    difference = flow.velocity - ufl.as_vector(velocity(x, ufl.sin, ufl.cos))
    off = flow.pressure - pressure(x, ufl.sin, ufl.cos)
    level = total(COMM, fem.form(off * inside))
    return tuple(
        float(np.sqrt(total(COMM, fem.form(ufl.inner(part, part) * inside))))
        for part in (difference, off - level)
    )


def manufactured_order(field: int) -> tuple[float, float]:
    """Observed and expected order of the velocity (0: third) and of the pressure (1: second)."""
    return float(
        np.log2(manufactured_errors(32)[field] / manufactured_errors(64)[field])
    ), 3.0 - field
