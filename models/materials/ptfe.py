"""Polytetrafluoroethylene, the die of pressed cells."""

from anodex.models.materials.material import Material
from anodex.models.materials.property import Origin, Property
from anodex.models.materials.references import MEMORY

VENDOR = "vendor data sheet (tensile test after ASTM D4894)"

PTFE = Material(
    name="ptfe",
    title="polytetrafluoroethylene (PTFE)",
    properties={
        "young_modulus": Property(
            value=0.5, unit="GPa", low=0.3, high=0.8, source=VENDOR, origin=Origin.FOUND
        ),
        "poisson_ratio": Property(
            value=0.46, unit="", low=0.44, high=0.48, source=VENDOR, origin=Origin.FOUND
        ),
        "yield_strength": Property(
            value=10, unit="MPa", low=5, high=15, source=MEMORY, origin=Origin.MEMORY
        ),
        "hardening_modulus": Property(
            value=15,
            unit="MPa",
            low=10,
            high=20,
            source=MEMORY,
            origin=Origin.MEMORY,
            note="per unit plastic strain",
        ),
        "tensile_strength": Property(
            value=22, unit="MPa", low=20, high=35, source=VENDOR, origin=Origin.FOUND
        ),
        "elongation_at_break": Property(
            value=3.0, unit="", low=2.0, high=4.0, source=VENDOR, origin=Origin.FOUND
        ),
    },
)
