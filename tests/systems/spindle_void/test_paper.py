"""What the paper reports of Figure 5, on the shipped case at its full resolution, and how far
the mesh decides.
"""

from pathlib import Path

import numpy as np
import pytest

from anodex.models.inputs.casefile import read_case

pytestmark = pytest.mark.serial  # to save time: test_parity.py shows that ranks agree

SHIPPED = Path(__file__).parents[3] / "cases" / "spindle_void.toml"
MINUTE = 60.0
WHOLE = (
    "geometry.refinement=1",
    'protocol.steps=[{current_density="0.1 mA/cm^2", duration="70 min"}, {current_density="-0.1 '
    'mA/cm^2", duration="30 min"}]',
)
FILL = 'protocol.steps=[{current_density="0.1 mA/cm^2", duration="2 min"}]'
SHARP = "geometry.tip_radius=0 um"


@pytest.fixture(scope="module")
def paper(run_case):
    return run_case(*WHOLE)


def at(result, minutes: float, column: str) -> float:
    """Value of a history column at a time that the run has hit exactly."""
    values = result.history[column][result.history["time [s]"] == minutes * MINUTE]
    assert values.size == 1
    return float(values[0])


def relative_change(run_case, observable: str, *changes: str) -> float:
    """Change of an observable after 2 min from the standard mesh to one twice as fine, relative."""
    standard, fine = (
        run_case(f"geometry.refinement={level}", FILL, *changes).observables[observable].value
        for level in (1, 2)
    )
    return abs(fine / standard - 1)


def test_this_is_the_shipped_case(paper):
    assert paper.case == read_case(SHIPPED)


@pytest.mark.parametrize("minutes", [20, 70, 100])
def test_von_mises_stress_is_largest_at_the_tip(paper, minutes):
    assert (
        at(paper, minutes, "max_von_mises_distance_to_tip [um]")
        < paper.case.geometry.effective_tip_radius / 10
    )
    assert at(paper, minutes, "max_von_mises [MPa]") > 0.05


@pytest.mark.parametrize("name", ["tip_von_mises", "tip_concentration"])
def test_tip_values_peak_when_dissolution_ends(paper, name):
    assert paper.observables[f"time_of_peak_{name}"].value == 70 * MINUTE
    unit = {"tip_von_mises": "MPa", "tip_concentration": "mol/m^3"}[name]
    history = paper.history[f"{name} [{unit}]"]
    assert paper.observables[f"peak_{name}"].value == history.max()
    dissolving = paper.history["time [s]"] <= 70 * MINUTE
    assert np.all(np.diff(history[dissolving]) > 0)


def test_inner_minus_outer_concentration_changes_its_sign(paper):
    inner_minus_outer = [
        at(paper, minutes, "void_concentration [mol/m^3]")
        - at(paper, minutes, "outer_concentration [mol/m^3]")
        for minutes in (20, 70, 100)
    ]
    assert inner_minus_outer[0] > 0 and inner_minus_outer[1] > 0 > inner_minus_outer[2]
    assert paper.observables["final_inner_outer_difference"].value == inner_minus_outer[2]


@pytest.mark.slow
@pytest.mark.parametrize(
    "observable", ["peak_tip_von_mises", "peak_tip_concentration", "stress_concentration_factor"]
)
def test_rounded_tip_converges(run_case, observable):
    assert relative_change(run_case, observable) < 0.01


@pytest.mark.slow
def test_sharp_tip_stress_does_not_converge_but_its_energy_does(run_case):
    assert relative_change(run_case, "peak_tip_von_mises", SHARP) > 0.05
    assert relative_change(run_case, "peak_energy_release_rate", SHARP) < 0.02
