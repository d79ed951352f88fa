"""Conservation, floating lithium, pressure and contact between two potentials against exact
solutions.
"""

from functools import lru_cache, partial

import numpy as np
import ufl
from dolfinx import fem

from anodex.models.discrete.fields import total
from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.two_potential.potentials import METAL_RATIO
from anodex.verification.check import Check
from anodex.verification.potential_cases import (
    COMM,
    CONDUCTIVITY,
    DRIVEN,
    FRONT,
    VOLUME_OF_CHARGE,
    case_of,
    problem_of,
    run,
)
from anodex.verification.potential_fronts import FRONT_CHECKS

# Conservation


@lru_cache
def balances() -> tuple[float, float, float]:
    """Ions, reaction and collector over the lithium won, of a front between pores under
    pressure.
    """
    case = Case.model_validate(
        {
            "geometry": {
                "length": "30 um",
                "width": "18 um",
                "lithium_thickness": "8 um",
                "protrusions": 1,
                "protrusion_height": "3 um",
                "pore_diameter": "6 um",
            },
            "kinetics": {"exchange_current_density": "2000 A/m^2"},
            "mechanics": {"plating_strain": 2e-3},
            "loading": {
                "cell_voltage": "5 mV",
                "series_resistance": "0.5 ohm*cm^2",
                "external_pressure": "10 MPa",
            },
            "numerics": {"first_step": "5 s", "largest_step": "100 s"},
        }
    )
    problem = problem_of(case)
    run(problem, 600.0)
    won = (problem.lithium() - problem.state.numbers["start"][0]) / VOLUME_OF_CHARGE
    external, contact, reaction, collector = problem.state.numbers["charges"]
    problem.destroy()
    return float((external - contact) / won), float(reaction / won), float(collector / won)


def balance(which: int) -> tuple[float, float]:
    return balances()[which], 1.0


# A piece that floats between two potentials


@lru_cache
def floating_disc() -> tuple[float, float, float]:
    """Net current of a disc over what enters it, its drift [um/s], and that of a sharp one between
    its mirror images.
    """
    radius, width, side, current = 4.0, 1.0, 36.0, 100.0
    middle = np.array([FRONT + 18.0, side / 2])
    exchange = 20000.0
    case = case_of(
        FRONT + 36.0,
        side,
        interface={"width": f"{width} um", "energy": "1e-6 J/m^2"},
        kinetics={"exchange_current_density": f"{exchange} A/m^2"},
        electrolyte={"conductivity": f"{CONDUCTIVITY} pA/(V*um)"},
        loading={"current_density": f"{current} A/m^2"},
    )

    def shape(x):
        disc = radius - np.hypot(x[:, 0] - middle[0], x[:, 1] - middle[1])
        return np.maximum(FRONT - x[:, 0], disc)

    problem = problem_of(case, shape)
    x = ufl.SpatialCoordinate(problem.mesh)
    near = ufl.conditional(ufl.gt(x[0], FRONT + 9.0), 1.0, 0.0)
    current_in = near * problem.potentials.reaction
    net, entering, moment = (
        total(COMM, fem.form(form * problem.dx))
        for form in (current_in, abs(current_in), current_in * (x[0] - middle[0]))
    )
    problem.destroy()
    hindrance = CONDUCTIVITY * DRIVEN / exchange / radius
    dipole = radius**2 * (1 - hindrance) / (1 + hindrance)
    sharp = 2 * current / (1 + hindrance) * (1 - np.pi**2 / 3 * dipole / side**2)
    return (
        net / entering,
        VOLUME_OF_CHARGE * moment / (np.pi * radius**2),
        VOLUME_OF_CHARGE * sharp,
    )


def floating_current() -> tuple[float, float]:
    return floating_disc()[0], 0.0


def bipolar_drift() -> tuple[float, float]:
    return floating_disc()[1:]


# Pressure, contact


def stall() -> tuple[float, float]:
    """Cell voltage [V] at which a flat front under pressure stands still."""
    pressure, poisson, currents = 20.0, 0.37, []
    voltages = (1e-3, 2e-3)
    for voltage in voltages:
        case = case_of(
            30.0,
            3.0,
            mechanics={
                "enabled": True,
                "plating_strain": 0.0,
                "lithium_young_modulus": "22.1 GPa",
                "lithium_poisson_ratio": poisson,
                "electrolyte_young_modulus": "22.1 GPa",
                "electrolyte_poisson_ratio": poisson,
            },
            loading={
                "cell_voltage": f"{voltage} V",
                "series_resistance": "0 ohm*cm^2",
                "external_pressure": f"{pressure} MPa",
            },
        )
        problem = problem_of(case)
        currents.append(problem.state.numbers["flows"][0])
        problem.destroy()
    hydrostatic = pressure * (1 + poisson) / (3 * (1 - poisson))  # between mirrors
    stalled = np.interp(0.0, currents, voltages)
    return float(stalled), VOLUME_OF_CHARGE * hydrostatic


@lru_cache
def bridge() -> tuple[float, float]:
    """Current density [A/m^2] through a straight bridge of lithium, its contact and a circuit."""
    share, length, side = 0.25, 30.0, 12.0
    resistance, series, voltage = 1e-7, 1e-7, 5e-3  # V um^2/pA
    case = case_of(
        length,
        side,
        geometry={"cells_per_width": 3},
        interface={"width": "1 um", "energy": "1e-6 J/m^2"},
        kinetics={"exchange_current_density": "1e-6 A/m^2"},
        electrolyte={"conductivity": f"{CONDUCTIVITY} pA/(V*um)"},
        contact={"resistance": f"{resistance} V*um^2/pA"},
        loading={"cell_voltage": f"{voltage} V", "series_resistance": f"{series} V*um^2/pA"},
    )
    edge = share * side + case.cell_size / 2  # between two nodes
    problem = problem_of(case, lambda x: edge - x[:, 1])
    found = problem.state.numbers["flows"][0] / side
    problem.destroy()
    metal = length / (METAL_RATIO * CONDUCTIVITY)
    return float(found), voltage / (series + (resistance + metal) / (edge / side))


DISC = "exact: disc with linear kinetics in an even field, 2 i/(1 + kappa Z/r)"
POTENTIAL_CHECKS = [
    *FRONT_CHECKS,
    *(
        Check(
            f"two potentials: {name} over lithium won, under pressure [-]",
            "conservation",
            partial(balance, which),
            1e-6,
        )
        for which, name in enumerate(("ions that entered", "charge of the reaction", "electrons"))
    ),
    Check(
        "two potentials: net current of a floating disc [-]",
        DISC,
        floating_current,
        1e-4,
        relative=False,
    ),
    Check("two potentials: drift of a floating disc [um/s]", DISC, bipolar_drift, 4e-2),
    Check(
        "two potentials: voltage of a stall under pressure [V]",
        "exact: pressure times molar volume over the Faraday constant",
        stall,
        1e-3,
    ),
    Check(
        "two potentials: current through a bridge [A/m^2]",
        "exact: conductors in a row",
        bridge,
        1e-3,
    ),
]
