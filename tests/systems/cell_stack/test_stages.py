"""Where a run of stages begins, and what a stage hands to the next."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.inputs.casefile import write_case
from anodex.models.results.folder import ResultFolder
from anodex.models.results.progress import SilentProgress
from anodex.models.systems.cell_stack.die import Pressed, pellet_half
from anodex.models.systems.cell_stack.stages import COMPACTION, Origin, Stages, find_origin
from anodex.models.time.stopwatch import NO_WATCH

COMM = MPI.COMM_WORLD


@pytest.fixture
def folders(small_case, shared_tmp_path):
    """Function that gives the result folder of a pouch of some name, with its case."""

    def make(name: str, *changes: str):
        case = small_case("pouch", *changes)
        folder = ResultFolder.create(shared_tmp_path / name, COMM)
        folder.write_text("case.toml", write_case(case))
        return case, folder

    return make


def stages(case, folder) -> Stages:
    return Stages(case, folder, COMM, SilentProgress(), NO_WATCH, bodies=None)


def pressed_alone(folders, name: str):
    """Case and folder of a run that has ended with the compaction."""
    case, folder = folders(name, "stages.last=compaction")
    found = stages(case, folder)
    found.keep(found.press())
    return case, folder


def test_nothing_on_disk_begins_with_the_compaction(folders):
    case, folder = folders("new")
    assert find_origin(case, folder, resume=False) is None
    assert find_origin(case, folder, resume=True) is None  # killed before its first checkpoint
    reached = stages(case, folder).press()
    assert (reached.stage, reached.time) == (COMPACTION, case.compaction.duration)
    assert not reached.resumes and not len(reached.history.times)


def test_a_pouch_that_is_not_pressed_has_a_loose_pellet_and_no_gap(folders):
    case, folder = folders("loose", "compaction.enabled=false")
    assert stages(case, folder).press().pressed == Pressed(pellet_half(case))


def test_an_own_checkpoint_goes_before_an_earlier_result(folders):
    _, earlier = pressed_alone(folders, "earlier")
    case, own = folders("own", f"stages.previous={earlier.path}")
    assert find_origin(case, own, resume=True) == Origin(earlier.checkpoint, resumes=False)
    if COMM.rank == 0:
        shutil.copy(earlier.checkpoint, own.checkpoint)
    COMM.barrier()
    assert find_origin(case, own, resume=True) == Origin(own.checkpoint, resumes=True)
    assert find_origin(case, own, resume=False) == Origin(earlier.checkpoint, resumes=False)


@pytest.mark.parametrize("resumes", [True, False])
def test_what_is_kept_is_what_is_read(folders, resumes):
    case, folder = pressed_alone(folders, "pressed")
    if not resumes:
        case, _ = folders("next", f"stages.previous={folder.path}")
    pressed = stages(*folders("again")).press()
    reached = stages(case, folder).read(Origin(folder.checkpoint, resumes))
    assert replace(reached, numbers={}, history=None) == replace(
        pressed, resumes=resumes, history=None
    )


def test_unknown_numbers_of_a_compaction_stay_unknown():
    pressed = Pressed(400.0, None, 0.9, 0.85)
    np.testing.assert_array_equal(pressed.numbers(), [400.0, np.nan, 0.9, 0.85, np.nan, np.nan])
    assert Pressed.of(pressed.numbers().tolist()) == pressed
