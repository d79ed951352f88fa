"""Li6PS5Cl and its chlorine-rich relatives: argyrodite solid electrolytes, dense and as pressed
powder.
"""

from anodex.models.materials.material import Material
from anodex.models.materials.property import Origin, Property
from anodex.models.materials.references import CAO_2023, MEMORY, ZHANG_2024

HECKEL = "Heckel law ln(1/(1-D)) = K p + A through the densities before and after pressing"

LI6PS5CL = Material(
    name="li6ps5cl",
    title="Li6PS5Cl solid electrolyte",
    properties={
        "young_modulus": Property(
            value=22.1,
            unit="GPa",
            low=20,
            high=25,
            source="vendor data quoting literature; 22 GPa in Singh et al. (2022)",
            origin=Origin.FOUND,
        ),
        "poisson_ratio": Property(
            value=0.37,
            unit="",
            low=0.33,
            high=0.39,
            source=MEMORY,
            origin=Origin.MEMORY,
            note="agrees with the Pugh ratio 0.28 of Singh et al. (2022)",
        ),
        "bulk_modulus": Property(
            value=28.7, unit="GPa", low=20, high=35, source=MEMORY, origin=Origin.MEMORY
        ),
        "shear_modulus": Property(
            value=8.1, unit="GPa", low=7, high=9.5, source=MEMORY, origin=Origin.MEMORY
        ),
        "toughness": Property(
            value=0.23,
            unit="MPa*m^0.5",
            low=0.19,
            high=0.27,
            source="Singh et al. (2022); Duan et al. (operando SEM)",
            origin=Origin.FOUND,
            note="of Li2S-P2S5 glass, 0.23 +- 0.04",
        ),
        "density": Property(
            value=1.86,
            unit="g/cm^3",
            low=1.6,
            high=2.0,
            source=MEMORY,
            origin=Origin.MEMORY,
            note="without pores",
        ),
        "conductivity": Property(
            value=0.2,
            unit="S/m",
            low=0.1,
            high=0.3,
            source=MEMORY,
            origin=Origin.MEMORY,
            note="ionic",
        ),
        "chlorine_rich_conductivity": Property(
            value=0.78,
            unit="S/m",
            low=0.7,
            high=0.86,
            source=CAO_2023,
            origin=Origin.MEASURED,
            note="ionic, about Li5.4PS4.4Cl1.6",
        ),
        "electronic_conductivity": Property(
            value=3.2e-7,
            unit="S/m",
            low=1e-7,
            high=1e-6,
            source=CAO_2023,
            origin=Origin.MEASURED,
            note="about Li5.4PS4.4Cl1.6",
        ),
        "interface_resistance": Property(
            value=10,
            unit="ohm*cm^2",
            low=7.5,
            high=20,
            source=f"the trends of current with contour height and separation in {ZHANG_2024}",
            origin=Origin.CALIBRATED,
            note="against lithium; they need conductivity times resistance of 150 to 200 um or "
            "more",
        ),
        "exchange_current_density": Property(
            value=25.7,
            unit="A/m^2",
            low=12.8,
            high=34.3,
            source="RT/(F interface_resistance) at 298 K",
            origin=Origin.DERIVED,
        ),
        "interphase_thickness": Property(
            value=250,
            unit="nm",
            low=100,
            high=250,
            source=ZHANG_2024,
            origin=Origin.FOUND,
            note="at most",
        ),
        "pressed_density": Property(
            value=0.8375,
            unit="",
            low=0.8,
            high=0.87,
            source=f"one less the pore fraction in {CAO_2023}",
            origin=Origin.DERIVED,
            note="relative, after 300 MPa",
        ),
        "powder_density": Property(
            value=0.525,
            unit="",
            low=0.5,
            high=0.55,
            source=MEMORY,
            origin=Origin.MEMORY,
            note="relative, before pressing",
        ),
        "heckel_constant": Property(
            value=3.57e-3,
            unit="1/MPa",
            low=3.4e-3,
            high=3.75e-3,
            source=HECKEL,
            origin=Origin.DERIVED,
        ),
        "heckel_constant_in_tube": Property(
            value=3.9216e-3,
            unit="1/MPa",
            low=3.57e-3,
            high=4.2e-3,
            source=f"relative density 0.8375 of {CAO_2023} after 300 MPa, found by the compaction "
            "of the default cell stack",
            origin=Origin.CALIBRATED,
            note="for a PTFE tube that bulges and a punch friction of 0.2; heckel_constant, of a "
            "rigid die, gives 0.8221 there",
        ),
        "gurson_matrix_strength": Property(
            value=420,
            unit="MPa",
            low=400,
            high=440,
            source="hydrostatic Gurson law ln(1/f) = 3p/(2 sigma) at the density pressed by 300 "
            "MPa",
            origin=Origin.DERIVED,
        ),
        "porosity_softening": Property(
            value=4,
            unit="",
            low=3,
            high=6,
            source=MEMORY,
            origin=Origin.MEMORY,
            note="b in E(D) = E exp(-b (1-D)) of relative density D",
        ),
    },
)
