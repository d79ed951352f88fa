"""The spindle void's matrix in time: a current that turns round, a stress that creep relaxes."""

from functools import lru_cache

import numpy as np

from anodex.models.discrete.fields import VertexAverage
from anodex.models.laws.constants import FARADAY
from anodex.models.systems.spindle_void.problem import SpindleVoid
from anodex.models.time.stepping import StepControl, march
from anodex.verification.check import Check
from anodex.verification.domains import rectangle
from anodex.verification.void_cases import (
    MATRIX,
    OMEGA,
    REFERENCE,
    E,
    make_case,
    set_concentration,
    strip,
    value_at,
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


IN_TIME_CHECKS = [
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
]
