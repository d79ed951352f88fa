"""The numbers of a dendrite: columns of its history, and what a run makes of them."""

import numpy as np

from anodex.models.results.quantity import FIRST, LARGEST, LAST, Outcome, Quantity, Run
from anodex.models.systems.dendrite.porosity import porosity_where_asked_for
from anodex.models.systems.dendrite.short import Short, classify

LEAST_CONTACT = 0.25  # stands for none, as a short is classified by a positive number
STEADY = 0.5  # share of a run's end from which a front's speed is taken


QUANTITIES = (
    Quantity(
        "deposited_thickness",
        "um",
        "volume of lithium won since the start, over the cross-section",
        {"deposited_thickness": LAST},
    ),
    Quantity(
        "tip_position",
        "um",
        "farthest x where the phase field falls through one half",
        {"tip_position": LAST},
    ),
    Quantity("overpotential", "V", "overpotential of the lithium that is held"),
    Quantity(
        "current_density",
        "A/m^2",
        "current density that enters, over the cross-section; positive plates",
    ),
    Quantity(
        "leakage_current_density",
        "A/m^2",
        "current density of electrons at 1 V, over the cross-section",
        {"leakage_current_density_start": FIRST, "leakage_current_density": LAST},
    ),
    Quantity(
        "dead_lithium_fraction",
        "1",
        "volume of the lithium that has come off the electrode, over that deposited; 1 where more "
        "has come off than was deposited",
        {"dead_lithium_fraction": LAST, "max_dead_lithium_fraction": LARGEST},
    ),
    Quantity("detached_pieces", "1", "number of pieces of lithium that have come off"),
    Quantity(
        "max_hydrostatic_pressure",
        "MPa",
        "largest hydrostatic pressure anywhere",
        {"max_hydrostatic_pressure": LAST},
    ),
    Quantity(
        "max_pressure_phase",
        "1",
        "phase field where that pressure is",
        {"max_pressure_phase": LAST},
    ),
    Quantity(
        "max_lithium_pressure",
        "MPa",
        "largest hydrostatic pressure where the phase field is one half or more",
        {"max_lithium_pressure": LAST},
    ),
    Quantity("mean_volume_strain", "1", "volume strain, mean over the box"),
    Quantity(
        "charge_balance_error",
        "1",
        "charge that has entered less charge deposited, over the latter, or over a millionth of "
        "that of a box full of lithium where that is more",
        {"charge_balance_error": LARGEST},
    ),
)


def _front_speed(run: Run) -> float:
    late = run.times >= STEADY * run.times[-1]
    if late.sum() < 2:
        return np.nan
    return float(np.polyfit(run.times[late], run["deposited_thickness"][late], 1)[0])


def _short(run: Run) -> Short:
    if run.case.model.name == "two-potential":
        return classify(run.times, run["contact"] + LEAST_CONTACT, LEAST_CONTACT, 2.0)
    leakage = run["leakage_current_density"]
    return classify(run.times, leakage, leakage[0], run.case.leakage.factor)


OUTCOMES = (
    Outcome(
        "front_speed",
        "um/s",
        "slope of the deposited thickness over the second half of the run",
        _front_speed,
    ),
    Outcome(
        "porosity_reached",
        "1",
        "air at the start, as the mesh has it, over the volume to which geometry.porosity refers",
        lambda run: porosity_where_asked_for(run.problem),
    ),
    Outcome(
        "leakage_duty",
        "1",
        "share of the time after the first crossing of the threshold that the leakage current is "
        "above it; 0 without a short",
        lambda run: _short(run).duty,
    ),
    Outcome(
        "leakage_variation",
        "1",
        "standard deviation in time of the leakage current after the first crossing, over its "
        "mean; 0 without a short",
        lambda run: _short(run).variation,
    ),
    Outcome("short_kind", "", "none, soft or hard", lambda run: _short(run).kind),
    Outcome(
        "time_of_short",
        "s",
        "first time at which the leakage current crosses the threshold",
        lambda run: _short(run).time,
    ),
    Outcome(
        "leakage_crossings",
        "1",
        "number of times that the leakage current crosses the threshold, up or down",
        lambda run: float(_short(run).crossings),
    ),
)
