"""Diffusion and the stress that it brings, in rings, discs and a square."""

import numpy as np
import ufl
from dolfinx import fem

from anodex.models.discrete.fields import VertexAverage, total
from anodex.models.laws.constants import FARADAY, GAS
from anodex.models.systems.spindle_void.case import Case
from anodex.models.systems.spindle_void.problem import SpindleVoid
from anodex.models.time.stepping import implicit_runge_kutta_step
from anodex.verification.check import Check
from anodex.verification.domains import quarter_ring, rectangle
from anodex.verification.void_cases import (
    COMM,
    MATRIX,
    NU,
    OMEGA,
    REFERENCE,
    E,
    make_case,
    set_concentration,
    value_at,
)


def ring_problem(
    inner: float,
    outer: float,
    size: float,
    case: Case,
    inner_name="void_surface",
    outer_name="outer_y",
    **arguments,
):
    return SpindleVoid(case, quarter_ring(inner, outer, size, inner_name, outer_name), **arguments)


def radius(x) -> np.ndarray:
    return np.hypot(x[0], x[1])


def hollow_cylinder_hoop() -> tuple[float, float]:
    """Hoop stress at the bore for c = c0 + 100 ln(b/r); I(b) is the integral of (c - c0) r over
    the wall.
    """
    a, b = 10.0, 30.0
    problem = ring_problem(a, b, 1.0, make_case())
    set_concentration(problem, lambda x: REFERENCE + 100 * np.log(b / radius(x)))
    integral = 100 * ((b**2 - a**2) / 4 - a**2 / 2 * np.log(b / a))
    exact = E * OMEGA / (3 * (1 - NU)) * (2 * integral / (b**2 - a**2) - 100 * np.log(b / a))
    hoop = VertexAverage(problem.stress[1, 1], problem.mesh, problem.matrix_cells)()
    return value_at(hoop, (a, 0.0)), exact


def solid_cylinder() -> tuple[SpindleVoid, float, float]:
    """A disc of radius 10 um, filled through its rim at constant rate until the profile is
    parabolic; its radius and flux.
    """
    size, current = 10.0, 0.01
    case = make_case(matrix=MATRIX | {"partial_molar_volume": "1e-8 m^3/mol"})
    problem = ring_problem(0.0, size, 0.7, case, outer_name="void_surface")
    problem.set_current(current)
    for step in (10.0, 30.0, 100.0, 300.0, 300.0):
        implicit_runge_kutta_step(problem, 0.0, step)
    return problem, size, current / FARADAY


def solid_cylinder_concentration() -> tuple[float, float]:
    """Rim minus centre after a long time: J R / (2 D)."""
    problem, size, flux = solid_cylinder()
    c = problem.fields.extract(problem.unknown, "concentration")
    return value_at(c, (size, 0.0)) - value_at(c, (0.0, 0.0)), flux * size / 2


def solid_cylinder_stress() -> tuple[float, float]:
    """Hoop stress at the rim: E Omega / (3 (1 - nu)) (mean c - rim c) with a parabolic profile,
    so minus a quarter of J R / D.
    """
    problem, size, flux = solid_cylinder()
    hoop = VertexAverage(problem.stress[1, 1], problem.mesh, problem.matrix_cells)()
    return value_at(hoop, (size, 0.0)), -E * 1e-8 / (3 * (1 - NU)) * flux * size / 4


def steady_cylinder() -> tuple[float, float]:
    """Steady radial flow from a bore to a reservoir: c(a) - c(b) = (J a / D) ln(b/a), without
    stress.
    """
    a, b, current = 10.0, 40.0, 0.1
    case = make_case(
        matrix=MATRIX | {"partial_molar_volume": "0 m^3/mol"},
        loading={"outer": "free", "reservoir": "outer_y"},
    )
    problem = ring_problem(a, b, 1.0, case)
    problem.set_current(current)
    problem.solve_stage(0.0, 1e9, problem.state.snapshot())
    c = problem.fields.extract(problem.unknown, "concentration")
    return value_at(c, (a, 0.0)) - REFERENCE, current / FARADAY * a * np.log(b / a)


def harmonic_identity() -> tuple[float, float]:
    """lap(sigma_h + 2 E Omega c / (9 (1 - nu))) = 0 in plane strain, tested weakly with a bump,
    in units of the stress part alone.
    """
    problem = SpindleVoid(
        make_case(loading={"outer": "confined", "reservoir": "none"}),
        rectangle(
            (40.0, 40.0),
            (64, 64),
            {"left": "symmetry_x", "bottom": "symmetry_y", "right": "outer_x", "top": "outer_y"},
        ),
    )
    set_concentration(
        problem,
        lambda x: (
            REFERENCE + 100 * np.exp(-((x[0] - 15) ** 2 + 2 * (x[1] - 22) ** 2) / 60) + 2 * x[0]
        ),
    )
    x = ufl.SpatialCoordinate(problem.mesh)
    distance = ((x[0] - 18) ** 2 + (x[1] - 20) ** 2) / 12**2
    bump = ufl.conditional(ufl.lt(distance, 1), (1 - distance) ** 3, 0.0)
    factor = 2 * E * OMEGA / (9 * (1 - NU))
    field = problem.hydrostatic + factor * problem.concentration
    whole, part = (
        total(COMM, fem.form(ufl.dot(ufl.grad(f), ufl.grad(bump)) * problem.in_matrix))
        for f in (field, problem.hydrostatic)
    )
    return whole / part, 0.0


def stress_enhanced_diffusion() -> tuple[float, float]:
    """A traction-free disc with strong coupling fills as with Fick's law and D (1 + theta c): rim
    concentration against that run.

    The reference is one-dimensional, on a fine grid, by an independent stiff integrator.
    """
    from scipy.integrate import solve_ivp

    size, current, omega, end = 10.0, 0.2, 2e-5, 40.0
    theta = 2 * E * omega**2 / (9 * (1 - NU) * GAS * 298)
    problem = ring_problem(
        0.0,
        size,
        0.5,
        make_case(matrix=MATRIX | {"partial_molar_volume": "2e-5 m^3/mol"}),
        outer_name="void_surface",
    )
    problem.set_current(current)
    for number in range(40):
        implicit_runge_kutta_step(problem, number * end / 40, end / 40)
    c = problem.fields.extract(problem.unknown, "concentration")

    faces = np.linspace(0, size, 401)
    middles, width = (faces[1:] + faces[:-1]) / 2, faces[1]

    def rate(_, c):
        inner = -(1 + theta * (c[1:] + c[:-1]) / 2) * np.diff(c) / width
        flux = np.concatenate([[0.0], inner, [-current / FARADAY]])
        return -np.diff(faces * flux) / (middles * width)

    cells = solve_ivp(
        rate, (0, end), np.full(400, REFERENCE), method="BDF", rtol=1e-8, atol=1e-8
    ).y[:, -1]
    rim = cells[-1] + current / FARADAY * width / 2 / (1 + theta * cells[-1])
    return value_at(c, (size, 0.0)) - REFERENCE, rim - REFERENCE


DIFFUSION_CHECKS = [
    Check(
        "hollow cylinder: hoop stress at the bore [MPa]",
        "Timoshenko & Goodier, art. 151",
        hollow_cylinder_hoop,
        0.005,
    ),
    Check(
        "solid cylinder: rim minus centre [mol/m^3]",
        "Crank, ch. 5",
        solid_cylinder_concentration,
        0.005,
    ),
    Check(
        "solid cylinder: hoop stress at the rim [MPa]",
        "Deshpande, Cheng & Verbrugge 2010",
        solid_cylinder_stress,
        0.01,
    ),
    Check("steady flow around a cylinder [mol/m^3]", "Crank, ch. 5", steady_cylinder, 0.005),
    Check(
        "lap(sigma_h + 2 E Omega c / (9 (1 - nu))) = 0",
        "plane strain, derived in docs/systems/spindle_void/model.md",
        harmonic_identity,
        1e-3,
        False,
    ),
    Check(
        "stress-enhanced diffusion D (1 + theta c) [mol/m^3]",
        "Larche & Cahn 1982",
        stress_enhanced_diffusion,
        0.005,
    ),
]
