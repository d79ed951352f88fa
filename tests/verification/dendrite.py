"""Checks of the dendrite system against exact solutions: `anodex verify dendrite`."""

from anodex.verification import dendrite_mechanics
from anodex.verification.phase_field import PHASE_FIELD_CHECKS

CHECKS = [*PHASE_FIELD_CHECKS, *dendrite_mechanics.CHECKS]
