"""The numbers of a spindle void: columns of its history, and what a run makes of them."""

import numpy as np

from anodex.models.results.quantity import (
    LARGEST,
    TIME_OF_LARGEST,
    Outcome,
    Quantity,
    Run,
    first_time_above,
    time_above,
)
from anodex.models.systems.spindle_void.stress_concentration import stress_concentration_factor


def peaks(name: str) -> dict:
    """The largest value of a column, and when it was reached."""
    return {f"peak_{name}": LARGEST, f"time_of_peak_{name}": TIME_OF_LARGEST}


QUANTITIES = (
    Quantity(
        "current_density",
        "A/m^2",
        "mean current density on the void's surface, positive when sodium dissolves",
    ),
    Quantity(
        "tip_concentration", "mol/m^3", "concentration at the tip", peaks("tip_concentration")
    ),
    Quantity("void_concentration", "mol/m^3", "mean concentration in the void"),
    Quantity(
        "outer_concentration",
        "mol/m^3",
        "mean concentration in the matrix between one and one and a half half-lengths from the "
        "centre",
    ),
    Quantity("lowest_concentration", "mol/m^3", "lowest concentration anywhere"),
    Quantity(
        "tip_von_mises",
        "MPa",
        "von Mises stress at the tip",
        {
            **peaks("tip_von_mises"),
            "time_to_critical_stress": time_above(
                "fracture.critical_stress", lambda case: case.fracture.critical_stress
            ),
        },
    ),
    Quantity("tip_opening_stress", "MPa", "stress across the long axis at the tip"),
    Quantity("tip_hydrostatic_stress", "MPa", "hydrostatic stress at the tip, tension positive"),
    Quantity("max_von_mises", "MPa", "largest von Mises stress anywhere"),
    Quantity("max_von_mises_distance_to_tip", "um", "distance of that place from the tip"),
    Quantity(
        "energy_release_rate",
        "J/m^2",
        "energy release rate of a crack from the tip, in plane strain",
        peaks("energy_release_rate"),
    ),
    Quantity("energy_release_rate_spread", "1", "spread of three rings around the tip over it"),
    Quantity(
        "tip_driving_force",
        "uN",
        "force on the tip of a body of revolution",
        peaks("tip_driving_force"),
    ),
    Quantity(
        "stress_intensity",
        "MPa*m^0.5",
        "stress intensity that belongs to the energy release rate, negative for a closed tip",
        peaks("stress_intensity"),
    ),
    Quantity(
        "electrolyte_potential",
        "V",
        "mean potential of the electrolyte on the void's surface, metal is zero",
    ),
    Quantity(
        "species_balance_error",
        "1",
        "ions that are missing, over all that were exchanged, or over a millionth of those in the "
        "electrolyte where that is more",
        {"species_balance_error": LARGEST},
    ),
    Quantity(
        "force_balance_error",
        "1",
        "sum of all forces over the sum of their magnitudes",
        {"force_balance_error": LARGEST},
    ),
)


def _farthest_peak(run: Run) -> float:
    shown = np.isin(run.times, run.case.output.times) | (run.times == run.times[-1])
    return float(run["max_von_mises_distance_to_tip"][shown].max())


def _inner_outer_difference(run: Run) -> np.ndarray:
    return run["void_concentration"] - run["outer_concentration"]


def _time_to_toughness(run: Run) -> float | None:
    # A tip under compression stores energy but does not crack.
    opens = run["tip_opening_stress"] > 0
    release = np.where(opens, run["energy_release_rate"], 0.0)
    return first_time_above(run.times, release, run.case.fracture.toughness)


OUTCOMES = (
    Outcome(
        "stress_concentration_factor",
        "1",
        "largest principal stress on the void's surface over a remote traction",
        lambda run: stress_concentration_factor(run.case, run.problem.tagged),
    ),
    Outcome(
        "max_von_mises_distance_to_tip",
        "um",
        "largest distance of the largest von Mises stress from the tip, at output times",
        _farthest_peak,
    ),
    Outcome(
        "largest_inner_outer_difference",
        "mol/m^3",
        "largest difference of the mean concentrations in the void and around it",
        lambda run: float(_inner_outer_difference(run).max()),
    ),
    Outcome(
        "final_inner_outer_difference",
        "mol/m^3",
        "the same difference at the end",
        lambda run: float(_inner_outer_difference(run)[-1]),
    ),
    Outcome(
        "time_to_toughness",
        "s",
        "first time at which an open tip releases fracture.toughness",
        _time_to_toughness,
    ),
    Outcome("time_steps", "1", "number of time steps", lambda run: float(len(run.times) - 1)),
)
