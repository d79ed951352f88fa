"""Columns of the history that both models of dendrites have."""

from anodex.models.results.quantity import LARGEST, LAST, Quantity

DEPOSITED_THICKNESS = Quantity(
    "deposited_thickness",
    "um",
    "volume of lithium won since the start, over the cross-section",
    {"deposited_thickness": LAST},
)
TIP_POSITION = Quantity(
    "tip_position",
    "um",
    "farthest x where the phase field falls through one half",
    {"tip_position": LAST},
)
MEAN_POSITION = Quantity(
    "mean_position",
    "um",
    "volume of lithium over the cross-section",
    {"mean_position": LAST},
)
BRANCHES = Quantity(
    "branches",
    "1",
    "number of pieces, longer than the interface is wide, into which the lithium of the electrode "
    "falls ahead of a plane x = const: the most of planes a sixteenth of the length apart",
    {"branches": LAST, "max_branches": LARGEST},
)
WALL_SHARE = Quantity(
    "wall_share",
    "1",
    "share of the deposited lithium that lies within one width of the interface of a wall of a "
    "pore, on either side",
    {"wall_share": LAST},
)
WALL_SHARE_IF_SPREAD = Quantity(
    "wall_share_if_spread",
    "1",
    "share that would lie there if the lithium that has come at some x were spread evenly over y "
    "and z",
    {"wall_share_if_spread": LAST},
)
CURRENT_DENSITY = Quantity(
    "current_density",
    "A/m^2",
    "current density that enters, over the cross-section; positive plates",
)
DEAD_LITHIUM_FRACTION = Quantity(
    "dead_lithium_fraction",
    "1",
    "volume of the lithium that has come off the electrode, over that deposited; 1 where more "
    "has come off than was deposited",
    {"dead_lithium_fraction": LAST, "max_dead_lithium_fraction": LARGEST},
)
DETACHED_PIECES = Quantity("detached_pieces", "1", "number of pieces of lithium that have come off")
MAX_HYDROSTATIC_PRESSURE = Quantity(
    "max_hydrostatic_pressure",
    "MPa",
    "largest hydrostatic pressure anywhere",
    {"max_hydrostatic_pressure": LAST},
)
MAX_LITHIUM_PRESSURE = Quantity(
    "max_lithium_pressure",
    "MPa",
    "largest hydrostatic pressure where the phase field is one half or more",
    {"max_lithium_pressure": LAST},
)
ION_BALANCE_ERROR = Quantity(
    "ion_balance_error",
    "1",
    "ions that have come from the counter electrode less those gained by the electrolyte and less "
    "the lithium won, over the latter as for the charge; without ions none",
    {"ion_balance_error": LARGEST},
)
CHARGE_BALANCE_ERROR = Quantity(
    "charge_balance_error",
    "1",
    "charge that has entered less that which has left at the collector (of model 'paper': less "
    "that deposited), over that deposited, or over a millionth of that of a box full of lithium "
    "where that is more",
    {"charge_balance_error": LARGEST},
)
LITHIUM_BALANCE_ERROR = Quantity(
    "lithium_balance_error",
    "1",
    "lithium won since the start less that of all steps, over the latter as for the charge",
    {"lithium_balance_error": LARGEST},
)
