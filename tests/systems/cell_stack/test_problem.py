"""The lithium in time: what the frame does, the stepper's side, and asking for numbers, without
files.
"""

import json
from dataclasses import astuple

import numpy as np
import pytest
from mpi4py import MPI

from anodex.meshes.foil import FoilMesh
from anodex.models.results.quantity import row_of
from anodex.models.solve.nonlinear import NonlinearSolver
from anodex.models.systems.cell_stack.case import Case
from anodex.models.systems.cell_stack.die import (
    Pressed,
    build_bodies,
    pellet_half,
    wall_nodes,
)
from anodex.models.systems.cell_stack.observer import StackObserver
from anodex.models.systems.cell_stack.problem import LithiumStack
from anodex.models.systems.cell_stack.protocol import Loads
from anodex.models.systems.cell_stack.tube import CompliantWall, PressedBodies

COMM = MPI.COMM_WORLD
ALONE = pytest.mark.serial  # on several ranks test_parity holds such steps to one


def stack_pressure(stack: LithiumStack) -> float:
    return StackObserver(stack).measure().stack_pressure


@ALONE
def test_a_given_force_is_that_on_the_rod(make_stack, marched):
    stack = make_stack()
    force = 5.0 * stack.case.rod_area
    stack.loads = Loads(force=lambda time: force * time / 60)
    marched(stack, 60.0)
    assert stack_pressure(stack) == pytest.approx(5.0, rel=1e-12)
    assert stack.thickness < stack.case.geometry.foil_thickness


@ALONE
def test_a_spring_frame_pushes_with_its_stiffness(make_stack, marched):
    stack = make_stack(frame={"stiffness": "20 N/um"})
    first = 5.0 * stack.case.rod_area
    stack.loads = Loads(force=lambda time: first)
    marched(stack, 60.0)
    stack.loads, closed = Loads(plating=3e-4), stack.thickness
    stack.lock(first)
    marched(stack, 600.0)
    assert stack.now.force == pytest.approx(first + 20e6 * (stack.thickness - closed), rel=1e-9)


@ALONE
def test_a_rigid_frame_brings_the_rod_back_after_it_was_slack(make_stack, marched):
    stack = make_stack(frame={"stiffness": "rigid"})
    stack.lock(0.0)
    closed = stack.thickness
    stack.loads = Loads(plating=-3e-4)
    marched(stack, 600.0)
    assert stack.now.slack and stack_pressure(stack) == 0.0 and stack.thickness < closed
    stack.loads = Loads(plating=3e-4)
    marched(stack, 1200.0)
    assert not stack.now.slack and stack_pressure(stack) > 0
    assert stack.thickness == pytest.approx(closed, rel=1e-9)


@ALONE
def test_states_are_kept_and_taken_back(make_stack, marched):
    stack = make_stack()
    stack.loads = Loads(plating=3e-4)
    stack.lock(0.0)
    kept = stack.state.snapshot()
    shape = stack.shape()
    marched(stack, 60.0)
    assert stack.shape().length != shape.length and stack.plated > 0
    stack.state.restore(kept)
    assert (stack.thickness, stack.plated) == (shape.thickness, 0.0)
    assert stack.shape().length == pytest.approx(shape.length, rel=1e-9)  # found from another start


def test_an_error_counts_by_what_is_pressed_out(make_stack):
    stack = make_stack()
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


def test_size_counts_all_ranks_once(make_stack):
    found = make_stack().size()
    assert found == make_stack(MPI.COMM_SELF).size() and found["unknowns"] > 4 * found["cells"]


@ALONE
@pytest.mark.parametrize("kind", ["die", "pouch", "compliant"])
def test_asking_for_numbers_and_fields_changes_nothing(make_stack, kind, monkeypatch, marched):
    """The mesh stays where it is, nothing is solved, and the answer stays the same."""
    if kind == "compliant":
        stack, bodies = compliant()
    else:
        stack, bodies = make_stack(pouch=kind == "pouch"), None
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
    case = Case(geometry={"refinement": 0.25, "gap": "50 um"}, compaction={"enabled": False})
    bodies = build_bodies(case, COMM, with_powder=False)
    face = pellet_half(case)
    return LithiumStack(case, COMM, wall_nodes(bodies, face), Pressed(face), bodies), bodies


@ALONE
def test_the_instant_is_that_of_the_accepted_step(make_stack, marched):
    """A step that is tried and taken back shows in no number."""
    stack = make_stack()
    stack.loads = Loads(plating=3e-4)
    stack.lock(0.0)
    marched(stack, 60.0)
    observer, accepted = StackObserver(stack), stack.state.snapshot()
    row = observer.measure()
    stack.solve_stage(120.0, 60.0, accepted)
    stack.state.restore(accepted)
    np.testing.assert_array_equal(astuple(observer.measure()), astuple(row))


def test_a_state_goes_through_a_checkpoint_to_the_last_bit(make_stack, marched):
    stack, other = make_stack(), make_stack()
    stack.loads = Loads(force=lambda time: 5.0 * stack.case.rod_area)
    marched(stack, 20.0)
    stack.lock(3.0)
    stored = json.loads(json.dumps(stack.state.stored_numbers()))
    other.state.take_numbers(stored)
    assert other.thickness == stack.thickness < 250.0
    for name, values in other.state.stored_numbers().items():
        np.testing.assert_array_equal(values, stored[name], err_msg=name)
