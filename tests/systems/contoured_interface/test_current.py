"""Current through the electrolyte: conservation, kinetics at the nodes, and what is in series."""

import numpy as np
import pytest
from scipy.special import ellipe

from anodex.models.solve import linear
from anodex.models.systems.contoured_interface.case_tables import ButlerVolmer
from anodex.models.systems.contoured_interface.problem import ContouredInterface

pytestmark = pytest.mark.serial  # on several ranks test_parity holds such currents to one
NO_FLOW = {"flow": {"law": "none"}}
LAWS = ["none", "linear", "butler-volmer"]
SLOW = {
    "law": "butler-volmer",
    "exchange_current_density": "2 A/m^2",
    "film_resistance": "3 ohm*cm^2",
}


def potential(problem: ContouredInterface) -> np.ndarray:
    """At the nodes of the interface."""
    return problem.electrolyte.nodes.gather(problem.electrolyte.potential)


def test_areas_of_a_cosine(make):
    electrolyte = make(**NO_FLOW).electrolyte
    slope = np.pi * 25 / 150
    assert electrolyte.plan_area == pytest.approx(75.0, rel=1e-12)
    assert electrolyte.area_ratio == pytest.approx(
        2 / np.pi * np.sqrt(1 + slope**2) * ellipe(slope**2 / (1 + slope**2)), rel=1e-4
    )


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("applied", [10.0, -3.0])
def test_the_interface_takes_what_is_supplied(make, law, applied):
    electrolyte = make(kinetics={"law": law}, **NO_FLOW).electrolyte
    electrolyte.solve(applied)
    assert electrolyte.collected() == pytest.approx(applied, rel=1e-10)


@pytest.mark.parametrize("law", ["linear", "butler-volmer"])
def test_no_current_flows_when_none_is_applied(make, law):
    electrolyte = make(kinetics={"law": law}, **NO_FLOW).electrolyte
    electrolyte.solve(0.0)
    assert np.abs(electrolyte.nodes.gather(electrolyte.current)).max() < 1e-12


def test_flat_cell_is_resistances_in_series(make):
    geometry = {"shape": "flat", "electrolyte_thickness": "200 um"}
    kinetics = {"law": "linear", "area_resistance": "10 ohm*cm^2", "film_resistance": "2 ohm*cm^2"}
    problem = make(
        geometry=geometry, electrolyte={"conductivity": "2 mS/cm"}, kinetics=kinetics, **NO_FLOW
    )
    problem.solve(10.0)
    x = problem.electrolyte.nodes.space.tabulate_dof_coordinates()
    np.testing.assert_allclose(
        problem.electrolyte.potential.x.array, 10 * (12e-4 + x[:, 1] * 1e-6 / 0.2), rtol=1e-9
    )


def test_linear_current_is_the_potential_over_the_resistance(solved):
    problem = solved(
        kinetics={
            "law": "linear",
            "area_resistance": "10 ohm*cm^2",
            "film_resistance": "2 ohm*cm^2",
        },
        **NO_FLOW,
    )
    np.testing.assert_allclose(problem.state.current, potential(problem) / 12e-4, rtol=1e-9)


def test_butler_volmer_holds_at_every_node(solved):
    problem = solved(
        kinetics={**SLOW, "cathodic_coefficient": 0.4, "anodic_coefficient": 0.6}, **NO_FLOW
    )
    current = problem.state.current
    driving = (potential(problem) - 3e-4 * current) * 96485 / (8.314 * 298)
    # rounded constants
    np.testing.assert_allclose(
        current, 2 * (np.exp(0.4 * driving) - np.exp(-0.6 * driving)), rtol=1e-4
    )
    assert np.ptp(current) > 0.01 * current.max()


def test_a_film_adds_to_the_resistance(solved):
    film = solved(
        kinetics={"area_resistance": "4 ohm*cm^2", "film_resistance": "6 ohm*cm^2"}, **NO_FLOW
    )
    none = solved(kinetics={"area_resistance": "10 ohm*cm^2"}, **NO_FLOW)
    np.testing.assert_allclose(film.state.current, none.state.current, rtol=1e-10)
    np.testing.assert_allclose(potential(film), potential(none), rtol=1e-10)


@pytest.mark.parametrize("law", LAWS)
def test_stripping_mirrors_plating(make, law):
    problem = make(kinetics={"law": law}, **NO_FLOW)
    plating, stripping = (problem.solve(current).current for current in (10.0, -10.0))
    np.testing.assert_allclose(stripping, -plating, rtol=1e-9)


@pytest.mark.parametrize("law", LAWS)
def test_direct_and_iterative_agree(make, monkeypatch, law):
    currents = []
    for most in (1_000_000, 0):
        monkeypatch.setattr(linear, "MOST_UNKNOWNS_DIRECT", {2: most})
        electrolyte = make(kinetics={"law": law}, **NO_FLOW).electrolyte
        report = electrolyte.solve(10.0)
        currents.append(electrolyte.nodes.gather(electrolyte.current))
    assert report.linear_iterations > 2 * report.iterations  # the last one was iterative
    np.testing.assert_allclose(*currents, rtol=1e-9)


def test_stripping_does_not_mirror_plating_when_the_branches_differ(make):
    problem = make(
        kinetics={**SLOW, "cathodic_coefficient": 0.3, "anodic_coefficient": 0.7}, **NO_FLOW
    )
    plating, stripping = (problem.solve(current).current for current in (10.0, -10.0))
    assert np.abs(stripping + plating).max() > 1e-3


@pytest.mark.parametrize("law", ["linear", "butler-volmer"])
def test_a_shift_drives_current_away_and_is_gone_with_it(make, law):
    electrolyte = make(kinetics={"law": law}, **NO_FLOW).electrolyte
    electrolyte.solve(10.0)
    before = electrolyte.nodes.gather(electrolyte.current)
    shift = np.zeros(electrolyte.nodes.count)
    shift[:3] = 1e-3
    electrolyte.solve(10.0, shift)
    shifted = electrolyte.nodes.gather(electrolyte.current)
    assert np.all(shifted[:3] < before[:3]) and np.all(shifted[6:] > before[6:])
    assert electrolyte.collected() == pytest.approx(10, rel=1e-10)
    electrolyte.solve(10.0)
    np.testing.assert_allclose(electrolyte.nodes.gather(electrolyte.current), before, rtol=1e-9)


def test_the_tip_takes_most_current_and_kinetics_evens_it_out(solved):
    primary, kinetic = (solved(kinetics={"law": law}, **NO_FLOW) for law in ("none", "linear"))
    for problem in (primary, kinetic):
        assert problem.state.current.argmax() == problem.points[:, 1].argmax()
        assert problem.state.current.argmin() == problem.points[:, 1].argmin()
    assert np.ptp(kinetic.state.current) < 0.2 * np.ptp(primary.state.current)


def test_current_is_kept_where_charge_transfer_takes_nearly_all_of_the_voltage(make):
    problem = make(kinetics={"area_resistance": "1e9 ohm*cm^2"})
    problem.solve(10.0)
    assert problem.electrolyte.collected() == pytest.approx(10.0, rel=1e-9)


@pytest.mark.parametrize(("cathodic", "anodic"), [(0.5, 0.5), (0.3, 0.7), (0.99, 0.01)])
def test_resistance_and_exchange_current_give_each_other(cathodic, anodic):
    coefficients = {"cathodic_coefficient": cathodic, "anodic_coefficient": anodic}
    given = ButlerVolmer(area_resistance="7 ohm*cm^2", **coefficients)
    same = ButlerVolmer(
        exchange_current_density=f"{given.exchange_current!r} A/m^2", **coefficients
    )
    assert same.resistance == pytest.approx(7e-4, rel=1e-12)
    for kinetics in (given, same):
        assert kinetics.transfer().resistance == pytest.approx(7e-4, rel=1e-12)


def test_the_fourth_order_is_closer_with_fewer_unknowns(solved):
    def largest(order: int, refinement: float) -> tuple[float, int]:
        geometry = {"order": order, "refinement": refinement}
        problem = solved(geometry=geometry, flow={"law": "none"}, kinetics={"law": "none"})
        return problem.state.current.max(), problem.size()["unknowns"]

    (third, many), (fourth, few) = largest(3, 2.0), largest(4, 1.25)
    exact = largest(4, 5.0)[0]
    assert few < many
    assert abs(fourth / exact - 1) < abs(third / exact - 1) / 2
    assert abs(fourth / exact - 1) < 1e-5
