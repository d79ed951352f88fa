"""Checks of the contoured-interface system against exact solutions: `anodex verify
contoured_interface`.
"""

import json
from functools import lru_cache, partial
from math import pi, sqrt

import numpy as np
from mpi4py import MPI

from anodex.models.fracture.filled_crack import extrusion_pressure
from anodex.models.laws.constants import FARADAY
from anodex.models.materials.lithium import LITHIUM
from anodex.models.materials.lithium_creep import anand_saturated, lepage, roy
from anodex.models.systems.contoured_interface.case import Case
from anodex.models.systems.contoured_interface.problem import ContouredInterface, build_bodies
from anodex.models.systems.contoured_interface.quantities import SOLUTION, InterfaceNumbers
from anodex.verification import creeping_flow
from anodex.verification.check import Check

COMM = MPI.COMM_WORLD
OMEGA = LITHIUM["molar_volume"].to("um^3/amol")
PRIMARY = {"law": "none"}
NO_FLOW = {"law": "none"}
APPLIED = 10.0  # A/m^2, the default current density


def interface(**tables) -> ContouredInterface:
    """The problem of a case."""
    case = Case(**tables)
    return ContouredInterface(case, build_bodies(case, COMM))


@lru_cache
def numbers(text: str) -> dict[str, float]:
    """Observables of the case whose tables `text` holds as JSON."""
    problem = interface(**json.loads(text))
    problem.solve(problem.case.loading.current_density)
    numbers = InterfaceNumbers(problem)
    found = {quantity.name: float(quantity.of(numbers)) for quantity in SOLUTION}
    problem.destroy()
    return found


def observable(name: str, **tables) -> float:
    """One observable of a case; cases are solved once."""
    return numbers(json.dumps(tables))[name]


def contour(height: float, separation: float, shape: str = "egg-box", **more) -> dict:
    dimension = {"cosine": "2d", "trochoid": "2d"}.get(shape, "3d")
    return {
        "shape": shape,
        "height": f"{height} um",
        "separation": f"{separation} um",
        "dimension": dimension,
        **more,
    }


# Current


def flat_current() -> tuple[float, float]:
    return observable("max_current_density_ratio", geometry={"shape": "flat"}, flow=NO_FLOW), 1.0


def flat_pressure() -> tuple[float, float]:
    return observable("max_excess_pressure", geometry={"shape": "flat"}), 0.0


def trochoid(end: str) -> tuple[float, float]:
    """Primary current at crest (+1) and trough (-1) of x = u - A sin ku, y = A cos ku at kA =
    1/2: 1 / (1 -+ kA).
    """
    geometry = contour(1 / (2 * pi) * 150, 150, "trochoid", refinement=12)
    sign = {"max": 1, "min": -1}[end]
    return observable(
        f"{end}_current_density_ratio", geometry=geometry, kinetics=PRIMARY, flow=NO_FLOW
    ), 1 / (1 - sign * 0.5)


def small_amplitude(shape: str, wagner: float) -> tuple[float, float]:
    """Half the swing of the current over its mean on a shallow cosine of slope ka: ka / (1 + kappa
    Z k).

    Second-order terms move crest and trough alike. On an egg-box the wave number is sqrt(2) 2 pi /
    S.
    """
    separation, amplitude = 150.0, 0.2
    wave = 2 * pi / separation * (sqrt(2) if shape == "egg-box" else 1)
    kinetics = {"area_resistance": f"{wagner / wave / 2e5} V*um^2/pA"} if wagner else PRIMARY
    tables = {
        "geometry": contour(2 * amplitude, separation, shape),
        "electrolyte": {"conductivity": "2 mS/cm"},
        "kinetics": kinetics,
    }
    largest, smallest = (
        observable(f"{end}_current_density_ratio", flow=NO_FLOW, **tables) for end in ("max", "min")
    )
    return (largest - smallest) / 2, wave * amplitude / (1 + wagner)


def invariance() -> tuple[float, float]:
    """The primary current depends on the shape alone, not on its size."""
    large, small = (
        observable(
            "max_current_density_ratio",
            geometry=contour(size / 6, size),
            kinetics=PRIMARY,
            flow=NO_FLOW,
        )
        for size in (900, 30)
    )
    return large, small


def similarity() -> tuple[float, float]:
    """With kinetics it depends on H/S and kappa Z/S."""
    large, small = (
        observable(
            "max_current_density_ratio",
            geometry=contour(size / 6, size),
            kinetics={"area_resistance": f"{resistance} ohm*cm^2"},
            flow=NO_FLOW,
        )
        for size, resistance in ((600, 20), (150, 5))
    )
    return large, small


def large_wagner() -> tuple[float, float]:
    """A large resistance spreads the current evenly over the interface."""
    tables = {
        "geometry": contour(25, 150),
        "kinetics": {"area_resistance": "1e7 ohm*cm^2"},
        "flow": NO_FLOW,
    }
    return observable("max_current_density_ratio", **tables), 1 / observable("area_ratio", **tables)


def anchor(shape: str, resistance: str | None, expected: float) -> tuple[float, float]:
    kinetics = {"area_resistance": resistance} if resistance else PRIMARY
    tables = {
        "geometry": contour(25, 150, shape),
        "electrolyte": {"conductivity": "2 mS/cm"},
        "kinetics": kinetics,
        "flow": NO_FLOW,
    }
    return observable("max_current_density_ratio", **tables), expected


def butler_volmer_limit() -> tuple[float, float]:
    """At small overpotential Butler-Volmer kinetics is its linearisation."""
    law, linear = (
        observable(
            "max_current_density_ratio",
            geometry=contour(25, 150),
            kinetics={"law": law},
            loading={"current_density": "1e-4 mA/cm^2"},
            flow=NO_FLOW,
        )
        for law in ("butler-volmer", "linear")
    )
    return law, linear


def butler_volmer_flat() -> tuple[float, float]:
    """Potential beside a flat interface at a large overpotential with a film: Tafel's law and
    Ohm's.
    """
    tables = {
        "geometry": {"shape": "flat", "dimension": "2d"},
        "kinetics": {
            "law": "butler-volmer",
            "exchange_current_density": "1e-6 A/m^2",
            "cathodic_coefficient": 0.4,
            "anodic_coefficient": 0.6,
            "film_resistance": "3 ohm*cm^2",
        },
    }
    problem = interface(flow=NO_FLOW, **tables)
    problem.solve(APPLIED)
    found = problem.electrolyte.nodes.gather(problem.electrolyte.potential).max()
    problem.destroy()
    return float(found), 8.314 * 298 / 96485 / 0.4 * np.log(APPLIED / 1e-6) + 3e-4 * APPLIED


# Flow


def projected_uniform(geometry: dict) -> tuple[float, float]:
    """Lithium plated as i |n_z| with slip moves as a whole: no pressure at all, whatever the law;
    with a low floor a power law makes much of the last digits of the strain rate."""
    problem = interface(geometry=geometry, flow={"wall": "slip", "stress_floor": 1.0})
    lithium = problem.lithium
    lithium.solve(APPLIED * vertical_normals(problem))
    pressure = np.abs(lithium.excess_pressure()).max()
    problem.destroy()
    return float(pressure), 0.0


def vertical_normals(problem: ContouredInterface) -> np.ndarray:
    """n_z of the cosine or egg-box at the nodes of the interface, from its formula."""
    geometry = problem.case.geometry
    wave, amplitude = 2 * pi / geometry.separation, geometry.height / 2
    phases = wave * problem.points[:, :-1]
    across = np.cos(phases)[:, ::-1] if phases.shape[1] == 2 else 1.0
    gradients = -wave * amplitude * np.sin(phases) * across
    return 1 / np.sqrt(1 + np.sum(np.square(gradients), axis=1))


def pressure_of(current: float, size: float, law: str = "roy") -> float:
    """Largest excess pressure under a current of one density everywhere on the interface."""
    problem = interface(
        geometry=contour(size / 6, size, "cosine"),
        loading={"current_density": f"{current} A/m^2"},
        flow={"law": law},
    )
    problem.lithium.solve(np.full(len(problem.points), current / problem.electrolyte.area_ratio))
    pressure = problem.lithium.excess_pressure().max()
    problem.destroy()
    return float(pressure)


def current_scaling() -> tuple[float, float]:
    """Pressure goes with the current to the power 1/n: 32 times the current is twice the
    pressure for n = 5.
    """
    return pressure_of(320.0, 150.0) / pressure_of(10.0, 150.0), 2.0


def size_scaling() -> tuple[float, float]:
    """Pressure goes with the size to the power -1/n at one shape."""
    return pressure_of(10.0, 300.0) / pressure_of(10.0, 150.0), 2 ** (-1 / 5)


def law_ratio(law: str, expected: float) -> tuple[float, float]:
    """Pressures at the tip by two creep laws, in the plane."""
    own, reference = (
        observable("tip_excess_pressure", geometry=contour(25, 150, "cosine"), flow={"law": name})
        for name in (law, "roy")
    )
    return own / reference, expected


def pressure_of_default() -> tuple[float, float]:
    """Largest excess pressure on the default mesh and on one twice as fine, in the plane: in
    space that takes minutes.
    """
    default, fine = (
        observable("max_excess_pressure", geometry=contour(25, 150, "cosine", refinement=factor))
        for factor in (1, 2)
    )
    return default, fine


def balance(name: str) -> tuple[float, float]:
    return observable(
        name, geometry=contour(25, 150, refinement=0.4), coupling={"pressure_kinetics": True}
    ), 0.0


def coupling_anchor() -> tuple[float, float]:
    """A uniform pressure p on a flat interface shifts the potential by Omega p / F and leaves
    the current alone.
    """
    problem = interface(geometry={"shape": "flat", "dimension": "2d"}, flow=NO_FLOW)
    problem.solve(APPLIED)
    nodes = problem.electrolyte.nodes
    before = nodes.gather(problem.electrolyte.potential)
    problem.electrolyte.solve(APPLIED, np.full(nodes.count, OMEGA / FARADAY * 7.42))
    after = nodes.gather(problem.electrolyte.potential)
    problem.destroy()
    return float(np.mean(after - before)), 1e-3 * 7.42 / 7.4219


# Crack


def filament(width: float, length: float, expected: float) -> tuple[float, float]:
    """Extrusion pressure at 1 mA/cm^2 after the law of Roy, Fleck and Deshpande."""
    return extrusion_pressure(roy(), OMEGA / FARADAY * APPLIED, length, width / 2), expected


def flow_stress(law, expected: float) -> tuple[float, float]:
    return law.flow_stress(4e-5), expected


E = "derived in docs/systems/contoured_interface/verification.md"
CHECKS = [
    Check("flat: largest current over applied", "Ohm", flat_current, 1e-9),
    Check("flat: excess pressure [MPa]", "rigid drift", flat_pressure, 1e-6, False),
    Check(
        "trochoid, primary current at the crest",
        f"conformal map, {E}",
        partial(trochoid, "max"),
        1e-6,
    ),
    Check(
        "trochoid, primary current in the trough",
        f"conformal map, {E}",
        partial(trochoid, "min"),
        1e-6,
    ),
    Check(
        "shallow cosine, primary", "linear stability", partial(small_amplitude, "cosine", 0), 1e-3
    ),
    Check(
        "shallow cosine, kappa Z k = 1",
        "linear stability",
        partial(small_amplitude, "cosine", 1),
        1e-3,
    ),
    Check(
        "shallow egg-box, primary", "linear stability", partial(small_amplitude, "egg-box", 0), 1e-3
    ),
    Check(
        "shallow egg-box, kappa Z k = 1",
        "linear stability",
        partial(small_amplitude, "egg-box", 1),
        1e-3,
    ),
    Check("egg-box, primary: size does not matter", "scaling", invariance, 1e-9),
    Check("egg-box: H/S and kappa Z/S alone matter", "scaling", similarity, 1e-9),
    Check("egg-box: even current at large resistance", "kappa Z -> infinity", large_wagner, 1e-4),
    Check(
        "egg-box H25S150, primary",
        "another finite-element code",
        partial(anchor, "egg-box", None, 1.818),
        1e-3,
    ),
    Check(
        "egg-box H25S150, kappa Z = 100 um",
        "another finite-element code",
        partial(anchor, "egg-box", "5 ohm*cm^2", 1.050),
        1e-3,
    ),
    Check(
        "egg-box-sum H25S150, primary",
        "another finite-element code",
        partial(anchor, "egg-box-sum", None, 1.567),
        1e-3,
    ),
    Check(
        "egg-box-sum H25S150, kappa Z = 100 um",
        "another finite-element code",
        partial(anchor, "egg-box-sum", "5 ohm*cm^2", 1.073),
        1e-3,
    ),
    Check("Butler-Volmer at small overpotential", "linearisation", butler_volmer_limit, 1e-6),
    Check("Butler-Volmer at large overpotential, film [V]", "Tafel", butler_volmer_flat, 1e-6),
    Check("potential shift by a pressure [V]", "Monroe & Newman 2004", coupling_anchor, 1e-3),
    Check(
        "slip, cosine: projected-uniform current, pressure [MPa]",
        "rigid translation",
        partial(projected_uniform, contour(25, 150, "cosine")),
        1e-3,
        False,
    ),
    Check(
        "slip, egg-box: projected-uniform current, pressure [MPa]",
        "rigid translation",
        partial(projected_uniform, contour(25, 150, refinement=0.67)),
        1e-2,
        False,
    ),
    Check("pressure under 32 times the current", "scaling, n = 5", current_scaling, 1e-6),
    Check("pressure at twice the size", "scaling, n = 5", size_scaling, 1e-6),
    Check(
        "cosine H25S150: largest excess pressure [MPa]",
        "twice as fine a mesh",
        pressure_of_default,
        1e-2,
    ),
    Check(
        "pressure, LePage over Roy",
        "another finite-element code",
        partial(law_ratio, "lepage", 1.86),
        0.02,
    ),
    Check(
        "pressure, saturated Anand over Roy",
        "another finite-element code",
        partial(law_ratio, "anand-saturated", 1.88),
        0.02,
    ),
    Check("power-law flow through a slot [um^2/s]", f"exact, {E}", creeping_flow.slot, 2e-3),
    Check(
        "power-law squeeze film [uN/um]",
        f"lubrication theory, {E}",
        creeping_flow.squeeze_film,
        0.02,
    ),
    Check(
        "manufactured Stokes: order of v in L2",
        "manufactured solutions",
        partial(creeping_flow.manufactured_order, 0),
        0.15,
        False,
    ),
    Check(
        "manufactured Stokes: order of p in L2",
        "manufactured solutions",
        partial(creeping_flow.manufactured_order, 1),
        0.15,
        False,
    ),
    Check(
        "flow stress at 4e-5 /s, Roy [MPa]",
        "shared data sheet",
        partial(flow_stress, roy(), 0.33),
        0.01,
    ),
    Check(
        "flow stress at 4e-5 /s, LePage [MPa]",
        "Anand at saturation",
        partial(flow_stress, lepage(298.0), 0.6215),
        0.01,
    ),
    Check(
        "flow stress at 4e-5 /s, saturated Anand [MPa]",
        "exact",
        partial(flow_stress, anand_saturated(298.0), 0.6207),
        1e-3,
    ),
    Check(
        "extrusion pressure, 2 um by 50 um crack [MPa]",
        f"exact, {E}",
        partial(filament, 2, 50, 46.6),
        2e-3,
    ),
    Check(
        "extrusion pressure, 10 um by 100 um crack [MPa]",
        f"exact, {E}",
        partial(filament, 10, 100, 11.2),
        5e-3,
    ),
    Check(
        "current balance, coupled",
        "conservation of charge",
        partial(balance, "current_balance_error"),
        1e-8,
        False,
    ),
    Check(
        "volume balance, coupled",
        "conservation of volume",
        partial(balance, "volume_balance_error"),
        1e-8,
        False,
    ),
]
