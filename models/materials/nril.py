"""The porous sodium reactive interphase layer (NRIL) that grows on sodium in contact with the
electrolyte.
"""

from anodex.models.materials.material import Material
from anodex.models.materials.property import Origin, Property
from anodex.models.materials.references import CHOICE, MEMORY, ZHANG_SODIUM_OXYGEN

NRIL = Material(
    name="nril",
    title="porous sodium reactive interphase layer, filled with electrolyte",
    properties={
        "young_modulus": Property(
            value=1.0,
            unit="GPa",
            low=0.3,
            high=5.0,
            source=CHOICE,
            origin=Origin.CHOSEN,
            note="unknown: sweep it",
        ),
        "poisson_ratio": Property(
            value=0.33,
            unit="",
            low=0.3,
            high=0.41,
            source=CHOICE,
            origin=Origin.CHOSEN,
            note="unknown: sweep it",
        ),
        "partial_molar_volume": Property(
            value=2e-6,
            unit="m^3/mol",
            low=1e-7,
            high=2.4e-5,
            source=CHOICE,
            origin=Origin.CHOSEN,
            note="apparent expansion, unknown: sweep it; the molar volume of sodium is an upper "
            "bound",
        ),
        "diffusivity": Property(
            value=1e-12,
            unit="m^2/s",
            low=1e-13,
            high=1e-11,
            source=ZHANG_SODIUM_OXYGEN,
            origin=Origin.CALIBRATED,
            note="effective, so that the tip concentration still rises after 70 min over about 60 "
            "um",
        ),
        "porosity": Property(
            value=0.4, unit="", low=0.3, high=0.5, source=MEMORY, origin=Origin.MEMORY
        ),
        "bruggeman_exponent": Property(
            value=1.5,
            unit="",
            low=1.5,
            high=4.0,
            source=MEMORY,
            origin=Origin.MEMORY,
            note="effective over bulk diffusivity of open pores",
        ),
        "critical_stress": Property(
            value=10,
            unit="MPa",
            low=10,
            high=50,
            source=MEMORY,
            origin=Origin.MEMORY,
            note="of a salt-rich layer; the paper on the layer gives no value",
        ),
        "toughness": Property(
            value=1.0,
            unit="J/m^2",
            low=0.1,
            high=10,
            source=CHOICE,
            origin=Origin.CHOSEN,
            note="critical energy release rate of a porous, brittle salt; unknown: sweep it",
        ),
        "product_volume_ratio": Property(
            value=0.69,
            unit="",
            low=0.59,
            high=1.05,
            source=MEMORY,
            origin=Origin.MEMORY,
            note="volume of a product over that of its sodium, by densities: NaF 0.69, Na2O2 0.59, "
            "NaOH 0.79, Na2CO3 0.88, NaO2 1.05",
        ),
        "thickness": Property(
            value=174,
            unit="um",
            low=102,
            high=352,
            source=f"{ZHANG_SODIUM_OXYGEN}: 102, 174 and 352 um in three cells",
            origin=Origin.MEASURED,
        ),
    },
)
