"""1 M NaCF3SO3 in diglyme."""

from anodex.models.materials.material import Material
from anodex.models.materials.property import Origin, Property
from anodex.models.materials.references import MEMORY, ZHANG_SODIUM_OXYGEN

DIGLYME_ELECTROLYTE = Material(
    name="diglyme_electrolyte",
    title="1 M NaCF3SO3 in diglyme",
    properties={
        "concentration": Property(
            value=1000,
            unit="mol/m^3",
            low=950,
            high=1050,
            source=ZHANG_SODIUM_OXYGEN,
            origin=Origin.FOUND,
        ),
        "diffusivity": Property(
            value=5e-10,
            unit="m^2/s",
            low=1e-10,
            high=1e-9,
            source=MEMORY,
            origin=Origin.MEMORY,
            note="of the salt in the free electrolyte",
        ),
        "conductivity": Property(
            value=0.15, unit="S/m", low=0.05, high=0.5, source=MEMORY, origin=Origin.MEMORY
        ),
        "transference_number": Property(
            value=0.4,
            unit="",
            low=0.2,
            high=0.6,
            source=MEMORY,
            origin=Origin.MEMORY,
            note="of the sodium ion",
        ),
    },
)
