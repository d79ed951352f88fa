"""The lithium in time: its shape and volumes, what the frame does, and the stepper's side,
without files.
"""

import numpy as np
import pytest
from mpi4py import MPI

from anodex.meshes.foil import FoilShape
from anodex.models.errors import ConvergenceError, InputError
from anodex.models.systems.cell_stack.case import Case
from anodex.models.systems.cell_stack.die import straight_wall
from anodex.models.systems.cell_stack.problem import LithiumStack, Loads
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


@pytest.mark.parametrize("pouch", [False, True], ids=["die", "pouch"])
def test_the_stack_starts_with_the_cut_foil(make, pouch):
    stack = make(pouch=pouch)
    assert (
        stack.volume
        == stack.cut_volume
        == pytest.approx(250.0 * (RADIUS if pouch else np.pi * RADIUS**2))
    )
    assert stack.foil.volume(stack.shape()) == pytest.approx(stack.volume, rel=1e-13)
    assert (
        abs(stack.extruded_volume()) < 1e-9 * stack.volume
        and abs(stack.stored_volume()) < 1e-9 * stack.volume
    )
    assert stack.shape().length > 0 and stack.thickness < 250.0
    assert stack.stack_pressure() == 0.0


def test_a_wide_gap_takes_two_thirds_of_the_foil(make):
    """By hand: w^2 h + (w^2 - R^2) 0.2 g = R^2 (the cut thickness), with the gap g and w = R +
    g.
    """
    stack = make(geometry={"gap": "1.4 mm", "foil_thickness": "1 mm"})
    wall = RADIUS + 1400.0
    by_hand = (RADIUS**2 * 1000.0 - (wall**2 - RADIUS**2) * 280.0) / wall**2
    assert stack.thickness == pytest.approx(by_hand, rel=1e-12)
    assert stack.foil.volume(stack.shape()) == pytest.approx(stack.cut_volume, rel=1e-13)


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
    assert abs(stack.misplaced_volume()) <= 1e-12 * stack.volume
    length = stack.shape().length
    stack.volume += 0.01 * stack.first[1]  # as if lithium came from nowhere
    assert stack.misplaced_volume() == pytest.approx(0.01 * stack.first[1], rel=1e-6)
    assert stack.shape().length > length


@pytest.mark.parametrize("pouch", [False, True], ids=["die", "pouch"])
def test_free_volume_is_that_up_to_the_far_end(make, pouch):
    stack = make(pouch=pouch)
    section = 200.0 if pouch else np.pi * ((RADIUS + GAP) ** 2 - RADIUS**2)
    assert stack.free_volume(200.0, 1000.0) == pytest.approx(section * 2000.0, rel=1e-12)


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
    assert stack.extruded_volume() + stack.stored_volume() == pytest.approx(
        stack.volume - stack.cut_volume, rel=1e-10
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
    assert stack.extruded_volume() + stack.stored_volume() == pytest.approx(stack.plated, rel=1e-9)


def test_a_given_force_is_that_on_the_rod(make):
    stack = make()
    force = 5.0 * stack.case.rod_area
    stack.loads = Loads(force=lambda time: force * time / 60)
    marched(stack, 60.0)
    assert stack.stack_pressure() == pytest.approx(5.0, rel=1e-12)
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
    assert stack.now.slack and stack.stack_pressure() == 0.0 and stack.thickness < closed
    stack.loads = Loads(plating=3e-4)
    marched(stack, 1200.0)
    assert not stack.now.slack and stack.stack_pressure() > 0
    assert stack.thickness == pytest.approx(closed, rel=1e-9)


def test_states_are_kept_and_taken_back(make):
    stack = make()
    stack.loads = Loads(plating=3e-4)
    stack.lock(0.0)
    kept = stack.get_state()
    shape = stack.shape()
    marched(stack, 60.0)
    assert stack.shape().length != shape.length and stack.plated > 0
    stack.set_state(kept)
    assert (stack.thickness, stack.plated) == (shape.thickness, 0.0)
    assert stack.shape().length == pytest.approx(shape.length, rel=1e-9)  # found from another start


def test_an_error_counts_by_what_is_pressed_out(make):
    stack = make()
    stack.volume *= 1.05
    assert stack.error([np.array([1e-3, 0.0, 0.0]), np.zeros_like(stack.radii)]) == pytest.approx(
        1e-3
        * stack.case.rod_area
        / stack.foil.column_volume(stack.shape())
        / stack.case.numerics.step_tolerance
    )
    assert stack.error([np.zeros(3), np.zeros_like(stack.radii)]) == 0.0


def test_size_counts_all_ranks_once(make):
    cells, unknowns = make().size()
    alone = make(MPI.COMM_SELF).size()
    assert (cells, unknowns) == alone and unknowns > 4 * cells


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
