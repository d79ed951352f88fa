"""A run that is cut off and goes on ends like one that was left alone."""

import pytest

OFTEN, SELDOM = "output.checkpoint_interval=3", "output.checkpoint_interval=1000"


@pytest.mark.parametrize("time", [pytest.param(0.05, marks=pytest.mark.serial), 0.3])
@pytest.mark.parametrize("kind", ["default", "simple", "ions", "current", "periodic", "shift"])
def test_cut_off_and_resumed(
    run_in,
    run_case,
    small_case,
    cut_off,
    assert_same_growth,
    assert_fields_hold,
    shared_tmp_path,
    kind,
    time,
):
    path = shared_tmp_path / "cut"
    cut_off(path, small_case(kind, OFTEN), time)
    whole = run_case(kind)
    assert_same_growth(run_in(path, kind, OFTEN, resume=True), whole)
    assert_fields_hold(path, whole.folder)


def test_cut_off_before_the_first_checkpoint_begins_again(
    run_in, run_case, small_case, cut_off, assert_same_growth, shared_tmp_path
):
    path = shared_tmp_path / "cut"
    cut_off(path, small_case(SELDOM), 0.0)
    assert_same_growth(run_in(path, SELDOM, resume=True), run_case())
