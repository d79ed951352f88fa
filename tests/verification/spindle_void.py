"""Checks of the spindle-void system against exact solutions: `anodex verify spindle_void`."""

from functools import lru_cache, partial

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.meshes.void_mesh import build_void
from anodex.models.discrete.fields import VertexAverage, total
from anodex.models.fracture.energy_release import TipEnergyRelease
from anodex.models.laws.constants import FARADAY, GAS
from anodex.models.laws.fracture import stress_intensity
from anodex.models.systems.spindle_void.case import Case
from anodex.models.systems.spindle_void.fracture import tip_energy_release
from anodex.models.systems.spindle_void.problem import SpindleVoid
from anodex.models.systems.spindle_void.stress_concentration import (
    stress_concentration_factor,
)
from anodex.models.time.stepping import StepControl, implicit_runge_kutta_step, march
from anodex.verification.check import Check
from anodex.verification.domains import quarter_ring, rectangle
from anodex.verification.eshelby import tip_stress
from anodex.verification.manufactured import space_order, time_order

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


def concentration_factor(
    shape: str, length: float, width: float, dimension: str = "plane-strain"
) -> float:
    """Stress concentration factor in a box wide enough to stand for an infinite body."""
    geometry = {
        "shape": shape,
        "length": f"{length} um",
        "width": f"{width} um",
        "dimension": dimension,
    }
    box = {"box_length": f"{20 * length} um", "box_height": f"{20 * length} um"}
    fine = {"refinement": 1.7} if dimension == "3d" else {}
    case = make_case(geometry=geometry | box | fine)
    return stress_concentration_factor(case, build_void(case.geometry.void(), COMM))


def inglis(shape: str, length: float, width: float) -> tuple[float, float]:
    return concentration_factor(shape, length, width), 1 + 2 * length / width


def spheroid(dimension: str, length: float, width: float) -> tuple[float, float]:
    """Largest hoop stress: at the tip under radial tension; at the tip or at the flank that
    looks along z under tension along y.
    """
    a, b = length / 2, width / 2
    if dimension == "axisymmetric":
        exact = tip_stress((a, b, b), (0.0, 1.0, 1.0), NU).max()
    else:
        exact = max(tip_stress(axes, (0.0, 1.0, 0.0), NU).max() for axes in ((a, b, b), (b, b, a)))
    return concentration_factor("ellipse", length, width, dimension), float(exact)


# Diffusion stress in rings and discs


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


# Time


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


@lru_cache
def flux_reversal() -> tuple[np.ndarray, np.ndarray]:
    """Surface concentration of a half space, 1 A/m^2 for 70 min and then back for 30: its times
    and values.
    """
    case = make_case(
        matrix=MATRIX | {"partial_molar_volume": "0 m^3/mol"}, numerics={"step_tolerance": 2e-4}
    )
    problem = strip(case, 600.0, 600)
    history: list[tuple[float, float]] = []
    loads = {0.0: 1.0, 4200.0: -1.0}

    def switch(time: float) -> bool:
        problem.set_current(loads[time])
        return True

    def record(time: float, *_) -> None:
        c = problem.fields.extract(problem.unknown, "concentration")
        history.append((time, value_at(c, (0.0, 0.0)) - REFERENCE))

    march(problem, 0.0, [4200.0, 6000.0], StepControl(0.2, 1e-6, 120.0), switch, record)
    times, values = np.array(history).T
    problem.destroy()
    return times, values


def reversal_peak_time() -> tuple[float, float]:
    times, values = flux_reversal()
    return float(times[values.argmax()]), 4200.0


def reversal_peak() -> tuple[float, float]:
    _, values = flux_reversal()
    return float(values.max()), 2 / FARADAY * np.sqrt(4200 / np.pi)


def reversal_zero() -> tuple[float, float]:
    """The surface is back at its first concentration after four thirds of the first step."""
    times, values = flux_reversal()
    after = times > 4200
    return float(np.interp(0.0, -values[after], times[after])), 4200.0 * 4 / 3


def creep_relaxation() -> tuple[float, float]:
    """A bar held at its ends and swollen: its axial stress relaxes as [s0^(1-n) + (n-1) E A
    t]^(-1/(n-1)).
    """
    exponent, prefactor, time = 5.0, 0.53, 0.02
    creep = {
        "creep": "power-law",
        "creep_prefactor": f"{prefactor} 1/s",
        "creep_exponent": exponent,
        "diffusivity": "1e-18 m^2/s",
    }
    case = make_case(
        geometry={"dimension": "axisymmetric"},
        matrix=MATRIX | creep,
        loading={"outer": "confined", "reservoir": "none"},
        numerics={"step_tolerance": 2e-4},
    )
    sides = {"left": "symmetry_x", "right": "outer_x", "bottom": "symmetry_y"}
    problem = SpindleVoid(case, rectangle((2.0, 1.0), (2, 2), sides))
    set_concentration(problem, lambda x: REFERENCE - 6000 + 0 * x[0])
    start = E * OMEGA * 6000 / 3
    march(problem, 0.0, [time], StepControl(1e-6, 1e-9, 1.0), lambda _: False, lambda *_: None)
    axial = VertexAverage(problem.stress[0, 0], problem.mesh, problem.matrix_cells)()
    exact = (start ** (1 - exponent) + (exponent - 1) * E * prefactor * time) ** (
        -1 / (exponent - 1)
    )
    return value_at(axial, (0.0, 0.0)), exact


# Fracture


def ideal_crack(**loading: str) -> tuple[SpindleVoid, TipEnergyRelease]:
    """A centre crack of half length 10 um in a square of half side 800 um."""
    geometry = {
        "shape": "crack",
        "length": "20 um",
        "width": "0 um",
        "box_length": "800 um",
        "box_height": "800 um",
    }
    case = make_case(geometry=geometry, loading=FREE | loading, protocol={"steps": []})
    problem = SpindleVoid(case, build_void(case.geometry.void(), COMM))
    return problem, tip_energy_release(problem, np.array([10.0, 0.0, 0.0]))


def crack_intensity(**loading: str) -> tuple[float, float]:
    """K_I = load * sqrt(pi a) [MPa m^0.5], the same for a remote tension and for a pressure on
    the faces.
    """
    problem, release = ideal_crack(**loading)
    problem.solve_stage(0.0, 0.0, problem.state.snapshot())
    return stress_intensity(release().mean, E, NU), np.sqrt(np.pi * 10.0) * 1e-3


def crack_spread(gradient: float = 0.0, pressure: str = "0 MPa") -> tuple[float, float]:
    """Spread of the energy release rate over three rings, which is zero."""
    problem, release = ideal_crack(remote_traction="1 MPa", void_pressure=pressure)
    set_concentration(
        problem, lambda x: REFERENCE + gradient * np.exp(-(x[0] ** 2 + x[1] ** 2) / 200)
    )
    return release().spread, 0.0


# Kinetics


def kinetics_strip(**changes) -> tuple[float, float]:
    """Potential at a plane electrode under Butler-Volmer control: overpotential plus ohmic drop,
    at 20 A/m^2 over 100 um.
    """
    current, length = 20.0, 100.0
    electrolyte = {"conductivity": "0.1 S/m", "transference_number": 0.999999}
    case = make_case(
        kinetics={
            "law": "butler-volmer",
            "exchange_current_density": "5 A/m^2",
            "stress_shift": "normal",
        },
        electrolyte=electrolyte,
        loading={"outer": "confined", "reservoir": "outer_x", **changes},
    )
    problem = strip(case, length, 50)
    problem.set_current(current)
    problem.solve_stage(0.0, 1.0, problem.state.snapshot())
    near = problem.fields.extract(problem.unknown, "potential")
    overpotential = 2 * GAS * 298 / FARADAY * np.arcsinh(current / 5.0 / 2)
    shift = 2.37e-5 * (10.0 if changes else 0.0) / FARADAY  # a pressed metal dissolves more easily
    return value_at(near, (0.0, 0.0)), shift - overpotential


CHECKS = [
    Check("Kirsch: stress at a circular hole", "Kirsch 1898", partial(inglis, "dot", 20, 20), 0.01),
    Check("Inglis: ellipse 60 x 12 um", "Inglis 1913", partial(inglis, "ellipse", 60, 12), 0.01),
    Check("Inglis: ellipse 90 x 20 um", "Inglis 1913", partial(inglis, "ellipse", 90, 20), 0.01),
    Check(
        "prolate cavity, axisymmetric, radial tension",
        "Eshelby 1957",
        partial(spheroid, "axisymmetric", 60, 12),
        0.01,
    ),
    Check(
        "sphere, axisymmetric, radial tension",
        "Eshelby 1957",
        partial(spheroid, "axisymmetric", 20, 20),
        0.01,
    ),
    Check(
        "sphere, 3-D, uniaxial tension",
        "Goodier 1933; Eshelby 1957",
        partial(spheroid, "3d", 20, 20),
        0.01,
        slow=True,
    ),
    Check(
        "prolate cavity, 3-D, uniaxial tension",
        "Eshelby 1957",
        partial(spheroid, "3d", 20, 10),
        0.01,
        slow=True,
    ),
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
    Check("creep relaxation [MPa]", "integral of the power law", creep_relaxation, 0.01),
    Check(
        "flux reversal: time of the peak [s]",
        "Carslaw & Jaeger, section 2.9",
        reversal_peak_time,
        1e-12,
    ),
    Check("flux reversal: peak [mol/m^3]", "Carslaw & Jaeger, section 2.9", reversal_peak, 0.002),
    Check(
        "flux reversal: back at the start [s]",
        "Carslaw & Jaeger, section 2.9",
        reversal_zero,
        0.002,
    ),
    Check(
        "centre crack: K_I, remote tension [MPa m^0.5]",
        "Westergaard 1939",
        partial(crack_intensity, remote_traction="1 MPa"),
        0.01,
    ),
    Check(
        "centre crack: K_I, pressed faces [MPa m^0.5]",
        "Sneddon 1946",
        partial(crack_intensity, void_pressure="1 MPa"),
        0.01,
    ),
    Check("path independence of J", "Rice 1968", crack_spread, 0.01, False),
    Check(
        "path independence of J with an eigenstrain",
        "Eshelby 1975",
        partial(crack_spread, gradient=500.0),
        0.01,
        False,
    ),
    Check(
        "path independence of J with pressed faces",
        "Eshelby 1975",
        partial(crack_spread, pressure="1 MPa"),
        0.01,
        False,
    ),
    Check(
        "Butler-Volmer and Ohm at a plane electrode [V]",
        "Newman & Balsara, ch. 8",
        kinetics_strip,
        0.01,
    ),
    Check(
        "shift by a pressure on the metal [V]",
        "Monroe & Newman 2004",
        partial(kinetics_strip, void_pressure="10 MPa"),
        0.01,
    ),
    Check(
        "manufactured: order of c in L2",
        "method of manufactured solutions",
        partial(space_order, "concentration", 0),
        0.15,
        False,
    ),
    Check(
        "manufactured: order of u in H1",
        "method of manufactured solutions",
        partial(space_order, "displacement", 1),
        0.15,
        False,
    ),
    Check(
        "manufactured: order of sigma_h in L2",
        "method of manufactured solutions",
        partial(space_order, "hydrostatic_stress", 0),
        0.15,
        False,
    ),
    Check(
        "manufactured: order in time", "method of manufactured solutions", time_order, 0.1, False
    ),
]
