"""Checks of the cell-stack system against exact solutions: `anodex verify cell_stack`."""

from anodex.verification.compaction import COMPACTION_CHECKS
from anodex.verification.foil_column import COLUMN_CHECKS
from anodex.verification.foil_flow import FOIL_CHECKS
from anodex.verification.foil_hardening import HARDENING_CHECKS
from anodex.verification.foil_in_time import IN_TIME_CHECKS
from anodex.verification.pressing import PRESSING_CHECKS
from anodex.verification.tube_plasticity import TUBE_CHECKS

CHECKS = [
    *PRESSING_CHECKS,
    *TUBE_CHECKS,
    *COMPACTION_CHECKS,
    *COLUMN_CHECKS,
    *FOIL_CHECKS,
    *IN_TIME_CHECKS,
    *HARDENING_CHECKS,
]
