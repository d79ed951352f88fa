"""Current against the laws of circuits."""

from functools import partial

import numpy as np
import pytest
import ufl
from dolfinx import fem, mesh
from mpi4py import MPI
from scipy.optimize import brentq

from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.fields import total
from anodex.models.errors import ConvergenceError
from anodex.models.parts.conduction import Conduction, SolverChoices

COMM = MPI.COMM_WORLD
LENGTH, WIDTH, DEPTH = 20.0, 8.0, 3.0  # um
METAL, ELECTROLYTE = 4e6, 4.0  # pA/(V um)
ENDS = {"left": 1.0, "right": 0.0}  # V


def slab(cells: tuple[int, ...], size=(LENGTH, WIDTH, DEPTH)) -> TaggedMesh:
    """Rectangle or box whose ends at x = 0 and the length are named."""
    dimension = len(cells)
    corners = [np.zeros(dimension), np.array(size[:dimension])]
    make, kind = (
        (mesh.create_rectangle, mesh.CellType.quadrilateral)
        if dimension == 2
        else (mesh.create_box, mesh.CellType.hexahedron)
    )
    domain = make(COMM, corners, list(cells), kind, ghost_mode=mesh.GhostMode.shared_facet)
    ends = [
        mesh.locate_entities_boundary(domain, dimension - 1, lambda x, at=at: np.isclose(x[0], at))
        for at in (0.0, size[0])
    ]
    facets, values = (
        np.concatenate(ends),
        np.repeat([1, 2], [len(end) for end in ends]).astype(np.int32),
    )
    order = np.argsort(facets)
    count = domain.topology.index_map(dimension)
    every = np.arange(count.size_local + count.num_ghosts, dtype=np.int32)
    tags = [mesh.meshtags(domain, dimension, every, np.full(len(every), 3, dtype=np.int32))]
    tags.append(mesh.meshtags(domain, dimension - 1, facets[order], values[order]))
    return TaggedMesh(domain, *tags, {"left": 1, "right": 2, "body": 3})


def cellwise(tagged: TaggedMesh, law) -> fem.Function:
    """Conductivity that `law`, a function of the middle of a cell, gives to each cell."""
    function = fem.Function(fem.functionspace(tagged.mesh, ("DG", 0)))
    function.interpolate(law)
    return function


@pytest.fixture
def measure():
    """Solves at 1 V, with conjugate gradients unless told otherwise, and gives current,
    imbalance and report.
    """
    made = []

    def run(tagged, conductivity, linear_solver="iterative"):
        potential = fem.Function(fem.functionspace(tagged.mesh, ("Lagrange", 1)))
        choices = SolverChoices(linear_solver=linear_solver)
        made.append(Conduction(tagged, conductivity, potential, ENDS, choices=choices))
        report = made[-1].solve()
        current = -made[-1].currents()["right"]
        # All power is paid for at the left. Its own current would be no good: beside a metal the
        # round-off of 1 V makes one of its own.
        power = total(
            COMM,
            fem.form(conductivity * ufl.inner(ufl.grad(potential), ufl.grad(potential)) * ufl.dx),
        )
        return current, power / current - 1, report

    yield run
    for conduction in made:
        conduction.destroy()


@pytest.mark.parametrize("linear_solver", ["iterative", "direct"])
@pytest.mark.parametrize(("cells", "area"), [((10, 4), WIDTH), ((6, 4, 3), WIDTH * DEPTH)])
def test_uniform_slab_obeys_ohm(measure, cells, area, linear_solver):
    tagged = slab(cells)
    current, imbalance, _ = measure(
        tagged, fem.Constant(tagged.mesh, ELECTROLYTE), linear_solver=linear_solver
    )
    assert current == pytest.approx(ELECTROLYTE * area / LENGTH, rel=1e-10)
    assert abs(imbalance) < 1e-10


def test_straight_filament_and_electrolyte_conduct_in_parallel(measure):
    tagged = slab((20, 16))
    conductivity = cellwise(
        tagged, lambda x: np.where(np.abs(x[1] - 4.0) < 1.0, METAL, ELECTROLYTE)
    )
    current, imbalance, _ = measure(tagged, conductivity)
    share = 2.0 / WIDTH
    assert current == pytest.approx(
        (share * METAL + (1 - share) * ELECTROLYTE) * WIDTH / LENGTH, rel=1e-10
    )
    assert abs(imbalance) < 1e-9


@pytest.mark.parametrize("contrast", [1e2, 1e6, 1e8])
@pytest.mark.parametrize("cells", [(20, 8), (20, 4, 3)])
def test_metal_and_gap_conduct_in_series(measure, cells, contrast):
    tagged, gap = slab(cells), 4.0
    area = WIDTH if len(cells) == 2 else WIDTH * DEPTH
    conductivity = cellwise(
        tagged, lambda x: np.where(x[0] < LENGTH - gap, contrast * ELECTROLYTE, ELECTROLYTE)
    )
    current, imbalance, _ = measure(tagged, conductivity)
    resistance = ((LENGTH - gap) / contrast + gap) / ELECTROLYTE / area
    assert current == pytest.approx(1 / resistance, rel=1e-8)
    assert abs(imbalance) < 1e-8


def filaments(tagged: TaggedMesh, reach: float, seed: int = 0) -> fem.Function:
    """Random broken filaments of metal, the longest of `reach` times the length."""
    random = np.random.default_rng(seed)
    middles, ends = random.uniform(0, WIDTH, 12), random.uniform(0.3, reach, 12) * LENGTH
    breaks = random.uniform(0, LENGTH, 12)

    def law(x):
        inside = np.zeros(x.shape[1], dtype=bool)
        for middle, end, gap in zip(middles, ends, breaks, strict=True):
            wavy = middle + 0.6 * np.sin(2 * np.pi * x[0] / LENGTH * 3 + middle)
            inside |= (np.abs(x[1] - wavy) < 0.25) & (x[0] < end) & (np.abs(x[0] - gap) > 0.15)
        return np.where(inside, METAL, ELECTROLYTE)

    return cellwise(tagged, law)


@pytest.mark.parametrize(("reach", "short"), [(0.95, False), (1.3, True)])
def test_iterative_and_direct_agree_on_filaments(measure, reach, short):
    tagged = slab((100, 50))
    conductivity = filaments(tagged, reach)
    iterative, imbalance, report = measure(tagged, conductivity)
    direct, *_ = measure(tagged, conductivity, linear_solver="direct")
    assert (iterative > 1e3 * ELECTROLYTE * WIDTH / LENGTH) == short
    assert iterative == pytest.approx(direct, rel=1e-8)
    assert abs(imbalance) < 1e-8
    assert report.linear_iterations < 20


def test_iterations_stay_bounded(measure):
    """A mesh of four times as many cells takes hardly more iterations."""
    coarse, fine = (
        measure(tagged, filaments(tagged, 1.3))[2].linear_iterations
        for tagged in (slab((50, 25)), slab((100, 50)))
    )
    assert fine <= coarse + 4


def test_next_solve_follows_the_conductivity():
    tagged = slab((20, 8))
    contrast, electrolyte = 1e8, ELECTROLYTE
    conductivity = fem.Function(fem.functionspace(tagged.mesh, ("DG", 0)))
    leakage = Conduction(
        tagged,
        conductivity,
        fem.Function(fem.functionspace(tagged.mesh, ("Lagrange", 1))),
        ENDS,
        choices=SolverChoices(linear_solver="iterative"),
    )
    try:
        for gap in (10.0, 5.0, 4.0, 4.0):
            electrolyte *= 1.01  # little beside the metal, but all of the current

            def law(x, gap=gap, electrolyte=electrolyte):
                return np.where(x[0] < LENGTH - gap, contrast * ELECTROLYTE, electrolyte)

            conductivity.interpolate(law)
            leakage.solve()
            resistance = ((LENGTH - gap) / contrast / ELECTROLYTE + gap / electrolyte) / WIDTH
            assert -leakage.currents()["right"] == pytest.approx(1 / resistance, rel=1e-8)
    finally:
        leakage.destroy()


def test_a_conductivity_that_is_no_number_is_no_solution(measure):
    tagged = slab((10, 4))
    with pytest.raises(ConvergenceError, match="potential"):
        measure(tagged, cellwise(tagged, lambda x: np.where(x[0] < 5.0, np.nan, 1.0)))


@pytest.fixture
def make_conduction():
    """Function that gives conduction in a uniform slab, with the other arguments of `Conduction`.

    `extra` gives the current density that leaves through the right side for a potential.
    """
    made = []

    def make(held, extra=None, **arguments):
        tagged = slab((10, 4))
        potential = fem.Function(fem.functionspace(tagged.mesh, ("Lagrange", 1)))
        sides = ufl.Measure("ds", tagged.mesh, subdomain_data=tagged.facets)
        test = ufl.TestFunction(potential.function_space)
        form = None if extra is None else extra(potential) * test * sides(tagged.tags["right"])
        conductivity = fem.Constant(tagged.mesh, ELECTROLYTE)
        made.append(Conduction(tagged, conductivity, potential, held, extra=form, **arguments))
        return made[-1]

    yield make
    for conduction in made:
        conduction.destroy()


LAWS = {
    # current density that leaves through the right side [pA/um^2] at a potential [V]
    "linear": lambda potential, sinh: 0.3 * potential,
    "sinh": lambda potential, sinh: 0.05 * sinh(10 * potential),
}


@pytest.mark.parametrize("linear_solver", ["iterative", "direct"])
@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_charge_transfer_through_a_side_follows_its_law(make_conduction, law, linear_solver):
    conduction = make_conduction(
        {"left": 1.0},
        extra=lambda phi: law(phi, ufl.sinh),
        choices=SolverChoices(linear_solver=linear_solver),
    )
    report = conduction.solve()
    assert report.iterations <= 12
    end = brentq(
        lambda phi: ELECTROLYTE * (1 - phi) / LENGTH - law(phi, np.sinh), 0.0, 1.0, xtol=1e-14
    )
    expected = ELECTROLYTE * (1 - end) / LENGTH * WIDTH
    assert conduction.currents() == {"left": pytest.approx(expected, rel=1e-9)}


def test_what_is_taken_enters_through_the_held_sides(make_conduction):
    """Half through each of two equal ones; a difference drives its current beside that."""
    taken, drive = 2e-3, 0.1
    conduction = make_conduction({"left": 0.0, "right": 0.0}, taken=taken)
    conduction.solve()
    half = taken * LENGTH * WIDTH / 2
    assert conduction.currents() == pytest.approx({"left": half, "right": half}, rel=1e-9)
    conduction.held["left"].value = drive
    residual = conduction.solve().residuals["potential"]
    assert 0.0 < residual < 1e-9 * conduction.solver.scales["potential"]
    through = ELECTROLYTE * drive / LENGTH * WIDTH
    assert conduction.currents() == pytest.approx(
        {"left": half + through, "right": half - through}, rel=1e-9
    )
    ends = conduction.unknown.x.array
    assert COMM.allreduce(ends.max(initial=-1.0), op=MPI.MAX) == pytest.approx(drive, abs=1e-12)


def test_charge_transfer_may_be_linearised_before_each_assembly(make_conduction):
    """The curved law by its tangent at the present potential, at the nodes."""
    nodal = {}

    def tangent(phi):
        nodal.update(phi=phi, **{name: phi.copy() for name in ("at", "current", "slope")})
        return nodal["current"] + nodal["slope"] * (phi - nodal["at"])

    def linearise():
        phi = nodal["phi"].x.array
        nodal["at"].x.array[:] = phi
        nodal["current"].x.array[:] = 0.05 * np.sinh(10 * phi)
        nodal["slope"].x.array[:] = 0.5 * np.cosh(10 * phi)

    found = []
    for extra, update in ((LAWS["sinh"], {}), (tangent, {"before_assembly": linearise})):
        law = extra if update else partial(extra, sinh=ufl.sinh)
        conduction = make_conduction({"left": 1.0}, extra=law, choices=SolverChoices(**update))
        conduction.solve()
        found.append(conduction.currents())
    # the same law between nodes too, as the side is at one potential
    assert found[1] == pytest.approx(found[0], rel=1e-9)


@pytest.mark.parametrize(("keep", "assembled"), [(True, 1), (False, 2)])
def test_a_jacobian_that_never_changes_may_be_kept(make_conduction, keep, assembled):
    resistance, drives = 2.0, (1.0, 3.0)
    conduction = make_conduction(
        {"left": drives[0]},
        extra=lambda phi: phi / resistance,
        choices=SolverChoices(linear_solver="direct", keep_jacobian=keep),
    )
    for drive in drives:
        conduction.held["left"].value = drive
        conduction.solve()
        expected = drive / (LENGTH / ELECTROLYTE + resistance) * WIDTH
        assert conduction.currents() == {"left": pytest.approx(expected, rel=1e-9)}
    assert conduction.solver.factorisations == assembled


def test_options_are_stronger_than_those_of_the_linear_solver(make_conduction):
    """A coarse linear solver costs Newton's method further steps."""
    coarse = SolverChoices(linear_solver="iterative", options={"ksp_rtol": 1e-3})
    conduction = make_conduction({"left": 1.0}, extra=lambda phi: 0.3 * phi, choices=coarse)
    assert conduction.solve().iterations > 1
