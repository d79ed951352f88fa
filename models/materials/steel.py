"""Stainless steel of rods and frames."""

from anodex.models.materials.material import Material
from anodex.models.materials.property import Origin, Property
from anodex.models.materials.references import MEMORY

STEEL = Material(
    name="steel",
    title="austenitic stainless steel",
    properties={
        "young_modulus": Property(
            value=193, unit="GPa", low=185, high=210, source=MEMORY, origin=Origin.MEMORY
        ),
        "poisson_ratio": Property(
            value=0.29, unit="", low=0.26, high=0.31, source=MEMORY, origin=Origin.MEMORY
        ),
        "yield_strength": Property(
            value=250,
            unit="MPa",
            low=170,
            high=700,
            source=MEMORY,
            origin=Origin.MEMORY,
            note="annealed; cold-worked rods are stronger",
        ),
        "density": Property(
            value=7.9, unit="g/cm^3", low=7.7, high=8.1, source=MEMORY, origin=Origin.MEMORY
        ),
    },
)
