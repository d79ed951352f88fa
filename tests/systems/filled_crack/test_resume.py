"""A run that is cut off and goes on ends like one that was left alone."""

import pytest

OFTEN = "output.checkpoint_interval=2"


@pytest.mark.parametrize(
    ("kind", "time"),
    [
        pytest.param("centre", 10.0, id="before it grows", marks=pytest.mark.serial),
        pytest.param("centre", 36.0, id="while it grows"),
        pytest.param(
            "overpotential", 20.0, id="overpotential", marks=[pytest.mark.serial, pytest.mark.slow]
        ),
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
