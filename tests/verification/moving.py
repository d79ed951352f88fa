"""Checks of boundaries that move against exact solutions: `anodex verify moving`."""

from anodex.verification.dissolving import DISSOLUTION_CHECKS
from anodex.verification.moving_species import SPECIES_CHECKS
from anodex.verification.steep_waves import WAVE_CHECKS

CHECKS = [*DISSOLUTION_CHECKS, *SPECIES_CHECKS, *WAVE_CHECKS]
