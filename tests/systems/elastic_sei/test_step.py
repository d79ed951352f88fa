"""Steps of the surface: rates of growth in closed form, and the work that a step takes."""

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.inputs.casefile import parse_case
from anodex.models.systems.elastic_sei import case as case_room
from anodex.models.systems.elastic_sei import settling
from anodex.models.systems.elastic_sei.meshing import front_of, mesh_beside
from anodex.models.systems.elastic_sei.problem import ElasticInterphase

pytestmark = pytest.mark.serial  # all on one rank; `anodex verify` has rates of growth on several
K = 2 * np.pi / 10  # wavenumber [1/um]
CONDUCTIVITY = 0.7e6  # pA/(V um)
BENDING = 2000 / 0.91 * 0.1**3 / 12  # of a film of 2 GPa and 100 nm that slides [pJ]


STIFF = {
    "thickness": "75 nm",
    "young_modulus": "10 GPa",
    "scatter": 0.01,
    "scatter_wavelength": "10 um",
}


def problem_of(ratio, surface_energy=0.0, film=None, amplitude=1e-3, refinement=1.0):
    """A cosine of 10 um below an electrolyte whose resistance is that of the film over `ratio`."""
    case = parse_case(
        {
            "system": {"name": "elastic_sei"},
            "surface": {
                "shape": "cosine",
                "wavelength": "10 um",
                "amplitude": f"{amplitude} um",
            },
            "electrolyte": {"conductivity": f"{CONDUCTIVITY} pA/(V*um)"},
            "kinetics": {"area_resistance": f"{ratio / (CONDUCTIVITY * K)!r} V*um^2/pA"},
            "film": film or {"enabled": False},
            "metal": {"pressure_cap": "none", "surface_energy": f"{surface_energy} J/m^2"},
            "numerics": {"refinement": refinement},
            "output": {"times": []},
        },
        "growth",
    )
    front = front_of(case)
    return ElasticInterphase(case, mesh_beside(case, front, MPI.COMM_SELF), front)


def growth(problem, current, rate, steps, folds):
    """Rate at which the wave grows over its exact one, less one, and the most passes of a step."""
    span = folds / abs(rate)
    problem.electrolyte.current_density.value = current
    problem.current[:] = current
    start, most = problem.front.heights[1], 0
    for _ in range(steps):
        most = max(most, problem.advance(0.0, span / steps).report.iterations)
        problem.accept()
    found = np.log(problem.front.heights[1] / start) / span
    problem.destroy()
    return found / rate - 1, most


def exact_rate(problem, current, ratio, surface_energy, bending=0.0):
    """s(k) = (Omega/F) k [i - (kappa Omega/F)(gamma k^2 + B k^4)] / (1 + kappa Z k)."""
    a = problem.volume_of_charge
    stiffness = surface_energy * K**2 + bending * K**4
    return a * K * (current - CONDUCTIVITY * a * stiffness) / (1 + ratio)


@pytest.mark.parametrize("current", [5.0, -5.0], ids=["plated", "stripped"])
@pytest.mark.parametrize("energy", [0.0, 0.2])
@pytest.mark.parametrize("ratio", [0.05, 1.0, 100.0])
def test_a_wave_grows_at_its_rate(ratio, energy, current):
    # where the film decides, geometry soon outweighs the field: the wave is followed for less
    folds, amplitude = (0.02, 1e-3) if ratio < 50 else (2e-4, 1e-2)
    problem = problem_of(ratio, energy, amplitude=amplitude, refinement=2.0)
    rate = exact_rate(problem, current, ratio, energy)
    error, most = growth(problem, current, rate, 32, folds)
    assert abs(error) <= 1e-3
    assert most <= (10 if ratio < 1 else 4)


def test_a_wave_grows_at_its_rate_under_a_plate():
    film = {"thickness": "100 nm", "young_modulus": "2 GPa", "membrane": False, "cracks": False}
    problem = problem_of(1.0, 0.2, film | {"scatter": 0})
    rate = exact_rate(problem, 5.0, 1.0, 0.2, BENDING)
    error, most = growth(problem, 5.0, rate, 32, 0.02)
    assert abs(error) <= 1e-3
    assert most <= 4


@pytest.mark.parametrize("current", [5e-5, -5e-5], ids=["plated", "stripped"])
@pytest.mark.parametrize("steps", [32, 4])
def test_a_stiff_film_levels_with_currents_far_beyond_that_which_is_given(current, steps):
    film = {"attachment": "bonded", "membrane": False, "cracks": False, "scatter": 0}
    film |= {name: STIFF[name] for name in ("thickness", "young_modulus")}
    problem = problem_of(1.0, 0.2, film, amplitude=0.05, refinement=2.0)
    rate = exact_rate(problem, current, 1.0, 0.2, 10_000 / 0.91 * 0.075**3 / 3)
    error, most = growth(problem, current, rate, steps, 0.3)
    assert abs(error) <= (2e-3 if steps == 32 else 0.1)
    assert most <= (5 if steps == 32 else 8)
    assert np.abs(problem.current).max() > 5000 * abs(current)
    assert problem.runaway is None  # however short its steps: what is levelled does not run away


def test_the_error_falls_with_the_square_of_the_step():
    def error(steps):
        problem = problem_of(1.0, 0.2)
        return growth(problem, 5.0, exact_rate(problem, 5.0, 1.0, 0.2), steps, 0.3)[0]

    coarse, middle, fine = error(16), error(32), error(64)
    assert (coarse - middle) / (middle - fine) == pytest.approx(4, rel=0.25)


def test_the_error_falls_at_least_with_the_square_of_the_spacing(monkeypatch):
    def error(facets):
        monkeypatch.setattr(case_room, "FEWEST_FACETS", facets)
        problem = problem_of(0.05, 0.2, refinement=0.25)
        return growth(problem, 5.0, exact_rate(problem, 5.0, 0.05, 0.2), 32, 0.02)[0]

    coarse, middle, fine = (error(facets) for facets in (4, 8, 16))
    assert (coarse - middle) / (middle - fine) > 3.5


def test_what_is_stiff_takes_no_more_passes():
    problem = problem_of(100.0, 0.2, STIFF | {"cracks": False}, amplitude=0.05)
    problem.electrolyte.current_density.value = 5.0
    problem.current[:] = 5.0
    for length in (1.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0):
        report = problem.advance(0.0, length).report
        problem.accept()
        assert report.iterations <= 5
    assert problem.electrolyte.solver.factorisations == 7
    problem.destroy()


@pytest.mark.parametrize(
    ("ratio", "film"),
    [(1.0, {}), (100.0, {"attachment": "bonded", "elastic_limit": 2e-4})],
    ids=["the electrolyte and the film decide alike", "a bonded film that cracks"],
)
def test_the_current_is_as_near_as_its_stop_says(ratio, film, monkeypatch):
    found = []
    for stop in (settling.SETTLED, 1e-4 * settling.SETTLED):
        monkeypatch.setattr(settling, "SETTLED", stop)
        problem = problem_of(ratio, 0.2, STIFF | film, amplitude=0.05)
        problem.electrolyte.current_density.value = 5.0
        problem.current[:] = 5.0
        for length in (1.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0):
            problem.advance(0.0, length)
            problem.accept()
            found.append(problem.current.copy())
        problem.destroy()
    near, exact = np.split(np.array(found), 2)
    assert np.abs(near - exact).max() <= 1e-8 * np.abs(exact).max()
