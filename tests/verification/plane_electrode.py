"""Kinetics at a plane electrode: potential under Butler-Volmer control."""

from functools import partial

import numpy as np

from anodex.models.laws.constants import FARADAY, GAS
from anodex.verification.check import Check
from anodex.verification.void_cases import make_case, strip, value_at


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


KINETICS_CHECKS = [
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
]
