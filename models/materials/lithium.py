"""Lithium metal near 298 K, with three published laws of its creep."""

from anodex.models.materials.material import Material
from anodex.models.materials.property import Origin, Property
from anodex.models.materials.references import CAO_2023, MEMORY, WANG_2020

MASIAS = f"Masias et al., J. Mater. Sci. 54 (2019) 2585, quoted in the tables of {WANG_2020}"
ROY = "Roy, Fleck and Deshpande (2021), Eq. (3.1)"
LEPAGE = f"LePage et al., J. Electrochem. Soc. (2019), quoted in {WANG_2020}"
ANAND = (
    "Anand and Narayan (2019), as transcribed in the public input files of the MOOSE application "
    "ecmLab/continuum"
)

LITHIUM = Material(
    name="lithium",
    title="lithium metal near 298 K",
    properties={
        "young_modulus": Property(
            value=7.82,
            unit="GPa",
            low=4.9,
            high=8.0,
            source=f"{MASIAS}; used by {CAO_2023}",
            origin=Origin.FOUND,
            note="4.9 GPa is common in models",
        ),
        "shear_modulus": Property(
            value=2.83, unit="GPa", low=1.8, high=3.0, source=MASIAS, origin=Origin.FOUND
        ),
        "bulk_modulus": Property(
            value=11.1, unit="GPa", low=6.8, high=12.0, source=MASIAS, origin=Origin.FOUND
        ),
        "poisson_ratio": Property(
            value=0.38, unit="", low=0.36, high=0.42, source=MASIAS, origin=Origin.FOUND
        ),
        "yield_strength": Property(
            value=0.77,
            unit="MPa",
            low=0.73,
            high=0.81,
            source=MASIAS,
            origin=Origin.FOUND,
            note="near 1e-3 /s",
        ),
        "yield_stress": Property(
            value=0.7,
            unit="MPa",
            low=0.05,
            high=0.81,
            source=MEMORY,
            origin=Origin.MEMORY,
            note="nothing creeps below it: a choice near the strength at 1e-3 /s; the power laws "
            "of creep have none, and no case has one by default",
        ),
        "micropillar_strength": Property(
            value=105,
            unit="MPa",
            low=50,
            high=110,
            source="quoted in Singh et al. (2022)",
            origin=Origin.FOUND,
            note="of a pillar 1.39 um wide: the size effect",
        ),
        "density": Property(
            value=0.534, unit="g/cm^3", low=0.53, high=0.54, source=MEMORY, origin=Origin.MEMORY
        ),
        "molar_mass": Property(
            value=6.94,
            unit="g/mol",
            low=6.93,
            high=7.0,
            source="standard atomic weight",
            origin=Origin.MEMORY,
        ),
        "molar_volume": Property(
            value=13.0e-6,
            unit="m^3/mol",
            low=12.9e-6,
            high=13.1e-6,
            source="molar mass over density",
            origin=Origin.DERIVED,
        ),
        "conductivity": Property(
            value=1.1e7,
            unit="S/m",
            low=1.0e7,
            high=1.2e7,
            origin=Origin.FOUND,
            source="public input files of the MOOSE application PengWei97/obaize, after Zhao, Wang "
            "and Martinez-Paneda (2022)",
        ),
        "surface_energy": Property(
            value=0.3,
            unit="J/m^2",
            low=0.2,
            high=0.5,
            origin=Origin.DERIVED,
            source="phase-field constants of Hong and Viswanathan (2018), as transcribed in the "
            "public input files of bdliangxy/dendrite",
        ),
        "roy_reference_stress": Property(
            value=1.0,
            unit="MPa",
            low=0.5,
            high=2.0,
            source=ROY,
            origin=Origin.FOUND,
            note="creep rate = reference rate times (von Mises stress over reference stress) to "
            "the power roy_exponent",
        ),
        "roy_reference_rate": Property(
            value=0.01, unit="1/s", low=0.005, high=0.02, source=ROY, origin=Origin.FOUND
        ),
        "roy_exponent": Property(
            value=5.0, unit="", low=5.0, high=6.6, source=ROY, origin=Origin.FOUND
        ),
        "lepage_exponent": Property(
            value=6.6, unit="", low=6.0, high=7.0, source=LEPAGE, origin=Origin.FOUND
        ),
        "lepage_activation_energy": Property(
            value=37, unit="kJ/mol", low=30, high=43, source=LEPAGE, origin=Origin.FOUND
        ),
        "lepage_coefficient": Property(
            value=0.3,
            unit="MPa*s^0.15152",
            low=0.15,
            high=0.6,
            source=MEMORY,
            origin=Origin.MEMORY,
            note="flow stress over (rate exp(Q/RT)) to the power 1/lepage_exponent",
        ),
        "lepage_coefficient_298K": Property(
            value=2.88,
            unit="MPa*s^0.15152",
            low=1.44,
            high=5.8,
            origin=Origin.DERIVED,
            source="the coefficient above times exp(Q/(6.6 R T)) at 298 K",
        ),
        "anand_prefactor": Property(
            value=4.25e4, unit="1/s", low=2e4, high=8.5e4, source=ANAND, origin=Origin.FOUND
        ),
        "anand_activation_energy": Property(
            value=37, unit="kJ/mol", low=30, high=43, source=ANAND, origin=Origin.FOUND
        ),
        "anand_rate_sensitivity": Property(
            value=0.15, unit="", low=0.14, high=0.18, source=ANAND, origin=Origin.FOUND
        ),
        "anand_initial_resistance": Property(
            value=0.95,
            unit="MPa",
            low=0.9,
            high=1.1,
            source=ANAND,
            origin=Origin.FOUND,
            note="1.1 MPa in another transcription",
        ),
        "anand_hardening": Property(
            value=10, unit="MPa", low=5, high=20, source=ANAND, origin=Origin.FOUND
        ),
        "anand_hardening_exponent": Property(
            value=2.0, unit="", low=1.8, high=2.2, source=ANAND, origin=Origin.FOUND
        ),
        "anand_saturation_resistance": Property(
            value=2.0, unit="MPa", low=1.5, high=2.5, source=ANAND, origin=Origin.FOUND
        ),
        "anand_saturation_exponent": Property(
            value=0.05, unit="", low=0.04, high=0.06, source=ANAND, origin=Origin.FOUND
        ),
    },
)
