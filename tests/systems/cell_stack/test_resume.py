"""A run that is cut off and goes on, and one that is taken stage by stage, end like one that was
left alone.
"""

import numpy as np
import pytest

from anodex.models.errors import InputError

# On several ranks: what each kind of stage remembers, once. How it is stored has tests of its own.
ALONE = pytest.mark.serial
OFTEN, SELDOM = "output.checkpoint_interval=3", "output.checkpoint_interval=1000"


@pytest.mark.parametrize(
    ("kind", "changes", "time"),
    [
        pytest.param("gap", (), 40.0, id="in the stacking", marks=ALONE),
        pytest.param("gap", (), 400.0, id="in the charge", marks=ALONE),
        pytest.param("pouch", (), 1000.0, id="pouch"),
        pytest.param("gap", ("flow.law=anand",), 400.0, id="hardening"),
        pytest.param(
            *("compliant", (), 400.0),
            id="with a compliant tube",
            marks=[ALONE, pytest.mark.slow],
        ),
        pytest.param(
            *("pressed", (), 720.0),
            id="right after the compaction",
            marks=[ALONE, pytest.mark.slow],
        ),
        pytest.param(
            *("pressed", (), 900.0),
            id="in the charge after a compaction",
            marks=pytest.mark.slow,  # each of the two is above
        ),
        pytest.param("pressed", (), 100.0, id="in the compaction"),
    ],
)
def test_cut_off_and_resumed(
    run_in,
    run_case,
    small_case,
    cut_off,
    assert_same,
    assert_fields_hold,
    shared_tmp_path,
    kind,
    changes,
    time,
):
    path = shared_tmp_path / "cut"
    cut_off(path, small_case(kind, *changes, OFTEN), time)
    resumed = run_in(path, kind, *changes, OFTEN, resume=True)
    whole = run_case(kind, *changes)
    assert_same(resumed, whole)
    assert_fields_hold(path, whole.folder)


@ALONE
def test_cut_off_before_the_first_step_is_kept(
    run_in, run_case, small_case, cut_off, assert_same, shared_tmp_path
):
    """The first checkpoint is that of the start."""
    path = shared_tmp_path / "cut"
    cut_off(path, small_case("gap", SELDOM), 0.0)
    assert_same(run_in(path, "gap", SELDOM, resume=True), run_case("gap"))


def test_stage_by_stage_is_one_case(run_in, run_case, shared_tmp_path):
    paths = [shared_tmp_path / stage for stage in ("stacking", "charge")]
    compaction = run_case("pressed", "stages.last=compaction").folder
    run_in(paths[0], "pressed", "stages.last=stacking", f"stages.previous={compaction}")
    last = run_in(paths[1], "pressed", f"stages.previous={paths[0]}")
    whole = run_case("pressed")
    for name, entry in whole.observables.items():
        if not name.endswith(("error", "max", "opening")):  # of all that the history shows
            assert last.observables[name].value == pytest.approx(entry.value, rel=1e-8), name
    own = whole.history["stage [1]"] == 3
    np.testing.assert_array_equal(last.history["time [s]"], whole.history["time [s]"][own])
    np.testing.assert_allclose(
        last.history["stack_pressure [MPa]"], whole.history["stack_pressure [MPa]"][own], rtol=1e-8
    )


def test_a_rest_goes_on_from_a_charge_and_keeps_its_frame(run_in, run_case, shared_tmp_path):
    later = ("rest.duration=5 min", "discharge.duration=5 min")
    rest = (*later, f"stages.previous={run_case('gap').folder}")
    rested = run_in(shared_tmp_path / "rested", "gap", *rest)
    whole = run_case("gap", *later)
    assert rested.history["stage [1]"][0] == 4 and rested.history["stage [1]"][-1] == 5
    for name in ("stack_pressure_end", "extruded_length"):
        assert rested.observables[name].value == pytest.approx(
            whole.observables[name].value, rel=1e-8
        )
    with pytest.raises(InputError, match=r"was run with another table \[frame\]"):
        run_in(shared_tmp_path / "softer", "gap", *rest, "frame.stiffness=5 N/um")


@ALONE
def test_a_finished_run_leaves_nothing_to_do(run_in, run_case, shared_tmp_path):
    whole, rested = run_case("gap").folder, shared_tmp_path / "rested"
    said = (
        r"nothing is left to run after stage 'charge' of .*; give rest.duration or "
        r"discharge.duration, now 0 s"
    )
    with pytest.raises(InputError, match=said):
        run_in(shared_tmp_path / "again", "gap", f"stages.previous={whole}")
    with pytest.raises(
        InputError, match=r"key 'stages.last': 'charge' is over in .*choose a later one"
    ):
        run_in(shared_tmp_path / "charge", "gap", f"stages.previous={whole}", "stages.last=charge")
    long = "discharge.duration=1 min"
    run_in(rested, "gap", f"stages.previous={whole}", long)
    with pytest.raises(
        InputError,
        match=r"is in the last stage, 'discharge'; give the result folder of an earlier stage",
    ):
        run_in(shared_tmp_path / "more", "gap", f"stages.previous={rested}", long)


@ALONE
def test_half_a_stage_is_no_start(run_in, small_case, cut_off, shared_tmp_path):
    half = shared_tmp_path / "half"
    cut_off(half, small_case("gap", OFTEN), 400.0)
    with pytest.raises(
        InputError,
        match=r"in the middle of stage 'charge', which ends at 670 s; finish that run with "
        r".*--resume",
    ):
        run_in(shared_tmp_path / "next", "gap", OFTEN, f"stages.previous={half}")
