"""The published laws of lithium creep, all as one power law at a temperature."""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp

from anodex.models.laws.creep import PowerLaw
from anodex.models.laws.hardening import AnandLaw
from anodex.models.materials.lithium import LITHIUM

GAS = 8.314e-3  # kJ/(mol K)
KEYED = ("anand_initial_resistance", "anand_hardening")  # keys give them to the law that takes them


def roy() -> PowerLaw:
    """Rate = e0 (q/s0)^n at room temperature (Roy, Fleck and Deshpande 2021, Eq. 3.1)."""
    exponent = LITHIUM["roy_exponent"].value
    return PowerLaw(
        LITHIUM["roy_reference_rate"].to("1/s")
        / LITHIUM["roy_reference_stress"].to("MPa") ** exponent,
        exponent,
    )


def lepage(temperature: float) -> PowerLaw:
    """q = K (rate exp(Q/RT))^(1/n) (LePage et al. 2019); temperature in K."""
    exponent = LITHIUM["lepage_exponent"].value
    return PowerLaw(
        _arrhenius("lepage_activation_energy", temperature)
        / LITHIUM["lepage_coefficient"].value ** exponent,
        exponent,
    )


def anand_saturated(temperature: float) -> PowerLaw:
    """Anand's law (Anand and Narayan 2019) at saturation: q = S (rate/r0)^(m+N) with r0 = A
    exp(-Q/RT); temperature in K.
    """
    exponent = 1 / (
        LITHIUM["anand_rate_sensitivity"].value + LITHIUM["anand_saturation_exponent"].value
    )
    rate = _anand_rate(temperature)
    return PowerLaw(rate / LITHIUM["anand_saturation_resistance"].to("MPa") ** exponent, exponent)


def anand(temperature: float, initial_resistance: float, hardening: float) -> AnandLaw:
    """The same law before saturation, from a resistance [MPa] at the start, with some hardening
    [MPa]; temperature in K.
    """
    return AnandLaw(
        _anand_rate(temperature),
        LITHIUM["anand_rate_sensitivity"].value,
        initial_resistance,
        hardening,
        LITHIUM["anand_hardening_exponent"].value,
        LITHIUM["anand_saturation_resistance"].to("MPa"),
        LITHIUM["anand_saturation_exponent"].value,
    )


def newtonian(viscosity: float) -> PowerLaw:
    """Rate = q / (3 mu), viscosity mu in MPa s."""
    return PowerLaw(1 / (3 * viscosity), 1.0)


@dataclass(frozen=True)
class PublishedLaw:
    """A law that case files may name.

    Attributes
    ----------
    words
        What it is, for lists of keys.
    power_law
        Gets the temperature [K].
    is_thermal
        Whether the temperature counts.
    """

    words: str
    power_law: Callable[[float], PowerLaw]
    is_thermal: bool = True


PUBLISHED = {
    "roy": PublishedLaw(
        "power law of Roy, Fleck and Deshpande (2021), at room temperature",
        lambda temperature: roy(),
        is_thermal=False,
    ),
    "lepage": PublishedLaw(
        "power law of LePage et al. (2019), which knows the temperature", lepage
    ),
    "anand-saturated": PublishedLaw(
        "law of Anand and Narayan (2019) at saturation, which knows the temperature",
        anand_saturated,
    ),
}


def values_of(law: str) -> list[tuple[str, str]]:
    """Material and property of the values that a published law takes without a key; none of another
    one.
    """
    own = f"{law.partition('-')[0]}_"
    return [("lithium", name) for name in LITHIUM if name.startswith(own) and name not in KEYED]


def _anand_rate(temperature: float) -> float:
    return LITHIUM["anand_prefactor"].to("1/s") * _arrhenius("anand_activation_energy", temperature)


def _arrhenius(energy: str, temperature: float) -> float:
    return exp(-LITHIUM[energy].to("kJ/mol") / (GAS * temperature))
