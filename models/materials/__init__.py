"""The materials that the suite knows: every value with its unit, range, source and origin."""

from typing import Any

from anodex.models.errors import InputError
from anodex.models.inputs.quantities import given
from anodex.models.inputs.spelling import hint
from anodex.models.materials.diglyme_electrolyte import DIGLYME_ELECTROLYTE
from anodex.models.materials.li6ps5cl import LI6PS5CL
from anodex.models.materials.lithium import LITHIUM
from anodex.models.materials.material import Material, rows
from anodex.models.materials.napf6_electrolytes import CARBONATE_ELECTROLYTE, ETHER_ELECTROLYTE
from anodex.models.materials.nril import NRIL
from anodex.models.materials.property import Origin, Property
from anodex.models.materials.ptfe import PTFE
from anodex.models.materials.sodium import SODIUM
from anodex.models.materials.sodium_interphases import (
    CARBONATE_INTERPHASE,
    ETHER_INTERPHASE,
)
from anodex.models.materials.steel import STEEL

__all__ = ["MATERIALS", "Material", "Origin", "Property", "find", "rows"]

MATERIALS = {
    entry.name: entry
    for entry in (
        SODIUM,
        NRIL,
        DIGLYME_ELECTROLYTE,
        ETHER_ELECTROLYTE,
        ETHER_INTERPHASE,
        CARBONATE_ELECTROLYTE,
        CARBONATE_INTERPHASE,
        LITHIUM,
        LI6PS5CL,
        PTFE,
        STEEL,
    )
}


def find(name: str) -> Material:
    """The material called `name`; an InputError names the nearest one that there is."""
    if name not in MATERIALS:
        raise InputError(f"no material '{name}'{hint(name, MATERIALS)}")
    return MATERIALS[name]


def default(material: str, name: str) -> Any:
    """A value of the data base as the default of a key: `4.6 GPa`, and where it comes from."""
    return given(str(MATERIALS[material][name]), origin=(material, name))
