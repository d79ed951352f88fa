"""Cracks as damage: nothing heals, what is pressed stays whole, and any number of ranks agrees."""

import numpy as np
import pytest
from dolfinx import fem
from mpi4py import MPI

from anodex.meshes.rectangle import build_rectangle
from anodex.models.errors import ConvergenceError, InputError
from anodex.models.fracture.crack_growth import ExposedToughness, PathCrack, TipRelease
from anodex.models.fracture.cracked_body import CrackedBody
from anodex.models.fracture.phase_field_crack import Alternation
from anodex.models.laws.damage import DamageModel
from anodex.verification.crack_bodies import band, fields, held, moduli
from anodex.verification.crack_volume import LENGTH, START, quarter

COMM = MPI.COMM_WORLD
YOUNG, POISSON = 1000.0, 0.2


class Block:
    """A block of 8 by 4 um that is pulled or pressed at its top, notched from the left."""

    def __init__(self, comm: MPI.Comm = COMM, **arguments):
        displacement, self.damage = fields(build_rectangle(band(0, 8, 0.4), band(-2, 2, 0.4), comm))
        self.lift = fem.Constant(displacement.function_space.mesh, 0.0)
        space = displacement.function_space
        chosen = {"model": DamageModel("AT1", 1.0), "toughness": 1.0, **moduli(YOUNG, POISSON)}
        self.body = CrackedBody(
            displacement,
            self.damage,
            **(chosen | arguments),
            constraints=[
                held(space, 0, lambda x: np.isclose(x[1], -2)),
                held(space, 1, lambda x: np.isclose(x[1], -2)),
                held(space, 1, lambda x: np.isclose(x[1], 2), self.lift),
            ],
        )
        self.nodes = self.damage.function_space.tabulate_dof_coordinates()

    def notch(self) -> None:
        self.body.crack.cut(lambda x: (x[0] <= 2.01) & (np.abs(x[1]) <= 0.21))

    def lifted(self, lift: float):
        self.lift.value = lift
        report = self.body.solve()
        self.body.crack.accept()
        return report

    @property
    def reach(self) -> float:
        """How far to the right the block is broken [um]."""
        broken = self.nodes[self.damage.x.array > 0.95, 0]
        return COMM.allreduce(broken.max(initial=0.0), op=MPI.MAX)


@pytest.fixture
def block():
    made = Block()
    yield made
    made.body.destroy()


def test_a_notch_grows_and_does_not_heal(block):
    block.notch()
    start = block.body.crack.area()
    block.lifted(0.11)
    grown, shape = block.body.crack.area(), block.damage.x.array.copy()
    assert grown > start + 1.0
    block.lifted(0.01)
    np.testing.assert_array_equal(block.damage.x.array, shape)
    block.lifted(0.0)
    assert block.body.crack.area() == pytest.approx(grown, rel=1e-12)
    assert shape.min() >= 0 and shape.max() <= 1


def test_rejected_damage_is_forgotten(block):
    block.notch()
    before = block.damage.x.array.copy()
    block.lift.value = 0.11
    block.body.solve()
    assert np.any(block.damage.x.array > before + 0.1) or COMM.size > 1
    block.body.crack.reject()
    np.testing.assert_array_equal(block.damage.x.array, before)


@pytest.mark.smoke
def test_any_number_of_ranks_breaks_alike():
    found = []
    for comm in (COMM, MPI.COMM_SELF):
        block = Block(comm)
        block.notch()
        report = block.lifted(0.11)
        found.append((report.energy, block.body.crack.area(), block.body.volume(), report.passes))
        block.body.destroy()
    np.testing.assert_allclose(found[0], found[1], rtol=1e-8)


@pytest.mark.serial
@pytest.mark.parametrize("split", ["amor", "spectral"])
def test_a_split_changes_little_where_a_crack_opens(split, block):
    block.notch()
    block.lifted(0.08)
    other = Block(split=split)
    other.notch()
    other.lifted(0.08)
    assert other.body.energy() == pytest.approx(block.body.energy(), rel=0.03)
    other.body.destroy()


@pytest.mark.parametrize("split", ["none", "amor", "spectral"])
def test_a_body_that_is_held_breaks_as_it_shrinks_and_not_as_it_swells(split):
    displacement, damage = fields(build_rectangle(band(0, 1, 0.5), band(0, 1, 0.5)))
    space = displacement.function_space
    swelling = fem.Constant(space.mesh, 0.0)
    everywhere = [held(space, axis, lambda x: np.full(x.shape[1], True)) for axis in (0, 1)]
    body = CrackedBody(
        displacement,
        damage,
        DamageModel("AT1", 1.0),
        1.0,
        **moduli(YOUNG, POISSON),
        eigenstrain=swelling,
        split=split,
        constraints=everywhere,
    )
    # 9 K e^2 / 2 = 3 Gc / (16 l): where AT1 starts
    onset = np.sqrt(3 / (8 * 9 * moduli(YOUNG, POISSON)["bulk"]))
    for share, breaks in ((2.0, split == "none"), (-0.99, False), (-1.05, True)):
        swelling.value = share * onset
        body.solve()
        most = COMM.allreduce(damage.x.array.max(initial=0.0), op=MPI.MAX)
        assert (most > 0.01) == breaks
        body.crack.reject()
    body.destroy()


@pytest.mark.serial
def test_over_relaxation_takes_fewer_passes_to_the_same_end():
    found = []
    for factor in (1.0, 1.8):
        block = Block(settings=Alternation(1e-8, factor))
        block.notch()
        report = block.lifted(0.11)
        found.append((report.passes, report.energy))
        block.body.destroy()
    (plain, energy), (relaxed, other) = found
    assert relaxed < plain
    assert other == pytest.approx(energy, rel=1e-5)


def test_too_few_passes_leave_the_damage_as_it_was(block):
    block.notch()
    before = block.damage.x.array.copy()
    block.body.settings = Alternation(most=2)
    block.lift.value = 0.11
    with pytest.raises(ConvergenceError, match="in 2 passes; try a smaller step"):
        block.body.solve()
    np.testing.assert_array_equal(block.damage.x.array, before)


def test_a_given_volume_is_held(block):
    block.notch()
    report = block.body.solve_volume(0.05)
    assert block.body.volume() == pytest.approx(0.05, rel=1e-8)
    assert block.body.pressure.value > 0 and report.passes > 2


def test_a_given_volume_needs_a_linear_body():
    block = Block(split="amor")
    with pytest.raises(InputError, match='split = "none"'):
        block.body.solve_volume(0.05)
    block.body.destroy()


def test_a_path_bends_and_grows_but_never_shrinks(block):
    path = PathCrack(block.body.crack, np.array([[0.0, 0.0], [4.0, 0.0], [6.0, 1.6]]), 0.2)
    path.extend(0.1)  # less than what acts beyond a broken line: nothing is broken yet
    assert path.length[0] == 0.1
    assert np.all(block.damage.x.array == 0)
    path.extend(3.0)
    np.testing.assert_allclose(path.tip, [3.0, 0.0])
    short = block.damage.x.array.copy()
    path.extend(2.0)
    assert path.length[0] == 3.0
    path.extend(5.0)
    assert np.all(block.damage.x.array >= short)
    np.testing.assert_allclose(path.tip, [4 + 2 / np.hypot(2, 1.6), 1.6 / np.hypot(2, 1.6)])
    on_path = np.isclose(block.nodes[:, 1], 0.2) & (block.nodes[:, 0] < 3.0)
    np.testing.assert_allclose(block.damage.x.array[on_path], 1.0)


def test_rings_about_a_tip_agree_with_and_without_pressure():
    whole = quarter(1.2)
    release = TipRelease(whole.body, np.array([1.0, 0.0]), images=2)
    whole.body.pressure.value = 1.0
    whole.body.balance()
    pressed = [release(np.array([START, 0.0]), factor * LENGTH) for factor in (4, 6, 10)]
    np.testing.assert_allclose(pressed, pressed[0], rtol=2e-3)
    # half the rings' energy comes from what the pressure does on the faces
    whole.body.pressure.value = 0.0
    without = [release(np.array([START, 0.0]), factor * LENGTH) for factor in (4, 10)]
    assert without[1] != pytest.approx(without[0], rel=0.05)
    whole.body.destroy()


def test_exposure_takes_the_toughness_where_it_is(block):
    space = block.damage.function_space
    exposed = ExposedToughness(space, 2.0, 0.5, 10.0)
    np.testing.assert_allclose(exposed.toughness.x.array, 2.0)
    share = (block.nodes[:, 0] < 4).astype(float)
    exposed.advance(5.0, share)
    exposed.advance(5.0, share)
    expected = np.where(share > 0, 0.5 + 1.5 / np.e, 2.0)
    np.testing.assert_allclose(exposed.toughness.x.array, expected)


def test_a_field_of_toughness_and_a_driving_energy_count():
    weaker, driven = Block(toughness=0.5), Block(driving=2.0)
    plain = Block()
    for block in (weaker, driven, plain):
        block.lifted(0.09)
    for block in (weaker, driven):
        assert block.body.crack.area() > plain.body.crack.area()
    for block in (weaker, driven, plain):
        block.body.destroy()
