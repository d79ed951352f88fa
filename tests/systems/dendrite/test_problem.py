"""Phase field, charge, ions and stress together, in a few steps."""

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.laws.phase_field import interpolation
from anodex.models.systems.dendrite import structure
from anodex.models.systems.dendrite.observer import DendriteObserver
from anodex.models.systems.dendrite.porosity import porosity
from anodex.models.time.stepping import implicit_runge_kutta_step

pytestmark = pytest.mark.serial  # on several ranks test_parity holds such steps to one
COMM = MPI.COMM_WORLD
FLAT = ("geometry.protrusions=0", "geometry.porosity=0")
NO_STRESS = "mechanics.enabled=false"
IONS = ("transport.law=nernst-planck", "loading.overpotential=-0.2 V", NO_STRESS)


def gather(problem, function) -> dict[tuple[float, ...], float]:
    """Place of each node -> value there, of all ranks."""
    x = problem.space.tabulate_dof_coordinates().round(6)
    parts = COMM.allgather(
        [
            (tuple(place), value)
            for place, value in zip(x.tolist(), function.x.array.tolist(), strict=True)
        ]
    )
    return dict(pair for part in parts for pair in part)


@pytest.mark.parametrize(
    "changes",
    [(), ("geometry.sides=periodic",), (NO_STRESS,)],
    ids=["mirrored", "periodic", "no stress"],
)
def test_charge_that_enters_is_the_lithium_that_comes(make_problem, changes, march):
    grown, entered = march(make_problem(*changes)).deposited
    assert grown > 1000  # pC/um
    assert entered == pytest.approx(grown, rel=1e-6)


def test_electrolyte_that_conducts_well_is_as_one_potential(make_problem, march, thickness):
    constant = march(make_problem(*FLAT, NO_STRESS, "electrolyte.potential=constant"))
    solved = march(make_problem(*FLAT, NO_STRESS, "electrolyte.conductivity=1e5 S/m"))
    assert thickness(solved) == pytest.approx(thickness(constant), rel=1e-3)


def test_current_without_reaction_is_that_of_resistances_in_a_row(make_problem, march):
    problem = march(
        make_problem(*FLAT, NO_STRESS, "kinetics.exchange_current_density=1e-9 A/m^2"), steps=1
    )
    given, x = problem.case.electrolyte, np.linspace(0, 24, 24_001)
    lithium = interpolation((1 - np.tanh(2 * (x - 6) / 3)) / 2)
    resistance = np.trapezoid(
        1 / (given.conductivity * (lithium * given.lithium_ratio + 1 - lithium)), x
    )
    left, right = problem.charge.currents().values()
    assert right == pytest.approx(0.35 / resistance * 12, rel=0.02)
    assert left == pytest.approx(-right, rel=0.01)


@pytest.mark.parametrize("current", [8000.0, -2000.0, 50.0])
def test_current_is_held(make_problem, current):
    problem = make_problem(*FLAT, NO_STRESS, f"loading.current_density={current} A/m^2")
    problem.begin()
    before = 0.0
    for number in range(4):
        implicit_runge_kutta_step(problem, number * 0.1, 0.1)
        found = (problem.deposited[0] - before) / 0.1 / problem.case.geometry.cross_section
        before = problem.deposited[0]
        assert found == pytest.approx(current, rel=1e-2)
    assert np.sign(problem.overpotential[0]) == -np.sign(current)


def test_pressure_slows_the_growth(make_problem, march, thickness):
    """Over the pressures of the paper: the work against swelling; far above them, lithium being
    softer than electrolyte prevails.
    """
    free, some, more, most = (
        thickness(march(make_problem(*FLAT, f"loading.external_pressure={p} MPa")))
        for p in (0, 5, 10, 50)
    )
    assert free > some > more
    assert most > free


def test_stress_of_the_growth_itself_slows_it(make_problem, march, thickness):
    """More so with more swelling."""
    none, some, more = (
        thickness(march(make_problem(*FLAT, f"mechanics.plating_strain={strain}")))
        for strain in (0, 7e-4, 1.4e-3)
    )
    assert none > some > more


def test_as_printed_the_stress_drives_nothing(make_problem, march):
    printed = march(
        make_problem("mechanics.driving_force=as-printed", "loading.external_pressure=50 MPa")
    )
    without = march(make_problem(NO_STRESS))
    # by place: ranks may share out each mesh in their own way
    phases = gather(printed, printed.phase), gather(without, without.phase)
    assert phases[0] == pytest.approx(phases[1], abs=1e-9)
    assert (
        COMM.allreduce(np.abs(printed.mechanics.unknown.x.array).max(initial=0), op=MPI.MAX) > 1e-3
    )
    driven = march(make_problem("loading.external_pressure=50 MPa"))
    other = gather(driven, driven.phase)
    assert max(abs(value - other[place]) for place, value in phases[0].items()) > 1e-3


def test_compressed_lithium_dissolves_more_easily(make_problem, march, thickness):
    """Omega p / F is 0.14 mV/MPa: much pressure in a test."""
    given = (*FLAT, "loading.external_pressure=500 MPa", "mechanics.driving_force=as-printed")
    shifted, usual = (
        thickness(march(make_problem(*given, *more)))
        for more in (("kinetics.pressure_shift=true",), ())
    )
    assert shifted != pytest.approx(usual, rel=1e-3)
    assert shifted < usual


def test_mirrored_sides_are_those_of_half_a_protrusion(make_problem, march):
    """A box with two protrusions is the box of one and its mirror image."""
    given = ("geometry.porosity=0", "geometry.protrusion_width=2 um")
    one, two = (
        march(make_problem(*given, *more))
        for more in ((), ("geometry.protrusions=2", "geometry.width=24 um"))
    )
    small, wide = gather(one, one.phase), gather(two, two.phase)
    for (x, y, z), value in small.items():
        assert wide[x, y, z] == pytest.approx(value, abs=1e-6)
        assert wide[x, round(24 - y, 6), z] == pytest.approx(value, abs=1e-6)


def test_structure_that_is_shifted_over_periodic_sides_grows_shifted(
    make_problem, monkeypatch, march
):
    given = (
        "geometry.sides=periodic",
        "geometry.protrusion_width=2 um",
        "loading.external_pressure=5 MPa",
    )
    placed = march(make_problem(*given))
    for name in ("first_phase", "pore_indicator"):
        original = getattr(structure, name)

        def shifted(case, points, original=original):
            moved = points.copy()
            moved[:, 1] = np.round(points[:, 1] + 5.0, 9) % 12.0
            return original(case, moved)

        monkeypatch.setattr(f"anodex.models.systems.dendrite.composition.{name}", shifted)
    moved = march(make_problem(*given))
    there, here = gather(placed, placed.phase), gather(moved, moved.phase)
    potential, other = gather(placed, placed.potential), gather(moved, moved.potential)
    assert np.ptp([value for (x, *_), value in there.items() if x == 8.0]) > 0.1
    for (x, y, z), value in here.items():
        assert there[x, round((y + 5) % 12, 6), z] == pytest.approx(value, abs=1e-6)
        assert potential[x, round((y + 5) % 12, 6), z] == pytest.approx(other[x, y, z], abs=1e-6)


def test_periodic_sides_are_alike(make_problem, march):
    problem = march(make_problem("geometry.sides=periodic"))
    for function in (problem.phase, problem.potential):
        values = gather(problem, function)
        differences = [
            abs(value - values[x, 12.0, z]) for (x, y, z), value in values.items() if y == 0
        ]
        assert len(differences) == 25 and max(differences) < 1e-9


def test_compensated_curvature_lets_a_protrusion_stand(make_problem, march):
    """Where nothing drives, relaxation alone levels it; its profile settles either way."""
    given = ("geometry.porosity=0", "geometry.protrusion_width=6 um", NO_STRESS)
    given += ("electrolyte.potential=constant", "loading.overpotential=0 V")
    tips = {}
    for curvature in ("kept", "compensated"):
        problem = make_problem(*given, f"interface.curvature={curvature}")
        observer = DendriteObserver(problem)
        start = observer.measure().tip_position
        march(problem, steps=8)
        tips[curvature] = observer.measure().tip_position - start
    assert tips["kept"] < -0.3
    assert abs(tips["compensated"]) < 0.25 * abs(tips["kept"])


def test_plane_front_in_space_is_that_in_the_plane(make_problem, march, thickness):
    given = (*FLAT, "geometry.width=3 um", "loading.external_pressure=5 MPa")
    plane, space = (march(make_problem(*given, *more)) for more in ((), ("geometry.depth=3 um",)))
    assert thickness(space) == pytest.approx(thickness(plane), rel=1e-6)
    flat = gather(plane, plane.phase)
    for (x, y, _), value in gather(space, space.phase).items():
        assert flat[x, y, 0.0] == pytest.approx(value, abs=1e-6)


def test_state_goes_back(make_problem, march):
    problem = make_problem(NO_STRESS)
    state = problem.state.snapshot()
    march(problem, steps=2)
    first = problem.phase.x.array.copy()
    problem.state.restore(state)
    assert problem.deposited.tolist() == [0.0, 0.0]
    np.testing.assert_array_equal(problem.phase.x.array, state["phase"])
    march(problem, steps=2)
    # from another potential to start with: SETTLED
    np.testing.assert_allclose(problem.phase.x.array, first, atol=1e-4)


def test_leakage_is_solved_for_once_an_accepted_step(make_problem, monkeypatch, march):
    problem, solved = make_problem(NO_STRESS), []
    solve = problem.leakage.solve
    monkeypatch.setattr(problem.leakage, "solve", lambda: solved.append(solve()))
    march(problem, steps=3)
    assert len(solved) == 1 + 3


@pytest.mark.parametrize(
    ("changes", "advanced", "guesses"),
    [
        ((), {"phase", "lithium"}, {"potential", "electronic_potential", "displacement"}),
        (
            IONS,
            {"phase", "lithium", "content", "log_concentration"},
            {"potential", "electronic_potential"},
        ),
        (
            (NO_STRESS, "electrolyte.potential=constant"),
            {"phase", "lithium"},
            {"electronic_potential"},
        ),
    ],
    ids=["default", "ions", "simple"],
)
def test_what_a_dendrite_remembers(make_problem, changes, advanced, guesses):
    state = make_problem(*changes).state
    assert set(state.fields) == advanced and set(state.start_fields) == guesses
    assert set(state.snapshot()) == advanced | {"deposited", "ions_entered"}
    parts = {"front", "leakage"} | ({"charge"} if "potential" in guesses else set())
    parts |= {"mechanics"} if "displacement" in guesses else set()
    expected = {"overpotential", *(f"{part}_scales" for part in parts)}
    assert set(state.start_numbers) == expected


def test_porosity_is_that_of_the_fields(make_problem):
    problem = make_problem("geometry.porosity=0")
    assert porosity(problem) == 0
    problem = make_problem(
        "geometry.length=60 um", "geometry.width=30 um", "geometry.pore_diameter=6 um", *FLAT[:1]
    )
    # round-off of the surface makes small pores smaller
    assert porosity(problem) == pytest.approx(0.1625, rel=0.15)
    owned = problem.space.dofmap.index_map.size_local
    air = (
        (1 - interpolation(problem.phase.x.array[:owned])) * (1 - problem.pores.x.array[:owned]) / 2
    )
    assert COMM.allreduce(float(air.sum())) > 0
