"""The exact-solution checks of every system and room, as `anodex verify` runs them."""

import math

import pytest

from anodex.models import registry
from anodex.scripts.verify import checks_of, subjects
from anodex.verification.check import Check
from anodex.verification.crack_in_time import TIME_CHECKS
from anodex.verification.crack_surfing import SURFING_CHECKS
from anodex.verification.crack_volume import VOLUME_CHECKS

CHECKS = {f"{name}: {check.name}": check for name in subjects() for check in checks_of(name)}
# Systems, which tests of parity hold on several ranks to one, and bodies that crack.
ON_ONE_RANK = {check.name for check in (*TIME_CHECKS, *SURFING_CHECKS, *VOLUME_CHECKS)} | {
    check.name for name in registry.names() for check in checks_of(name)
}


# Runs of many seconds, by how their names start: on the newest DOLFINx shorter ones of the same
# equations do for them.
LONG = (
    "cell_stack: charge in a rigid frame",
    "dendrite: flat front: speed under 10 MPa",
    *(
        f"filled_crack: {name}"
        for name in ("pressure of growth", "pressure while", "stress", "time")
    ),
    *(f"filled_crack: {name}" for name in ("growth", "volume of the crack", "smallest")),
    *(f"fracture: {name}" for name in ("crack of a given volume", "crack fed", "smallest crack")),
    *("spindle_void: flux reversal", "spindle_void: creep relaxation"),
)


def marked(name: str):
    check = CHECKS[name]
    marks = {
        "slow": check.slow,
        "serial": check.name in ON_ONE_RANK,
        "smoke": not name.startswith(LONG),
    }
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
    assert all(any(name.startswith(begins) for name in CHECKS) for begins in LONG)


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
