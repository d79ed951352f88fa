"""Energy release at the tip of an ideal crack: stress intensity, and independence of the path."""

from functools import partial

import numpy as np

from anodex.meshes.void_mesh import build_void
from anodex.models.fracture.energy_release import TipEnergyRelease
from anodex.models.laws.fracture import stress_intensity
from anodex.models.systems.spindle_void.fracture import tip_energy_release
from anodex.models.systems.spindle_void.problem import SpindleVoid
from anodex.verification.check import Check
from anodex.verification.void_cases import (
    COMM,
    FREE,
    NU,
    REFERENCE,
    E,
    make_case,
    set_concentration,
)


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


CRACK_CHECKS = [
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
]
