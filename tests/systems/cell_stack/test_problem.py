"""The lithium in time: its shape and volumes, what the frame does, and the stepper's side,
without files.
"""

import json
from dataclasses import astuple

import numpy as np
import pytest
from mpi4py import MPI

from anodex.meshes.foil import FoilMesh, FoilShape
from anodex.models.errors import ConvergenceError, InputError
from anodex.models.results.quantity import row_of
from anodex.models.solve.nonlinear import NonlinearSolver
from anodex.models.systems.cell_stack.case import Case
from anodex.models.systems.cell_stack.die import (
    Pressed,
    build_bodies,
    pellet_half,
    straight_wall,
    wall_nodes,
)
from anodex.models.systems.cell_stack.instant import Instant
from anodex.models.systems.cell_stack.observer import StackObserver
from anodex.models.systems.cell_stack.problem import LithiumStack
from anodex.models.systems.cell_stack.protocol import Loads
from anodex.models.systems.cell_stack.tube import CompliantWall, PressedBodies
from anodex.models.time.stepping import StepControl, march

COMM = MPI.COMM_WORLD
RADIUS, GAP = 3175.0, 50.0


@pytest.fixture
def make():
    """Function that builds a coarse stack of a die with a given gap (or of a pouch) and a rigid
    tube.
    """
    made = []

    def build(
        comm: MPI.Comm = COMM, pouch: bool = False, geometry: dict | None = None, **tables
    ) -> LithiumStack:
        kind = {"type": "pouch"} if pouch else {"gap": f"{GAP} um"}
        rigid = {} if pouch else {"tube": {"compliant": False}}
        case = Case(geometry={"refinement": 0.25, **kind, **(geometry or {})}, **rigid, **tables)
        made.append(LithiumStack(case, comm, np.empty((0, 2)) if pouch else straight_wall(case)))
        return made[-1]

    yield build
    for stack in made:
        stack.destroy()


def marched(stack: LithiumStack, *events: float, first: float = 1.0) -> LithiumStack:
    march(
        stack,
        0.0,
        events,
        StepControl(first, 1e-6, 3600.0),
        lambda time: True,
        lambda *step: stack.accept(),
    )
    return stack


def measured(stack: LithiumStack) -> Instant:
    """What is found of the present state."""
    stack.begin()
    return stack.instant


def stack_pressure(stack: LithiumStack) -> float:
    return StackObserver(stack).measure().stack_pressure


@pytest.mark.parametrize("pouch", [False, True], ids=["die", "pouch"])
def test_the_stack_starts_with_the_cut_foil(make, pouch):
    stack = make(pouch=pouch)
    assert (
        stack.volume
        == stack.filling.cut_volume
        == pytest.approx(250.0 * (RADIUS if pouch else np.pi * RADIUS**2))
    )
    assert stack.foil.volume(stack.shape()) == pytest.approx(stack.volume, rel=1e-13)
    start = measured(stack)
    assert abs(start.extruded) < 1e-9 * stack.volume and abs(start.stored) < 1e-9 * stack.volume
    assert stack.shape().length > 0 and stack.thickness < 250.0
    assert stack_pressure(stack) == 0.0


def test_a_wide_gap_takes_two_thirds_of_the_foil(make):
    """By hand: w^2 h + (w^2 - R^2) 0.2 g = R^2 (the cut thickness), with the gap g and w = R +
    g.
    """
    stack = make(geometry={"gap": "1.4 mm", "foil_thickness": "1 mm"})
    wall = RADIUS + 1400.0
    by_hand = (RADIUS**2 * 1000.0 - (wall**2 - RADIUS**2) * 280.0) / wall**2
    assert stack.thickness == pytest.approx(by_hand, rel=1e-12)
    assert stack.foil.volume(stack.shape()) == pytest.approx(stack.filling.cut_volume, rel=1e-13)


def test_a_gap_that_takes_more_than_the_foil_is_refused(make):
    with pytest.raises(
        InputError,
        match=r"geometry.foil_thickness \(600 um\) is too little.* Use a thicker foil or a "
        r"narrower gap",
    ):
        make(geometry={"gap": "2 mm", "foil_thickness": "600 um"})


@pytest.mark.parametrize("pouch", [False, True], ids=["die", "pouch"])
def test_the_cells_hold_the_lithium_that_there_is(make, pouch):
    stack = make(pouch=pouch)
    stack.loads = Loads(force=lambda time: 5.0 * stack.case.rod_area, plating=3e-4)
    marched(stack, 60.0)
    assert abs(stack.instant.misplaced) <= 1e-12 * stack.volume
    length = stack.shape().length
    first = stack.filling.first_pressed_out
    stack.volume += 0.01 * first  # as if lithium came from nowhere
    assert measured(stack).misplaced == pytest.approx(0.01 * first, rel=1e-6)
    assert stack.shape().length > length


@pytest.mark.parametrize("pouch", [False, True], ids=["die", "pouch"])
def test_free_volume_is_that_up_to_the_far_end(make, pouch):
    stack = make(pouch=pouch)
    section = 200.0 if pouch else np.pi * ((RADIUS + GAP) ** 2 - RADIUS**2)
    assert stack.filling.free_volume(200.0, 1000.0) == pytest.approx(section * 2000.0, rel=1e-12)


def test_lithium_fills_the_gap_as_far_as_its_volume_reaches(make):
    stack = make()
    stack.volume *= 1.01
    length = stack.shape().length
    radius, thickness = RADIUS + GAP, stack.thickness
    assert np.pi * radius**2 * thickness + np.pi * (
        radius**2 - RADIUS**2
    ) * length == pytest.approx(stack.volume, rel=1e-12)
    stack.volume *= 2
    assert stack.shape().length == stack.case.geometry.gap_length
    now = measured(stack)
    assert now.extruded + now.stored == pytest.approx(
        stack.volume - stack.filling.cut_volume, rel=1e-10
    )


def test_a_foil_that_is_used_up_is_said(make):
    stack = make()
    stack.thickness = -1.0
    with pytest.raises(ConvergenceError, match="thicker foil"):
        stack.shape()


@pytest.mark.parametrize("pouch", [False, True], ids=["die", "pouch"])
def test_volumes_balance_over_a_charge(make, pouch):
    stack = make(pouch=pouch)
    stack.loads = Loads(plating=3e-4)
    stack.lock(0.0)
    marched(stack, 600.0)
    assert stack.plated == pytest.approx(3e-4 * 600 * stack.case.rod_area, rel=1e-12)
    now = stack.instant
    assert now.extruded + now.stored == pytest.approx(now.plated, rel=1e-9)


def test_a_given_force_is_that_on_the_rod(make):
    stack = make()
    force = 5.0 * stack.case.rod_area
    stack.loads = Loads(force=lambda time: force * time / 60)
    marched(stack, 60.0)
    assert stack_pressure(stack) == pytest.approx(5.0, rel=1e-12)
    assert stack.thickness < stack.case.geometry.foil_thickness


def test_a_spring_frame_pushes_with_its_stiffness(make):
    stack = make(frame={"stiffness": "20 N/um"})
    first = 5.0 * stack.case.rod_area
    stack.loads = Loads(force=lambda time: first)
    marched(stack, 60.0)
    stack.loads, closed = Loads(plating=3e-4), stack.thickness
    stack.lock(first)
    marched(stack, 600.0)
    assert stack.now.force == pytest.approx(first + 20e6 * (stack.thickness - closed), rel=1e-9)


def test_a_rigid_frame_brings_the_rod_back_after_it_was_slack(make):
    stack = make(frame={"stiffness": "rigid"})
    stack.lock(0.0)
    closed = stack.thickness
    stack.loads = Loads(plating=-3e-4)
    marched(stack, 600.0)
    assert stack.now.slack and stack_pressure(stack) == 0.0 and stack.thickness < closed
    stack.loads = Loads(plating=3e-4)
    marched(stack, 1200.0)
    assert not stack.now.slack and stack_pressure(stack) > 0
    assert stack.thickness == pytest.approx(closed, rel=1e-9)


def test_states_are_kept_and_taken_back(make):
    stack = make()
    stack.loads = Loads(plating=3e-4)
    stack.lock(0.0)
    kept = stack.state.snapshot()
    shape = stack.shape()
    marched(stack, 60.0)
    assert stack.shape().length != shape.length and stack.plated > 0
    stack.state.restore(kept)
    assert (stack.thickness, stack.plated) == (shape.thickness, 0.0)
    assert stack.shape().length == pytest.approx(shape.length, rel=1e-9)  # found from another start


def test_an_error_counts_by_what_is_pressed_out(make):
    stack = make()
    stack.volume *= 1.05
    difference = {name: np.zeros_like(values) for name, values in stack.state.snapshot().items()}
    assert stack.error(difference) == 0.0
    difference["thickness"][:] = 1e-3
    assert stack.error(difference) == pytest.approx(
        1e-3
        * stack.case.rod_area
        / stack.foil.column_volume(stack.shape())
        / stack.case.numerics.step_tolerance
    )


def test_size_counts_all_ranks_once(make):
    found = make().size()
    assert found == make(MPI.COMM_SELF).size() and found["unknowns"] > 4 * found["cells"]


def test_a_gap_that_varies_shapes_the_lithium(make):
    """A cone of the wall: volume of the lithium beyond the rod's face by hand."""
    case = make().case
    wall = np.array([[-100.0, RADIUS + 40.0], [4000.0, RADIUS + 81.0]])  # 1 um in 100
    stack = LithiumStack(case, COMM, wall)
    shape = FoilShape(250.0, 500.0, stack.shape().wall)
    near, far = RADIUS + 43.5, RADIUS + 48.5
    volume = np.pi * 500 * ((near**2 + near * far + far**2) / 3 - RADIUS**2)
    assert stack.foil.column_volume(shape) == pytest.approx(volume, rel=1e-9)
    stack.destroy()


@pytest.mark.parametrize("kind", ["die", "pouch", "compliant"])
def test_asking_for_numbers_and_fields_changes_nothing(make, kind, monkeypatch):
    """The mesh stays where it is, nothing is solved, and the answer stays the same."""
    if kind == "compliant":
        stack, bodies = compliant()
    else:
        stack, bodies = make(pouch=kind == "pouch"), None
    observer = StackObserver(stack, bodies)
    stack.loads = Loads(force=lambda time: 5.0 * stack.case.rod_area, plating=3e-4)
    marched(stack, 20.0)
    nodes, shape = stack.foil.tagged.mesh.geometry.x.copy(), stack.foil.shape
    unknown = stack.flow.creep.unknown.x.array.copy()
    state = stack.state.snapshot() | {
        name: function.x.array.copy() for name, function in stack.state.start_fields.items()
    }

    def refuse(*_, **__):
        raise AssertionError("asking for numbers or fields has called this")

    for owner, name in (
        (NonlinearSolver, "solve"),
        (FoilMesh, "move"),
        (FoilMesh, "filled"),
        (CompliantWall, "press"),
    ):
        monkeypatch.setattr(owner, name, refuse)
    first, second = (asked(observer) for _ in range(2))
    for values, again in zip(first, second, strict=True):
        np.testing.assert_array_equal(values, again)
    np.testing.assert_array_equal(stack.foil.tagged.mesh.geometry.x, nodes)
    np.testing.assert_array_equal(stack.flow.creep.unknown.x.array, unknown)
    assert stack.foil.shape is shape
    for name, values in state.items():
        held = stack.state.numbers.get(name)
        now = stack.state.start_fields[name].x.array if held is None else held
        np.testing.assert_array_equal(now, values)
    monkeypatch.undo()
    if kind == "compliant":
        stack.destroy()
        observer.bodies.destroy()


def asked(observer: StackObserver) -> list[np.ndarray]:
    """Copies of all numbers and fields that an observer gives."""
    row = np.array(list(row_of(observer.quantities, observer.measure()).values()))
    files = observer.fields().values()
    return [row, *(function.x.array.copy() for fields in files for function in fields.values())]


def compliant() -> tuple[LithiumStack, PressedBodies]:
    """A stack in a tube that gives way, and the tube."""
    case = Case(geometry={"refinement": 0.25, "gap": f"{GAP} um"}, compaction={"enabled": False})
    bodies = build_bodies(case, COMM, with_powder=False)
    face = pellet_half(case)
    return LithiumStack(case, COMM, wall_nodes(bodies, face), Pressed(face), bodies), bodies


def test_the_instant_is_that_of_the_accepted_step(make):
    """A step that is tried and taken back shows in no number."""
    stack = make()
    stack.loads = Loads(plating=3e-4)
    stack.lock(0.0)
    marched(stack, 60.0)
    observer, accepted = StackObserver(stack), stack.state.snapshot()
    row = observer.measure()
    stack.solve_stage(120.0, 60.0, accepted)
    stack.state.restore(accepted)
    np.testing.assert_array_equal(astuple(observer.measure()), astuple(row))


def test_a_state_goes_through_a_checkpoint_to_the_last_bit(make):
    stack, other = make(), make()
    stack.loads = Loads(force=lambda time: 5.0 * stack.case.rod_area)
    marched(stack, 20.0)
    stack.lock(3.0)
    stored = json.loads(json.dumps(stack.state.stored_numbers()))
    other.state.take_numbers(stored)
    assert other.thickness == stack.thickness < 250.0
    for name, values in other.state.stored_numbers().items():
        np.testing.assert_array_equal(values, stored[name], err_msg=name)
