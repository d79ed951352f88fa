"""Checks of phase-field fracture against exact solutions: `anodex verify fracture`."""

from anodex.verification.crack_in_time import TIME_CHECKS
from anodex.verification.crack_notch import NOTCH_CHECKS
from anodex.verification.crack_profiles import PROFILE_CHECKS
from anodex.verification.crack_surfing import SURFING_CHECKS
from anodex.verification.crack_volume import VOLUME_CHECKS

CHECKS = [*PROFILE_CHECKS, *SURFING_CHECKS, *VOLUME_CHECKS, *TIME_CHECKS, *NOTCH_CHECKS]
