"""A run that is cut off and goes on, and one that is taken stage by stage, end like one that was left alone."""

import numpy as np
import pytest

OFTEN, SELDOM = "output.checkpoint_interval=3", "output.checkpoint_interval=1000"


@pytest.mark.parametrize(
    ("kind", "changes", "time"),
    [
        pytest.param("gap", (), 40.0, id="in the stacking"),
        pytest.param("gap", (), 400.0, id="in the charge"),
        pytest.param("pouch", (), 1000.0, id="pouch"),
        pytest.param("compliant", (), 400.0, id="with a compliant tube"),
        pytest.param("pressed", (), 720.0, id="right after the compaction"),
        pytest.param("pressed", (), 900.0, id="in the charge after a compaction"),
        pytest.param("pressed", (), 100.0, id="in the compaction"),
    ],
)
def test_cut_off_and_resumed(run_in, run_case, small_case, cut_off, assert_same, assert_fields_hold, shared_tmp_path, kind, changes, time):
    path = shared_tmp_path / "cut"
    cut_off(path, small_case(kind, *changes, OFTEN), time)
    resumed = run_in(path, kind, *changes, OFTEN, resume=True)
    whole = run_case(kind, *changes)
    assert_same(resumed, whole)
    assert_fields_hold(path, whole.folder)


def test_cut_off_before_the_first_step_is_kept(run_in, run_case, small_case, cut_off, assert_same, shared_tmp_path):
    """The first checkpoint is that of the start."""
    path = shared_tmp_path / "cut"
    cut_off(path, small_case("gap", SELDOM), 0.0)
    assert_same(run_in(path, "gap", SELDOM, resume=True), run_case("gap"))


def test_stage_by_stage_is_one_case(run_in, run_case, shared_tmp_path):
    paths = [shared_tmp_path / stage for stage in ("compaction", "stacking", "charge")]
    run_in(paths[0], "pressed", "stages.last=compaction")
    run_in(paths[1], "pressed", "stages.last=stacking", f"stages.previous={paths[0]}")
    last = run_in(paths[2], "pressed", f"stages.previous={paths[1]}")
    whole = run_case("pressed")
    for name, entry in whole.observables.items():
        if not name.endswith(("error", "max", "opening")):  # of all that the history shows
            assert last.observables[name].value == pytest.approx(entry.value, rel=1e-8), name
    own = whole.history["stage [1]"] == 3
    np.testing.assert_array_equal(last.history["time [s]"], whole.history["time [s]"][own])
    np.testing.assert_allclose(last.history["stack_pressure [MPa]"], whole.history["stack_pressure [MPa]"][own], rtol=1e-8)
