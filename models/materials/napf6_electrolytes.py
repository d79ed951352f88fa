"""1 M NaPF6 in an ether (DME) and in carbonates (EC and DMC)."""

from anodex.models.materials.material import Material
from anodex.models.materials.property import Origin, Property
from anodex.models.materials.references import MEMORY

ETHER_ELECTROLYTE = Material(
    name="ether_electrolyte",
    title="1 M NaPF6 in monoglyme (DME)",
    properties={
        "conductivity": Property(
            value=0.7, unit="S/m", low=0.4, high=1.5, source=MEMORY, origin=Origin.MEMORY
        ),
    },
)

CARBONATE_ELECTROLYTE = Material(
    name="carbonate_electrolyte",
    title="1 M NaPF6 in ethylene and dimethyl carbonate, 1:1",
    properties={
        "conductivity": Property(
            value=0.8, unit="S/m", low=0.5, high=1.2, source=MEMORY, origin=Origin.MEMORY
        ),
    },
)
