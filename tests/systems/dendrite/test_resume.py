"""A run that is cut off and goes on ends like one that was left alone."""

import pytest

OFTEN, SELDOM = "output.checkpoint_interval=3", "output.checkpoint_interval=1000"
KINDS = {
    "default": (),
    "simple": ("mechanics.enabled=false", "electrolyte.potential=constant"),
    "ions": (
        "transport.law=nernst-planck",
        "geometry.protrusions=0",
        "loading.overpotential=-0.2 V",
    ),
    "current": ("loading.current_density=8000 A/m^2",),
    "periodic": ("geometry.sides=periodic", "loading.external_pressure=10 MPa"),
    "shift": ("kinetics.pressure_shift=true", "loading.external_pressure=10 MPa"),
}


@pytest.mark.parametrize("time", [0.05, 0.3])
@pytest.mark.parametrize("changes", KINDS.values(), ids=KINDS)
def test_cut_off_and_resumed(
    run_in,
    run_case,
    small_case,
    cut_off,
    assert_same_growth,
    assert_fields_hold,
    shared_tmp_path,
    changes,
    time,
):
    path = shared_tmp_path / "cut"
    cut_off(path, small_case(*changes, OFTEN), time)
    whole = run_case(*changes)
    assert_same_growth(run_in(path, *changes, OFTEN, resume=True), whole)
    assert_fields_hold(path, whole.folder)


def test_cut_off_before_the_first_checkpoint_begins_again(
    run_in, run_case, small_case, cut_off, assert_same_growth, shared_tmp_path
):
    path = shared_tmp_path / "cut"
    cut_off(path, small_case(SELDOM), 0.0)
    assert_same_growth(run_in(path, SELDOM, resume=True), run_case())
