"""Open FEniCSx multiphysics suite for alkali-metal anodes."""

from anodex.local_settings import ignore_local_settings

ignore_local_settings()
