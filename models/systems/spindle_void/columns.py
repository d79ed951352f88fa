"""Which numbers a case of the spindle void has: columns of its history and observables."""

from anodex.models.results.quantity import LARGEST, LAST, Outcome, Quantity, Run, first_time_above
from anodex.models.systems.spindle_void import quantities
from anodex.models.systems.spindle_void.case import Case
from anodex.models.systems.spindle_void.quantities import QUANTITIES
from anodex.models.systems.spindle_void.shape import SHAPE_QUANTITIES

CRACK_LENGTH = Quantity(
    "crack_length",
    "um",
    "length of both cracks together, from the tips of the void to where damage falls to 0.9; "
    "where a void moves and nothing breaks that of its sharp ends, each from the tip back to where "
    "the flank has turned by 5 degrees",
    {"crack_length": LAST},
)
REACTION_QUANTITIES = (
    Quantity(
        "reaction_shrinkage",
        "1",
        "share by which a free interphase would be shorter in every direction, by its reaction",
        {"final_reaction_shrinkage": LAST},
    ),
)
CRACK_QUANTITIES = (
    CRACK_LENGTH,
    Quantity(
        "crack_tip",
        "um",
        "place along the axis, from the centre, up to which damage is above 0.9; the tip of the "
        "void without a crack",
        {"crack_tip": LAST},
    ),
    Quantity(
        "effective_toughness",
        "J/m^2",
        "toughness at which cracks grow on this mesh: that of their damage and what the cells add",
        {"effective_toughness": LAST},
    ),
    Quantity(
        "crack_charge",
        "uC/m",
        "charge that all faces of cracks have given, dissolved less deposited, for each length "
        "across the plane",
        {"crack_charge": LAST},
    ),
    Quantity(
        "charge_balance_error",
        "1",
        "current of void surface and faces of cracks less that of the cell, over what flows",
        {"charge_balance_error": LARGEST},
    ),
)
EVERY_QUANTITY = (*QUANTITIES, *REACTION_QUANTITIES, *CRACK_QUANTITIES, *SHAPE_QUANTITIES)


def quantities_of(case: Case) -> tuple[Quantity, ...]:
    """Those that a case has."""
    chosen = [*QUANTITIES]
    if case.reaction.conversion:
        chosen += REACTION_QUANTITIES
    if case.fracture.model != "none":
        chosen += CRACK_QUANTITIES
    if case.evolution.moving:
        chosen += SHAPE_QUANTITIES if _cracks(case) else [CRACK_LENGTH, *SHAPE_QUANTITIES]
    return tuple(chosen)


def _time_to_growth(run: Run) -> float | None:
    longer = run["crack_length"] / 2
    return first_time_above(run.times, longer, run.case.damage.length)


def _shrinkage_at_growth(run: Run) -> float | None:
    time = _time_to_growth(run)
    return None if time is None else run.case.reaction.shrinkage(time)


def _cracks(case: Case) -> bool:
    return case.fracture.model != "none"


OUTCOMES = (
    *quantities.OUTCOMES,
    Outcome(
        "time_to_growth",
        "s",
        "first time at which the crack ahead of each tip is longer than its length scale",
        _time_to_growth,
        _cracks,
    ),
    Outcome(
        "shrinkage_at_growth",
        "1",
        "linear shrinkage by the reaction at that time",
        _shrinkage_at_growth,
        _cracks,
    ),
)
