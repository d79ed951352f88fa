"""What belongs to one of the models of dendrites alone, and what the paper's cannot do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from anodex.models.inputs.tables import refuse_idle
from anodex.models.laws.constants import FARADAY, GAS
from anodex.models.laws.phase_field import STEEPEST

if TYPE_CHECKING:
    from anodex.models.systems.dendrite.case import Case

# Largest rate of the reaction at a place, over that of the relaxation: fronts are then too slow by
# 6 %, by 1 % at 0.15 and by 22 % at 1.
MOST_OUTRUN = 0.4
# Keys that one of the models knows: (table, keys).
OF_ONE_MODEL = {
    "paper": (
        ("interface", ("relaxation_rate", "relaxation_law", "curvature")),
        ("kinetics", ("pressure_shift",)),
        ("electrolyte", ("lithium_ratio", "electronic_conductivity", "electronic_ratio")),
        ("mechanics", ("driving_force",)),
        ("leakage", ("factor",)),
    ),
    "two-potential": (
        ("interface", ("relaxation",)),
        ("contact", ("resistance", "memory")),
        ("numerics", ("adaptive",)),
        (
            "loading",
            ("cell_voltage", "series_resistance", "voltage_limit", "contact_events"),
        ),
    ),
}


def refuse_other_model(case: Case) -> None:
    """Refuse values that only the other model knows.

    Raises
    ------
    ValueError
        With the key.
    """
    name = case.model.name
    other = next(model for model in OF_ONE_MODEL if model != name)
    reason = f"model.name is '{name}'; leave it out or set model.name to '{other}'"
    for table, keys in OF_ONE_MODEL[other]:
        known = [key for key in keys if hasattr(getattr(case, table), key)]
        refuse_idle(case, table, known, reason)
    if name == "two-potential" and case.transport.law != "ohmic":
        raise ValueError(
            f"transport.law is '{case.transport.law}' while {reason.replace('it', 'law')}"
        )


def outrun(case: Case, overpotential: float) -> float:
    """Rate of the reaction at an overpotential [V] where it is fastest, without shortage of ions
    and away from pores, over the relaxation rate of the interface.
    """
    if case.interface.relaxation_law == "following":
        return 0.0
    scaled = FARADAY * overpotential / (GAS * case.kinetics.temperature)
    cathodic = case.kinetics.cathodic_coefficient
    branches = np.exp(-cathodic * scaled) + np.exp((1 - cathodic) * scaled)
    return STEEPEST * case.reaction_rate * float(branches) / case.interface.relaxation_rate


def refuse_outrun(case: Case) -> None:
    """Refuse a load under which the front of the paper's model is much slower than the reaction;
    what a held current or a shortage of ions makes of it shows in the run.

    Raises
    ------
    ValueError
        With what to do.
    """
    loading = case.loading
    given = loading.current_density is None and case.transport.law == "ohmic"
    if case.model.name != "paper" or not given:
        return
    found = outrun(case, loading.given_overpotential)
    if found > MOST_OUTRUN:
        enough = case.interface.relaxation_rate * found / MOST_OUTRUN
        raise ValueError(
            f"loading.overpotential ({loading.given_overpotential:g} V) lets the reaction run "
            f"at {found:.3g} times interface.relaxation_rate, allowed is up to "
            f"{MOST_OUTRUN:g}: the profile does not follow, and fronts are too slow by 6 % and "
            "more; set interface.relaxation_law to 'following', take a milder overpotential, or an "
            f"interface.relaxation_rate of {enough:.3g} 1/s and more"
        )
