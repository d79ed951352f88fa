"""Flow of the lithium: conservation, walls, pressures, laws and solvers."""

import numpy as np
import pytest
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.models.discrete.fields import total
from anodex.models.systems.contoured_interface.flow import LithiumFlow

pytestmark = pytest.mark.serial  # on several ranks test_parity holds such flows to one
COMM = MPI.COMM_WORLD
SPEED = 13e-6 / 0.096485  # um/s of lithium plated at 1 A/m^2
EGG_BOX = {"shape": "egg-box", "dimension": "3d", "refinement": 0.25}
NEWTONIAN = {"law": "newtonian", "viscosity": "1e4 MPa*s"}


def uneven(problem) -> np.ndarray:
    """Current density [A/m^2] at the nodes, largest at the tip, and no multiple of anything that
    the mesh knows.
    """
    return 10 + 0.3 * problem.points[:, -1] + 0.01 * problem.points[:, 0]


def through(lithium: LithiumFlow, part: str) -> float:
    """Flow out of a part of the boundary over the plan area [um/s]."""
    side = ufl.ds(lithium.mesh, subdomain_data=lithium.tagged.facets)(lithium.tagged.tags[part])
    return (
        total(COMM, fem.form(ufl.dot(lithium.velocity, ufl.FacetNormal(lithium.mesh)) * side))
        / lithium.plan_area
    )


@pytest.mark.parametrize("wall", ["stick", "slip"])
@pytest.mark.parametrize("geometry", [{}, EGG_BOX], ids=["cosine", "egg-box"])
@pytest.mark.parametrize("sign", [1, -1])
def test_what_is_plated_leaves_at_the_collector_and_nowhere_else(make, wall, geometry, sign):
    problem = make(geometry=geometry, flow={"wall": wall})
    lithium = problem.lithium
    lithium.solve(sign * uneven(problem))
    plated, entered, left = lithium.volume_rates()
    assert plated == pytest.approx(sign * 10 * SPEED * problem.electrolyte.area_ratio, rel=0.1)
    assert entered == pytest.approx(plated, rel=1e-10)
    assert left == pytest.approx(plated, rel=1e-10)
    assert abs(through(lithium, "side_x")) < 1e-10 * abs(plated)
    continuity = np.abs(lithium.solver.reactions()[lithium.fields.owned["pressure"]]).max(
        initial=0.0
    )
    assert continuity < 1e-8 * lithium.plan_area  # also where the pressure is held


def test_a_flat_layer_moves_as_a_whole(make):
    problem = make(geometry={"shape": "flat"})
    problem.lithium.solve(np.full(len(problem.points), 10.0))
    velocity = problem.lithium.fields.extract(problem.lithium.unknown, "velocity").x.array.reshape(
        -1, 2
    )
    np.testing.assert_allclose(velocity - [0, -10 * SPEED], 0, atol=1e-8 * SPEED)
    assert np.abs(problem.lithium.excess_pressure()).max() < 1e-6


def test_the_collector_is_rigid(make):
    lithium = (problem := make()).lithium
    lithium.solve(uneven(problem))
    space = lithium.fields.spaces["velocity"]
    bottom = np.isclose(space.tabulate_dof_coordinates()[:, 1], -225.0)
    velocity = lithium.fields.extract(lithium.unknown, "velocity").x.array.reshape(-1, 2)[bottom]
    np.testing.assert_allclose(velocity - [0, -lithium.volume_rates()[0]], 0, atol=1e-9 * SPEED)


def test_a_wall_that_sticks_pushes_at_the_tip_and_one_that_slips_pulls(solved):
    stick, slip = (solved(flow={"wall": wall}) for wall in ("stick", "slip"))
    tip = stick.points[:, 1].argmax()
    assert 0.1 < stick.state.normal_pressure[tip] < 1.0
    assert slip.state.normal_pressure[tip] < -0.1


def test_a_sliding_wall_feels_no_friction_and_pushes_as_much_as_it_pulls(make):
    problem = make(flow={"wall": "slip"}, geometry={"refinement": 2.0})
    lithium = problem.lithium
    lithium.solve(uneven(problem))
    pressure = fem.Function(lithium.nodes.space)
    lithium.nodes.spread(lithium.excess_normal_pressure(), pressure)
    pressure.x.scatter_forward()
    on = ufl.ds(lithium.mesh, subdomain_data=lithium.tagged.facets)(
        lithium.tagged.tags["interface"]
    )
    up = ufl.FacetNormal(lithium.mesh)[1]
    push, size = (total(COMM, fem.form(value * up * on)) for value in (pressure, abs(pressure)))
    assert abs(push) < 2e-3 * size  # the collector holds the stack alone


@pytest.mark.parametrize("wall", ["stick", "slip"])
def test_normal_pressure_is_the_stress_across_the_wall(make, wall):
    problem = make(flow={**NEWTONIAN, "wall": wall}, geometry={"refinement": 2.0})
    lithium = problem.lithium
    lithium.solve(uneven(problem))
    found = fem.Function(lithium.nodes.space)
    lithium.nodes.spread(lithium.excess_normal_pressure(), found)
    found.x.scatter_forward()
    normal = ufl.FacetNormal(lithium.mesh)
    on = ufl.ds(lithium.mesh, subdomain_data=lithium.tagged.facets)(
        lithium.tagged.tags["interface"]
    )
    viscous = 2e4 * ufl.dot(normal, ufl.sym(ufl.grad(lithium.velocity)) * normal)
    off, size = found - (lithium.pressure - viscous), viscous
    assert total(COMM, fem.form(off**2 * on)) < 0.05**2 * total(COMM, fem.form(size**2 * on))


def test_newtonian_pressure_grows_with_current_and_viscosity(make):
    pressures = []
    for factor, viscosity in ((1, 1e4), (7, 1e4), (1, 3e4)):
        problem = make(flow={"law": "newtonian", "viscosity": f"{viscosity} MPa*s"})
        problem.lithium.solve(factor * uneven(problem))
        pressures.append(problem.lithium.excess_normal_pressure())
    reference, faster, stiffer = pressures
    np.testing.assert_allclose(faster, 7 * reference, atol=1e-8 * np.abs(reference).max())
    np.testing.assert_allclose(stiffer, 3 * reference, atol=1e-8 * np.abs(reference).max())


def test_stripping_turns_the_pressure_around(make):
    problem = make()
    pressures = []
    for sign in (1, -1):
        problem.lithium.solve(sign * uneven(problem))
        pressures.append(problem.lithium.excess_pressure())
    np.testing.assert_allclose(pressures[1], -pressures[0], atol=1e-8 * np.abs(pressures[0]).max())


@pytest.mark.parametrize("law", ["roy", "lepage", "anand-saturated", "newtonian"])
@pytest.mark.parametrize("floor", [0.1, 0.01])
def test_every_law_converges_in_few_iterations(make, law, floor):
    if law == "newtonian" and floor != 0.1:
        pytest.skip("has no floor")
    problem = make(flow={"law": law} if law == "newtonian" else {"law": law, "stress_floor": floor})
    assert problem.lithium.solve(uneven(problem)).iterations <= 20


def test_a_yield_stress_takes_more_pressure_and_one_near_zero_hardly_any(solved):
    def largest(yield_stress: float) -> float:
        return solved(flow={"yield_stress": f"{yield_stress} MPa"}).state.pressure.max()

    without, least, little = largest(0), largest(1e-5), largest(1e-3)
    assert abs(least / without - 1) < 1e-4
    assert little - without == pytest.approx(100 * (least - without), rel=0.1)
    assert largest(0.7) > 2 * without


@pytest.mark.parametrize("wall", ["stick", "slip"])
@pytest.mark.parametrize("law", ["roy", "lepage"])
def test_lithium_that_yields_converges_and_loses_nothing(make, law, wall):
    problem = make(flow={"law": law, "wall": wall, "yield_stress": "0.7 MPa"})
    report = problem.lithium.solve(uneven(problem))
    assert report.iterations <= 30
    plated, entered, left = problem.lithium.volume_rates()
    assert entered == pytest.approx(plated, rel=1e-10)
    assert left == pytest.approx(plated, rel=1e-10)


def test_a_flow_alike_is_found_from_the_last_one(make):
    problem = make()
    first = problem.lithium.solve(uneven(problem)).iterations
    assert problem.lithium.solve(1.001 * uneven(problem)).iterations < first / 2


@pytest.mark.parametrize("factor", [1.5, 1e-4])
def test_the_floor_follows_the_load_that_is_solved_for(make, factor):
    """Pressures scale with the power 1/n of the current, whatever the current of the case."""
    lithium = (problem := make()).lithium
    pressures = []
    for scale in (1, factor):
        lithium.solve(scale * uneven(problem))
        pressures.append(lithium.excess_pressure())
    np.testing.assert_allclose(
        pressures[1], factor ** (1 / 5) * pressures[0], atol=1e-7 * np.abs(pressures[0]).max()
    )


@pytest.mark.parametrize("wall", ["stick", "slip"])
@pytest.mark.parametrize("geometry", [{}, EGG_BOX], ids=["cosine", "egg-box"])
def test_iterative_and_direct_solvers_agree(make, wall, geometry):
    found = []
    for solver in ("direct", "iterative"):
        problem = make(geometry=geometry, flow={"wall": wall, "linear_solver": solver})
        report = problem.lithium.solve(uneven(problem))
        assert (report.linear_iterations > report.iterations) == (solver == "iterative")
        found.append(
            np.stack([problem.lithium.excess_pressure(), problem.lithium.excess_normal_pressure()])
        )
    np.testing.assert_allclose(found[1], found[0], atol=1e-6 * np.abs(found[0]).max())
