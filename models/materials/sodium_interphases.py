"""The films that 1 M NaPF6 forms on sodium, in an ether and in carbonates."""

from anodex.models.materials.material import Material
from anodex.models.materials.property import Origin, Property
from anodex.models.materials.references import CHOICE, GONG_2023, MEMORY

UNKNOWN = {
    "poisson_ratio": Property(
        value=0.3, unit="", low=0.2, high=0.45, source=CHOICE, origin=Origin.CHOSEN
    ),
    "bare_resistance": Property(
        value=10,
        unit="ohm*cm^2",
        low=1,
        high=20,
        source=CHOICE,
        origin=Origin.CHOSEN,
        note="of sodium where the film is open",
    ),
    "heal_time": Property(
        value=50, unit="s", low=25, high=200, source=CHOICE, origin=Origin.CHOSEN
    ),
    "scatter": Property(
        value=0.01,
        unit="",
        low=0.002,
        high=0.05,
        source=f"roughness of a deposit from ether in {GONG_2023}, found by a prototype",
        origin=Origin.CALIBRATED,
        note="of the resistance along the surface, root mean square",
    ),
    "molar_volume": Property(
        value=25,
        unit="cm^3/mol",
        low=15,
        high=60,
        source=CHOICE,
        origin=Origin.CHOSEN,
        note="of film that holds a mole of sodium",
    ),
    "toughness": Property(
        value=0.1,
        unit="J/m^2",
        low=0.05,
        high=1,
        source=MEMORY,
        origin=Origin.MEMORY,
        note="of its bond to the metal",
    ),
}

ETHER_INTERPHASE = Material(
    name="ether_interphase",
    title="interphase of sodium with 1 M NaPF6 in DME",
    properties={
        "thickness": Property(
            value=20, unit="nm", low=10, high=40, source=MEMORY, origin=Origin.MEMORY
        ),
        "young_modulus": Property(
            value=2, unit="GPa", low=0.05, high=10, source=MEMORY, origin=Origin.MEMORY
        ),
        "elastic_limit": Property(
            value=0.05,
            unit="",
            low=0.02,
            high=0.1,
            source=MEMORY,
            origin=Origin.MEMORY,
            note="strain at which it breaks",
        ),
        "area_resistance": Property(
            value=10, unit="ohm*cm^2", low=5, high=100, source=CHOICE, origin=Origin.CHOSEN
        ),
        **UNKNOWN,
    },
)

CARBONATE_INTERPHASE = Material(
    name="carbonate_interphase",
    title="interphase of sodium with 1 M NaPF6 in EC and DMC",
    properties={
        "thickness": Property(
            value=75,
            unit="nm",
            low=50,
            high=150,
            source=MEMORY,
            origin=Origin.MEMORY,
            note=f"{GONG_2023}: it holds ten times the sodium of the film from ether",
        ),
        "young_modulus": Property(
            value=0.5, unit="GPa", low=0.05, high=5, source=MEMORY, origin=Origin.MEMORY
        ),
        "elastic_limit": Property(
            value=0.01,
            unit="",
            low=0.003,
            high=0.03,
            source=MEMORY,
            origin=Origin.MEMORY,
            note="strain at which it breaks",
        ),
        "area_resistance": Property(
            value=70,
            unit="ohm*cm^2",
            low=35,
            high=700,
            source=f"seven times that of the film from ether, the ratio in {GONG_2023}",
            origin=Origin.DERIVED,
        ),
        **UNKNOWN,
    },
)
