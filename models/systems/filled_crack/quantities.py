"""The numbers of a filled crack: columns of its history, and what a run makes of them."""

import numpy as np

from anodex.models.laws.constants import MILLIAMPERE_PER_SQUARE_CENTIMETRE
from anodex.models.results.quantity import LARGEST, LAST, Outcome, Quantity, Run, first_time_above
from anodex.models.systems.filled_crack.case import GROWN

QUANTITIES = (
    Quantity("pressure", "MPa", "pressure of the metal in the crack", {"pressure_end": LAST}),
    Quantity(
        "crack_length",
        "um",
        "half length of the crack, or its radius: what its surface energy says",
        {"crack_length": LAST},
    ),
    Quantity("mean_opening", "um", "volume of the metal over the area of the crack"),
    Quantity("current_density", "A/m^2", "current density on its faces"),
    Quantity("extruded_share", "1", "metal squeezed out so far, over what was plated"),
    Quantity(
        "stress_intensity",
        "MPa*m^0.5",
        "stress intensity of a sharp crack of that length under the net pressure",
    ),
    Quantity(
        "volume_balance_error",
        "1",
        "volume of the crack that is neither plated nor squeezed out, over both",
        {"volume_balance_error": LARGEST},
    ),
)


def _time_to_growth(run: Run) -> float | None:
    grown = run.case.crack.length + GROWN * run.case.damage.length
    return first_time_above(run.times, run["crack_length"], grown)


def _pressure_at_growth(run: Run) -> float | None:
    """The largest: a crack that grows needs less and less."""
    return None if _time_to_growth(run) is None else float(np.max(run["pressure"]))


def _critical_current(run: Run) -> float | None:
    """Where it grows, lithium is squeezed out as fast as it is plated."""
    pressure, case = _pressure_at_growth(run), run.case
    if pressure is None:
        return None
    speed = case.filling.outflow(pressure - case.loading.stack_pressure, case.crack.length)
    return case.filling.current_of(max(speed, 0.0)) / MILLIAMPERE_PER_SQUARE_CENTIMETRE


OUTCOMES = (
    Outcome(
        "time_to_growth",
        "s",
        "time at which the crack is half a length scale longer than at the start",
        _time_to_growth,
    ),
    Outcome(
        "pressure_at_growth", "MPa", "largest pressure of a crack that grows", _pressure_at_growth
    ),
    Outcome(
        "critical_current_density",
        "mA/cm^2",
        "current density below which metal leaves the crack of the start before it grows; zero "
        "without extrusion, as any then makes it grow",
        _critical_current,
    ),
    Outcome("time_steps", "1", "number of time steps", lambda run: float(len(run.times) - 1)),
)
