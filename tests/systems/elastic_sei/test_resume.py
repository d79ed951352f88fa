"""A run that is cut off and goes on ends like one that was left alone, across new meshes too."""

import pytest
from mpi4py import MPI

COMM = MPI.COMM_WORLD
OFTEN = "output.checkpoint_interval=3"
TIMES = (130.0, 290.0) if COMM.size == 1 else (200.0,)  # s


@pytest.mark.parametrize(
    ("kind", "time"),
    [
        pytest.param("ether", 100.0, id="plating", marks=pytest.mark.serial),
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
    renewed, new_meshes, run_in, small_case, cut_off, assert_same, assert_fields_hold,
    shared_tmp_path,
):  # fmt: skip
    for time in TIMES:
        cut = shared_tmp_path / f"cut at {time:g} s"
        cut_off(cut, small_case("steep", OFTEN), time)
        assert_same(run_in(cut, "steep", OFTEN, resume=True), renewed)
        assert_fields_hold(cut, renewed.folder)


@pytest.mark.serial
def test_new_meshes_hardly_change_the_numbers(renewed, run_case):
    assert renewed.history["volume_balance_error [1]"].max() <= 1e-8
    kept = run_case("steep").observables
    for name in ("roughness", "peak_to_valley", "mean_rise"):
        assert renewed.observables[name].value == pytest.approx(kept[name].value, rel=1e-3), name
