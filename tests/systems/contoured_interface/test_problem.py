"""Current and flow together: passes, what the pressure does, and periodic cells."""

import numpy as np
import pytest

from anodex.models.errors import ConvergenceError
from anodex.models.systems.contoured_interface import problem as module

pytestmark = pytest.mark.serial  # on several ranks test_parity holds such states to one
COUPLED = {"coupling": {"pressure_kinetics": True}}
# the pressure changes the current by a percent or two
SENSITIVE = {"kinetics": {"area_resistance": "2 ohm*cm^2"}}
SLOPE = 13e-6 / 0.096485  # V/MPa


def fields(problem) -> tuple[np.ndarray, np.ndarray]:
    """Potential [V] and current density [A/m^2] that the electrolyte holds at the nodes of the
    interface.
    """
    electrolyte = problem.electrolyte
    return electrolyte.nodes.gather(electrolyte.potential), electrolyte.nodes.gather(
        electrolyte.current
    )


def test_pressure_drives_current_away(solved):
    alone, coupled = (solved(**SENSITIVE, **tables) for tables in ({}, COUPLED))
    change = coupled.state.current - alone.state.current
    pressed, pulled = coupled.state.normal_pressure.argmax(), coupled.state.normal_pressure.argmin()
    assert change[pressed] < 0 < change[pulled]
    assert 1e-3 < np.abs(change).max() / alone.state.current.max() < 0.1


def test_coupled_current_and_pressure_belong_to_each_other(solved):
    problem = solved(**SENSITIVE, **COUPLED)
    potential, current = fields(problem)
    np.testing.assert_allclose(problem.state.current, current, rtol=1e-12)
    driving = potential - SLOPE * problem.state.normal_pressure
    np.testing.assert_allclose(driving, 2e-4 * current, rtol=1e-6)
    problem.lithium.solve(current)
    np.testing.assert_allclose(problem.lithium.excess_pressure(), problem.state.pressure, atol=1e-8)


@pytest.mark.parametrize("law", ["linear", "butler-volmer"])
def test_uncoupled_change_is_that_of_the_first_pass(solved, law):
    problem = solved(kinetics={"law": law})
    reported, alone = problem.state.current_change, problem.state.current
    problem.electrolyte.solve(10.0, SLOPE * problem.state.normal_pressure)
    shifted = problem.electrolyte.nodes.gather(problem.electrolyte.current)
    assert reported == pytest.approx(np.abs(shifted - alone).max() / alone.max(), rel=1e-5)
    assert reported > 1e-3


def test_coupled_change_is_what_coupling_does(solved):
    alone, coupled = (solved(**SENSITIVE, **tables) for tables in ({}, COUPLED))
    change = np.abs(coupled.state.current - alone.state.current).max() / alone.state.current.max()
    assert coupled.state.current_change == pytest.approx(change, rel=1e-6)


@pytest.mark.parametrize("law", ["none", "linear", "butler-volmer"])
def test_uncoupled_current_knows_nothing_of_the_pressure(solved, law):
    with_flow, without = (
        solved(kinetics={"law": law}, flow={"law": flow}) for flow in ("roy", "none")
    )
    # The meshes of the electrolyte differ with the flow: each is compared with itself.
    potential, current = fields(with_flow)
    np.testing.assert_allclose(current, with_flow.state.current, rtol=1e-10)
    with_flow.electrolyte.solve(10.0)
    again = fields(with_flow)
    np.testing.assert_allclose(again[0], potential, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(again[1], current, rtol=1e-9)
    assert without.state.current.max() == pytest.approx(current.max(), rel=5e-3)


@pytest.mark.parametrize(
    "tables", [{"kinetics": {"law": "butler-volmer"}}, COUPLED], ids=["butler-volmer", "coupled"]
)
def test_a_solution_does_not_depend_on_the_one_before(make, tables):
    fresh, used = make(**tables), make(**tables)
    used.solve(25.0)
    found, expected = used.solve(10.0), fresh.solve(10.0)
    np.testing.assert_allclose(found.current, expected.current, rtol=1e-8)
    np.testing.assert_allclose(found.normal_pressure, expected.normal_pressure, atol=1e-7)
    assert found.current_change == pytest.approx(expected.current_change, rel=1e-6)


def test_a_surface_at_one_potential_does_not_feel_the_pressure(solved):
    # no kinetics that it could change
    assert solved(kinetics={"law": "none"}).state.current_change is None


def test_stripping_mirrors_plating(solved):
    plating, stripping = (
        solved(loading={"current_density": f"{sign}1 mA/cm^2"}).state for sign in ("", "-")
    )
    for name in ("current", "pressure", "normal_pressure"):
        size = np.abs(getattr(plating, name)).max()
        np.testing.assert_allclose(
            getattr(stripping, name), -getattr(plating, name), atol=1e-8 * size
        )


@pytest.mark.parametrize(
    "tables",
    [{"flow": {"law": "none"}}, {"loading": {"current_density": "0 A/m^2"}}],
    ids=["law", "current"],
)
def test_nothing_flows_without_a_law_or_a_current(solved, tables):
    problem = solved(**tables)
    assert problem.lithium is None and problem.state.current_change is None
    assert problem.state.pressure is None and problem.state.normal_pressure is None
    assert list(problem.size()) == ["unknowns"] and problem.size()["unknowns"] > 0


def test_passes_that_do_not_settle_are_told(make, monkeypatch):
    monkeypatch.setattr(module, "MOST_PASSES", 2)
    with pytest.raises(ConvergenceError, match="did not settle in 2 passes"):
        make(**SENSITIVE, **COUPLED).solve(10.0)


@pytest.mark.parametrize(
    ("tables", "scales"),
    [
        ({}, True),
        ({"kinetics": {"law": "none"}}, True),
        ({"kinetics": {"law": "butler-volmer"}}, False),
        (COUPLED, False),
    ],
)
def test_states_scale_only_where_all_laws_are_powers(solved, tables, scales):
    slow, fast = (
        solved(loading={"current_density": f"{current} A/m^2"}, **tables) for current in (10, 320)
    )
    off = max(
        np.abs(fast.state.current / 32 - slow.state.current).max(),
        np.abs(fast.state.pressure / 2 - slow.state.pressure).max(),
    )
    assert (off < 1e-7) == scales == slow.scales


@pytest.mark.parametrize("wall", ["stick", "slip"])
def test_a_periodic_cell_of_the_cosine_is_its_mirrored_half(solved, cosine_map, wall):
    flow = {"law": "newtonian", "wall": wall}
    half = solved(geometry={"refinement": 2.0}, flow=flow)
    whole = solved(geometry={**cosine_map, "refinement": 1.0}, flow=flow)
    assert whole.electrolyte.plan_area == pytest.approx(2 * half.electrolyte.plan_area, rel=1e-12)
    assert whole.state.current.max() == pytest.approx(half.state.current.max(), rel=1e-4)
    assert whole.state.current.min() == pytest.approx(half.state.current.min(), rel=1e-4)
    tips = [
        problem.state.normal_pressure[problem.points[:, 1].argmax()] for problem in (whole, half)
    ]
    assert tips[0] == pytest.approx(tips[1], abs=0.03 * np.abs(half.state.normal_pressure).max())
    left, right = (np.isclose(whole.points[:, 0], x) for x in (0.0, 150.0))
    for values in (whole.state.current, whole.state.pressure, whole.state.normal_pressure):
        np.testing.assert_allclose(values[left], values[right], rtol=1e-8)
