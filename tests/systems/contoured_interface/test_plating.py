"""An interface that moves as it is plated and stripped: what a run shows, keeps and goes on with.

Rates and shapes are checked by `anodex verify`.
"""

import numpy as np
import pytest

from anodex.models.results.result import Result
from anodex.models.results.series import read_fields
from anodex.models.systems.contoured_interface.pictures.plating import draw_plating

LOW = {"height": "10 um", "separation": "50 um"}  # nodes follow its valleys all the way


def value(result, name: str) -> float:
    return result.observables[name].value


def test_the_charge_is_the_volume_of_the_lithium(run_plated):
    result = run_plated()
    for name in ("front_volume_error [1]", "charge_balance_error [1]"):
        assert result.history[name].max() < 1e-10, name
    plated = result.history["plated_capacity [mAh/cm^2]"]
    assert plated.max() == pytest.approx(0.2, rel=1e-12) and abs(plated[-1]) < 1e-12
    # 4.85 um of lithium for each mAh/cm^2
    assert result.history["mean_rise [um]"].max() == pytest.approx(0.2 * 4.85, rel=1e-3)


def test_plating_steepens_and_stripping_levels(run_plated):
    result = run_plated()
    steeper = -value(result, "filled_height_plated")
    assert steeper > 0.01 and abs(value(result, "filled_height")) < 1e-3 * steeper
    assert value(result, "area_ratio_plated") > value(result, "area_ratio")


def test_the_less_the_more_even_the_current(run_plated):
    even = run_plated(kinetics={"area_resistance": "1000 ohm*cm^2"})
    primary = run_plated(kinetics={"law": "none"})
    changes = [value(found, "filled_height_plated") for found in (primary, run_plated(), even)]
    assert changes[0] < 5 * changes[1] < 0 and abs(changes[2]) < 0.1 * abs(changes[1])


def test_the_start_is_the_interface_at_rest(run_plated, numbers_of):
    tables = {"loading": {"current_density": "0.5 mA/cm^2"}, "flow": {"law": "none"}}
    rests, moves = numbers_of(geometry={**LOW, "refinement": 2}, **tables), run_plated()
    for name in ("area_ratio", "max_current_density_ratio", "critical_current_ratio"):
        assert value(moves, name) == pytest.approx(rests[name], rel=1e-3), name


def test_gain_and_pressure_are_known_at_the_ends_of_halves(run_plated):
    result = run_plated(flow={"law": "roy"})
    for name in ("critical_current_ratio [1]", "max_excess_pressure [MPa]"):
        assert np.isfinite(result.history[name]).sum() == 3, name
        assert np.isfinite(result.history[name][[0, -1]]).all()
    ratios = [value(result, f"critical_current_ratio{end}") for end in ("", "_plated", "_end")]
    assert value(result, "critical_current_ratio_least") == min(ratios)
    assert ratios[2] == pytest.approx(ratios[0], rel=5e-3)


def test_a_height_map_moves_like_the_cosine_that_it_shows(run_plated, cosine_map):
    shown = run_plated(geometry={**cosine_map, **LOW, "refinement": 0.25})
    cosine = run_plated()
    for name in ("filled_height_plated", "critical_current_ratio_plated"):
        assert value(shown, name) == pytest.approx(value(cosine, name), rel=0.03), name


def test_a_flat_interface_stays_flat(run_plated):
    result = run_plated(geometry={**LOW, "shape": "flat"})
    assert result.history["contour_height [um]"].max() < 1e-10
    assert value(result, "critical_current_ratio_end") == pytest.approx(1, abs=1e-9)


def test_butler_volmer_resists_less(run_plated):
    found = run_plated(kinetics={"law": "butler-volmer"})
    assert value(found, "filled_height_plated") < value(run_plated(), "filled_height_plated")


@pytest.mark.parametrize("time", [900.0, 2000.0])
def test_cut_off_and_resumed(
    run_in_folder, plated_case, run_plated, cut_off, assert_same, assert_fields_hold,
    shared_tmp_path, time,
):  # fmt: skip
    path = shared_tmp_path / "cut"
    cut_off(path, plated_case(), time)
    assert_same(run_in_folder(path, plated_case(), resume=True), run_plated())
    assert_fields_hold(path, run_plated().folder)


@pytest.mark.serial
def test_profiles_are_written_and_drawn(run_plated, tmp_path):
    folder = run_plated().folder
    series = read_fields(folder / "interface.xdmf")
    assert len(series.times) == 3
    rises = [float(series.grid(time).points[:, 1].mean()) for time in series.times]
    assert rises[1] > rises[0] + 0.5 and rises[2] == pytest.approx(rises[0], abs=0.1)
    assert draw_plating(Result(folder), tmp_path / "plating.png").exists()
