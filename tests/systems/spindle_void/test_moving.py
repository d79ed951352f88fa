"""A void whose surface moves: its balances, its shape, what stops it, and a run that is cut off."""

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.inputs.casefile import parse_case
from anodex.models.inputs.overrides import override
from anodex.models.results.series import read_fields
from anodex.models.systems.spindle_void.moving_void import MovingVoid

COMM = MPI.COMM_WORLD
ALONE = pytest.mark.serial  # runs on several ranks are held to one below
TIP = ("evolution.tip=given", "evolution.tip_speed=20 um/h")
SUBCRITICAL = (
    "evolution.tip=subcritical",
    "evolution.tip_speed=20 um/h",
    "evolution.reference_intensity=0.005 MPa*m^0.5",
    "loading.remote_traction=1 MPa",
    "loading.outer=free",
)
SMALL = (
    "geometry.length=12 um",
    "geometry.width=2.4 um",
    "geometry.tip_radius=0 um",
    "geometry.box_length=60 um",
    "geometry.box_height=60 um",
    "geometry.refinement=0.4",
    "evolution.moving=true",
    "numerics.step_tolerance=5e-3",
    "numerics.first_step=5 s",
    'protocol.steps=[{current_density="0.5 mA/cm^2", duration="6 min"}, '
    '{current_density="-0.5 mA/cm^2", duration="2 min"}]',
    "output.checkpoint_interval=3",
    'output.times=["3 min"]',
)


def small(*changes: str):
    return parse_case(
        override({"system": {"name": "spindle_void"}}, (*SMALL, *changes)), "the test"
    )


@pytest.fixture(scope="session")
def grown(run_once):
    """A run with a given speed of the tip, and the tips at which meshes were made anew."""
    made, renewed = [], MovingVoid.renewed

    def noted(worn: MovingVoid) -> MovingVoid:
        made.append(worn.tip[0])
        return renewed(worn)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MovingVoid, "renewed", noted)
        return run_once(small(*TIP)), made


@pytest.mark.smoke
def test_balances_close_across_new_meshes(grown):
    found, meshes = grown
    assert len(meshes) >= 2
    history = found.history
    assert history["species_balance_error [1]"].max() <= 1e-8
    assert history["force_balance_error [1]"].max() <= 1e-8
    assert history["volume_balance_error [1]"].max() <= 1e-10
    # 0.5 mA/cm^2 for 6 min, and 2 min back; 8.84 um for each mA h/cm^2
    assert found.observables["net_charge"].value == pytest.approx(0.5 * 4 / 60, rel=1e-9)
    assert found.observables["charge_either_way"].value == pytest.approx(0.5 * 8 / 60, rel=1e-9)
    receded = 2.4 + 2 * 8.843 * 0.5 * 4 / 60
    assert found.observables["void_width"].value == pytest.approx(receded, rel=2e-3)
    forward = history["time [s]"] <= 360
    assert history["void_length [um]"][forward][-1] == pytest.approx(12 + 2 * 20 * 0.1, rel=1e-6)
    half_angle = np.degrees(np.arcsin(8.843 * 0.5 / 20))
    assert history["tip_half_angle [degree]"][forward][-1] == pytest.approx(half_angle, rel=5e-3)
    assert found.observables["crack_length"].value > 1


@ALONE
def test_the_largest_stress_is_at_the_tip(run_once):
    history = run_once(small(*SUBCRITICAL)).history
    sharp = history["time [s]"] > 60
    assert np.all(history["max_von_mises_distance_to_tip [um]"][sharp] < 0.2)
    assert np.all(history["stress_intensity [MPa*m^0.5]"] > 0)


@ALONE
def test_the_tip_follows_the_stress_intensity(run_once):
    history = run_once(small(*SUBCRITICAL)).history
    time, half = history["time [s]"], history["void_length [um]"] / 2
    intensity = history["stress_intensity [MPa*m^0.5]"]
    assert intensity[0] == pytest.approx(np.sqrt(np.pi * 6e-6), rel=0.1)  # 1 MPa on a slim spindle
    forward = time <= 360
    speed = 20 / 3600 * (intensity[forward] / 0.005) ** 2
    run = np.sum((speed[1:] + speed[:-1]) / 2 * np.diff(time[forward]))
    assert half[forward][-1] - half[0] == pytest.approx(run, rel=0.02)


@ALONE
def test_without_a_tip_the_ends_turn_round(run_once):
    minute = 'protocol.steps=[{current_density="0.5 mA/cm^2", duration="1 min"}]'
    case = small("geometry.tip_radius=0.3 um", minute, "output.times=[]")
    history = run_once(case).history
    assert history["crack_length [um]"].max() == 0
    np.testing.assert_allclose(history["tip_half_angle [degree]"], 90, atol=1e-6)


@ALONE
@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("neighbour_spacing", "a neighbouring void"),
        ("layer_length", "the boundary of the layer"),
    ],
)
def test_what_stops_the_tip(run_in_folder, shared_tmp_path, key, words):
    path = shared_tmp_path / "result"
    found = run_in_folder(path, small(*TIP, f"evolution.{key}=14 um"))
    assert 14 <= found.observables["void_length"].value < 14 * 1.05
    assert found.history["time [s]"][-1] < 360
    assert found.observables["stopped"].value == {"neighbour_spacing": 1, "layer_length": 2}[key]


@pytest.mark.serial  # on several ranks test_cracking resumes a void that moves
@pytest.mark.parametrize("time", [pytest.param(100.0, marks=pytest.mark.slow), 420.0])
def test_cut_off_and_resumed(
    run_in_folder, grown, cut_off, assert_alike, assert_fields_hold, shared_tmp_path, time
):
    cut_off(shared_tmp_path / "cut", small(*TIP), time)
    found = run_in_folder(shared_tmp_path / "cut", small(*TIP), resume=True)
    expected, _ = grown
    assert_alike(found.history, expected.history)
    assert_fields_hold(found.folder, expected.folder)


def test_each_moment_has_its_mesh(grown):
    series = read_fields(grown[0].folder / "fields.xdmf")
    tips = []
    for time in series.times:
        grid = series.grid(time)
        void = grid.extract_cells(grid["part [1]"] == 2)
        tips.append(void.points[:, 0].max())
    assert tips[1] == pytest.approx(7.0, rel=1e-6)
    assert tips[2] == pytest.approx(8.0, rel=1e-6)
    assert tips[3] < tips[2]


@pytest.mark.skipif(COMM.size == 1, reason="compares several ranks with one")
@pytest.mark.parametrize("changes", [TIP, SUBCRITICAL], ids=["given", "subcritical"])
def test_ranks_agree(run_once, run_in_folder, assert_alike, tmp_path, changes):
    together = run_once(small(*changes))
    alone = run_in_folder(tmp_path / "alone", small(*changes), comm=MPI.COMM_SELF)
    assert_alike(together.history, alone.history)
