"""Checks of the cell-stack system against exact solutions: `anodex verify cell_stack`."""

from anodex.verification.compaction import COMPACTION_CHECKS
from anodex.verification.foil_flow import FOIL_CHECKS
from anodex.verification.foil_in_time import IN_TIME_CHECKS
from anodex.verification.pressing import PRESSING_CHECKS

CHECKS = [*PRESSING_CHECKS, *COMPACTION_CHECKS, *FOIL_CHECKS, *IN_TIME_CHECKS]
