"""The number of ranks does not change the flow of the foil: all together against each alone."""

import numpy as np
import pytest
from mpi4py import MPI

from anodex.meshes.foil import FoilMesh, FoilShape
from anodex.models.materials.lithium_creep import lepage, roy
from anodex.models.systems.cell_stack.foil import FoilFlow
from anodex.models.systems.cell_stack.foil_state import HeldRod, PushedRod

COMM = MPI.COMM_WORLD
pytestmark = pytest.mark.skipif(COMM.size == 1, reason="compares several ranks with one")
RADIUS = 1000.0
PLATING = 3e-4  # um/s
LAWS = {"roy": roy(), "lepage": lepage(298.0)}
NUMBERS = (
    *("rod_velocity", "force", "pellet_force", "wall_drag"),
    *("plated", "outflow", "widening", "growth"),
)


def wall(x):
    return RADIUS + 40 + 20 * np.exp(-x / 400)


DIE, POUCH = FoilShape(200.0, 300.0, wall), FoilShape(200.0, 300.0)


@pytest.mark.parametrize("shape", [DIE, POUCH], ids=["die", "pouch"])
@pytest.mark.parametrize("sliding", [(), ("wall",)], ids=["stick", "slip"])
@pytest.mark.parametrize("sprung", [False, True], ids=["held", "sprung"])
@pytest.mark.parametrize("law", LAWS)
def test_ranks_agree(shape, sliding, sprung, law):
    area = np.pi * RADIUS**2 if shape is DIE else RADIUS
    rod = PushedRod(3 * area, 1e6 * area) if sprung else HeldRod()
    moved = FoilShape(190.0, 350.0, shape.wall)
    states = []
    for comm in (COMM, MPI.COMM_SELF):
        foil = FoilMesh(comm, RADIUS, shape, 0.5)
        flow = FoilFlow(foil, LAWS[law], 0.02, sliding=sliding)
        flow.solve(shape, PLATING, rod)
        states.append(flow.solve(moved, PLATING, rod, lambda x: 1e-5 * x / 300))
        flow.destroy()
    together, alone = states
    for name in NUMBERS:
        assert getattr(together, name) == pytest.approx(getattr(alone, name), rel=1e-8), name
    np.testing.assert_allclose(
        together.wall_pressure,
        alone.wall_pressure,
        atol=1e-8 * np.abs(alone.wall_pressure).max(initial=1e-300),
    )
