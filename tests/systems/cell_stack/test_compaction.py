"""Powder pressed in a tube and released, and the tube under the pressure of lithium, on coarse
meshes.
"""

from math import inf

import numpy as np
import pytest
from mpi4py import MPI

from anodex.meshes.pressing import PressingGeometry, build_pressing
from anodex.models.constitutive.density_cap import DensityCap
from anodex.models.constitutive.yield_laws import VonMisesPlasticity
from anodex.models.errors import ConvergenceError
from anodex.models.systems.cell_stack.compaction import Compaction, PunchControl
from anodex.models.systems.cell_stack.die import wall_nodes
from anodex.models.systems.cell_stack.tube import CompliantWall, ContactControl, PressedBodies

COMM = MPI.COMM_WORLD
pytestmark = pytest.mark.serial  # on several ranks test_parity holds such runs to one
TUBE = VonMisesPlasticity(500.0, 0.46, 10.0, 15.0)
POWDER = DensityCap(22100.0, 0.37, 4.0, 0.525, heckel_constant=5.1e-3)
COARSE = PressingGeometry(length=6000.0, cell_size=120.0)
CONTACT = ContactControl()
QUICK = PunchControl(largest_step=0.03)
PRESSURE = 40.0


class Pressed:
    """Powder pressed and released, with its steps."""

    def __init__(
        self,
        friction: float = 0.0,
        tube=TUBE,
        sleeve=False,
        contact=CONTACT,
        control=QUICK,
        **limits,
    ):
        self.bodies = PressedBodies(build_pressing(COARSE, COMM), tube, POWDER, sleeve, contact)
        self.compaction = Compaction(
            self.bodies, POWDER.initial_density, friction, control=control, **limits
        )
        self.steps, self.released = [], []

    def press(self, pressure: float = PRESSURE):
        self.compaction.press(pressure, self.steps.append)
        return self

    def release(self):
        self.compaction.release(self.released.append)
        return self

    def destroy(self) -> None:
        self.compaction.destroy(), self.bodies.destroy()


@pytest.fixture(scope="module")
def pressed():
    """Released powder that the punches did not hold, and what was seen under load."""
    made = Pressed().press()
    made.imbalance = made.compaction.force_imbalance()
    made.loaded_wall = made.bodies.wall.positions()
    made.release()
    yield made
    made.destroy()


@pytest.fixture
def trial():
    """Makes powders that are freed at the end."""
    made = []

    def make(*arguments, **keywords):
        made.append(Pressed(*arguments, **keywords))
        return made[-1]

    yield make
    for thing in made:
        thing.destroy()


def test_pressure_is_reached(pressed):
    assert pressed.steps[-1].pressure == pytest.approx(PRESSURE, rel=1e-4)
    assert np.all(np.diff([step.pressure for step in pressed.steps]) > 0)
    assert np.all(np.diff([step.mean_density for step in pressed.steps]) > 0)


def test_forces_balance_over_bodies_and_contact(pressed):
    # The wall is inclined: what the powder loses to it comes back through the tube.
    assert pressed.imbalance < 1e-9


def test_mass_is_kept(pressed):
    step = pressed.steps[-1]
    assert step.least_density <= step.mean_density <= step.largest_density
    # Between an even height and the wall, the volume is that of a stack of discs.
    face = pressed.released[-1]
    axial, radius = pressed.bodies.wall.positions().T
    height = pressed.bodies.face.positions()[:, 0]
    x = np.linspace(0.0, height.mean(), 2001)
    volume = np.trapezoid(np.pi * np.interp(x, axial, radius) ** 2, x)
    loose = np.pi * COARSE.bore_radius**2 * COARSE.powder_height
    assert POWDER.initial_density * loose / volume == pytest.approx(face.mean_density, rel=2e-3)


def test_release_lets_go_of_all_and_leaves_a_gap(pressed):
    assert pressed.compaction.axial_pressure() == 0.0
    last = pressed.released[-1]
    assert 0.0 < last.bulge < pressed.steps[-1].bulge
    face = pressed.bodies.face.positions()[:, 0]
    assert pressed.steps[-1].punch < face.max() < COARSE.powder_height
    gaps = (
        np.interp([0.0, 1000.0, 2000.0], *wall_nodes(pressed.bodies, pressed.bodies.mean_face()).T)
        - COARSE.bore_radius
    )
    assert np.all(gaps > 0) and np.all(np.diff(gaps) < 0)


def test_mean_face_counts_areas(trial):
    bodies = trial().bodies
    assert bodies.mean_face() == pytest.approx(COARSE.powder_height, rel=1e-12)
    slope = 0.01
    bodies.displacement.interpolate(lambda x: np.array([5.0 + slope * x[1], np.zeros_like(x[1])]))
    # A cone stands out by 2/3 of its height in the mean; the trapezoidal rule on these cells is off
    # by some tenths of a per cent.
    assert bodies.mean_face() - COARSE.powder_height - 5.0 == pytest.approx(
        2 / 3 * slope * COARSE.bore_radius, rel=1e-2
    )


def assert_unchanged(bodies: PressedBodies, kept: dict[str, np.ndarray]) -> None:
    for name, now in bodies.state.snapshot().items():
        np.testing.assert_array_equal(now, kept[name])


def test_history_and_displacement_restore_a_state(pressed):
    kept = pressed.bodies.state.snapshot()
    pressed.bodies.displacement.x.array[:] += 1.0
    for function in pressed.bodies.plasticity.state_functions().values():
        function.x.array[:] *= 1.1
    pressed.bodies.state.restore(kept)
    assert_unchanged(pressed.bodies, kept)
    assert list(kept) == ["displacement", "plastic_metric", "internal_variable"]


def test_friction_on_the_punch_holds_the_powder_in(trial, pressed):
    sticking = trial(inf).press()
    face = sticking.bodies.face
    assert np.abs((face.positions() - face.places)[:, 1]).max() < 0.01
    rough = trial(0.1).press()
    bulges = [thing.steps[-1].bulge for thing in (sticking, rough, pressed)]
    assert bulges == sorted(bulges)
    slips = [
        np.abs((thing.bodies.face.positions() - thing.bodies.face.places)[:, 1]).max()
        for thing in (sticking, rough)
    ]
    assert slips[1] > 100 * slips[0]


def test_bulge_does_not_depend_on_the_penalty(trial, pressed):
    stiffer = trial(contact=ContactControl(stiffness=1000.0, softening=0.2)).press()
    assert stiffer.steps[-1].bulge == pytest.approx(pressed.steps[-1].bulge, rel=2e-3)


def test_a_sleeve_holds_the_tube(trial, pressed):
    sleeved = trial(sleeve=True).press()
    assert sleeved.steps[-1].bulge < 0.7 * pressed.steps[-1].bulge


def test_pressing_again_below_the_first_pressure_packs_no_further(trial):
    again = trial(inf).press().release()
    before = again.released[-1].mean_density
    again.press(PRESSURE / 3)
    assert again.steps[-1].pressure == pytest.approx(PRESSURE / 3, rel=1e-4)
    again.release()
    assert again.released[-1].mean_density == pytest.approx(before, rel=3e-3)


def test_a_step_that_fails_keeps_the_last_state(trial):
    rash = trial(control=PunchControl(largest_step=0.6, smallest_step=0.5))
    start = rash.bodies.state.snapshot()
    with pytest.raises(
        ConvergenceError,
        match=r"Pressing stops at 0 MPa of 40 MPa, relative density 0\.525, .*finds no equilibrium",
    ):
        rash.press()
    assert_unchanged(rash.bodies, start)
    assert rash.bodies.punch.value == pytest.approx(COARSE.powder_height)


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (
            {"largest_density": 0.55},
            r"MPa of 40 MPa the powder has the mean relative density 0\.5\d+; it may have 0\.55",
        ),
        (
            {"largest_hoop_strain": 0.005},
            r"MPa of 40 MPa the wall has the hoop strain 0\.00\d+; the tube tears at 0\.005",
        ),
    ],
)
def test_what_cannot_hold_is_said(trial, limits, message):
    with pytest.raises(ConvergenceError, match=message) as caught:
        trial(**limits).press()
    assert len(set(COMM.allgather(str(caught.value)))) == 1


# The wall under lithium


@pytest.fixture
def wall(pressed):
    made = CompliantWall(pressed.bodies)
    kept = pressed.bodies.state.snapshot()
    yield made
    pressed.bodies.state.restore(kept)
    made.destroy()


def band(pressure: float, face: float):
    """Pressure in a band of 1 mm above the powder's face [um]."""
    return lambda axial: np.where((axial > face) & (axial < face + 1000.0), pressure, 0.0)


def test_lithium_opens_the_wall_and_leaves_the_powder(pressed, wall):
    face = pressed.bodies.face.positions()[:, 0].max()
    powder = pressed.bodies.face.positions()
    assert np.abs(wall.press(np.zeros_like)).max() < 1e-6
    opened = wall.press(band(5.0, face))
    assert 5.0 < opened.max() < 100.0
    assert face < wall.profile()[np.argmax(opened), 0] < face + 1000.0
    np.testing.assert_array_equal(pressed.bodies.face.positions(), powder)


def test_pressures_are_tried_from_one_history(pressed, wall):
    face = pressed.bodies.face.positions()[:, 0].max()
    first = wall.press(band(6.0, face))
    wall.press(band(12.0, face))
    np.testing.assert_allclose(wall.press(band(6.0, face)), first, atol=1e-6)


def test_an_accepted_pressure_leaves_its_trace(pressed, wall):
    face = pressed.bodies.face.positions()[:, 0].max()
    opened = wall.press(band(20.0, face)).max()
    wall.accept()
    assert 1.0 < wall.press(np.zeros_like).max() < opened / 2


def test_the_pressure_that_is_too_much_is_that_on_the_last_good_wall(pressed, wall):
    face = pressed.bodies.face.positions()[:, 0].max()
    # a guess far from any tube: all of it is beyond the lithium
    pressed.bodies.displacement.x.array[::2] += 1e5
    with pytest.raises(ConvergenceError, match="no equilibrium under lithium at up to 500 MPa"):
        wall.press(band(500.0, face))


def test_too_much_lithium_pressure_is_said(wall):
    with pytest.raises(ConvergenceError, match="no equilibrium under lithium at up to 500 MPa"):
        wall.press(lambda axial: np.full_like(axial, 500.0))
