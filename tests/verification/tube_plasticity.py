"""The tube's plasticity at finite strain against exact solutions: bars, plates, and thick tubes."""

from dataclasses import replace

import numpy as np

from anodex.models.constitutive.yield_laws import VonMisesPlasticity
from anodex.verification.block import AXIAL, RADIAL, Block
from anodex.verification.check import Check
from anodex.verification.pressing import PTFE, SIMO, TUBE_STRENGTH


def tension() -> tuple[float, float]:
    """Kirchhoff stress of a bar pulled to one and a half times its length: linear in the
    logarithmic strain.
    """
    block = Block((0.0, 100.0), 50.0, (1, 1), PTFE, [("bottom", AXIAL), ("top", AXIAL)])
    for stretch in (1.25, 1.5):
        block.move({("top", AXIAL): (stretch - 1) * block.height})
    stress = block.force("top", AXIAL) * stretch / (np.pi * block.radii[1] ** 2)
    block.close()
    flexibility = 1 / PTFE.young_modulus + 1 / PTFE.hardening_modulus
    return stress, (np.log(stretch) + PTFE.yield_strength / PTFE.hardening_modulus) / flexibility


def plane_tension() -> tuple[float, float]:
    """Kirchhoff stress of a wide plate without hardening, pulled far beyond yield: 2 / sqrt 3
    times the yield strength.
    """
    law = replace(PTFE, hardening_modulus=0.0)
    block = Block(
        (0.0, 100.0),
        50.0,
        (1, 1),
        law,
        [("bottom", AXIAL), ("top", AXIAL), ("bore", RADIAL)],
        "plane-strain",
    )
    for stretch in (1.1, 1.2, 1.3, 1.4, 1.5):
        block.move({("top", AXIAL): (stretch - 1) * block.height})
    stress = block.force("top", AXIAL) * stretch / block.radii[1]
    block.close()
    return stress, 2 / np.sqrt(3) * law.yield_strength


def tube(law: VonMisesPlasticity) -> Block:
    """Thick tube held axially, to be opened by its bore; outer radius twice the inner."""
    return Block(
        (1000.0, 2000.0), 500.0, (1, 24), law, [("bottom", AXIAL), ("top", AXIAL), ("bore", RADIAL)]
    )


def bore_pressure(block: Block, opening: float) -> float:
    """Pressure [MPa] on the true surface of a bore that is opened by a displacement [um]."""
    block.move({("bore", RADIAL): opening})
    return block.force("bore", RADIAL) / (2 * np.pi * block.height * (block.radii[0] + opening))


def lame() -> tuple[float, float]:
    """Pressure that opens an elastic tube by a little."""
    block = tube(PTFE)
    (inner, outer), opening = block.radii, 0.01
    pressure = bore_pressure(block, opening)
    block.close()
    poisson = PTFE.poisson_ratio
    softness = (
        (1 + poisson)
        * inner
        * ((1 - 2 * poisson) * inner**2 + outer**2)
        / (PTFE.young_modulus * (outer**2 - inner**2))
    )
    return pressure, opening / softness


def collapse() -> tuple[float, float]:
    """Plastic limit pressure of a tube without hardening, just after yielding has reached its
    outside.

    (2 sigma_y / sqrt 3) ln(b / a) with the radii of the opened tube, whose volume stays: 8.00 MPa
    at first for b / a = 2, 7.35 here.
    """
    block = tube(replace(PTFE, poisson_ratio=0.499, hardening_modulus=0.0))
    for opening in (20.0, 40.0, 60.0, 80.0):
        pressure = bore_pressure(block, opening)
    block.close()
    inner = block.radii[0] + opening
    outer = np.sqrt(block.radii[1] ** 2 + inner**2 - block.radii[0] ** 2)
    return pressure, 2 * TUBE_STRENGTH / np.sqrt(3) * np.log(outer / inner)


HILL = "Hill, The Mathematical Theory of Plasticity (1950), ch. V"
TUBE_CHECKS = [
    Check("finite tension of a hardening bar [MPa]", SIMO, tension, 1e-8),
    Check("plastic limit of plane tension [MPa]", HILL, plane_tension, 1e-8),
    Check("pressure that opens an elastic tube [MPa]", "Lame; Hill (1950), ch. V", lame, 1e-4),
    Check("plastic limit pressure of a tube [MPa]", HILL, collapse, 1e-4),
]
