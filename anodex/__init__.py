"""Open FEniCSx multiphysics suite for alkali-metal anodes."""
