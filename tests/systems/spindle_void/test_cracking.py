"""A void whose tip follows its crack: balances, growth, new meshes, and a run that is cut off."""

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.inputs.casefile import parse_case
from anodex.models.inputs.overrides import override
from anodex.models.results.series import read_fields
from anodex.models.systems.spindle_void import cracking_void
from anodex.models.systems.spindle_void.cracking_void import CrackingVoid

COMM = MPI.COMM_WORLD
# A dot in a small box, pulled across: its cracks grow below their toughness.
SMALL = (
    "geometry.shape=dot",
    "geometry.length=12 um",
    "geometry.width=12 um",
    "geometry.box_length=60 um",
    "geometry.box_height=60 um",
    "loading.outer=free",
    "loading.remote_traction=3 MPa",
    "fracture.model=AT1",
    "fracture.length_scale=2 um",
    "fracture.subcritical_velocity=300 um/h",
    "evolution.moving=true",
    "evolution.tip=phase-field",
    "numerics.step_tolerance=0.1",
    "numerics.first_step=20 s",
    'protocol.steps=[{current_density="2 mA/cm^2", duration="3 min"}]',
    "output.checkpoint_interval=3",
    "output.times=[]",
)


def small(*changes: str):
    return parse_case(
        override({"system": {"name": "spindle_void"}}, (*SMALL, *changes)), "the test"
    )


@pytest.fixture(scope="module", autouse=True)
def short_window():
    """Small cells end so near that the crack asks for new meshes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cracking_void, "WINDOW", 2.6)
        yield


@pytest.fixture(scope="module")
def grown(run_once, short_window):
    """A run, and the tips of void and crack at which meshes were made anew."""
    made, renewed = [], CrackingVoid.renewed

    def noted(worn: CrackingVoid) -> CrackingVoid:
        made.append((worn.tip[0], worn.crack_tip))
        return renewed(worn)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CrackingVoid, "renewed", noted)
        return run_once(small()), made


@pytest.mark.smoke
def test_balances_close_across_new_meshes(grown):
    found, meshes = grown
    assert len(meshes) >= 1
    history = found.history
    assert history["species_balance_error [1]"].max() <= 1e-8
    assert history["force_balance_error [1]"].max() <= 1e-8
    assert history["volume_balance_error [1]"].max() <= 1e-10
    assert history["charge_balance_error [1]"].max() <= 1e-8


def test_the_tip_follows_its_crack(grown):
    history = grown[0].history
    void, crack = history["void_length [um]"] / 2, history["crack_tip [um]"]
    assert np.all(np.diff(crack) >= -1e-6)  # nothing heals, on no mesh
    assert np.all(crack >= void - 1e-9)
    receded = 8.843 * 2 * 180 / 3600  # um, of the flanks
    assert void[-1] > 6 + receded + 0.02  # faces are about to dissolve; then it runs
    assert history["void_width [um]"][-1] / 2 == pytest.approx(6 + receded, rel=0.01)
    assert 0 < history["tip_half_angle [degree]"][-1] < 85


def test_the_crack_follows_the_subcritical_law(grown):
    history = grown[0].history
    time, crack = history["time [s]"], history["crack_tip [um]"]
    toughness = np.sqrt(1.0 * 1000 / (1 - 0.33**2)) * 1e-3  # MPa m^0.5
    speed = 300 / 3600 * (history["stress_intensity [MPa*m^0.5]"] / toughness) ** 2
    way = np.sum(speed[:-1] * np.diff(time))
    # half a length scale less what the damage of 0.9 is ahead of a broken line
    lag = 2.0 / 2 - 2 * 2.0 * (1 - np.sqrt(0.9))
    assert crack[-1] - crack[0] == pytest.approx(way - lag, abs=0.5)


def test_damage_lies_along_the_axis(grown):
    series = read_fields(grown[0].folder / "fields.xdmf")
    last = series.grid(series.times[-1])
    damage = last["damage [1]"]
    assert damage.max() > 0.95
    assert np.all(last.points[damage > 0.9][:, 1] < 2.0)


def test_cut_off_and_resumed(
    run_in_folder, grown, cut_off, assert_alike, assert_fields_hold, shared_tmp_path
):
    cut_off(shared_tmp_path / "cut", small(), 120.0)
    found = run_in_folder(shared_tmp_path / "cut", small(), resume=True)
    assert_alike(found.history, grown[0].history)
    assert_fields_hold(found.folder, grown[0].folder)


@pytest.mark.skipif(COMM.size == 1, reason="compares several ranks with one")
def test_ranks_agree(grown, run_in_folder, assert_alike, tmp_path):
    alone = run_in_folder(tmp_path / "alone", small(), comm=MPI.COMM_SELF)
    assert_alike(grown[0].history, alone.history)
