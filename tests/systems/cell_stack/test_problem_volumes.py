"""Where the lithium is: what the foil, the gap and the far end hold, and that none is lost."""

import numpy as np
import pytest
from mpi4py import MPI

from anodex.meshes.foil import FoilShape
from anodex.models.errors import ConvergenceError, InputError
from anodex.models.systems.cell_stack.case import Case
from anodex.models.systems.cell_stack.filling import check_foil
from anodex.models.systems.cell_stack.instant import Instant
from anodex.models.systems.cell_stack.observer import StackObserver
from anodex.models.systems.cell_stack.problem import LithiumStack
from anodex.models.systems.cell_stack.protocol import Loads

COMM = MPI.COMM_WORLD
RADIUS, GAP = 3175.0, 50.0


def measured(stack: LithiumStack) -> Instant:
    """What is found of the present state."""
    stack.begin()
    return stack.instant


@pytest.mark.parametrize("pouch", [False, True], ids=["die", "pouch"])
def test_the_stack_starts_with_the_cut_foil(make_stack, pouch):
    stack = make_stack(pouch=pouch)
    assert (
        stack.volume
        == stack.filling.cut_volume
        == pytest.approx(250.0 * (RADIUS if pouch else np.pi * RADIUS**2))
    )
    assert stack.foil.volume(stack.shape()) == pytest.approx(stack.volume, rel=1e-13)
    start = measured(stack)
    assert abs(start.extruded) < 1e-9 * stack.volume and abs(start.stored) < 1e-9 * stack.volume
    assert stack.shape().length > 0 and stack.thickness < 250.0
    assert StackObserver(stack).measure().stack_pressure == 0.0


def test_a_wide_gap_takes_two_thirds_of_the_foil(make_stack):
    """By hand: w^2 h + (w^2 - R^2) 0.2 g = R^2 (the cut thickness), with the gap g and w = R +
    g.
    """
    stack = make_stack(geometry={"gap": "1.4 mm", "foil_thickness": "1 mm"})
    wall = RADIUS + 1400.0
    by_hand = (RADIUS**2 * 1000.0 - (wall**2 - RADIUS**2) * 280.0) / wall**2
    assert stack.thickness == pytest.approx(by_hand, rel=1e-12)
    assert stack.foil.volume(stack.shape()) == pytest.approx(stack.filling.cut_volume, rel=1e-13)


def test_a_gap_that_takes_the_foil_is_refused_alike_before_a_run_and_in_it(make_stack):
    """By hand as above, where a thousandth of the cut thickness is left."""
    wall = RADIUS + 1400.0
    most = (wall**2 - RADIUS**2) * 280.0 / (RADIUS**2 - 1e-3 * wall**2)
    thick, thin = (
        {"gap": "1.4 mm", "foil_thickness": f"{most * factor!r} um"} for factor in (1.001, 0.999)
    )
    check_foil(make_stack(geometry=thick).case)
    said = r"geometry.foil_thickness .* is too little.* Use a thicker foil or a narrower gap"
    with pytest.raises(InputError, match=said):
        check_foil(Case(geometry=thin))
    with pytest.raises(ConvergenceError, match=said):
        make_stack(geometry=thin)


@pytest.mark.parametrize("pouch", [False, True], ids=["die", "pouch"])
def test_the_cells_hold_the_lithium_that_there_is(make_stack, pouch, marched):
    stack = make_stack(pouch=pouch)
    stack.loads = Loads(force=lambda time: 5.0 * stack.case.rod_area, plating=3e-4)
    marched(stack, 60.0)
    assert abs(stack.instant.misplaced) <= 1e-12 * stack.volume
    length = stack.shape().length
    first = stack.filling.first_pressed_out
    stack.volume += 0.01 * first  # as if lithium came from nowhere
    assert measured(stack).misplaced == pytest.approx(0.01 * first, rel=1e-6)
    assert stack.shape().length > length


@pytest.mark.parametrize("pouch", [False, True], ids=["die", "pouch"])
def test_free_volume_is_that_up_to_the_far_end(make_stack, pouch):
    stack = make_stack(pouch=pouch)
    section = 200.0 if pouch else np.pi * ((RADIUS + GAP) ** 2 - RADIUS**2)
    assert stack.filling.free_volume(200.0, 1000.0) == pytest.approx(section * 2000.0, rel=1e-12)


def test_lithium_fills_the_gap_as_far_as_its_volume_reaches(make_stack):
    stack = make_stack()
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


def test_a_gap_that_varies_shapes_the_lithium(make_stack):
    """A cone of the wall: volume of the lithium beyond the rod's face by hand."""
    case = make_stack().case
    wall = np.array([[-100.0, RADIUS + 40.0], [4000.0, RADIUS + 81.0]])  # 1 um in 100
    stack = LithiumStack(case, COMM, wall)
    shape = FoilShape(250.0, 500.0, stack.shape().wall)
    near, far = RADIUS + 43.5, RADIUS + 48.5
    volume = np.pi * 500 * ((near**2 + near * far + far**2) / 3 - RADIUS**2)
    assert stack.foil.column_volume(shape) == pytest.approx(volume, rel=1e-9)
    stack.destroy()


def test_a_foil_that_is_used_up_is_said(make_stack):
    stack = make_stack()
    stack.thickness = -1.0
    with pytest.raises(ConvergenceError, match="thicker foil"):
        stack.shape()


@pytest.mark.parametrize("pouch", [False, True], ids=["die", "pouch"])
def test_volumes_balance_over_a_charge(make_stack, pouch, marched):
    stack = make_stack(pouch=pouch)
    stack.loads = Loads(plating=3e-4)
    stack.lock(0.0)
    marched(stack, 600.0)
    assert stack.plated == pytest.approx(3e-4 * 600 * stack.case.rod_area, rel=1e-12)
    now = stack.instant
    assert now.extruded + now.stored == pytest.approx(now.plated, rel=1e-9)
