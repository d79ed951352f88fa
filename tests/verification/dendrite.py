"""Checks of the dendrite system against exact solutions: `anodex verify dendrite`."""

from anodex.verification import dendrite_mechanics
from anodex.verification.dendrite_currents import CURRENT_CHECKS
from anodex.verification.dendrite_potentials import POTENTIAL_CHECKS
from anodex.verification.moving_front import FRONT_CHECKS
from anodex.verification.phase_field import INTERFACE_CHECKS, MANUFACTURED_CHECKS

CHECKS = [
    *INTERFACE_CHECKS,
    *FRONT_CHECKS,
    *MANUFACTURED_CHECKS,
    *CURRENT_CHECKS,
    *POTENTIAL_CHECKS,
    *dendrite_mechanics.CHECKS,
]
