"""The numbers of a dendrite: columns of its history, and what a run makes of them."""

import numpy as np

from anodex.models.results.events import changes
from anodex.models.results.quantity import FIRST, LAST, Outcome, Quantity, Run
from anodex.models.systems.dendrite.groups import (
    damkohler_number,
    pressure_number,
    wagner_number,
)
from anodex.models.systems.dendrite.porosity import porosity_where_asked_for
from anodex.models.systems.dendrite.quantities_of_both import (
    BRANCHES,
    CHARGE_BALANCE_ERROR,
    CURRENT_DENSITY,
    DEAD_LITHIUM_FRACTION,
    DEPOSITED_THICKNESS,
    DETACHED_PIECES,
    ION_BALANCE_ERROR,
    LITHIUM_BALANCE_ERROR,
    MAX_HYDROSTATIC_PRESSURE,
    MAX_LITHIUM_PRESSURE,
    MEAN_POSITION,
    TIP_POSITION,
    WALL_SHARE,
    WALL_SHARE_IF_SPREAD,
)
from anodex.models.systems.dendrite.short import Short, classify

LEAST_CONTACT = 0.25  # stands for none, as a short is classified by a positive number
STEADY = 0.5  # share of a run's end from which a front's speed is taken


QUANTITIES = (
    DEPOSITED_THICKNESS,
    TIP_POSITION,
    MEAN_POSITION,
    BRANCHES,
    WALL_SHARE,
    WALL_SHARE_IF_SPREAD,
    Quantity("overpotential", "V", "overpotential of the lithium that is held"),
    CURRENT_DENSITY,
    Quantity(
        "leakage_current_density",
        "A/m^2",
        "current density of electrons at 1 V, over the cross-section",
        {"leakage_current_density_start": FIRST, "leakage_current_density": LAST},
    ),
    DEAD_LITHIUM_FRACTION,
    DETACHED_PIECES,
    MAX_HYDROSTATIC_PRESSURE,
    Quantity(
        "max_pressure_phase",
        "1",
        "phase field where that pressure is",
        {"max_pressure_phase": LAST},
    ),
    MAX_LITHIUM_PRESSURE,
    Quantity("mean_volume_strain", "1", "volume strain, mean over the box"),
    CHARGE_BALANCE_ERROR,
    ION_BALANCE_ERROR,
    LITHIUM_BALANCE_ERROR,
    Quantity(
        "reaction_over_relaxation",
        "1",
        "rate of the reaction over that of the interface's relaxation, where it is largest; "
        "fronts are too slow by 1 % at 0.15",
    ),
)


def events(run: Run) -> dict[str, np.ndarray]:
    """Crossings of the threshold of a short, up (1) or down (0), for events.csv."""
    leakage = run["leakage_current_density"]
    above = leakage > run.case.leakage.factor * leakage[0]
    found = changes(run.times, above)
    rows = found.pop("row")
    return found | {
        "short [1]": above[rows].astype(float),
        "leakage_current_density [A/m^2]": leakage[rows],
    }


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


def _overpotential(run: Run) -> float:
    """At the end [V]."""
    return float(run["overpotential"][-1])


def _driving_voltage(run: Run) -> float:
    """Of the pressure number [V]."""
    if run.case.model.name == "paper":
        return _overpotential(run)
    loading = run.case.loading
    held = loading.current_density is not None
    return float(run["cell_voltage"][0]) if held else loading.source_voltage


def _outrun(run: Run) -> float:
    """After a short currents mean little, and what they make of the reaction too."""
    short = _short(run).time
    before = run.times <= (run.times[-1] if short is None else short)
    return float(run["reaction_over_relaxation"][before].max())


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
    Outcome(
        "reaction_over_relaxation",
        "1",
        "rate of the reaction over that of the interface's relaxation, largest before a short",
        _outrun,
    ),
    Outcome(
        "wagner_number",
        "1",
        "kappa R T/(F i0 L) over the thickness L of the electrolyte: its conductance over that of "
        "the interface",
        lambda run: wagner_number(run.case),
    ),
    Outcome(
        "damkohler_number",
        "1",
        "v L C_Li/(D c0), v the speed of a flat front at the last overpotential without shortage "
        "of ions: the reaction over the diffusion of ions",
        lambda run: damkohler_number(run.case, _overpotential(run)),
    ),
    Outcome(
        "pressure_number",
        "1",
        "what the external pressure is worth against growth over what drives it: p Omega/(F V), V "
        "the voltage of the source, or of the cell at the start where the current is held; of the "
        "paper's equations L_xi p eps_v/(L_eta exp(a F |eta|/RT)) at the last overpotential",
        lambda run: pressure_number(run.case, _driving_voltage(run)),
    ),
)
