"""Periodic cells, slip on walls and rigid bodies."""

import basix.ufl
import numpy as np
import pytest
import ufl
from dolfinx import fem, mesh
from mpi4py import MPI

from anodex.models.discrete.fields import MixedFields, total
from anodex.models.errors import InputError
from anodex.models.solve.linear import DIRECT, PRESSURE_MASS, VELOCITY, SchurMass, solver_options
from anodex.models.solve.nonlinear import NonlinearSolver
from anodex.models.solve.ties import RigidBody, SlipWall, TiedUnknowns, Ties

COMM = MPI.COMM_WORLD
CELLS = ["triangle", "quadrilateral", "tetrahedron", "hexahedron"]


def box(cell: str, n: int, order: int = 1, move=lambda x: None) -> mesh.Mesh:
    """Unit square or cube of n cells along each axis with geometry of some order, whose nodes
    `move` shifts; made on rank 0 like Gmsh's.
    """
    kind = mesh.CellType[cell]
    dimension = mesh.cell_dim(kind)
    make = mesh.create_unit_square if dimension == 2 else mesh.create_unit_cube
    straight = make(MPI.COMM_SELF, *dimension * [n], kind)
    element = basix.ufl.element(
        "Lagrange", cell, order, basix.LagrangeVariant.equispaced, shape=(dimension,)
    )
    space = fem.functionspace(straight, element)
    x = space.tabulate_dof_coordinates()[:, :dimension].copy()
    move(x)
    mine = slice(None) if COMM.rank == 0 else slice(0)
    return mesh.create_mesh(
        COMM, cells=space.dofmap.list.astype(np.int64)[mine], x=x[mine], e=ufl.Mesh(element)
    )


def bent(x):
    """Bend the inside, and shift the nodes along opposite faces alike."""
    x[:, 0] += 0.05 * np.sin(2 * np.pi * x[:, 0]) * np.cos(2 * np.pi * x[:, 1])
    x[:, 1] += 0.05 * np.sin(np.pi * x[:, 0]) * np.sin(2 * np.pi * x[:, 1])


@pytest.fixture
def solvers():
    made = []
    yield made
    for solver in made:
        solver.destroy()


@pytest.fixture
def solve(solvers):
    """Solve with a new solver; returns its report."""

    def run(residual, unknown, constraints, fields, options=DIRECT, **arguments):
        solvers.append(
            NonlinearSolver(residual, unknown, constraints, "tied", fields, options, **arguments)
        )
        return solvers[-1].solve()

    return run


def scalar(domain: mesh.Mesh, degree: int):
    fields = MixedFields(fem.functionspace(domain, ("Lagrange", degree)), ("heat",))
    return fields, fem.Function(fields.space), ufl.TestFunction(fields.space)


def error(domain: mesh.Mesh, difference) -> float:
    return np.sqrt(
        total(COMM, fem.form(ufl.inner(difference, difference) * ufl.dx(domain, degree=8)))
    )


def conduction(u, v, exact, conductivity):
    """Residual of u - div(conductivity grad u) with the source that makes `exact` the solution."""
    source = exact - ufl.div(conductivity(exact) * ufl.grad(exact))
    return (u * v + ufl.dot(conductivity(u) * ufl.grad(u), ufl.grad(v)) - source * v) * ufl.dx(
        degree=8
    )


def wave(domain: mesh.Mesh):
    """Periodic along all axes, and without any mirror symmetry."""
    x = ufl.SpatialCoordinate(domain)
    return ufl.sin(2 * ufl.pi * x[0] + 1) * ufl.cos(2 * ufl.pi * x[1] + 2) + 0.5 * ufl.sin(
        2 * ufl.pi * sum(x)
    )


@pytest.mark.parametrize(
    "conductivity", [lambda u: 1.0 + 0 * u, lambda u: 1 + u**2], ids=["linear", "nonlinear"]
)
@pytest.mark.parametrize(
    ("cell", "order", "degree", "sizes"),
    [
        ("triangle", 1, 1, (12, 24)),
        ("quadrilateral", 3, 3, (4, 8)),
        ("tetrahedron", 1, 2, (4, 8)),
        ("hexahedron", 3, 2, (4, 8)),
    ],
)
def test_periodic_conduction_converges_with_its_order(
    solve, cell, order, degree, sizes, conductivity
):
    errors = []
    for n in sizes:
        domain = box(cell, n, order, bent)
        fields, u, v = scalar(domain, degree)
        exact = wave(domain)
        solve(
            conduction(u, v, exact, conductivity),
            u,
            [],
            fields,
            ties=Ties(period=domain.geometry.dim * (1.0,)),
        )
        errors.append(error(domain, u - exact))
    assert np.log2(errors[0] / errors[1]) > degree + 0.6


def test_periodic_cell_takes_the_newton_steps_of_the_mirror_cell(solve):
    # A symmetric solution lets no flux through the faces: the same discrete problem without ties.
    domain = box("quadrilateral", 6)
    x = ufl.SpatialCoordinate(domain)
    exact = 2 * ufl.cos(2 * ufl.pi * x[0]) * ufl.cos(2 * ufl.pi * x[1])
    reports, values = [], []
    for ties in (None, Ties(period=(1.0, 1.0))):
        fields, u, v = scalar(domain, 2)
        reports.append(solve(conduction(u, v, exact, lambda u: 1 + u**2), u, [], fields, ties=ties))
        values.append(u.x.array.copy())
    assert reports[0].iterations == reports[1].iterations > 3
    np.testing.assert_allclose(values[1], values[0], atol=1e-10)


@pytest.mark.parametrize("corner", [(0, 0), (1, 0), (0, 1), (1, 1)])
def test_images_follow_the_one_that_is_held(solve, corner):
    domain = box("quadrilateral", 4)
    fields, u, v = scalar(domain, 2)
    exact = wave(domain)
    residual = (ufl.dot(ufl.grad(u), ufl.grad(v)) + ufl.div(ufl.grad(exact)) * v) * ufl.dx
    vertices = mesh.locate_entities(
        domain, 0, lambda x: np.isclose(x[0], corner[0]) & np.isclose(x[1], corner[1])
    )
    report = solve(
        residual,
        u,
        [fields.hold("heat", vertices, 0, value=0.7)],
        fields,
        ties=Ties(period=(1.0, 1.0)),
    )
    assert report.iterations == 1
    x = fields.space.tabulate_dof_coordinates()
    corners = np.isclose(x[:, :2], np.rint(x[:, :2])).all(axis=1)
    np.testing.assert_allclose(u.x.array[corners], 0.7, rtol=1e-12)
    assert COMM.allreduce(u.x.array.max(), op=MPI.MAX) > 1


def test_held_faces_reach_into_the_periodic_ones(solve, solvers):
    domain = box("hexahedron", 3, 1, bent)
    fields, u, v = scalar(domain, 2)
    level = fem.Function(fields.space)
    bottom, top = (
        mesh.locate_entities_boundary(domain, 2, lambda x, z=z: np.isclose(x[2], z)) for z in (0, 1)
    )
    constraints = [fields.hold("heat", bottom, 2), fields.hold_at("heat", level, top, 2)]
    z = fields.space.tabulate_dof_coordinates()[:, 2]
    level.x.array[:] = 3.0
    reports = [
        solve(
            ufl.dot(ufl.grad(u), ufl.grad(v)) * ufl.dx,
            u,
            constraints,
            fields,
            ties=Ties(period=(1.0, 1.0)),
        )
    ]
    np.testing.assert_allclose(u.x.array, 3 * z, atol=1e-11)
    level.x.array[:] = 5.0
    reports.append(solvers[0].solve())
    np.testing.assert_allclose(u.x.array, 5 * z, atol=1e-11)
    assert [report.iterations for report in reports] == [1, 1]
    assert solvers[0].factorisations == 1


@pytest.mark.parametrize("period", [(1.0, 0.9), (2.0,)])
def test_faces_without_images_are_refused(solve, period):
    fields, u, v = scalar(box("triangle", 5), 1)
    with pytest.raises(
        InputError, match=r"'heat' has not all periodic images .* check the period"
    ) as caught:
        solve(u * v * ufl.dx, u, [], fields, ties=Ties(period=period))
    assert len(set(COMM.allgather(str(caught.value)))) == 1


def test_faces_whose_nodes_differ_are_refused(solve):
    def shear(x):
        x[:, 1] += 0.1 * x[:, 0] * np.sin(np.pi * x[:, 1])

    fields, u, v = scalar(box("quadrilateral", 5, 1, shear), 1)
    with pytest.raises(InputError, match="not all periodic images"):
        solve(u * v * ufl.dx, u, [], fields, ties=Ties(period=(1.0,)))


class Flow:
    """Power-law creep in a box, second-order velocity and first-order pressure, over a wavy wall
    if `phase` is given.
    """

    def __init__(
        self,
        cell: str,
        n: int,
        phase: float | None = None,
        wave: float = 0.1,
        exponent: float = 3.0,
    ):
        self.phase, self.wave, self.dimension = phase, wave, 2 if cell in CELLS[:2] else 3
        self.mesh = box(
            cell,
            n,
            3 if cell in ("quadrilateral", "hexahedron") else 1,
            bent if phase is None else self._wave,
        )
        name = self.mesh.basix_cell()
        vector, one = (
            basix.ufl.element("Lagrange", name, 2, shape=(self.dimension,)),
            basix.ufl.element("Lagrange", name, 1),
        )
        self.fields = MixedFields(
            fem.functionspace(self.mesh, basix.ufl.mixed_element([vector, one])),
            ("velocity", "pressure"),
        )
        self.unknown = fem.Function(self.fields.space)
        self.velocity, self.pressure = ufl.split(self.unknown)
        rate = ufl.sym(ufl.grad(self.velocity))
        self.viscosity = (0.1 + ufl.inner(rate, rate)) ** ((1 - exponent) / (2 * exponent))

    def residual(self, force, drag: float = 0.0):
        w, q = ufl.TestFunctions(self.fields.space)
        stress = self.viscosity * ufl.sym(ufl.grad(self.velocity))
        momentum = (
            ufl.inner(stress, ufl.grad(w))
            - self.pressure * ufl.div(w)
            + ufl.dot(drag * self.velocity - force, w)
        )
        return (momentum - q * ufl.div(self.velocity)) * ufl.dx(degree=6)

    def wall(self, speed) -> SlipWall:
        """The wavy wall; `speed` maps normals and places, of shape (nodes, dimension), to
        speeds.
        """
        facets = mesh.locate_entities_boundary(
            self.mesh,
            self.dimension - 1,
            lambda x: np.isclose(x[self.dimension - 1], self.height(x)),
        )
        self.mesh.topology.create_connectivity(self.dimension - 1, self.dimension)
        space = self.fields.spaces["velocity"]
        nodes = fem.locate_dofs_topological(space, self.dimension - 1, facets)
        x = space.tabulate_dof_coordinates()[nodes, : self.dimension]
        slopes = (
            2
            * np.pi
            * self.wave
            * np.cos(2 * np.pi * (x - [self.phase, *[0] * (self.dimension - 1)])).T
        )
        normals = np.stack(
            [*(-slope for slope in slopes[: self.dimension - 1]), np.ones(len(x))], axis=1
        )
        return SlipWall("velocity", nodes, normals, speed(normals, x))

    def cell(self, wall: SlipWall) -> Ties:
        """Periodic along the wall, slip on it."""
        return Ties((1.0,) * (self.dimension - 1), (wall,))

    def top_without_sliding(self) -> list[fem.DirichletBC]:
        top = self.facets(self.dimension - 1, 1.0)
        return [
            self.fields.hold("velocity", top, self.dimension - 1, component=component)
            for component in range(self.dimension - 1)
        ]

    def facets(self, axis: int, place: float) -> np.ndarray:
        return mesh.locate_entities_boundary(
            self.mesh, self.dimension - 1, lambda x: np.isclose(x[axis], place)
        )

    def height(self, x):
        waves = np.sin(2 * np.pi * (x[0] - self.phase)) + (
            np.sin(2 * np.pi * x[1]) if self.dimension == 3 else 0
        )
        return self.wave * waves

    def _wave(self, x):
        x[:, -1] += (1 - x[:, -1]) * self.height(x.T)


def test_periodic_flow_converges_with_its_orders(solve):
    errors = []
    for n in (6, 12):
        flow = Flow("quadrilateral", n, exponent=1.0)
        x, y = 2 * ufl.pi * ufl.SpatialCoordinate(flow.mesh)
        stream = ufl.sin(x + 1) * ufl.cos(y) + ufl.sin(x + y)
        velocity = ufl.as_vector([stream.dx(1), -stream.dx(0)]) / (2 * np.pi)
        pressure = ufl.cos(x + 2 * y) + ufl.sin(y)
        force = velocity - ufl.div(ufl.sym(ufl.grad(velocity))) + ufl.grad(pressure)
        report = solve(
            flow.residual(force, 1.0),
            flow.unknown,
            [flow.fields.hold_one("pressure")],
            flow.fields,
            ties=Ties((1.0, 1.0)),
        )
        assert report.iterations == 1
        level = total(COMM, fem.form(flow.pressure * ufl.dx))
        errors.append(
            [
                error(flow.mesh, flow.velocity - velocity),
                error(flow.mesh, flow.pressure - level - pressure),
            ]
        )
    assert np.all(np.log2(np.divide(*errors)) > [2.8, 1.8])


def slide(flow: Flow, rigid: np.ndarray):
    """Conditions of a motion as one body, which slides along the wall: the top is held at that
    velocity, and ties.
    """
    flow.motion = fem.Function(flow.fields.spaces["velocity"])
    flow.motion.x.array[:] = np.tile(rigid, len(flow.motion.x.array) // flow.dimension)
    wall = flow.wall(lambda normals, x: normals @ rigid)
    held = [
        flow.fields.hold_at(
            "velocity", flow.motion, flow.facets(flow.dimension - 1, 1.0), flow.dimension - 1
        )
    ]
    return [*held, flow.fields.hold_one("pressure")], flow.cell(wall)


@pytest.mark.parametrize("cell", CELLS)
def test_slip_lets_a_rigid_body_slide_past_a_wavy_wall(solve, cell):
    flow = Flow(cell, 3, 0.2)
    held, ties = slide(flow, np.array([0.7, -0.4, 0.3])[-flow.dimension :])
    residual = flow.residual(0 * flow.velocity)
    rest, swirl = (fem.Function(flow.fields.spaces["velocity"]) for _ in range(2))
    swirl.interpolate(lambda x: np.sin(5 * x[: flow.dimension]))
    reports = []
    for start in (rest, swirl):
        flow.unknown.x.array[flow.fields.maps["velocity"]] = start.x.array
        reports.append(solve(residual, flow.unknown, held, flow.fields, ties=ties))
        np.testing.assert_allclose(
            flow.fields.extract(flow.unknown, "velocity").x.array, flow.motion.x.array, rtol=1e-9
        )
        np.testing.assert_allclose(
            flow.fields.extract(flow.unknown, "pressure").x.array, 0, atol=1e-9
        )
    # the wall sets off as fast as the body, so nothing shears on the way
    assert reports[0].iterations == 1
    assert reports[1].iterations > 5


def test_wall_follows_a_held_image_of_its_corner(solve):
    flow = Flow("quadrilateral", 4, 0.2)
    rigid = np.array([0.7, 0.3])
    corner = mesh.locate_entities(
        flow.mesh, 0, lambda x: np.isclose(x[0], 1) & np.isclose(x[1], flow.height(x))
    )
    held = [flow.fields.hold("velocity", corner, 0, value=rigid[0], component=0)]
    ties = flow.cell(flow.wall(lambda normals, x: normals @ rigid))
    assert (
        solve(
            flow.residual(0 * flow.velocity), flow.unknown, held, flow.fields, ties=ties
        ).iterations
        == 1
    )
    velocity = flow.fields.extract(flow.unknown, "velocity").x.array.reshape(-1, 2)
    np.testing.assert_allclose(velocity, np.tile(rigid, (len(velocity), 1)), rtol=1e-9)


def test_new_speeds_need_no_new_jacobian(solve, solvers):
    flow = Flow("quadrilateral", 3, 0.2, exponent=1.0)
    held, ties = slide(flow, np.array([0.7, 0.3]))
    solve(flow.residual(0 * flow.velocity), flow.unknown, held, flow.fields, ties=ties)
    flow.motion.x.array[:] *= -2
    ties.walls[0].speeds[:] *= -2
    assert solvers[0].solve().iterations == 1
    assert solvers[0].factorisations == 1
    np.testing.assert_allclose(
        flow.fields.extract(flow.unknown, "velocity").x.array, flow.motion.x.array, rtol=1e-9
    )


def forced(flow: Flow):
    """A force that drives a flow along the wavy wall, and the wall, which lets some of it
    through.
    """
    x = ufl.SpatialCoordinate(flow.mesh)
    turns = 2 * ufl.pi * (x[0] - flow.phase)
    force = [1 + ufl.sin(turns + 1), ufl.cos(turns + 2 * ufl.pi * x[1]), ufl.sin(turns)][
        : flow.dimension
    ]
    return 5 * ufl.as_vector(force), flow.wall(
        lambda normals, x: 0.1 * np.cos(2 * np.pi * (x[:, 0] - flow.phase))
    )


@pytest.mark.parametrize("cell", ["quadrilateral", "tetrahedron"])
def test_it_does_not_matter_where_a_periodic_cell_is_cut(solve, cell):
    work = []
    for phase in (0.1, 0.6):
        flow = Flow(cell, 4, phase)
        force, wall = forced(flow)
        solve(
            flow.residual(force),
            flow.unknown,
            flow.top_without_sliding(),
            flow.fields,
            ties=flow.cell(wall),
        )
        quantities = (
            ufl.dot(force, flow.velocity),
            ufl.inner(flow.velocity, flow.velocity),
            flow.pressure**2,
        )
        work.append([total(COMM, fem.form(quantity * ufl.dx(degree=6))) for quantity in quantities])
    np.testing.assert_allclose(work[1], work[0], rtol=1e-8)


def test_slip_wall_feels_no_tangential_force_and_lets_through_what_is_given(solve, solvers):
    flow = Flow("quadrilateral", 4, 0.2)
    force, wall = forced(flow)
    sides = np.concatenate([flow.facets(0, 0.0), flow.facets(0, 1.0)])
    held = [flow.fields.hold("velocity", sides, 1, component=0)]
    solve(flow.residual(force), flow.unknown, held, flow.fields, ties=Ties(walls=(wall,)))
    velocity = flow.fields.extract(flow.unknown, "velocity").x.array.reshape(-1, 2)[wall.nodes]
    np.testing.assert_allclose(np.sum(velocity * wall.normals, axis=1), wall.speeds, atol=1e-12)
    dofs = flow.fields.maps["velocity"].reshape(-1, 2)[wall.nodes]
    x = flow.fields.spaces["velocity"].tabulate_dof_coordinates()[wall.nodes, 0]
    reactions = solvers[0].reactions()
    inner = (dofs[:, 1] < len(reactions)) & (x > 0.01) & (x < 0.99)
    push, normals = reactions[dofs[inner]], wall.normals[inner]
    size = COMM.allreduce(np.abs(push).max(initial=0), op=MPI.MAX)
    np.testing.assert_allclose(
        push[:, 0] * normals[:, 1] - push[:, 1] * normals[:, 0], 0, atol=1e-9 * size
    )


def test_slip_on_a_flat_wall_is_a_held_component(solve):
    flow = Flow("quadrilateral", 4, 0.2, wave=0.0)
    force, wall = forced(flow)
    wall.speeds[:] = 0.3
    top, bottom = (
        flow.top_without_sliding(),
        flow.fields.hold("velocity", flow.facets(1, 0.0), 1, value=0.3, component=1),
    )
    reports, values = [], []
    for held, ties in ((top, Ties(walls=(wall,))), ([*top, bottom], None)):
        flow.unknown.x.array[:] = 0.0
        reports.append(solve(flow.residual(force), flow.unknown, held, flow.fields, ties=ties))
        values.append(flow.unknown.x.array.copy())
    assert reports[0].iterations == reports[1].iterations > 5
    np.testing.assert_allclose(values[1], values[0], atol=1e-9)


@pytest.mark.parametrize("cell", ["quadrilateral", "hexahedron"])
def test_field_splits_work_with_ties(solve, cell):
    flow = Flow(cell, 6, 0.1, exponent=1.0)
    force, wall = forced(flow)
    values = []
    for kind in ("direct", "iterative"):
        flow.unknown.x.array[:] = 0.0
        options, schur = (
            solver_options(kind, flow.fields, {"velocity": VELOCITY, "pressure": PRESSURE_MASS}),
            SchurMass(flow.fields, "pressure", -1 / flow.viscosity, ufl.dx(degree=4)),
        )
        held, ties = flow.top_without_sliding(), flow.cell(wall)
        report = solve(
            flow.residual(force), flow.unknown, held, flow.fields, options, ties=ties, schur=schur
        )
        # 46 an iteration if the Schur complement knows no ties
        assert report.linear_iterations < 30 * report.iterations
        values.append(flow.unknown.x.array.copy())
    np.testing.assert_allclose(values[1], values[0], atol=1e-7 * np.abs(values[0]).max())


def test_ties_of_one_field_leave_its_mass_whole():
    flow = Flow("hexahedron", 3)
    tied = TiedUnknowns(flow.fields, [], Ties((1.0, 1.0, 1.0)))
    basis = tied.field_basis("pressure")
    schur = SchurMass(flow.fields, "pressure", 1.0, ufl.dx(flow.mesh))
    schur.update()
    ones, row_sums = schur.matrix.createVecs()
    ones.set(1.0)
    basis.reduce(schur.matrix).mult(ones, row_sums)
    assert COMM.allreduce(len(basis.slaves)) == 4**3 - 3**3
    assert row_sums.sum() - COMM.allreduce(len(basis.slaves)) == pytest.approx(1.0, rel=1e-10)
    basis.destroy()
    tied.destroy()


def test_vertical_wall_is_refused(solve):
    flow = Flow("triangle", 3, 0.0)
    wall = flow.wall(lambda normals, x: np.zeros(len(x)))
    wall.normals[:1, -1] = 0.0
    with pytest.raises(InputError, match="A wall with slip is vertical"):
        solve(flow.residual(0 * flow.velocity), flow.unknown, [], flow.fields, ties=flow.cell(wall))


def lid(flow: Flow) -> np.ndarray:
    """Blocks of the velocity on the top."""
    flow.mesh.topology.create_connectivity(flow.dimension - 1, flow.dimension)
    return fem.locate_dofs_topological(
        flow.fields.spaces["velocity"], flow.dimension - 1, flow.facets(flow.dimension - 1, 1.0)
    )


def lidded(flow: Flow, force: float):
    """A lid that a force pushes along x over a fluid between a resting bottom and open ends:
    residual and conditions.
    """
    w, _ = ufl.TestFunctions(flow.fields.space)
    top = mesh.locate_entities_boundary(
        flow.mesh, flow.dimension - 1, lambda x: np.isclose(x[flow.dimension - 1], 1.0)
    )
    tags = mesh.meshtags(flow.mesh, flow.dimension - 1, np.sort(top), np.ones(len(top), np.int32))
    push = fem.Constant(flow.mesh, force) * w[0] * ufl.ds(flow.mesh, subdomain_data=tags)(1)
    bottom = [
        flow.fields.hold("velocity", flow.facets(flow.dimension - 1, 0.0), flow.dimension - 1)
    ]
    upright = [
        flow.fields.hold(
            "velocity",
            flow.facets(flow.dimension - 1, 1.0),
            flow.dimension - 1,
            component=component,
        )
        for component in range(1, flow.dimension)
    ]
    return flow.residual(0 * flow.velocity) - push, [*bottom, *upright]


@pytest.mark.parametrize("cell", CELLS)
def test_a_rigid_lid_moves_as_one_and_feels_the_force_that_pushes_it(solve, solvers, cell):
    flow = Flow(cell, 3)
    residual, held = lidded(flow, 0.3)
    nodes = lid(flow)
    solve(
        residual,
        flow.unknown,
        held,
        flow.fields,
        ties=Ties(bodies=(RigidBody("velocity", 0, nodes),)),
    )
    velocity = flow.fields.extract(flow.unknown, "velocity").x.array.reshape(-1, flow.dimension)[
        nodes, 0
    ]
    speed = COMM.allreduce(velocity.max(initial=0.0), op=MPI.MAX)
    assert speed > 0.1
    np.testing.assert_allclose(velocity, speed, rtol=1e-12)

    # The same lid held at that speed is held with that force.
    still = Flow(cell, 3)
    residual, held = lidded(still, 0.0)
    top = still.fields.hold(
        "velocity",
        still.facets(still.dimension - 1, 1.0),
        still.dimension - 1,
        value=speed,
        component=0,
    )
    solve(residual, still.unknown, [*held, top], still.fields)
    dofs = still.fields.maps["velocity"].reshape(-1, still.dimension)[lid(still), 0]
    reactions = solvers[-1].reactions()
    assert COMM.allreduce(reactions[dofs[dofs < len(reactions)]].sum()) == pytest.approx(
        0.3, rel=1e-8
    )
    np.testing.assert_allclose(still.unknown.x.array, flow.unknown.x.array, atol=1e-8)


def test_a_rigid_body_follows_its_held_node(solve):
    flow = Flow("quadrilateral", 4)
    residual, held = lidded(flow, 0.3)
    corner = mesh.locate_entities(flow.mesh, 0, lambda x: np.isclose(x[0], 1) & np.isclose(x[1], 1))
    nodes = lid(flow)
    held.append(flow.fields.hold("velocity", corner, 0, value=0.7, component=0))
    solve(
        residual,
        flow.unknown,
        held,
        flow.fields,
        ties=Ties(bodies=(RigidBody("velocity", 0, nodes),)),
    )
    velocity = flow.fields.extract(flow.unknown, "velocity").x.array.reshape(-1, 2)[nodes, 0]
    np.testing.assert_allclose(velocity, 0.7, rtol=1e-12)


def test_ties_that_tie_nothing_cost_nothing():
    assert not Ties()
    assert Ties(period=(1.0,)) and Ties(
        walls=(SlipWall("velocity", np.zeros(0), np.zeros((0, 2)), np.zeros(0)),)
    )
    assert Ties(bodies=(RigidBody("velocity", 0, np.zeros(0)),))
