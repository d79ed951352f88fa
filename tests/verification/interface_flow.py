"""Flow of the lithium under a contoured interface and into a crack: exact solutions and scaling."""

from functools import partial
from math import pi

import numpy as np

from anodex.models.fracture.filled_crack import extrusion_pressure
from anodex.models.laws.constants import FARADAY
from anodex.models.materials.lithium_creep import anand_saturated, lepage, roy
from anodex.models.systems.contoured_interface.flow import LithiumFlow
from anodex.models.systems.contoured_interface.problem import ContouredInterface
from anodex.verification import creeping_flow
from anodex.verification.check import Check
from anodex.verification.interface_cases import (
    APPLIED,
    DERIVED,
    OMEGA,
    contour,
    interface,
    observable,
)


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
    """n_z of the cosine or egg-box at the nodes of the interface, from its formula: a sum of
    cosines along the axes of the mesh.
    """
    contour = problem.case.contour
    wave, plan = 2 * pi / contour.period_along, problem.points[:, :-1]
    gradients = -wave * contour.height / 2 / plan.shape[1] * np.sin(wave * plan)
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


def free_pressure(geometry: dict) -> tuple[float, float]:
    """Largest excess pressure under a current of one density, with pressures that are free in each
    cell and with continuous ones.
    """
    problem = interface(geometry=geometry)
    current = np.full(len(problem.points), APPLIED / problem.electrolyte.area_ratio)
    other = LithiumFlow(problem.case, problem.lithium.tagged, "DPC")
    found = []
    for lithium in (other, problem.lithium):
        lithium.solve(current)
        found.append(float(lithium.excess_pressure().max()))
    other.solver.destroy()
    problem.destroy()
    return found[0], found[1]


def balance(name: str) -> tuple[float, float]:
    return observable(
        name, geometry=contour(25, 150, refinement=0.4), coupling={"pressure_kinetics": True}
    ), 0.0


def filament(width: float, length: float, expected: float) -> tuple[float, float]:
    """Extrusion pressure at 1 mA/cm^2 after the law of Roy, Fleck and Deshpande."""
    return extrusion_pressure(roy(), OMEGA / FARADAY * APPLIED, length, width / 2), expected


def flow_stress(law, expected: float) -> tuple[float, float]:
    return law.flow_stress(4e-5), expected


FLOW_CHECKS = [
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
        "cosine H25S150: largest pressure, free in each cell [MPa]",
        "continuous pressure",
        partial(free_pressure, contour(25, 150, "cosine")),
        1e-2,
    ),
    Check(
        "egg-box H25S150: largest pressure, free in each cell [MPa]",
        "continuous pressure",
        partial(free_pressure, contour(25, 150)),
        1e-2,
        slow=True,
    ),
    Check(
        "egg-box H25S150: largest excess pressure, coupled [MPa]",
        "limit of meshes of 9 to 13 cells",
        lambda: (observable("max_excess_pressure", geometry=contour(25, 150)), 0.7261),
        1e-2,
        slow=True,
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
    Check("power-law flow through a slot [um^2/s]", f"exact, {DERIVED}", creeping_flow.slot, 2e-3),
    *(
        Check(
            f"flow of a yielding metal through a slot, {percent} % of it a plug [um^2/s]",
            f"exact, {DERIVED}",
            partial(creeping_flow.slot, percent / 100),
            5e-3,
        )
        for percent in (10, 50, 75)
    ),
    Check(
        "power-law squeeze film [uN/um]",
        f"lubrication theory, {DERIVED}",
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
        f"exact, {DERIVED}",
        partial(filament, 2, 50, 46.6),
        2e-3,
    ),
    Check(
        "extrusion pressure, 10 um by 100 um crack [MPa]",
        f"exact, {DERIVED}",
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
