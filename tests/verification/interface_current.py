"""Current over a contoured interface against exact solutions and limits."""

from functools import partial
from math import pi, sqrt

import numpy as np

from anodex.models.laws.constants import FARADAY
from anodex.verification.check import Check
from anodex.verification.interface_cases import (
    APPLIED,
    DERIVED,
    NO_FLOW,
    OMEGA,
    contour,
    interface,
    observable,
)

PRIMARY = {"law": "none"}


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


CURRENT_CHECKS = [
    Check("flat: largest current over applied", "Ohm", flat_current, 1e-9),
    Check("flat: excess pressure [MPa]", "rigid drift", flat_pressure, 1e-6, False),
    Check(
        "trochoid, primary current at the crest",
        f"conformal map, {DERIVED}",
        partial(trochoid, "max"),
        1e-6,
    ),
    Check(
        "trochoid, primary current in the trough",
        f"conformal map, {DERIVED}",
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
]
