"""Elasticity of a body under pressure against exact solutions; `dendrite.py` lists these checks
among its own.
"""

from functools import partial
from math import log2, pi

import ufl
from dolfinx import fem

from anodex.meshes.slab import SlabGeometry, build_slab
from anodex.models.discrete.fields import total
from anodex.models.parts.elasticity import Elasticity, slab_supports
from anodex.verification.check import Check
from anodex.verification.discs import DISC_CHECKS
from anodex.verification.pressed_body import BULK, COMM, EIGENSTRAIN, NU, PRESSURE, SHEAR, mean

OEDOMETRIC = BULK + 4 / 3 * SHEAR  # axial stress over axial strain where the sides are held
HEIGHT = 2.0  # um, of the block


def confined(value) -> tuple[float, float]:
    """A stress [MPa] and its exact value in a homogeneous block under pressure between mirrors:
    uniaxial strain.
    """
    tagged = build_slab(SlabGeometry(3.0, HEIGHT, cell_size=0.5), COMM)
    block = Elasticity(tagged, BULK, SHEAR, 0.0, slab_supports(2))
    try:
        block.pressure.value = PRESSURE
        block.solve()
        return value(block)
    finally:
        block.destroy()


def lateral_stress(block: Elasticity) -> tuple[float, float]:
    return mean(block, block.stress[1, 1]), -NU / (1 - NU) * PRESSURE


def axial_stress(block: Elasticity) -> tuple[float, float]:
    return mean(block, block.stress[0, 0]), -PRESSURE


def support(block: Elasticity) -> tuple[float, float]:
    return block.force("left")[0] / HEIGHT, PRESSURE


def layers() -> tuple[float, float]:
    """End displacement [um] of a soft and a stiff layer in series, of which the soft one swells
    too.
    """
    tagged = build_slab(SlabGeometry(4.0, 1.0, cell_size=0.5), COMM)
    soft = fem.Function(fem.functionspace(tagged.mesh, ("DG", 0)))
    soft.interpolate(lambda x: x[0] < 1.0)
    ratio = 1e-2
    bar = Elasticity(
        tagged,
        BULK * (1 - soft + ratio * soft),
        SHEAR * (1 - soft + ratio * soft),
        EIGENSTRAIN * soft,
        slab_supports(2),
    )
    try:
        bar.pressure.value = PRESSURE
        bar.solve()
        end = ufl.ds(tagged.tags["right"], domain=tagged.mesh, subdomain_data=tagged.facets)
        found = total(COMM, fem.form(bar.unknown[0] * end)) / total(COMM, fem.form(1.0 * end))
    finally:
        bar.destroy()
    # axial strain of the layer that swells between mirrors under no load
    free = 3 * BULK / OEDOMETRIC * EIGENSTRAIN
    return found, free - PRESSURE / OEDOMETRIC * (1 / ratio + 3)


def manufactured_error(cells: int, dimension: int = 2, sides: str = "mirrored") -> float:
    """Error of the displacement in L2 [um^(1 + dimension/2)] on a slab two long and one wide with
    `cells` cells across.

    u = grad psi + uniaxial strain under pressure, psi = x^2 (x - 2)^2 cos(k y + phase) cos(k z +
    phase): without rotation, so that an eigenstrain with 3 K e* = (K + 4/3 G) div grad psi balances
    it without body forces; clamped at x = 0 and without traction at x = 2.
    """
    depth = 1.0 if dimension == 3 else None
    tagged = build_slab(SlabGeometry(2.0, 1.0, depth, cell_size=1 / cells), COMM)
    x = ufl.SpatialCoordinate(tagged.mesh)
    wave, phase = (pi, 0.0) if sides == "mirrored" else (2 * pi, 0.7)
    potential = 1e-3 * x[0] ** 2 * (x[0] - 2) ** 2
    for axis in range(1, dimension):
        potential *= ufl.cos(wave * x[axis] + phase)
    exact = ufl.grad(potential)
    eigenstrain = OEDOMETRIC / (3 * BULK) * ufl.div(exact)
    problem = Elasticity(
        tagged,
        BULK,
        SHEAR,
        eigenstrain,
        slab_supports(dimension, sides == "mirrored"),
        period=() if sides == "mirrored" else (0.0, 1.0, depth or 0.0)[:dimension],
    )
    try:
        problem.pressure.value = PRESSURE
        problem.solve()
        squeeze = ufl.as_vector([-PRESSURE / OEDOMETRIC * x[0]] + [0.0] * (dimension - 1))
        wrong = problem.unknown - exact - squeeze
        return total(COMM, fem.form(ufl.inner(wrong, wrong) * ufl.dx(tagged.mesh, degree=6))) ** 0.5
    finally:
        problem.destroy()


def manufactured_order() -> tuple[float, float]:
    return log2(manufactured_error(16) / manufactured_error(32)), 2.0


CHECKS = [
    Check(
        "block under pressure between mirrors: lateral stress [MPa]",
        "uniaxial strain",
        partial(confined, lateral_stress),
        1e-8,
    ),
    Check(
        "block under pressure between mirrors: axial stress [MPa]",
        "balance of forces",
        partial(confined, axial_stress),
        1e-8,
    ),
    Check(
        "block under pressure: push on the clamped side [MPa]",
        "balance of forces",
        partial(confined, support),
        1e-8,
    ),
    Check(
        "soft layer that swells before a stiff one: end displacement [um]",
        "layers in series",
        layers,
        1e-8,
    ),
    *DISC_CHECKS,
    Check(
        "manufactured displacement: order in L2",
        "manufactured solutions",
        manufactured_order,
        0.05,
        False,
    ),
]
