"""Elastoplastic material points: kinematics, tangent, history, and problems solved with them."""

import basix
import numpy as np
import pytest
import ufl
from dolfinx import fem, mesh
from mpi4py import MPI

from anodex.models.constitutive.finite_plasticity import (
    COMPONENTS,
    VIRGIN_METRIC,
    FinitePlasticity,
    respond,
)
from anodex.models.discrete.fields import total
from anodex.verification.block import AXIAL, RADIAL, Block
from anodex.verification.pressing import POWDER, PTFE

pytestmark = pytest.mark.smoke

COMM = MPI.COMM_WORLD
POINTS = 60


@pytest.fixture(params=[PTFE, POWDER], ids=["von Mises", "cap"])
def law(request):
    return request.param


@pytest.fixture
def history(law):
    """Plastic metric and internal variable after a random deformation."""
    gradient = np.array([1.0, 0, 0, 1, 1]) + np.random.default_rng(seed=4).uniform(
        -0.1, 0.1, (POINTS, 5)
    )
    found = respond(
        law, gradient, np.tile(VIRGIN_METRIC, (POINTS, 1)), np.full(POINTS, law.initial_internal)
    )
    return found.plastic_metric, found.internal


@pytest.fixture
def gradients():
    return np.array([0.95, 0, 0, 0.98, 1.01]) + np.random.default_rng(seed=5).uniform(
        -0.1, 0.1, (POINTS, 5)
    )


def matrices(components: np.ndarray) -> np.ndarray:
    full = np.zeros((len(components), 3, 3))
    for place, (row, column) in enumerate(COMPONENTS):
        full[:, row, column] = components[:, place]
    return full


def components(full: np.ndarray) -> np.ndarray:
    return np.stack([full[:, row, column] for row, column in COMPONENTS], axis=1)


TURN = np.array([[np.cos(0.7), -np.sin(0.7), 0], [np.sin(0.7), np.cos(0.7), 0], [0, 0, 1]])


def test_rotation_afterwards_turns_the_stress_alone(law, history, gradients):
    plain = respond(law, gradients, *history)
    turned = respond(law, components(TURN @ matrices(gradients)), *history)
    np.testing.assert_allclose(matrices(turned.stress), TURN @ matrices(plain.stress), atol=1e-9)
    for name in ("plastic_metric", "internal", "cauchy"):
        np.testing.assert_allclose(getattr(turned, name), getattr(plain, name), atol=1e-10)


def test_no_direction_of_the_virgin_material_is_special(law, gradients):
    virgin = np.tile(VIRGIN_METRIC, (POINTS, 1)), np.full(POINTS, law.initial_internal)
    plain = respond(law, gradients, *virgin)
    turned = respond(law, components(matrices(gradients) @ TURN), *virgin)
    np.testing.assert_allclose(matrices(turned.stress), matrices(plain.stress) @ TURN, atol=1e-9)


def test_stress_has_no_moment_and_the_principal_values_reported(law, history, gradients):
    found = respond(law, gradients, *history)
    full = matrices(gradients)
    cauchy = matrices(found.stress) @ full.swapaxes(1, 2) / np.linalg.det(full)[:, None, None]
    np.testing.assert_allclose(cauchy, cauchy.swapaxes(1, 2), atol=1e-9)
    np.testing.assert_allclose(np.linalg.eigvalsh(cauchy), np.sort(found.cauchy, axis=1), atol=1e-9)


def test_tangent_after_a_history(law, history, gradients):
    gradients[:10] = [0.97, 0, 0, 0.97, 0.97]
    step, found = 1e-7, respond(law, gradients, *history)
    for place, change in enumerate(step * np.eye(5)):
        above, below = (
            respond(law, gradients + sign * change, *history).stress for sign in (1, -1)
        )
        np.testing.assert_allclose(
            found.tangent[:, :, place],
            (above - below) / (2 * step),
            atol=1e-6 * np.abs(found.tangent).max(),
        )


def test_a_second_step_without_motion_changes_nothing(law, history, gradients):
    first = respond(law, gradients, *history)
    second = respond(law, gradients, first.plastic_metric, first.internal)
    for name in ("stress", "plastic_metric", "internal"):
        np.testing.assert_allclose(
            getattr(second, name), getattr(first, name), rtol=1e-8, atol=1e-8
        )


def test_inside_out_is_not_a_number_there_alone(law, history, gradients):
    expected = respond(law, gradients, *history).stress
    gradients[3] = [-1, 0, 0, 1, 1]
    gradients[7] = [1, 0, 0, 1, -0.1]
    gradients[9] = [-1, 0, 0, 1, -1]
    found = respond(law, gradients, *history)
    bad = np.isin(np.arange(POINTS), (3, 7, 9))
    assert np.isnan(found.stress[bad]).all()
    np.testing.assert_array_equal(found.stress[~bad], expected[~bad])


class Square:
    """Unit square whose left half is of one material; plane strain, displacement given."""

    def __init__(self, law, others=()):
        self.mesh = mesh.create_unit_square(COMM, 4, 4, mesh.CellType.quadrilateral)
        self.displacement = fem.Function(fem.functionspace(self.mesh, ("Lagrange", 2, (2,))))
        gradient = ufl.Identity(2) + ufl.grad(self.displacement)
        full = ufl.as_tensor(
            [[gradient[0, 0], gradient[0, 1], 0], [gradient[1, 0], gradient[1, 1], 0], [0, 0, 1]]
        )
        self.left = mesh.locate_entities(self.mesh, 2, lambda x: x[0] < 0.5 + 1e-9)
        right = mesh.locate_entities(self.mesh, 2, lambda x: x[0] > 0.5 - 1e-9)
        self.plasticity = FinitePlasticity(
            full, self.mesh, [(self.left, law), *((right, other) for other in others)], 4
        )
        x = ufl.SpatialCoordinate(self.mesh)
        self.halves = [
            ufl.conditional(ufl.lt(x[0], 0.5), 1.0, 0.0),
            ufl.conditional(ufl.lt(x[0], 0.5), 0.0, 1.0),
        ]

    def stretch(self, along: float, across: float):
        self.displacement.interpolate(lambda x: np.stack([along * x[0], across * x[1]]))
        self.plasticity.update()

    def mean(self, half: int, component: tuple[int, int]) -> float:
        inside = ufl.dx(self.mesh, metadata={"quadrature_degree": 4})
        return 2 * total(
            COMM, fem.form(self.halves[half] * self.plasticity.stress[component] * inside)
        )


def one(law, gradient):
    return respond(
        law, np.array([gradient]), np.array([VIRGIN_METRIC]), np.array([law.initial_internal])
    )


def test_nine_points_in_a_quadrilateral():
    assert len(basix.make_quadrature(basix.CellType.quadrilateral, 4)[0]) == 9


def test_each_material_in_its_cells_and_none_elsewhere():
    pair, alone = Square(PTFE, [POWDER]), Square(PTFE)
    for square in (pair, alone):
        square.stretch(-0.05, 0.01)
    gradient = [0.95, 0, 0, 1.01, 1.0]
    for component in ((0, 0), (1, 1), (2, 2)):
        place = COMPONENTS.index(component)
        assert pair.mean(0, component) == pytest.approx(
            one(PTFE, gradient).stress[0, place], rel=1e-12
        )
        assert pair.mean(1, component) == pytest.approx(
            one(POWDER, gradient).stress[0, place], rel=1e-12
        )
        assert alone.mean(0, component) == pytest.approx(pair.mean(0, component), rel=1e-12)
        assert alone.mean(1, component) == 0


def test_history_changes_when_accepted_and_comes_back():
    square = Square(POWDER)
    plasticity = square.plasticity
    start = plasticity.get_state()
    square.stretch(-0.1, 0.0)
    loaded = square.mean(0, (0, 0))
    for now, before in zip(plasticity.get_state(), start, strict=True):
        np.testing.assert_array_equal(now, before)
    plasticity.accept()
    gradient = [0.9, 0, 0, 1.0, 1.0]
    expected = one(POWDER, gradient)
    points = plasticity.internal.function_space.dofmap.list[square.left].reshape(-1)
    np.testing.assert_allclose(
        plasticity.internal.x.array[points], expected.internal[0], rtol=1e-12
    )
    np.testing.assert_allclose(
        plasticity.pressure.x.array[points], -expected.cauchy.mean(), rtol=1e-12
    )
    # two principal stresses are equal
    mises = abs(expected.cauchy[0].max() - expected.cauchy[0].min())
    np.testing.assert_allclose(plasticity.von_mises.x.array[points], mises, rtol=1e-12)
    assert set(plasticity.state_functions()) == {"plastic_metric", "internal_variable"}

    square.stretch(0.0, 0.0)
    released = square.mean(0, (0, 0))
    assert released > 0 > loaded
    plasticity.set_state(start)
    square.stretch(-0.1, 0.0)
    assert square.mean(0, (0, 0)) == pytest.approx(loaded, rel=1e-12)


def test_accepting_before_any_update_keeps_the_virgin_state():
    plasticity = Square(PTFE).plasticity
    start = plasticity.get_state()
    plasticity.accept()
    for now, before in zip(plasticity.get_state(), start, strict=True):
        np.testing.assert_array_equal(now, before)


def test_the_line_search_shortens_steps_that_turn_cells_inside_out():
    block = Block(
        (0.0, 100.0),
        50.0,
        (2, 2),
        PTFE,
        [("bottom", AXIAL), ("bottom", RADIAL), ("top", AXIAL), ("top", RADIAL)],
    )
    update, trials = block.plasticity.update, []

    def spy():
        update()
        block.plasticity.accept()
        trials.append(bool(np.isnan(block.plasticity.pressure.x.array).any()))
        block.plasticity.set_state(start)

    start = block.plasticity.get_state()
    block.solver.before_assembly = spy
    block.move({("top", AXIAL): 100.0})
    force = block.force("top", AXIAL)
    block.close()
    assert COMM.allreduce(any(trials), op=MPI.LOR)
    assert np.isfinite(force) and force > 0
