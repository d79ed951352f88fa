"""Checks of the spindle-void system against exact solutions: `anodex verify spindle_void`."""

from anodex.verification.cavities import CAVITY_CHECKS
from anodex.verification.cracks import CRACK_CHECKS
from anodex.verification.diffusion_stress import DIFFUSION_CHECKS
from anodex.verification.manufactured import MANUFACTURED_CHECKS
from anodex.verification.manufactured_cracks import MANUFACTURED_CRACK_CHECKS
from anodex.verification.plane_electrode import KINETICS_CHECKS
from anodex.verification.spindle_growth import GROWTH_CHECKS
from anodex.verification.void_in_time import IN_TIME_CHECKS
from anodex.verification.void_onset import ONSET_CHECKS
from anodex.verification.void_reaction import REACTION_CHECKS

CHECKS = [
    *CAVITY_CHECKS,
    *DIFFUSION_CHECKS,
    *IN_TIME_CHECKS,
    *CRACK_CHECKS,
    *KINETICS_CHECKS,
    *MANUFACTURED_CHECKS,
    *GROWTH_CHECKS,
    *REACTION_CHECKS,
    *MANUFACTURED_CRACK_CHECKS,
    *ONSET_CHECKS,
]
