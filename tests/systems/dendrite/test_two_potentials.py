"""Runs between two potentials: balances, contacts, stripping, resume."""

import pytest

OFTEN = "output.checkpoint_interval=3"
BALANCES = ("ion_balance_error", "charge_balance_error", "lithium_balance_error")


@pytest.mark.parametrize("kind", ["potentials", "touching", "limited", "periodic potentials"])
def test_ions_lithium_and_charge_are_one(run_case, kind):
    observables = run_case(kind).observables
    for name in BALANCES:
        assert observables[name].value < 1e-6


def test_a_contact_ends_the_run_and_is_told_of(run_case):
    result = run_case("touching")
    found = {name: entry.value for name, entry in result.observables.items()}
    assert found["contact_events"] == 2 and found["short_kind"] == "soft"
    times = result.history["time [s]"]
    assert 0 < found["time_of_contact"] < times[-1] < 1000
    assert 0 < found["contact_duration"] <= times[-1] - found["time_of_contact"]
    voltages, touching = result.history["cell_voltage [V]"], result.history["contact [1]"]
    assert voltages[touching == 1].mean() < 0.5 * voltages[touching == 0].mean()


def test_an_ended_run_is_not_gone_on_with(run_in, shared_tmp_path):
    path = shared_tmp_path / "ended"
    run_in(path, "touching")
    rows = (path / "history.csv").read_text()
    again = run_in(path, "touching", resume=True)
    assert (path / "history.csv").read_text() == rows
    assert again.observables["contact_events"].value == 2


def test_lithium_dissolves_until_it_is_used_up(run_case):
    result = run_case(
        "flat",
        "geometry.protrusions=0",
        "geometry.porosity=0",
        "loading.overpotential=0.1 V",
        "loading.duration=400 s",
        "numerics.largest_step=50 s",
    )
    assert result.history["mean_position [um]"][-1] < 0.02
    assert result.observables["lithium_balance_error"].value < 1e-9


@pytest.mark.parametrize("kind", ["potentials", "touching", "flat"])
@pytest.mark.parametrize("share", [pytest.param(0.3, marks=pytest.mark.serial), 0.8])
def test_cut_off_and_resumed(
    run_in,
    run_case,
    small_case,
    cut_off,
    assert_same,
    assert_fields_hold,
    shared_tmp_path,
    kind,
    share,
):
    path, whole = shared_tmp_path / "cut", run_case(kind)
    cut_off(path, small_case(kind, OFTEN), share * whole.history["time [s]"][-1])
    assert_same(run_in(path, kind, OFTEN, resume=True), whole)
    assert_fields_hold(path, whole.folder)
