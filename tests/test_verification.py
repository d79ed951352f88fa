"""The exact-solution checks of every system and room, as `anodex verify` runs them."""

import math

import pytest

from anodex.scripts.verify import checks_of, subjects
from anodex.verification import filled_crack, foil_in_time, void_in_time
from anodex.verification.check import Check
from anodex.verification.crack_in_time import TIME_CHECKS
from anodex.verification.crack_surfing import SURFING_CHECKS
from anodex.verification.crack_volume import VOLUME_CHECKS
from anodex.verification.dendrite_potentials import POTENTIAL_CHECKS
from anodex.verification.film_delamination import DELAMINATION_CHECKS
from anodex.verification.film_growth import GROWTH_CHECKS
from anodex.verification.foil_column import COLUMN_CHECKS
from anodex.verification.foil_flow import FOIL_CHECKS
from anodex.verification.interface_current import CURRENT_CHECKS
from anodex.verification.interface_flow import FLOW_CHECKS
from anodex.verification.moving_front import FRONT_CHECKS
from anodex.verification.spindle_growth import GROWTH_CHECKS as SPINDLE_CHECKS

pytestmark = pytest.mark.smoke

CHECKS = {f"{name}: {check.name}": check for name in subjects() for check in checks_of(name)}
# Whole systems and bodies that crack, which tests of parity hold on several ranks to one; films
# that come off have no mesh.
ON_ONE_RANK = {
    check.name
    for checks in (
        *(void_in_time.IN_TIME_CHECKS, CURRENT_CHECKS, FLOW_CHECKS),
        *(COLUMN_CHECKS, FOIL_CHECKS, foil_in_time.IN_TIME_CHECKS),
        *(FRONT_CHECKS, POTENTIAL_CHECKS, GROWTH_CHECKS, DELAMINATION_CHECKS),
        *(TIME_CHECKS, SURFING_CHECKS, VOLUME_CHECKS, filled_crack.CHECKS, SPINDLE_CHECKS),
    )
    for check in checks
}


def marked(name: str):
    check = CHECKS[name]
    marks = {"slow": check.slow, "serial": check.name in ON_ONE_RANK}
    return pytest.param(
        check, id=name, marks=[getattr(pytest.mark, mark) for mark, true in marks.items() if true]
    )


@pytest.mark.parametrize("check", [marked(name) for name in CHECKS])
def test_check_holds(check):
    computed, exact = check.compute()
    assert check.error(computed, exact) <= check.tolerance, (
        f"computed {computed:.8g}, exact {exact:.8g}"
    )


def test_every_check_has_a_name_of_its_own_and_a_source():
    assert len(CHECKS) == sum(len(checks_of(name)) for name in subjects())
    assert all(check.source and check.tolerance > 0 for check in CHECKS.values())


@pytest.mark.parametrize(
    ("relative", "computed", "exact", "error"),
    [(True, -9.0, -10.0, 0.1), (False, -9.0, -10.0, 1.0), (False, 0.5, 0.0, 0.5)],
)
def test_error_is_the_distance(relative, computed, exact, error):
    check = Check("name", "source", lambda: (computed, exact), 0.01, relative)
    assert check.error(computed, exact) == pytest.approx(error)


def test_nan_does_not_pass():
    check = Check("name", "source", lambda: (math.nan, 1.0), 0.01)
    assert not check.error(*check.compute()) <= check.tolerance


def test_a_missing_effect_fails_the_check():
    plain = CHECKS["spindle_void: Butler-Volmer and Ohm at a plane electrode [V]"]
    pressed = CHECKS["spindle_void: shift by a pressure on the metal [V]"]
    without_pressure, _ = plain.compute()
    _, exact = pressed.compute()
    assert pressed.error(without_pressure, exact) > pressed.tolerance
