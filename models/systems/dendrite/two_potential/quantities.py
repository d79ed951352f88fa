"""The numbers of a run between two potentials: columns of its history, and what a run makes of
them.
"""

import numpy as np

from anodex.models.results.events import changes
from anodex.models.results.quantity import LAST, Outcome, Quantity, Run
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
from anodex.models.systems.dendrite.two_potential.contacts import Contacts

QUANTITIES = (
    DEPOSITED_THICKNESS,
    TIP_POSITION,
    MEAN_POSITION,
    BRANCHES,
    WALL_SHARE,
    WALL_SHARE_IF_SPREAD,
    Quantity("cell_voltage", "V", "potential of the counter electrode against the collector"),
    CURRENT_DENSITY,
    Quantity(
        "electronic_share",
        "1",
        "share of electrons in what flows through the counter electrode, either way",
    ),
    Quantity(
        "contact_current_density",
        "A/m^2",
        "current density of electrons from lithium into the counter electrode, over the "
        "cross-section: the leakage",
    ),
    Quantity(
        "contact",
        "1",
        "number 1 from where that share passes one half until it is below a quarter, else 0",
    ),
    DEAD_LITHIUM_FRACTION,
    DETACHED_PIECES,
    MAX_HYDROSTATIC_PRESSURE,
    MAX_LITHIUM_PRESSURE,
    Quantity(
        "max_lithium_von_mises",
        "MPa",
        "largest von Mises stress where the phase field is one half or more",
        {"max_lithium_von_mises": LAST},
    ),
    ION_BALANCE_ERROR,
    CHARGE_BALANCE_ERROR,
    LITHIUM_BALANCE_ERROR,
)


def _contacts(run: Run) -> Contacts:
    return Contacts(run.times, run["contact"], run["cell_voltage"])


def events(run: Run) -> dict[str, np.ndarray]:
    """Contacts made (1) or lost (0), for events.csv."""
    found = changes(run.times, run["contact"])
    rows = found.pop("row")
    return found | {
        "contact [1]": run["contact"][rows],
        "cell_voltage [V]": run["cell_voltage"][rows],
        "cell_voltage_before [V]": run["cell_voltage"][np.maximum(rows - 1, 0)],
    }


def _tip_lead(run: Run) -> float:
    before = run.times <= (_contacts(run).first or np.inf)
    return float(np.max((run["tip_position"] - run["mean_position"])[before]))


def _growth_kind(run: Run) -> str:
    """How lithium grew, and how it ended."""
    contacts, tip = _contacts(run), run["tip_position"]
    if contacts.first is None:
        halfway = np.interp(run.times[-1] / 2, run.times, tip)
        return "blocked" if tip[-1] - halfway < run.case.interface.width else "growing"
    shape = "flat" if _tip_lead(run) < run.case.geometry.pore_diameter else "branched"
    return f"{shape}, {'hard' if contacts.events == 1 else 'soft'}"


OUTCOMES = (
    Outcome(
        "time_of_contact",
        "s",
        "time of the first contact with the counter electrode",
        lambda run: _contacts(run).first,
    ),
    Outcome(
        "contact_events",
        "1",
        "number of contacts made or lost",
        lambda run: float(_contacts(run).events),
    ),
    Outcome(
        "tip_lead",
        "um",
        "largest distance of the tip from the mean position before the first contact",
        _tip_lead,
    ),
    Outcome(
        "growth_kind",
        "",
        "'flat' or 'branched', by whether the tip leads by less than a pore is wide, with 'hard' "
        "where the first contact stays and 'soft' where it is lost; without a contact 'blocked' "
        "where the tip comes forward by less than the width of the interface in the second half "
        "of the run, else 'growing'",
        _growth_kind,
    ),
    Outcome(
        "contact_duration",
        "s",
        "median duration of the contacts that were made and lost",
        lambda run: _contacts(run).duration,
    ),
    Outcome(
        "gap_duration",
        "s",
        "median time from a contact that was lost to the next",
        lambda run: _contacts(run).gap,
    ),
    Outcome(
        "contact_duty",
        "1",
        "share of the time after the first contact that there is one; 0 without",
        lambda run: _contacts(run).duty,
    ),
    Outcome(
        "voltage_before_contact",
        "V",
        "cell voltage before the first contact, mean in time",
        lambda run: _contacts(run).voltage(before=True)[0],
    ),
    Outcome(
        "voltage_after_contact",
        "V",
        "cell voltage after the first contact, mean in time",
        lambda run: _contacts(run).voltage(before=False)[0],
    ),
    Outcome(
        "voltage_scatter_after_contact",
        "V",
        "standard deviation of the cell voltage in time after the first contact",
        lambda run: _contacts(run).voltage(before=False)[1],
    ),
    Outcome(
        "new_meshes",
        "1",
        "number of meshes that have followed the first",
        lambda run: float(run.problem.state.numbers["mended"][1]),
        applies=lambda case: case.numerics.adaptive,
    ),
    Outcome(
        "new_mesh_error",
        "1",
        "largest share of the lithium that was missing on a new mesh, before it was given back",
        lambda run: float(run.problem.state.numbers["mended"][0]),
        applies=lambda case: case.numerics.adaptive,
    ),
)
