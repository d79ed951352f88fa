"""A run that is cut off and goes on ends like one that was left alone, across new meshes too."""

import pytest
from mpi4py import MPI

COMM = MPI.COMM_WORLD
OFTEN = "output.checkpoint_interval=3"
TIMES = (130.0, 200.0, 290.0) if COMM.size == 1 else (200.0,)  # s


@pytest.mark.parametrize(
    ("kind", "time"),
    [
        pytest.param("ether", 100.0, id="plating"),
        pytest.param("cycle", 260.0, id="stripping"),
        pytest.param("bonded", 100.0, id="bonded film that cracks"),
    ],
)
def test_cut_off_and_resumed(
    run_in, run_case, small_case, cut_off, assert_same, assert_fields_hold, shared_tmp_path,
    kind, time,
):  # fmt: skip
    path = shared_tmp_path / "cut"
    cut_off(path, small_case(kind, OFTEN), time)
    assert_same(run_in(path, kind, OFTEN, resume=True), run_case(kind))
    assert_fields_hold(path, run_case(kind).folder)


def test_cut_off_and_resumed_across_new_meshes(
    new_meshes, run_in, small_case, cut_off, assert_same, assert_fields_hold, shared_tmp_path
):
    whole = shared_tmp_path / "whole"
    expected = run_in(whole, "steep", OFTEN)
    assert len(new_meshes) >= 3
    for time in TIMES:
        cut = shared_tmp_path / f"cut at {time:g} s"
        cut_off(cut, small_case("steep", OFTEN), time)
        assert_same(run_in(cut, "steep", OFTEN, resume=True), expected)
        assert_fields_hold(cut, whole)


@pytest.mark.serial
def test_new_meshes_hardly_change_the_numbers(
    new_meshes, run_in, run_case, assert_same, shared_tmp_path
):
    anew = run_in(shared_tmp_path / "anew", "steep")
    assert anew.history["volume_balance_error [1]"].max() <= 1e-8
    kept = run_case("steep").observables
    for name in ("roughness", "peak_to_valley", "mean_rise"):
        assert anew.observables[name].value == pytest.approx(kept[name].value, rel=1e-3), name
