"""Exact solutions of powder pressed in a tube, and of the tube under pressure."""

from functools import cache

import numpy as np
from mpi4py import MPI

from anodex.meshes.pressing import PressingGeometry, build_pressing
from anodex.models.constitutive.density_cap import DensityCap
from anodex.models.constitutive.yield_laws import VonMisesPlasticity
from anodex.models.systems.cell_stack.compaction import Compaction
from anodex.models.systems.cell_stack.tube import CompliantWall, ContactControl, PressedBodies
from anodex.verification.check import Check

COMM = MPI.COMM_WORLD
BORE, OUTER = 3175.0, 6350.0  # radii of the tube [um]
YOUNG, POISSON = 500.0, 0.46  # of the tube [MPa], -
UNYIELDING = 1e12  # yield strength [MPa] of what stays elastic
POWDER = DensityCap(22100.0, 0.37, 4.0, 0.525, heckel_constant=5.1e-3)
STIFF = ContactControl(stiffness=1e4, softening=0.01)
PRESSURE = 100.0  # that powder is pressed with [MPa]


@cache
def patch() -> np.ndarray:
    """Contact pressures between a rod and a tube of one elastic material and one length under a
    pressure on the tube, over that pressure.

    The stress is uniform and isotropic across the plane. The nodes of the two bodies do not match.
    """
    outer_pressure = 5.0
    geometry = PressingGeometry(
        BORE, OUTER, length=2000.0, powder_height=2000.0, fine_range=(500.0, 900.0), cell_size=150.0
    )
    elastic = VonMisesPlasticity(YOUNG, POISSON, UNYIELDING, 1.0)
    bodies = PressedBodies(build_pressing(geometry, COMM), elastic, elastic, contact=STIFF)
    load = (
        outer_pressure
        * bodies.virtual[1]
        * bodies.weight
        * bodies.outside(bodies.tagged.tags["outer"])
    )
    solver = bodies.solver("patch", load)
    solver.solve()
    found = bodies.terms[0].pressure() / outer_pressure
    solver.destroy(), bodies.destroy()
    return found


@cache
def rigid_die() -> tuple[float, float, float]:
    """Powder in a tube that hardly gives, on punches without friction: least and largest density
    of the released powder, axial pressure.
    """
    geometry = PressingGeometry(BORE, OUTER, length=2000.0, powder_height=970.0, cell_size=200.0)
    # stiffer, round-off would hide what is left of a residual
    rigid = VonMisesPlasticity(3e5, 0.3, UNYIELDING, 1.0)
    bodies = PressedBodies(build_pressing(geometry, COMM), rigid, POWDER, contact=STIFF)
    compaction = Compaction(bodies, POWDER.initial_density)
    compaction.press(PRESSURE)
    cells = bodies.tagged.cells.find(bodies.tagged.tags["powder"])
    internal = bodies.plasticity.internal
    densities = internal.x.array[internal.function_space.dofmap.list[cells]]
    least = COMM.allreduce(densities.min(initial=np.inf), op=MPI.MIN)
    largest = COMM.allreduce(densities.max(initial=-np.inf), op=MPI.MAX)
    pressure = compaction.axial_pressure()
    compaction.destroy(), bodies.destroy()
    return float(least), float(largest), pressure


def die_pressures(place: int) -> tuple[float, float]:
    """Axial pressure by Heckel's law at the least (0) or largest (1) density, and that on the
    punch [MPa].
    """
    found = rigid_die()
    return float(POWDER.axial_die_pressure(found[place])), found[2]


def elastic_tube() -> tuple[float, float]:
    """Widening of an open elastic tube by a small inner pressure [um]."""
    pressure = 1e-2
    geometry = PressingGeometry(BORE, OUTER, length=4000.0, powder_height=0.0, cell_size=200.0)
    bodies = PressedBodies(
        build_pressing(geometry, COMM), VonMisesPlasticity(YOUNG, POISSON, UNYIELDING, 1.0)
    )
    wall = CompliantWall(bodies)
    found = wall.press(lambda axial: np.full_like(axial, pressure))
    wall.destroy(), bodies.destroy()
    return float(found.max()), pressure * BORE / YOUNG * (
        (OUTER**2 + BORE**2) / (OUTER**2 - BORE**2) + POISSON
    )


LAME = "Lame (1852), open thick-walled tube: u = (p a/E) ((b^2 + a^2)/(b^2 - a^2) + nu)"
HECKEL = (
    "Heckel's law in a rigid die: axial pressure sqrt(1 + 4 M^2/9) p_y(D), see "
    "models/constitutive/density_cap.py"
)
UNIFORM = "uniform stress in an elastic cylinder under lateral pressure, cut into rod and tube"

COMPACTION_CHECKS = [
    Check(
        "patch test: least contact pressure, nodes that do not match [-]",
        UNIFORM,
        lambda: (float(patch().min()), 1.0),
        1e-4,
    ),
    Check(
        "patch test: largest contact pressure [-]",
        UNIFORM,
        lambda: (float(patch().max()), 1.0),
        1e-4,
    ),
    Check(
        "rigid die: axial pressure where the powder is least dense [MPa]",
        HECKEL,
        lambda: die_pressures(0),
        1e-3,
    ),
    Check(
        "rigid die: axial pressure where it is densest [MPa]",
        HECKEL,
        lambda: die_pressures(1),
        1e-3,
    ),
    Check("elastic tube under a small inner pressure: widening [um]", LAME, elastic_tube, 1e-4),
]
