"""A run that is cut off and goes on, and one that is taken stage by stage, end like one that was left alone."""

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.results.progress import SilentProgress
from anodex.models.results.series import read_fields

COMM = MPI.COMM_WORLD
OFTEN, SELDOM = "output.checkpoint_interval=3", "output.checkpoint_interval=1000"


class Cut(Exception):
    """What a kill looks like from inside."""


class CutProgress(SilentProgress):
    """Cuts a run off at its first step after a time [s]."""

    def __init__(self, time: float):
        super().__init__()
        self.time = time

    def update(self, value: float, text: str = "") -> None:
        if value > self.time:
            raise Cut


def assert_fields_hold(folder, expected) -> None:
    if COMM.rank == 0:
        found, whole = (read_fields(path / "fields.xdmf") for path in (folder, expected))
        np.testing.assert_array_equal(found.times, whole.times)
        for moment in whole.times:
            new, old = (series.grid(moment).point_data for series in (found, whole))
            assert list(new) == list(old)
            for name in old:
                np.testing.assert_allclose(new[name], old[name], atol=1e-8 * np.abs(old[name]).max(initial=1e-300), err_msg=name)


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
def test_cut_off_and_resumed(run_in, run_case, assert_same, shared_tmp_path, kind, changes, time):
    path = shared_tmp_path / "cut"
    with pytest.raises(Cut):
        run_in(path, kind, *changes, OFTEN, progress=CutProgress(time))
    resumed = run_in(path, kind, *changes, OFTEN, resume=True)
    whole = run_case(kind, *changes)
    assert_same(resumed, whole)
    assert_fields_hold(path, whole.folder)


def test_cut_off_before_the_first_step_is_kept(run_in, run_case, assert_same, shared_tmp_path):
    """The first checkpoint is that of the start."""
    path = shared_tmp_path / "cut"
    with pytest.raises(Cut):
        run_in(path, "gap", SELDOM, progress=CutProgress(0.0))
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
