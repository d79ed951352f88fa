"""Stress in the electrolyte that opens cracks at a contoured interface: waves on a half space."""

from functools import lru_cache, partial
from math import pi

import numpy as np

from anodex.models.discrete.surface import SurfaceNodes
from anodex.models.laws.constants import FARADAY
from anodex.models.systems.contoured_interface.case import Case
from anodex.models.systems.contoured_interface.opening import OpeningStress
from anodex.models.systems.contoured_interface.problem import build_bodies
from anodex.verification.check import Check
from anodex.verification.interface_cases import (
    APPLIED,
    COMM,
    DERIVED,
    NO_FLOW,
    OMEGA,
    contour,
    interface,
)

SEPARATION = 150.0  # um
WAVE = 2 * pi / SEPARATION
LOW = 0.25  # um; a contour so low that its height counts to the first order alone
CRACK = 30.0  # um


def felt(length: float, push: float, drag: float) -> float:
    """Even pressure that opens a crack of a length at x = 0 as far as a push cos kx and a drag
    sin kx along x do on a half space: sigma_xx = [-push (1 - kz) + drag (2 - kz)] exp(-kz).
    """
    places, weights = np.polynomial.legendre.leggauss(60)
    depth = WAVE * length * np.sin(pi / 4 * (1 + places))
    stress = (-push * (1 - depth) + drag * (2 - depth)) * np.exp(-depth)
    return float(np.sum(weights / 2 * stress))


def opening(length: float, push: float, drag: float) -> tuple[float, float]:
    """The same above a flat interface, computed and exact."""
    flat = contour(0.0, SEPARATION, "flat", dimension="2d", refinement=4.0)
    case = Case(geometry=flat, flow=NO_FLOW)
    electrolyte = build_bodies(case, COMM)["electrolyte"]
    on_interface = electrolyte.facets.find(electrolyte.tags["interface"])
    nodes = SurfaceNodes(electrolyte.mesh, on_interface)
    along = nodes.points[:, 0]
    loads = drag * np.sin(WAVE * along), push * np.cos(WAVE * along)
    stress = OpeningStress(electrolyte, nodes, 0.37, (length,))
    found = stress.solve(np.stack(loads, axis=1))[0]
    stress.destroy()
    return float(found[along.argmin()]), felt(length, push, drag)


@lru_cache
def low_contour() -> tuple[float, float, float]:
    """Pressure and opening at the tip of a low cosine under a viscous liquid that an even current
    plates, and what the pressure should be.
    """
    problem = interface(
        geometry=contour(LOW, SEPARATION, "cosine", refinement=2.0),
        kinetics={"area_resistance": "1e5 ohm*cm^2"},
        flow={"law": "newtonian"},
        dendrite={"model": "growing", "crack_depth": f"{CRACK} um"},
    )
    state, tip = problem.solve(APPLIED), int(problem.points[:, -1].argmax())
    speed = APPLIED * OMEGA / FARADAY
    exact = problem.case.flow.viscosity * WAVE**2 * speed * LOW
    found = float(state.pressure[tip]), float(state.opening[0, tip]), exact
    problem.destroy()
    return found


def pressure_at_a_low_tip() -> tuple[float, float]:
    """mu k^2 v H."""
    pressure, _, exact = low_contour()
    return pressure, exact


def opening_at_a_low_tip() -> tuple[float, float]:
    """Lithium that sticks does not push there: it drags, as much as the pressure is."""
    _, found, exact = low_contour()
    return found, felt(CRACK, 0.0, exact)


CRACK_CHECKS = [
    *(
        Check(
            f"opening of a {length:g} um crack under a wave of {name}",
            "elastic half space",
            partial(opening, length, push, drag),
            0.01,
        )
        for name, push, drag in (("push", 1.0, 0.0), ("drag", 0.0, 1.0))
        for length in (10.0, CRACK)
    ),
    Check("pressure at a low tip [MPa]", f"Stokes flow, {DERIVED}", pressure_at_a_low_tip, 0.02),
    Check(
        "opening of a crack at a low tip [MPa]",
        f"Stokes flow and elastic half space, {DERIVED}",
        opening_at_a_low_tip,
        0.02,
    ),
]
