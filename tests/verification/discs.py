"""Stress around a disc that swells, and around a pore under pressure, against exact solutions."""

from functools import lru_cache, partial
from math import log2, pi

import numpy as np
import ufl
from dolfinx import fem

from anodex.meshes.slab import SlabGeometry, build_slab
from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.fields import VertexAverage, total
from anodex.models.parts.elasticity import Elasticity, slab_supports
from anodex.verification.check import Check
from anodex.verification.pressed_body import (
    BULK,
    COMM,
    EIGENSTRAIN,
    NU,
    PRESSURE,
    SHEAR,
    YOUNG,
    mean,
)

# half of the square around a disc over the disc's radius: what the square changes falls with its
# square
FAR = 40.0
FINE = 128  # rings of cells
CORE = 0.25  # part of the rings of cells that are in the disc


def disc_in_square(rings: int) -> tuple[TaggedMesh, fem.Function]:
    """Upper half of a square around a disc of radius one, in cells that fit both, and a function
    that is one in the disc.
    """
    tagged = build_slab(SlabGeometry(2.0, 1.0, cell_size=1 / rings), COMM)
    x = tagged.mesh.geometry.x
    inside = fem.Function(fem.functionspace(tagged.mesh, ("DG", 0)))
    inside.interpolate(lambda x: np.maximum(np.abs(x[0] - 1), x[1]) < CORE)
    along, up = x[:, 0] - 1, x[:, 1].copy()
    ring = np.maximum(np.abs(along), up)
    across, sign = np.abs(along) >= up, np.sign(along)
    # angle from the axis
    part = pi / 4 * np.where(across, up, along) / np.where(ring > 0, ring, 1.0)
    roundness = np.where(ring < CORE, ring / CORE, (1 - ring) / (1 - CORE))
    radius = np.where(ring < CORE, ring / CORE, FAR ** ((ring - CORE) / (1 - CORE)))
    square = np.where(ring < CORE, 0.5**0.5, 1.0)
    main = radius * (roundness * np.cos(part) + (1 - roundness) * square)
    side = radius * (roundness * np.sin(part) + (1 - roundness) * square * np.tan(part))
    x[:, 0], x[:, 1] = np.where(across, sign * main, side), np.where(across, side, main)
    return tagged, inside


class Disc:
    """Stress around a disc that swells (`pore` False) or is hardly there while pressure is on the
    end.

    Attributes
    ----------
    heights, stress
        Where the line through the disc's middle across the pressure leaves it, and the vertices
        above: stresses xx, yy there [MPa].
    inside_pressure
        Mean of the hydrostatic pressure in the disc [MPa].
    error
        Of the plane stress between one and three radii, over that of the exact one (pore only).
    """

    def __init__(self, rings: int, pore: bool):
        tagged, inside = disc_in_square(rings)
        stiffness = 1 - inside * (1 - 1e-4) if pore else 1.0 + 0 * inside
        problem = Elasticity(
            tagged,
            BULK * stiffness,
            SHEAR * stiffness,
            0 * inside if pore else EIGENSTRAIN * inside,
            slab_supports(2),
        )
        try:
            problem.pressure.value = PRESSURE if pore else 0.0
            self.report = problem.solve()
            outside = np.flatnonzero(inside.x.array == 0).astype(np.int32)
            planar = ufl.as_vector([problem.stress[0, 0], problem.stress[1, 1]])
            average = VertexAverage(planar, tagged.mesh, outside)
            nodes = average.space.dofmap.index_map.size_local
            x = average.space.tabulate_dof_coordinates()[:nodes]
            chosen = (np.abs(x[:, 0]) < 1e-6) & (x[:, 1] > 1 - 1e-6)
            table = np.column_stack([x[:, 1], average().x.array.reshape(-1, 2)[:nodes]])[chosen]
            table = np.concatenate(COMM.allgather(table))
            self.heights, *self.stress = table[np.argsort(table[:, 0])].T
            self.inside_pressure = mean(problem, problem.hydrostatic_pressure, inside)
            x = ufl.SpatialCoordinate(tagged.mesh)
            near = ufl.conditional(ufl.lt(ufl.dot(x, x), 9.0), 1 - inside, 0.0)
            exact = kirsch_tensor(x)
            plane = ufl.as_tensor([[problem.stress[i, j] for j in range(2)] for i in range(2)])
            sizes = [
                total(COMM, fem.form(near * ufl.inner(t, t) * problem.dx))
                for t in (plane - exact, exact)
            ]
            self.error = (sizes[0] / sizes[1]) ** 0.5
        finally:
            problem.destroy()

    def at(self, height: float) -> tuple[float, float, float]:
        """Height of the vertex nearest to a height, and xx, yy there."""
        nearest = np.argmin(np.abs(self.heights - height))
        return self.heights[nearest], self.stress[0][nearest], self.stress[1][nearest]


@lru_cache
def disc(rings: int, pore: bool) -> Disc:
    return Disc(rings, pore)


def kirsch_tensor(x):
    """Plane stress tensor around a round hole of radius one under the far field of uniaxial
    strain (Kirsch 1898).
    """
    axial, lateral = -PRESSURE, -NU / (1 - NU) * PRESSURE
    half, swing = (axial + lateral) / 2, (axial - lateral) / 2
    q = 1 / ufl.dot(x, x)  # (R/r)^2
    twice = (x[0] ** 2 - x[1] ** 2) * q, 2 * x[0] * x[1] * q  # cos and sin of twice the angle
    radial = half * (1 - q) + swing * (1 - 4 * q + 3 * q**2) * twice[0]
    hoop = half * (1 + q) - swing * (1 + 3 * q**2) * twice[0]
    shear = -swing * (1 + 2 * q - 3 * q**2) * twice[1]
    middle, difference = (radial + hoop) / 2, (radial - hoop) / 2
    # turned back to the axes of the mesh
    xx = middle + difference * twice[0] - shear * twice[1]
    yy = middle - difference * twice[0] + shear * twice[1]
    xy = difference * twice[1] + shear * twice[0]
    return ufl.as_tensor([[xx, xy], [xy, yy]])


def inclusion(which: str) -> tuple[float, float]:
    """Stress of a disc that swells in a matrix of its own stiffness: pressure inside, hoop and
    radial stress outside [MPa].
    """
    swollen = disc(FINE, pore=False)
    scale = YOUNG * EIGENSTRAIN / (1 - NU)
    if which == "pressure":
        return swollen.inside_pressure, 2 / 3 * scale
    height, hoop, radial = swollen.at(2.0)
    return {"hoop": (hoop, scale / 2 / height**2), "radial": (radial, -scale / 2 / height**2)}[
        which
    ]


def kirsch_hoop(height: float) -> float:
    """Stress along the pressure [MPa] at a height above the middle of the hole, in radii."""
    axial, lateral, q = -PRESSURE, -NU / (1 - NU) * PRESSURE, 1 / height**2
    return (axial + lateral) / 2 * (1 + q) + (axial - lateral) / 2 * (1 + 3 * q**2)


def pore_rim() -> tuple[float, float]:
    """Three times the axial less the lateral far field [MPa]; from the vertices above the rim,
    which see cells on both sides.
    """
    pore = disc(FINE, pore=True)
    near = slice(1, 4)
    return float(
        np.polyval(np.polyfit(pore.heights[near], pore.stress[0][near], 2), 1.0)
    ), kirsch_hoop(1.0)


def pore_ligament() -> tuple[float, float]:
    height, found, _ = disc(FINE, pore=True).at(1.5)
    return found, kirsch_hoop(height)


def pore_order() -> tuple[float, float]:
    return log2(disc(FINE // 2, pore=True).error / disc(FINE, pore=True).error), 1.0


KIRSCH = "Kirsch 1898, with the lateral stress between mirrors"
INCLUSION = "Timoshenko & Goodier, heated cylinder in plane strain"
DISC_CHECKS = [
    Check(
        "disc that swells, plane strain: pressure inside [MPa]",
        INCLUSION,
        partial(inclusion, "pressure"),
        5e-3,
    ),
    Check(
        "disc that swells, plane strain: hoop stress outside [MPa]",
        INCLUSION,
        partial(inclusion, "hoop"),
        5e-3,
    ),
    Check(
        "disc that swells, plane strain: radial stress outside [MPa]",
        INCLUSION,
        partial(inclusion, "radial"),
        5e-3,
    ),
    Check("pore under pressure: hoop stress at its rim [MPa]", KIRSCH, pore_rim, 1e-2),
    Check(
        "pore under pressure: stress half a radius above its rim [MPa]", KIRSCH, pore_ligament, 1e-2
    ),
    Check("pore under pressure: order of the stress in L2", KIRSCH, pore_order, 0.05, False),
]
