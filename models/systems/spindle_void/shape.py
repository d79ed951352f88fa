"""The shape of a void that moves, as tomography reports it, and what a run makes of it."""

from typing import TYPE_CHECKING, Any

import numpy as np

from anodex.models.laws.constants import MILLIAMPERE_HOUR_PER_SQUARE_CENTIMETRE
from anodex.models.results.quantity import LARGEST, LAST, Quantity
from anodex.models.systems.spindle_void.case_evolution import STOPS

if TYPE_CHECKING:
    from anodex.models.systems.spindle_void.moving_void import MovingVoid

STRAIGHT = np.radians(5.0)  # by which the flanks of a crack turn at most


class VoidShape:
    """Sizes of a void at one moment: the whole of it, of which the front is a quarter.

    Attributes
    ----------
    length, width
        Of the void [um].
    stopped
        Number of what has stopped its tip; 0 for nothing.
    area, surface_area
        Of its section [um^2], and of its surface per depth [um].
    tip_half_angle
        Between the long axis and the flank at the tip [degree].
    crack_length
        Of both sharp ends together [um]: from each tip back to where the flank has turned by more
        than 5 degrees from its direction at the tip. A round tip has none.
    porosity
        Share of the box that is void.
    charge, charge_either_way
        That has passed each place of the surface [mAh/cm^2]: dissolved less deposited, and the sum.
    volume_balance_error
        Area gained less what the charge dissolves, over what it has dissolved and deposited.
    """

    def __init__(self, problem: "MovingVoid"):
        front, numbers = problem.front, problem.state.numbers
        box_length, box_height = problem.case.geometry.half_box
        self.length, self.width = 2 * front.tip, 2 * float(front.nodes[0, 1])
        self.area, self.surface_area = 4 * front.enclosed, 4 * front.length
        met = problem.met()
        self.stopped = 0.0 if met is None else 1.0 + STOPS.index(met)
        slopes = front.slopes
        self.tip_half_angle = float(np.degrees(slopes[-1]))
        straight = np.abs(slopes - slopes[-1]) <= STRAIGHT
        first = int(np.flatnonzero(~straight)[-1]) + 1 if not straight.all() else 0
        ahead = front.tip - float(front.nodes[first, 0])
        self.crack_length = 2 * ahead if front.sharp else 0.0
        self.porosity = front.enclosed / (box_length * box_height)
        self.charge, self.charge_either_way = (
            float(charge) / MILLIAMPERE_HOUR_PER_SQUARE_CENTIMETRE for charge in numbers["charge"]
        )
        net, gross = numbers["dissolved"]
        missing = front.enclosed - problem.first_area - net
        self.volume_balance_error = abs(missing) / max(gross, 1e-6 * front.enclosed)
        if problem.case.evolution.flank_speed is not None:
            self.volume_balance_error = np.nan


def _at_end(name: str, unit: str, words: str) -> Quantity:
    return Quantity(f"void_{name}", unit, words, {f"void_{name}": LAST}, _of_shape(name))


def _of_shape(name: str) -> Any:
    return lambda measured: getattr(measured.shape, name)


SHAPE_QUANTITIES = (
    Quantity(
        "stopped",
        "1",
        "number of what has stopped its tip: 1 a neighbouring void, 2 the boundary of the layer, "
        "3 the end of the box; 0 nothing",
        {"stopped": LAST},
        _of_shape("stopped"),
    ),
    _at_end("length", "um", "length of a void that moves"),
    _at_end("width", "um", "width of a void that moves"),
    _at_end("area", "um^2", "area of its section"),
    _at_end("surface_area", "um", "area of its surface per depth"),
    _at_end("porosity", "1", "share of the box that is void"),
    Quantity(
        "tip_half_angle",
        "degree",
        "angle between its long axis and the flank at the tip",
        {"tip_half_angle": LAST},
        _of_shape("tip_half_angle"),
    ),
    Quantity(
        "charge",
        "mA*h/cm^2",
        "charge that has passed each place of its surface, dissolved less deposited",
        {"net_charge": LAST},
        _of_shape("charge"),
    ),
    Quantity(
        "charge_either_way",
        "mA*h/cm^2",
        "charge that has passed each place of its surface, dissolved and deposited",
        {"charge_either_way": LAST},
        _of_shape("charge_either_way"),
    ),
    Quantity(
        "volume_balance_error",
        "1",
        "area that it has gained less what the charge has dissolved, over all that was dissolved "
        "and deposited; of flanks that follow the current",
        {"volume_balance_error": LARGEST},
        _of_shape("volume_balance_error"),
    ),
)
