"""A round crack in space, of which an octant is modelled: its front grows alike on both sides."""

import numpy as np
import pytest
from dolfinx import fem
from dolfinx.mesh import CellType, create_box
from mpi4py import MPI

from anodex.models.fracture.cracked_body import CrackedBody
from anodex.models.fracture.phase_field_crack import Alternation
from anodex.models.laws.damage import DamageModel
from anodex.verification.crack_bodies import held, moduli

COMM = MPI.COMM_WORLD
pytestmark = pytest.mark.serial  # factors in space; ranks agree on cracks in the plane
YOUNG, POISSON, TOUGHNESS = 1000.0, 0.3, 1.0
MODULUS = YOUNG / (1 - POISSON**2)
START, LENGTH, SIZE = 10.0, 2.0, 1.0  # um; two cells in a length: coarse, and quick
# Lines of the mesh in the plane of the crack, fine about its front, and across it [um].
ALONG = np.array([0, 3, 5, 7, 8, 9, 10, 11, 12, 13, 15, 18, 23, 31, 45], dtype=float)
UP = np.array([0, 0.5, 1.5, 2.5, 3.5, 5, 8, 13, 22, 40])
OCTANT = 8


class Octant:
    """The crack lies on z = 0 about the origin. What presses within it does to it what a tension
    outside would, and a given volume makes it grow step by step.
    """

    def __init__(self) -> None:
        lines = ALONG, ALONG, UP
        counts = [len(line) - 1 for line in lines]
        mesh = create_box(COMM, [np.zeros(3), np.ones(3)], counts, CellType.hexahedron)
        for axis, line in enumerate(lines):
            even = np.linspace(0, 1, len(line))
            mesh.geometry.x[:, axis] = np.interp(mesh.geometry.x[:, axis], even, line)
        displacement = fem.Function(fem.functionspace(mesh, ("Lagrange", 1, (3,))))
        damage = fem.Function(fem.functionspace(mesh, ("Lagrange", 1)))
        model, space = DamageModel("AT1", LENGTH), displacement.function_space
        self.excess = model.excess(SIZE / 2, half=True)
        self.body = CrackedBody(
            displacement,
            damage,
            model,
            TOUGHNESS / (1 + self.excess),
            **moduli(YOUNG, POISSON),
            kinematics="3d",
            constraints=[
                held(space, axis, lambda x, axis=axis: np.isclose(x[axis], 0)) for axis in range(3)
            ],
            settings=Alternation(tolerance=1e-4),
        )
        self.nodes = damage.function_space.tabulate_dof_coordinates()
        end = START - LENGTH / 2 + SIZE / 2
        self.body.crack.cut(lambda x: (np.hypot(x[0], x[1]) <= end) & (x[2] <= 0.51 * SIZE))
        self.cut = self.body.crack.area()

    @property
    def area(self) -> float:
        """Of the whole crack [um^2]."""
        gained = self.body.crack.area() - self.cut
        return np.pi * START**2 + OCTANT * gained / (1 + self.excess)

    def reach(self, angle: float) -> float:
        """Where damage on z = 0 falls to one half in a direction [um]."""
        way = np.array([np.cos(angle), np.sin(angle)])
        flat = self.nodes[:, 2] < 1e-9
        across = np.abs(self.nodes[:, 0] * way[1] - self.nodes[:, 1] * way[0]) < 1e-6
        on_line = np.flatnonzero(flat & across & (self.nodes[:, :2] @ way >= 0))
        places = self.nodes[on_line, :2] @ way
        order = np.argsort(places)
        damage = self.body.damage.x.array[on_line][order]
        return float(np.interp(-0.5, -damage, places[order]))

    @property
    def radius(self) -> float:
        """Of a round crack of that area [um]."""
        return float(np.sqrt(self.area / np.pi))

    def compliance(self) -> float:
        """Volume of the whole crack over the pressure in it [um^3/MPa]."""
        return OCTANT * self.body.volume() / float(self.body.pressure.value)


@pytest.fixture(scope="module")
def octant():
    """At rest, then grown: radius [um], pressure [MPa] and compliance of both, and the body."""
    made, rows = Octant(), []

    def record() -> None:
        rows.append((made.radius, float(made.body.pressure.value), made.compliance()))

    made.body.pressure.value = 1.0
    made.body.balance()
    record()
    # 1.8 times what a crack of the start holds when it grows: one that is a quarter larger
    pressure = np.sqrt(np.pi * MODULUS * TOUGHNESS / (4 * START))
    made.body.solve_volume(1.8 * rows[0][2] * pressure / OCTANT)
    made.body.crack.accept()
    record()
    yield made, np.array(rows)
    made.body.destroy()


def test_it_opens_as_far_as_sneddons(octant):
    """16 a^3/(3 E')."""
    _, rows = octant
    assert rows[0, 2] == pytest.approx(16 * START**3 / (3 * MODULUS), rel=0.05)


def test_its_front_grows_alike_in_both_directions(octant):
    crack, rows = octant
    assert rows[1, 0] > START + 2 * SIZE
    assert crack.reach(0.0) == pytest.approx(crack.reach(np.pi / 2), abs=1e-6 * SIZE)
    assert crack.reach(np.pi / 4) == pytest.approx(crack.reach(0.0), abs=SIZE)


def test_it_releases_its_toughness_as_it_grows(octant):
    """4 p^2 a/(pi E') of Sneddon's crack, and what the body itself has gained."""
    _, ((_, _, before), (radius, pressure, after)) = octant
    assert 4 * pressure**2 * radius / (np.pi * MODULUS) == pytest.approx(TOUGHNESS, rel=0.08)
    area = np.pi * (radius**2 - START**2)
    assert pressure**2 / 2 * (after - before) / area == pytest.approx(TOUGHNESS, rel=0.08)
