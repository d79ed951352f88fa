"""Flow of the lithium foil: contact with the rod, walls, laws, starts and motion in time."""

import numpy as np
import pytest
from mpi4py import MPI

from anodex.meshes.foil import FoilMesh, FoilShape
from anodex.models.errors import ConvergenceError
from anodex.models.laws.creep import PowerLaw
from anodex.models.materials.lithium_creep import lepage, newtonian, roy
from anodex.models.systems.cell_stack.foil import FoilFlow
from anodex.models.systems.cell_stack.foil_state import FoilState, HeldRod, PushedRod

pytestmark = pytest.mark.serial  # on several ranks test_foil_ranks holds such flows to one
COMM = MPI.COMM_WORLD
RADIUS = 1000.0
AREA = np.pi * RADIUS**2
PLATING = 3e-4  # um/s
LAWS = {
    "newtonian": newtonian(1e4),
    "cubic": PowerLaw(0.01, 3.0),
    "roy": roy(),
    "lepage": lepage(298.0),
    "seventh": PowerLaw(0.01, 7.0),
}


def wall(x):
    return RADIUS + 40 + 20 * np.exp(-x / 400)


DIE, POUCH = FoilShape(200.0, 300.0, wall), FoilShape(200.0, 300.0)


@pytest.fixture
def make():
    """Function that builds a flow on a coarse mesh."""
    made = []

    def build(
        shape: FoilShape = DIE, law: str = "roy", floor: float = 0.02, **arguments
    ) -> FoilFlow:
        made.append(FoilFlow(FoilMesh(COMM, RADIUS, shape, 0.5), LAWS[law], floor, **arguments))
        return made[-1]

    yield build
    for flow in made:
        flow.destroy()


def balanced(state: FoilState) -> bool:
    forces = state.pellet_force, state.force, state.wall_drag
    return state.volume_error < 1e-12 and abs(
        state.pellet_force - state.force - state.wall_drag
    ) <= 1e-8 * max(map(abs, forces))


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize(
    "sliding", [(), ("wall",), ("pellet", "rod", "wall")], ids=["stick", "wall slides", "all slide"]
)
@pytest.mark.parametrize(("gap", "length"), [(10.0, 5000.0), (200.0, 10.0)])
def test_every_law_and_gap_converges_from_rest_and_balances(make, law, sliding, gap, length):
    """In a long thin gap and in a short wide one; others take as many iterations or fewer."""
    shape = FoilShape(250.0, length, lambda x: np.full(len(x), RADIUS + gap))
    # A viscosity that goes with the sixth power of the stress leaves no digits below a thousandth
    # of it: the floor goes along.
    for rod, floor in (
        (HeldRod(), 0.02),
        (PushedRod(0.1 * AREA), 0.02),
        (PushedRod(20 * AREA), 0.2),
    ):
        state = make(shape, law=law, floor=floor, sliding=sliding).solve(shape, PLATING, rod)
        assert balanced(state)
        assert state.report.iterations <= 40
        assert state.plated == pytest.approx(PLATING * AREA, rel=1e-12)


def test_what_is_plated_under_a_held_rod_comes_out_at_the_front(make):
    state = make().solve(DIE, PLATING, HeldRod())
    assert state.rod_velocity == 0 and state.force > 0 and not state.slack
    assert state.outflow == pytest.approx(PLATING * AREA, rel=1e-12)
    front = np.pi * (wall(500.0) ** 2 - RADIUS**2)
    assert state.growth == pytest.approx(PLATING * AREA / front, rel=1e-10)
    assert np.all(
        np.diff(state.wall_pressure[(state.wall_places > 210) & (state.wall_places < 480)]) < 0
    )


def test_a_rod_without_force_floats_on_what_is_plated(make):
    state = make().solve(DIE, PLATING, PushedRod(0.0))
    assert 0.9 * PLATING < state.rod_velocity < 1.1 * PLATING
    assert state.force == 0 and not state.slack


@pytest.mark.parametrize(
    "rod",
    [HeldRod(), PushedRod(-0.1 * AREA), PushedRod(0.0, 1e14)],
    ids=["held", "pulled", "sprung"],
)
def test_a_rod_never_pulls(make, rod):
    stripping = make()
    state = stripping.solve(DIE, -PLATING, rod)
    free = make().solve(DIE, -PLATING, PushedRod(0.0))
    assert state.slack and state.force == 0
    assert state.rod_velocity == pytest.approx(free.rod_velocity, rel=1e-7)
    # It stays slack without a try to pull, and takes hold again when lithium comes.
    again = stripping.solve(DIE, -PLATING, rod)
    assert again.slack and again.report.iterations <= 1
    held = stripping.solve(DIE, 2 * PLATING, HeldRod())
    assert not held.slack and held.force == pytest.approx(
        make().solve(DIE, 2 * PLATING, HeldRod()).force, rel=1e-7
    )


def test_a_held_rod_may_be_drawn_back_as_fast_as_lithium_follows(make):
    flow = make()
    behind = flow.solve(DIE, PLATING, HeldRod(0.5 * PLATING))
    assert behind.force > 0 and behind.rod_velocity == pytest.approx(0.5 * PLATING, rel=1e-10)
    assert flow.solve(DIE, PLATING, HeldRod(2 * PLATING)).slack


def test_stripping_without_force_turns_the_flow_around(make):
    flow = make()
    forward, back = (flow.solve(DIE, sign * PLATING, PushedRod(0.0)) for sign in (1, -1))
    assert back.growth == pytest.approx(-forward.growth, rel=1e-6)
    np.testing.assert_allclose(
        back.wall_pressure, -forward.wall_pressure, atol=1e-6 * np.abs(forward.wall_pressure).max()
    )


@pytest.mark.parametrize("shape", [DIE, POUCH], ids=["die", "pouch"])
def test_a_flow_alike_is_found_from_the_last_one(make, shape):
    flow = make(shape)
    first = flow.solve(shape, PLATING, HeldRod())
    assert flow.solve(shape, PLATING, HeldRod()).report.iterations == 0
    longer = FoilShape(shape.thickness, 1.05 * shape.length, shape.wall)
    warm = flow.solve(longer, PLATING, HeldRod())
    assert warm.report.iterations < 0.7 * first.report.iterations
    assert warm.force == pytest.approx(
        make(longer).solve(longer, PLATING, HeldRod()).force, rel=1e-7
    )


def test_a_mesh_that_has_moved_gives_the_flow_of_one_made_there(make):
    flow = make()
    flow.solve(DIE, PLATING, PushedRod(10 * AREA))
    far = FoilShape(150.0, 900.0, lambda x: wall(x) + 5)
    cold = make(far, law="roy").solve(far, PLATING, PushedRod(2 * AREA))
    warm = flow.solve(far, PLATING, PushedRod(2 * AREA))
    # cells across the gap are not quite the same
    assert warm.growth == pytest.approx(cold.growth, rel=0.02)


def test_nothing_moves_without_a_load(make):
    flow = make()
    flow.solve(DIE, PLATING, HeldRod())
    rest = flow.solve(DIE, 0.0, HeldRod())
    assert abs(rest.force) < 1e-6 * AREA and abs(rest.outflow) < 1e-9 * PLATING * AREA
    assert make().solve(DIE, 0.0, PushedRod(0.0)).growth == 0


def test_walls_that_slide_leave_less_force(make):
    forces = [
        make(sliding=sliding).solve(DIE, PLATING, HeldRod()).force
        for sliding in ((), ("wall",), ("pellet", "rod", "wall"))
    ]
    assert forces[0] > 1.3 * forces[1] > 1.3 * forces[2]


@pytest.mark.parametrize("yielding", [False, True], ids=["rim sticks", "rim slides"])
@pytest.mark.parametrize("sliding", [(), ("wall",)], ids=["stick", "slip"])
def test_a_wall_takes_lithium_only_as_it_recedes(make, sliding, yielding):
    flow = make(sliding=sliding, yielding=yielding)
    still = flow.solve(DIE, PLATING, HeldRod())
    assert balanced(still) and abs(still.widening) < 1e-12 * still.plated
    moving = flow.solve(DIE, PLATING, HeldRod(), lambda x: 1e-4 * np.ones_like(x))
    assert balanced(moving) and moving.growth < still.growth
    assert moving.widening == pytest.approx(
        1e-4 * 2 * np.pi * np.trapezoid(wall(x := np.linspace(0, 500, 10001)), x), rel=1e-4
    )


def test_a_finer_mesh_keeps_the_force_where_the_rim_slides():
    forces = []
    for refinement in (0.5, 1.0):
        flow = FoilFlow(FoilMesh(COMM, RADIUS, DIE, refinement), roy(), 0.02, yielding=True)
        forces.append(flow.solve(DIE, PLATING, HeldRod(), lambda x: 1e-5 * (1 + x / 500)).force)
        flow.destroy()
    assert forces[0] == pytest.approx(forces[1], rel=2e-3)


def test_pressure_on_the_wall_carries_the_whole_force(make):
    flow = make()
    state = flow.solve(DIE, PLATING, HeldRod())
    radii = wall(state.wall_places)
    segments = np.diff(state.wall_places) * (
        radii[1:] * (2 * state.wall_pressure[1:] + state.wall_pressure[:-1]) / 6
    )
    segments += np.diff(state.wall_places) * (
        radii[:-1] * (2 * state.wall_pressure[:-1] + state.wall_pressure[1:]) / 6
    )
    force = -flow._at(flow.boundary.blocks["wall"])[:, 1].sum()
    assert 2 * np.pi * segments.sum() == pytest.approx(COMM.allreduce(force), rel=1e-10)


def test_time_steps_keep_the_volume(make):
    """Steps as a run takes them: the thickness moves with the rod, the length is what holds the
    lithium.
    """
    flow, shape = make(), DIE
    volume, stiffness, force, step = flow.foil.volume(DIE), 1e6, 5 * AREA, 400.0
    for _ in range(4):
        state = flow.solve(shape, PLATING, PushedRod(force, stiffness * step))
        force = state.force
        volume += step * (state.plated)
        expected = shape.length + step * state.growth
        shape = flow.foil.filled(
            FoilShape(shape.thickness + step * state.rod_velocity, expected, wall), volume
        )
        assert shape.length == pytest.approx(expected, rel=2e-3)
    assert flow.foil.volume(shape) == pytest.approx(volume, rel=1e-13)


def test_a_pouch_flows_out_along_its_planes(make):
    flow = make(POUCH)
    state = flow.solve(POUCH, 0.0, HeldRod(-1e-3))
    assert balanced(state) and state.wall_pressure.size == 0
    assert state.growth == pytest.approx(1e-3 * (RADIUS + 300) / 200, rel=1e-10)


def test_shapes_that_cannot_be_are_refused(make):
    flow = make()
    with pytest.raises(ConvergenceError, match="The gap closes"):
        flow.solve(FoilShape(200.0, 300.0, lambda x: RADIUS - x), PLATING, HeldRod())


def test_a_failed_solve_leaves_nothing_behind(make, monkeypatch):
    flow = make()
    expected = flow.solve(DIE, PLATING, HeldRod()).force
    snes = flow._held.snes
    snes.setTolerances(max_it=1)
    with pytest.raises(ConvergenceError):
        flow.solve(FoilShape(100.0, 900.0, wall), 30 * PLATING, HeldRod())
    snes.setTolerances(max_it=40)
    assert flow.solve(DIE, PLATING, HeldRod()).force == pytest.approx(expected, rel=1e-8)
