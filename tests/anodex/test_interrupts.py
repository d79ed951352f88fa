"""Ctrl-C while a run goes on in Python."""

import signal

import pytest
from mpi4py import MPI

import anodex
from anodex.interrupts import stopping_between_steps
from anodex.models.results.progress import SilentProgress

pytestmark = pytest.mark.serial


def interrupt() -> None:
    signal.raise_signal(signal.SIGINT)  # in this thread: another one may take it too late


def test_signal_waits_for_the_end_of_the_step():
    with stopping_between_steps(SilentProgress(), MPI.COMM_SELF) as progress:
        progress.update(0.5)
        interrupt()  # in the middle of a step
        with pytest.raises(KeyboardInterrupt):
            progress.update(1.0)


def test_second_signal_does_not_wait():
    with stopping_between_steps(SilentProgress(), MPI.COMM_SELF):
        interrupt()
        with pytest.raises(KeyboardInterrupt):
            interrupt()


def test_handler_is_put_back():
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(ValueError), stopping_between_steps(SilentProgress(), MPI.COMM_SELF):
        raise ValueError
    assert signal.getsignal(signal.SIGINT) is before


def test_stopped_run_goes_on_to_the_same_numbers(coarse, tmp_path, monkeypatch):
    changes = {**coarse, "output.checkpoint_interval": 1}
    whole = anodex.run("spindle_void", changes, progress=False)
    steps = []

    def update(self, value, text=""):
        steps.append(value)
        if len(steps) == 3:
            interrupt()

    monkeypatch.setattr(SilentProgress, "update", update)
    with pytest.raises(KeyboardInterrupt):
        anodex.run("spindle_void", changes, tmp_path, progress=False)
    assert len(steps) == 3 and not anodex.open_result(tmp_path).finished
    result = anodex.run("spindle_void", changes, tmp_path, resume=True, progress=False)
    assert "resumed at" in (tmp_path / "run.log").read_text()
    assert list(result.columns["time [s]"]) == list(whole.columns["time [s]"])
    for name in ("peak_tip_von_mises", "peak_tip_concentration"):
        assert result[name] == pytest.approx(whole[name], rel=1e-8)
