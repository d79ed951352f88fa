"""Checks of the contoured-interface system against exact solutions: `anodex verify
contoured_interface`.
"""

from anodex.verification.interface_cracks import CRACK_CHECKS
from anodex.verification.interface_current import CURRENT_CHECKS
from anodex.verification.interface_flow import FLOW_CHECKS
from anodex.verification.plated_interface import PLATING_CHECKS

CHECKS = [*CURRENT_CHECKS, *FLOW_CHECKS, *CRACK_CHECKS, *PLATING_CHECKS]
