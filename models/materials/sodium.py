"""Sodium metal near 298 K."""

from anodex.models.materials.material import Material
from anodex.models.materials.property import Origin, Property
from anodex.models.materials.references import MEMORY, WANG_2020

SODIUM = Material(
    name="sodium",
    title="sodium metal near 298 K",
    properties={
        "young_modulus": Property(
            value=4.6,
            unit="GPa",
            low=3.9,
            high=5.0,
            source=f"{WANG_2020}, acoustic",
            origin=Origin.MEASURED,
            note="3.9 GPa by nanoindentation (Fincher 2020, Table 1 there)",
        ),
        "shear_modulus": Property(
            value=1.7,
            unit="GPa",
            low=1.4,
            high=1.8,
            source=f"{WANG_2020}, acoustic",
            origin=Origin.MEASURED,
        ),
        "bulk_modulus": Property(
            value=8.5,
            unit="GPa",
            low=6.0,
            high=9.0,
            source=f"{WANG_2020}, acoustic",
            origin=Origin.MEASURED,
        ),
        "poisson_ratio": Property(
            value=0.41,
            unit="",
            low=0.38,
            high=0.43,
            source=f"{WANG_2020}, acoustic",
            origin=Origin.MEASURED,
        ),
        "tensile_slope": Property(
            value=0.274,
            unit="GPa",
            low=0.1,
            high=1.0,
            source=f"{WANG_2020}, tensile test",
            origin=Origin.MEASURED,
            note="slope of the tensile curve, mostly creep: no elastic modulus",
        ),
        "density": Property(
            value=0.971, unit="g/cm^3", low=0.96, high=0.98, source=WANG_2020, origin=Origin.FOUND
        ),
        "molar_mass": Property(
            value=22.99,
            unit="g/mol",
            low=22.98,
            high=23.0,
            source="standard atomic weight",
            origin=Origin.MEMORY,
        ),
        "molar_volume": Property(
            value=23.7e-6,
            unit="m^3/mol",
            low=23.0e-6,
            high=24.5e-6,
            source=f"molar mass over density ({WANG_2020})",
            origin=Origin.DERIVED,
        ),
        "yield_strength": Property(
            value=0.23,
            unit="MPa",
            low=0.15,
            high=0.36,
            source=WANG_2020,
            origin=Origin.MEASURED,
            note="0.19 to 0.28 in tension and 0.16 to 0.24 in compression near 1e-3 /s; 0.15 at "
            "1.2e-5 /s, 0.36 at 1.2e-2 /s",
        ),
        "hardness": Property(
            value=0.8,
            unit="MPa",
            low=0.45,
            high=1.1,
            source=f"three times the yield strength at 1e-3 /s or faster ({WANG_2020})",
            origin=Origin.DERIVED,
            note="the largest pressure of an asperity on bulk sodium; small ones may bear more",
        ),
        "flow_stress_coefficient": Property(
            value=0.928,
            unit="MPa*s^0.164",
            low=0.8,
            high=1.1,
            source=f"{WANG_2020}, fit",
            origin=Origin.MEASURED,
            note="flow stress = coefficient times strain rate to the power flow_stress_exponent",
        ),
        "flow_stress_exponent": Property(
            value=0.164,
            unit="",
            low=0.14,
            high=0.2,
            source=f"{WANG_2020}, fit",
            origin=Origin.MEASURED,
        ),
        "creep_prefactor": Property(
            value=0.53,
            unit="1/(MPa^5*s)",
            low=0.2,
            high=1.0,
            source=f"{WANG_2020}, fit",
            origin=Origin.MEASURED,
            note="equivalent creep rate = prefactor times von Mises stress to the power "
            "creep_exponent; for the exponent 5.0",
        ),
        "creep_exponent": Property(
            value=5.0,
            unit="",
            low=5.0,
            high=6.1,
            source=f"{WANG_2020}, fit",
            origin=Origin.MEASURED,
        ),
        "creep_activation_energy": Property(
            value=44,
            unit="kJ/mol",
            low=40,
            high=50,
            source=WANG_2020,
            origin=Origin.FOUND,
            note="that of lattice diffusion, expected and not measured",
        ),
        "critical_stress": Property(
            value=0.3,
            unit="MPa",
            low=0.15,
            high=0.6,
            source=MEMORY,
            origin=Origin.MEMORY,
            note="like the tensile strength",
        ),
        "exchange_current_density": Property(
            value=5, unit="A/m^2", low=1, high=10, source=MEMORY, origin=Origin.MEMORY
        ),
        "surface_energy": Property(
            value=0.2, unit="J/m^2", low=0.1, high=0.4, source=MEMORY, origin=Origin.MEMORY
        ),
        "self_diffusion_prefactor": Property(
            value=0.242, unit="cm^2/s", low=0.12, high=0.48, source=MEMORY, origin=Origin.MEMORY
        ),
        "self_diffusion_activation_energy": Property(
            value=43.7,
            unit="kJ/mol",
            low=40,
            high=50,
            source=MEMORY,
            origin=Origin.MEMORY,
            note=f"about 44 kJ/mol in {WANG_2020}",
        ),
        "self_diffusivity": Property(
            value=5.3e-13,
            unit="m^2/s",
            low=2e-13,
            high=2e-12,
            source="Arrhenius law with the two values above, at 298 K",
            origin=Origin.DERIVED,
        ),
    },
)
