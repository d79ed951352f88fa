"""Lithium that hardens, in time: what is carried where, and the ends of the law."""

import numpy as np
import pytest
from dolfinx.mesh import compute_midpoints

from anodex.models.results.series import read_fields
from anodex.models.systems.cell_stack.observer import StackObserver
from anodex.models.systems.cell_stack.problem import LithiumStack
from anodex.models.systems.cell_stack.protocol import Loads
from anodex.models.systems.cell_stack.resistance import NoHardening

ALONE = pytest.mark.serial  # on several ranks test_parity holds such steps to one
ANAND = {"law": "anand"}


def stacked(stack: LithiumStack, marched) -> LithiumStack:
    """A stack after a minute under 10 MPa."""
    stack.loads = Loads(force=lambda time: 10.0 * stack.case.rod_area * min(time / 10, 1))
    return marched(stack, 10.0, 60.0)


@ALONE
def test_only_lithium_that_hardens_remembers(make_stack):
    assert isinstance(make_stack().resistance, NoHardening)
    assert "resistance" not in make_stack().state.numbers
    stack = make_stack(flow=ANAND)
    assert stack.state.numbers["resistance"] is stack.resistance.values
    assert set(stack.resistance.values) == {0.95}


@ALONE
def test_without_hardening_it_is_a_power_law(make_stack, marched):
    flow = {**ANAND, "hardening": "0 MPa"}
    stack = stacked(make_stack(flow=flow), marched)
    np.testing.assert_allclose(stack.resistance.values, 0.95, rtol=1e-12)
    plain = make_stack(flow=flow)
    plain.resistance = NoHardening()
    plain.flow.creep.stress.vary(np.full(len(stack.resistance.values), stack.case.creep.prefactor))
    stacked(plain, marched)
    assert stack.thickness == pytest.approx(plain.thickness, rel=1e-9)
    assert stack.shape().length == pytest.approx(plain.shape().length, rel=1e-7)


@ALONE
@pytest.mark.parametrize("pouch", [False, True], ids=["die", "pouch"])
def test_lithium_that_hardens_lies_between_start_and_saturation(make_stack, marched, pouch):
    stack = stacked(make_stack(pouch=pouch, flow=ANAND), marched)
    values = stack.resistance.values
    most = stack.resistance.law.saturated(1.0)  # of a rate beyond all
    assert values.min() >= 0.95 * (1 - 1e-12) and 1.2 < values.max() < most
    row = StackObserver(stack).measure()
    assert row.volume_balance_error < 1e-10 and row.force_balance_error < 1e-10


@ALONE
def test_what_is_plated_has_not_hardened(make_stack, marched):
    stack = stacked(make_stack(flow=ANAND), marched)
    before = stack.resistance.values.copy()
    stack.loads = Loads(plating=1.0)
    stack.lock(0.0)
    marched(stack, 0.02)  # next to no strain, and a hundredth of the first cells is new
    fresh = stack.resistance.values - before
    assert fresh.min() < -1e-3 and stack.resistance.values.min() >= 0.95 - 1e-12


@ALONE
def test_layers_stay_with_their_lithium(make_stack, marched):
    """Pressed flat between plates along which they slide, layers strain alike, as nodes do."""
    flow = {**ANAND, "hardening": "0 MPa", "wall": "slip"}
    stack = make_stack(pouch=True, flow=flow)
    mesh, values = stack.foil.tagged.mesh, stack.resistance.values
    places = compute_midpoints(mesh, 2, np.arange(len(values), dtype=np.int32))
    order = mesh.topology.original_cell_index
    height, inside = np.empty((2, len(values)))
    height[order], inside[order] = places[:, 0] / stack.thickness, places[:, 1]
    layers, first = np.where(height < 0.5, 0.0, 1.0), stack.thickness
    values[:] = 0.95 + 1e-5 * layers  # so little that they do strain alike
    stack.loads = Loads(force=lambda time: stack.case.rod_area)
    marched(stack, 300.0, first=30.0)
    assert stack.thickness < 0.9 * first
    deep = inside < 2000  # the ends bulge
    np.testing.assert_allclose((values[deep] - 0.95) / 1e-5, layers[deep], atol=1e-3)


@ALONE
def test_a_stage_begins_no_farther_than_saturation(make_stack, marched):
    """The second stage of a step starts from twice the way of the first and more."""
    stack = stacked(make_stack(flow=ANAND), marched)
    resistance = stack.resistance
    reached = resistance.values.copy()
    np.testing.assert_array_equal(resistance.begin({"resistance": reached}), reached)
    far = resistance.begin({"resistance": reached + 5.0})
    below = far < reached + 4.9
    assert below.any() and np.all(far[below] > reached[below])
    resistance.values[:] = reached
    assert resistance.begin({"resistance": reached - 5.0}).min() >= reached.min()


@ALONE
def test_errors_count_by_the_power_that_they_take(make_stack, marched):
    stack = stacked(make_stack(flow=ANAND), marched)
    values = stack.resistance.values
    assert stack.resistance.error({"resistance": 0.02 * values}) == pytest.approx(0.02)
    difference = {name: 0.0 * held for name, held in stack.state.snapshot().items()}
    difference["resistance"] = stack.case.numerics.step_tolerance * values
    assert stack.error(difference) == pytest.approx(1.0)


@ALONE
def test_files_show_the_resistance(run_case):
    result = run_case("gap", "flow.law=anand")
    flow = read_fields(result.folder / "fields.xdmf")
    shown = flow.grid(flow.times[-1]).cell_data["resistance [MPa]"]
    assert 0.95 * (1 - 1e-12) <= shown.min() < shown.max() < 2.0
    assert result.observables["volume_balance_error"].value < 1e-8
