"""The numbers of an elastic interphase: columns of its history, and what a run makes of them."""

import numpy as np

from anodex.models.results.quantity import (
    FIRST,
    LARGEST,
    LAST,
    Column,
    Outcome,
    Quantity,
    Reduction,
)
from anodex.models.time.timeline import Timeline


def _after_plating(column: Column) -> float | None:
    """Value at the end of the last step of the protocol that plates; None where none does."""
    steps = column.case.protocol.steps
    plating = [number for number, step in enumerate(steps) if step.current_density > 0]
    if not plating:
        return None
    end = Timeline(tuple(step.duration for step in steps)).ends[plating[-1]]
    return float(np.interp(end, column.times, column.values))


AFTER_PLATING = Reduction("at the end of the last step that plates", _after_plating)

QUANTITIES = (
    Quantity(
        "current_density", "A/m^2", "current over the area seen from above, positive when it plates"
    ),
    Quantity(
        "roughness",
        "nm",
        "root mean square of the heights about their mean",
        {"roughness": LAST, "initial_roughness": FIRST, "plated_roughness": AFTER_PLATING},
    ),
    Quantity(
        "peak_to_valley", "nm", "highest place above the lowest one", {"peak_to_valley": LAST}
    ),
    Quantity("mean_rise", "um", "of the mean height since the start", {"mean_rise": LAST}),
    Quantity("steepest_slope", "1", "largest slope of the surface", {"steepest_slope": LARGEST}),
    Quantity(
        "max_current_density_ratio",
        "1",
        "largest current density on the surface over that seen from above",
        {"max_current_density_ratio": LARGEST},
    ),
    Quantity("max_pressure", "MPa", "largest pressure of film and surface energy on the metal"),
    Quantity(
        "max_film_strain",
        "1",
        "largest strain of the film, that of bending included",
        {"max_film_strain": LARGEST},
    ),
    Quantity(
        "cracked_fraction", "1", "share of the film that is open", {"cracked_fraction": LARGEST}
    ),
    Quantity(
        "delaminated_fraction",
        "1",
        "share of the surface that the film has left",
        {"delaminated_fraction": LARGEST},
    ),
    Quantity(
        "blocked_fraction",
        "1",
        "share of the surface that gas blocks",
        {"blocked_fraction": LARGEST},
    ),
    Quantity(
        "film_charge_share",
        "1",
        "charge of all film formed, that at the start included, over the charge that plated",
        {"film_charge_share": LAST},
    ),
    Quantity(
        "charge_balance_error",
        "1",
        "charge through the film that is missing, over all that was given either way",
        {"charge_balance_error": LARGEST},
    ),
    Quantity(
        "volume_balance_error",
        "1",
        "volume of the mesh that is missing beside metal and film, over all that was exchanged",
        {"volume_balance_error": LARGEST},
    ),
)

OUTCOMES = (
    Outcome("time_steps", "1", "number of time steps", lambda run: float(len(run.times) - 1)),
)
