"""Forms of the system: tangents, currents through the surface, solvers."""

import numpy as np
import pytest
import ufl
from dolfinx import fem
from dolfinx.fem import petsc as fem_petsc
from dolfinx.la import InsertMode
from mpi4py import MPI

from anodex.meshes.tagged import TaggedMesh
from anodex.meshes.void_mesh import build_void
from anodex.models.discrete.fields import total
from anodex.models.inputs.casefile import parse_case
from anodex.models.laws.constants import FARADAY
from anodex.models.systems.spindle_void.problem import SpindleVoid
from anodex.models.time.stepping import implicit_runge_kutta_step

pytestmark = pytest.mark.smoke

COMM = MPI.COMM_WORLD
COARSE = {"refinement": 0.5, "box_length": "120 um", "box_height": "120 um"}
CREEP = {"matrix": {"creep": "power-law"}}
BUTLER_VOLMER = {"kinetics": {"law": "butler-volmer"}}


@pytest.fixture
def problem():
    """Function that makes the problem of a small coarse case with the given tables; freed at the
    end.
    """
    made = []

    def make(
        geometry: dict | None = None, tagged: TaggedMesh | None = None, **tables
    ) -> SpindleVoid:
        case = parse_case(
            {"system": {"name": "spindle_void"}, "geometry": COARSE | (geometry or {}), **tables},
            "test",
        )
        made.append(SpindleVoid(case, tagged or build_void(case.geometry.void(), COMM)))
        return made[-1]

    yield make
    for one in made:
        one.solver.destroy()


def residual(problem: SpindleVoid) -> np.ndarray:
    """Residual of this rank's owned dofs at the present state."""
    problem.creep.update()
    vector = fem.assemble_vector(problem.solver.residual)
    vector.scatter_reverse(InsertMode.add)
    return vector.array[: problem.fields.space.dofmap.index_map.size_local].copy()


def norm(values: np.ndarray) -> float:
    return float(np.sqrt(COMM.allreduce(float(np.sum(values**2)))))


@pytest.mark.parametrize(
    "tables", [{}, BUTLER_VOLMER, CREEP], ids=["elastic", "butler-volmer", "creep"]
)
def test_jacobian_is_the_derivative_of_the_residual(problem, tables):
    one = problem(**tables)
    one.set_current(5.0)
    for number in range(2):
        implicit_runge_kutta_step(one, 20.0 * number, 20.0)
    one.stage.value = 20.0
    one.creep.update()
    matrix = fem_petsc.assemble_matrix(one.solver.jacobian)
    matrix.assemble()
    base, here = one.unknown.x.array.copy(), residual(one)
    direction = fem.Function(one.fields.space)
    sizes = {
        "concentration": 50.0,
        "displacement": 0.02,
        "hydrostatic_stress": 3.0,
        "potential": 5e-3,
    }
    for name, dofs in one.fields.owned.items():
        direction.x.array[dofs] = sizes[name] * np.sin(np.arange(len(dofs)))
    direction.x.scatter_forward()
    along = matrix.createVecLeft()
    matrix.mult(direction.x.petsc_vec, along)
    remainders = []
    for length in (1e-3, 5e-4, 2.5e-4):
        one.unknown.x.array[:] = base + length * direction.x.array
        remainders.append(norm(residual(one) - here - length * along.array_r))
    orders = np.log2(np.array(remainders[:-1]) / remainders[1:])
    assert np.all(orders > 1.85), (orders, remainders)
    assert remainders[-1] < norm(along.array_r)


def test_error_estimate_is_the_same_on_all_ranks(problem):
    one = problem(**CREEP)
    one.creep.strain.x.array[:] = 1e-3 * (1 + COMM.rank)
    nothing, creep_error = (
        np.zeros_like(one.unknown.x.array),
        np.full_like(one.creep.strain.x.array, 1e-5),
    )
    expected = 1e-5 / (1e-3 * COMM.size) / one.case.numerics.step_tolerance
    difference = {"state": nothing, "creep_strain": creep_error, "amounts": np.zeros(3)}
    assert one.error(difference) == pytest.approx(expected, rel=1e-12)


def half_outline(problem: SpindleVoid) -> float:
    return total(COMM, fem.form(problem.surface.weight * problem.surface.measure))


@pytest.mark.parametrize("shape", ["spindle", "ellipse", "crack"])
def test_longitudinal_current_counts_the_projected_area(problem, shape):
    one = problem({"shape": shape}, kinetics={"distribution": "longitudinal"})
    one.set_current(2.0)
    one.solve_stage(0.0, 10.0, one.state.snapshot())
    half_width = 6.0
    assert one.state.numbers["amounts"][0] == pytest.approx(
        2.0 / FARADAY * half_width * 10.0, rel=1e-10
    )


def test_uniform_current_counts_the_whole_surface(problem):
    one = problem(
        {"shape": "dot", "length": "20 um", "width": "20 um"},
        electrolyte={"transference_number": 0.4},
    )
    one.set_current(2.0)
    one.solve_stage(0.0, 10.0, one.state.snapshot())
    assert one.state.numbers["amounts"][0] == pytest.approx(
        0.6 * 2.0 / FARADAY * np.pi / 2 * 10.0 * 10.0, rel=1e-5
    )


@pytest.mark.parametrize("shift", ["none", "normal", "hydrostatic"])
def test_butler_volmer_passes_the_imposed_current(problem, shift):
    kinetics = {
        "law": "butler-volmer",
        "stress_shift": shift,
        "exchange_current_density": "0.1 A/m^2",
    }
    one = problem(
        kinetics=kinetics,
        electrolyte={"conductivity": "1e-6 S/m"},
        loading={"void_pressure": "20 MPa"},
    )
    current = fem.form(one.surface_current() * one.surface.weight * one.surface.measure)
    spread = fem.form(
        (one.surface_current() / 3.0 - 1) ** 2 * one.surface.weight * one.surface.measure
    )
    one.set_current(3.0)
    for number in range(3):
        implicit_runge_kutta_step(one, 5.0 * number, 5.0)
        assert total(COMM, current) == pytest.approx(3.0 * half_outline(one), rel=1e-9)
    # the current is not uniform, so the law is at work
    assert total(COMM, spread) > 1e-4 * half_outline(one)


def test_pressed_hole_shows_its_pressure(problem):
    geometry = {
        "shape": "dot",
        "length": "20 um",
        "width": "20 um",
        "refinement": 1.0,
        "box_length": "400 um",
        "box_height": "400 um",
    }
    one = problem(geometry, loading={"void_pressure": "7 MPa", "outer": "free"})
    one.solve_stage(0.0, 0.0, one.state.snapshot())
    stress = one.surface.side(
        ufl.as_tensor([[one.stress[i, j] for j in range(2)] for i in range(2)])
    )
    normal_stress = ufl.dot(one.surface.normal, stress * one.surface.normal)
    hoop = ufl.tr(stress) - normal_stress
    mean_normal, mean_hoop = (
        total(COMM, fem.form(f * one.surface.weight * one.surface.measure)) / one.area
        for f in (normal_stress, hoop)
    )
    assert mean_normal == pytest.approx(-7, rel=0.01)
    assert mean_hoop == pytest.approx(7, rel=0.01)  # Lame, in an infinite plate


def test_iterative_and_direct_solutions_agree(problem):
    ends = []
    geometry = {
        "dimension": "3d",
        "shape": "ellipse",
        "length": "20 um",
        "width": "10 um",
        "refinement": 0.25,
    }
    geometry |= {"box_length": "40 um", "box_height": "40 um"}
    tagged = None  # one mesh for both: a second one may be cut among the ranks in another way
    for solver in ("direct", "iterative"):
        one = problem(geometry, tagged, numerics={"linear_solver": solver})
        tagged = one.tagged
        one.set_current(2.0)
        report = implicit_runge_kutta_step(one, 0.0, 20.0).report
        assert (report.linear_iterations > 3 * report.iterations) == (solver == "iterative")
        ends.append(
            {name: one.unknown.x.array[dofs].copy() for name, dofs in one.fields.owned.items()}
        )
    direct, iterative = ends
    direct["concentration"], iterative["concentration"] = (
        direct["concentration"] - 1000,
        iterative["concentration"] - 1000,
    )
    for name in direct:
        assert norm(direct[name] - iterative[name]) < 1e-6 * norm(direct[name]), name
        assert norm(direct[name]) > 0
