"""Contact with a wall and pressure on it, on a coarse mesh of powder and tube."""

import numpy as np
import pytest
from dolfinx import fem
from mpi4py import MPI

from anodex.meshes.pressing import TAGS, PressingGeometry, build_pressing
from anodex.models.contact.boundary_curve import BoundaryCurve
from anodex.models.contact.wall_contact import WallContact
from anodex.models.contact.wall_pressure import WallPressure

COMM = MPI.COMM_WORLD
STIFFNESS, SOFTENING = 300.0, 0.5


class Curves:
    """The powder's side and the wall, with the displacement that moves them."""

    def __init__(self):
        geometry = PressingGeometry(length=3000.0, cell_size=100.0)
        tagged = build_pressing(geometry, COMM)
        self.radius = geometry.bore_radius
        self.displacement = fem.Function(fem.functionspace(tagged.mesh, ("Lagrange", 2, (2,))))
        self.side, self.wall = (
            BoundaryCurve(self.displacement, tagged.facets.find(TAGS[name]))
            for name in ("powder_side", "wall")
        )
        self.vector = self.displacement.x.petsc_vec.duplicate()
        self.contact = WallContact(
            self.side, self.wall, STIFFNESS, SOFTENING, 4, self.displacement.x.petsc_vec
        )
        self.pressure = WallPressure(self.wall, 6, self.displacement.x.petsc_vec)
        space = self.displacement.function_space
        cells = tagged.cells.find(TAGS["powder"])
        tagged.mesh.topology.create_connectivity(2, 2)
        self.powder = fem.locate_dofs_topological(space, 2, cells)
        self.places = space.tabulate_dof_coordinates()[:, :2]

    def move(self, powder, tube) -> None:
        """Displace powder and tube by functions of the undeformed places, shape (nodes, 2) ->
        (nodes, 2).
        """
        values = self.displacement.x.array.reshape(-1, 2)
        values[:] = tube(self.places)
        values[self.powder] = powder(self.places[self.powder])

    def residual(self, term) -> np.ndarray:
        """Residual on the owned unknowns, by node."""
        self.vector.set(0.0)
        term.add_residual(self.vector)
        return self.vector.array_r.reshape(-1, 2).copy()

    def destroy(self) -> None:
        for thing in (self.contact, self.pressure, self.vector):
            thing.destroy()


@pytest.fixture(scope="module")
def curves():
    made = Curves()
    yield made
    made.destroy()


def along(x, r) -> np.ndarray:
    """Displacement from its two components."""
    return np.column_stack(np.broadcast_arrays(x, r)).astype(float)


def bulged(places: np.ndarray, depth: float = 0.0) -> np.ndarray:
    """A smooth bulge of the wall, and `depth` beyond."""
    return along(0.0, 80 * np.exp(-((places[:, 0] / 900) ** 2)) + depth)


def pressed(places: np.ndarray) -> np.ndarray:
    """Powder pressed by a fifth that follows the bulge, well inside the wall."""
    now = along(0.8 * places[:, 0], places[:, 1])
    return now - places + bulged(now, 2.0)


def total(values: np.ndarray) -> np.ndarray:
    return COMM.allreduce(values.sum(axis=0), op=MPI.SUM)


def test_curves_are_in_order_and_the_same_on_all_ranks(curves):
    for curve, length in ((curves.side, 970.0), (curves.wall, 3000.0)):
        assert np.all(np.diff(curve.places[:, 0]) > 0)
        assert np.ptp(curve.places[:, 0]) == pytest.approx(length)
        np.testing.assert_allclose(
            curve.places[1::2], (curve.places[:-2:2] + curve.places[2::2]) / 2
        )
        assert len({places.tobytes() for places in COMM.allgather(curve.places)}) == 1


def test_even_penetration_has_the_pressure_of_the_penalty(curves):
    curves.move(lambda places: along(0.0 * places[:, 0], 1.5), lambda places: 0.0 * places)
    np.testing.assert_allclose(curves.contact.penetration(), 1.5, rtol=1e-9)
    np.testing.assert_allclose(
        curves.contact.pressure(), STIFFNESS * (1.5 - SOFTENING / 2), rtol=1e-9
    )
    forces = curves.residual(curves.contact)
    area = 2 * np.pi * curves.radius * 970.0
    on_powder = total(
        np.where(np.isin(np.arange(len(forces)), curves.powder)[:, None], forces, 0.0)
    )
    np.testing.assert_allclose(on_powder, [0.0, area * STIFFNESS * 1.25], rtol=1e-9, atol=1e-3)


def test_no_force_off_the_wall(curves):
    curves.move(lambda places: along(0.0 * places[:, 0], -1e-3), lambda places: 0.0 * places)
    assert not curves.residual(curves.contact).any()
    np.testing.assert_allclose(curves.contact.penetration(), -1e-3, rtol=1e-6)


def test_forces_on_both_bodies_cancel_and_lean_with_the_wall(curves):
    curves.move(pressed, bulged)
    forces = curves.residual(curves.contact)
    size = COMM.allreduce(float(np.abs(forces).sum()), op=MPI.SUM)
    np.testing.assert_allclose(total(forces) / size, 0.0, atol=1e-14)
    axial = total(np.where(np.isin(np.arange(len(forces)), curves.powder)[:, None], forces, 0.0))[0]
    assert axial > 0.01 * size  # the bulge narrows upwards: the wall pushes the powder down


def directional(curves, term, direction: np.ndarray, step: float) -> tuple[np.ndarray, np.ndarray]:
    """Change of the residual along a direction: by differences, and by the matrix."""
    displacement = curves.displacement.x
    start = displacement.array.copy()
    term.update_matrix()
    vector = displacement.petsc_vec.duplicate()
    displacement.array[:] = direction
    term.matrix.mult(displacement.petsc_vec, vector)
    changes = []
    for sign in (1, -1):
        displacement.array[:] = start + sign * step * direction
        changes.append(curves.residual(term))
    displacement.array[:] = start
    linear = vector.array_r.reshape(-1, 2).copy()
    vector.destroy()
    return (changes[0] - changes[1]) / (2 * step), linear


@pytest.mark.parametrize("name", ["contact", "pressure"])
def test_matrix_is_the_derivative(curves, name):
    curves.move(pressed, bulged)
    curves.pressure.pressure = lambda axial: np.full_like(axial, 3.0)
    smooth = along(30 * np.sin(curves.places[:, 0] / 500), 10 * np.cos(curves.places[:, 0] / 300))
    smooth[curves.powder] *= 1.1
    by_differences, linear = directional(curves, getattr(curves, name), smooth.reshape(-1), 1e-5)
    size = COMM.allreduce(float(np.abs(linear).max(initial=0.0)), op=MPI.MAX)
    # What is left for contact: points of integration move with the bodies.
    np.testing.assert_allclose(by_differences / size, linear / size, atol=1e-5)


def test_pressure_acts_on_the_present_area(curves):
    curves.move(
        lambda places: 0.0 * places, lambda places: along(0.1 * places[:, 0], 0.2 * places[:, 1])
    )
    curves.pressure.pressure = lambda axial: np.full_like(axial, 3.0)
    expected = -3.0 * 2 * np.pi * 1.2 * curves.radius * 1.1 * 3000.0
    np.testing.assert_allclose(
        total(curves.residual(curves.pressure)), [0.0, expected], rtol=1e-12, atol=1e-3
    )


def test_pressure_on_a_cone_pushes_along_the_axis_too(curves):
    curves.move(lambda places: 0.0 * places, lambda places: along(0.0, 0.1 * places[:, 0]))
    curves.pressure.pressure = lambda axial: np.full_like(axial, 2.0)
    expected = 2.0 * np.pi * ((curves.radius + 300.0) ** 2 - curves.radius**2)
    assert total(curves.residual(curves.pressure))[0] == pytest.approx(expected, rel=1e-12)
