"""What stage 1 leaves for the lithium, and the walls and densities that follow from a case
without pressing.
"""

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.systems.cell_stack.case import Case
from anodex.models.systems.cell_stack.compaction import PressStep
from anodex.models.systems.cell_stack.die import (
    build_bodies,
    compact,
    pellet_half,
    powder_law,
    straight_wall,
    wall_nodes,
    wide_densities,
)
from anodex.models.systems.cell_stack.tube import CompliantWall

COMM = MPI.COMM_WORLD
pytestmark = pytest.mark.serial  # on several ranks test_parity holds such runs to one
COARSE = {"refinement": 0.25}


def pressed(case: Case):
    """Bodies, what stage 1 leaves, and its times and steps."""
    bodies, rows = build_bodies(case, COMM, with_powder=True), []
    left = compact(case, bodies, lambda time, step: rows.append((time, step)))
    return bodies, left, rows


@pytest.fixture(scope="module")
def twice():
    """Pressed with 60 MPa, then the cathode layer with 20 MPa."""
    made = pressed(
        Case(geometry=COARSE, compaction={"pressure": "60 MPa", "cathode_pressure": "20 MPa"})
    )
    yield made
    made[0].destroy()


def test_pressures_come_and_go_by_the_clock(twice):
    _, _, rows = twice
    times, pressures = np.array([(time, step.pressure) for time, step in rows]).T
    assert np.all(np.diff(times) >= 0) and times[-1] == 4 * 60 + 600
    assert all(isinstance(step, PressStep) for _, step in rows)
    peak = int(np.argmax(pressures))
    assert times[peak] == pytest.approx(60, abs=0.1) and pressures[peak] == pytest.approx(
        60, rel=1e-4
    )
    second = times > 720
    assert pressures[second].max() == pytest.approx(20, rel=1e-4)
    assert times[second][np.argmax(pressures[second])] == pytest.approx(780, abs=0.1)
    assert pressures[times == 720][-1] == pressures[-1] == 0.0


def test_what_is_left_is_what_the_bodies_show(twice):
    bodies, left, rows = twice
    assert left.face == bodies.mean_face()
    nodes = wall_nodes(bodies, left.face)
    assert left.gap_at_pellet == pytest.approx(np.interp(0.0, *nodes.T) - 3175.0)
    assert left.bulge == max(step.bulge for time, step in rows if time <= 60)
    assert 0 < left.residual_bulge < left.bulge
    assert 0.525 < left.density < left.density_loaded < 1
    # The mass stays: density times height times section, which the bulge widens by a few per cent.
    half = Case(geometry=COARSE).powder_height / 2
    assert 0.93 < left.density * left.face / (0.525 * half) < 1.0


def test_the_wall_reaches_beyond_the_gap(twice):
    bodies, left, _ = twice
    nodes = wall_nodes(bodies, left.face)
    assert np.all(np.diff(nodes[:, 0]) > 0)
    assert nodes[0, 0] == pytest.approx(-left.face, rel=0.01) and nodes[-1, 0] > 250 + 3000
    assert len({tuple(row) for row in COMM.allgather(nodes.ravel().round(9).tolist())}) == 1


def test_a_sleeve_leaves_less_bulge(twice):
    bodies, left, _ = pressed(
        Case(
            geometry=COARSE,
            compaction={"pressure": "60 MPa", "cathode_pressure": "0 MPa"},
            tube={"sleeve": True},
        )
    )
    bodies.destroy()
    assert left.bulge < 0.8 * twice[1].bulge


def test_wide_powder_follows_heckel():
    """ln((1 - D0) / (1 - D)) = k p but for the smooth start of the cap, and elastically denser
    under the pressure.
    """
    case = Case(geometry={"type": "pouch"}, powder={"heckel_constant": "3.5e-3 1/MPa"})
    loaded, released = wide_densities(case)
    assert np.log((1 - 0.525) / (1 - released)) == pytest.approx(3.5e-3 * 300, rel=1e-4)
    assert 0 < loaded / released - 1 < 0.05
    assert pellet_half(case) == pytest.approx(case.powder_height / 2 * 0.525 / released)


def test_wide_powder_is_that_of_a_rigid_die():
    case = Case(geometry={"type": "pouch"})
    _, released = wide_densities(case)
    assert powder_law(case).axial_die_pressure(released) == pytest.approx(300.0)


def test_less_than_the_strength_of_loose_powder_packs_nothing():
    case = Case(
        geometry={"type": "pouch"}, compaction={"pressure": "1 MPa", "cathode_pressure": "0 MPa"}
    )
    assert wide_densities(case)[1] == pytest.approx(0.525, rel=1e-12)
    assert pellet_half(case) == pytest.approx(case.powder_height / 2)


@pytest.mark.parametrize("foil", [250, 4000])
def test_a_given_gap_is_straight(foil):
    case = Case(
        geometry={"gap": "40 um", "foil_thickness": f"{foil} um", "refinement": 0.25},
        compaction={"enabled": False},
    )
    wall = straight_wall(case)
    np.testing.assert_allclose(wall[:, 1], 3215.0)
    assert wall[0, 0] < 0 and wall[-1, 0] > foil + 3000
    assert pellet_half(case) == case.powder_height / 2
    bodies = build_bodies(case, COMM, with_powder=False)
    assert bodies.face is None and bodies.wall.places[:, 1].min() == pytest.approx(3215.0)
    bodies.destroy()


def test_the_rod_stands_a_given_gap_off_the_wall():
    """A suction of the wall closes the gap; by then the rod's side holds it. Elastic: Lame would
    bring it in by 27 um.
    """
    case = Case(
        geometry={"gap": "10 um", "refinement": 0.25},
        compaction={"enabled": False},
        tube={"yield_strength": "1 GPa"},
    )
    bodies = build_bodies(case, COMM, with_powder=False)
    wall = CompliantWall(bodies)
    moved = wall.press(lambda axial: np.full_like(axial, -2.0))
    wall.destroy()
    bodies.destroy()
    assert -10.5 < moved.min() < -9.9
