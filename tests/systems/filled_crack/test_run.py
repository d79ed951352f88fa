"""Runs from case to results, coarse and short."""

import numpy as np
import pytest

from anodex.models.fracture.filled_crack import FilledCrack
from anodex.models.laws.constants import FARADAY
from anodex.models.results.quantity import first_time_above
from anodex.models.systems.filled_crack.growth import grown_length
from anodex.models.systems.filled_crack.quantities import QUANTITIES

pytestmark = pytest.mark.serial  # on several ranks test_parity holds such runs to one
CONTRACT = {
    "time_to_growth": "s",
    "pressure_at_growth": "MPa",
    "crack_length": "um",
    "pressure_end": "MPa",
    "critical_current_density": "mA/cm^2",
    "volume_balance_error": "1",
}


@pytest.mark.parametrize(
    "kind",
    ["centre", "penny", "overpotential", "extrusion", pytest.param("AT2", marks=pytest.mark.slow)],
)
def test_every_kind_grows_and_keeps_its_volume(run_case, kind):
    result = run_case(kind)
    assert tuple(result.history) == ("time [s]", *(quantity.column for quantity in QUANTITIES))
    for name, unit in CONTRACT.items():
        assert result.observables[name].unit == unit
        assert np.isfinite(result.observables[name].value), name
    assert np.all(result.history["volume_balance_error [1]"] <= 1e-10)
    lengths = result.history["crack_length [um]"]
    assert lengths[0] == pytest.approx(30.0, rel=1e-12)
    assert np.all(np.diff(lengths) >= -1e-9)  # nothing heals
    assert lengths[-1] >= 33  # the end of the small cells


def test_a_crack_grows_when_and_as_fast_as_the_closed_form_says(run_case):
    result = run_case("centre")
    times, lengths = (result.history[name] for name in ("time [s]", "crack_length [um]"))
    assert lengths == pytest.approx(grown_length(result.case, times), rel=0.05)


def test_stack_pressure_that_closes_the_crack_comes_on_top(run_case):
    """Net pressure, length and time are those without it."""
    without, pressed = run_case("centre"), run_case("centre", "loading.stack_pressure=20 MPa")
    found = pressed.observables
    assert found["pressure_at_growth"].value == pytest.approx(
        without.observables["pressure_at_growth"].value + 20, rel=1e-9
    )
    assert found["crack_length"].value == pytest.approx(
        without.observables["crack_length"].value, rel=1e-9
    )


@pytest.mark.slow  # `verify` has the smallest crack that grows
def test_the_overpotential_decides_which_cracks_grow(run_case):
    """The smallest that can is (K Omega/(F eta))^2/pi: 30 um at 3.19 mV."""
    long = ("loading.duration=1 h", "output.times=[]")
    stalled = run_case("overpotential", "filling.overpotential=2.8 mV", *long)
    assert stalled.observables["time_to_growth"].value is None
    stall = FARADAY * 2.8e-3 / stalled.case.filling.molar_volume
    assert stalled.observables["pressure_end"].value == pytest.approx(stall, rel=1e-3)
    grows = run_case("overpotential", "filling.overpotential=3.6 mV", *long)
    assert grows.observables["time_to_growth"].value < 3600


# The stack pressure enters at the mouth and does not close the crack.
ENTERED = ("filling.current_density=5 mA/cm^2", "loading.closing_share=0.0")


@pytest.mark.parametrize("share", [0.0, pytest.param(0.6, marks=pytest.mark.slow)])
def test_the_critical_current_is_that_of_the_contoured_interface(run_case, share):
    """Of the formula for a filled crack that a stack pressure enters at the mouth, and of which it
    closes the faces by a share.
    """
    result = run_case("extrusion", *ENTERED, f"loading.closing_share={share}")
    filling, electrolyte = result.case.filling, result.case.electrolyte
    crack = FilledCrack(30.0, 30.0, filling.slot_width, electrolyte.toughness, 0.0, 1.0)
    closing = share * 5.0
    criterion = crack.criterion(filling.creep(), 5.0, filling.molar_volume, closing)
    critical = criterion.flat_critical_current / 10  # mA/cm^2
    pressure = result.observables["pressure_at_growth"].value
    # the fifth power of what is left of the pressure of growth
    exponent = criterion.exponent
    found = (pressure - 5.0) / (result.case.growth_pressure(30.0) + closing - 5.0)
    assert result.observables["critical_current_density"].value == pytest.approx(
        critical * found**exponent, rel=1e-6
    )
    # damage spread over a tenth of the crack takes 5 % off the pressure of growth
    assert found == pytest.approx(1.0, abs=0.1)


def test_a_smaller_current_than_the_critical_leaves_the_crack_alone(run_case):
    grown = run_case("extrusion", *ENTERED)
    critical = grown.observables["critical_current_density"].value
    words = (
        # pressures go with the root of the current, and damage ahead of the tip takes 5 % of it
        f"filling.current_density={0.7 * critical} mA/cm^2",
        "loading.duration=10 h",
        "output.times=[]",
    )
    below = run_case("extrusion", *words)
    assert below.observables["time_to_growth"].value is None
    assert below.history["extruded_share [1]"][-1] > 0.5


def test_a_pressure_ends_the_run(run_case):
    whole = run_case().history
    limit = round(float(whole["pressure [MPa]"].max()) / 2, 3)
    ended = run_case("centre", f'loading.until=["pressure > {limit} MPa"]').history
    expected = first_time_above(whole["time [s]"], whole["pressure [MPa]"], limit)
    assert ended["time [s]"][-1] == pytest.approx(expected, rel=1e-2)
    assert ended["pressure [MPa]"][-1] == pytest.approx(limit, rel=2e-3)
