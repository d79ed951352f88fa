"""A thin elastic film on a metal that is plated: stiffness, cracks, resistance, and closed forms.

The front is h(x) = a cos(k x). Numpy in, numpy out.
"""

from math import sqrt

import numpy as np

from anodex.models.laws.constants import FARADAY


def plane_modulus(young_modulus: float, poisson_ratio: float) -> float:
    """E' = E / (1 - nu^2) [MPa], of a film that stays as wide as it is (plane strain)."""
    return young_modulus / (1 - poisson_ratio**2)


def bending_stiffness(modulus: float, thickness: float, attachment: str) -> float:
    """Moment per length over curvature [pJ]: E' h^3 / 12 about the middle of a film that slides,
    E' h^3 / 3 about the side of a bonded one, which the metal keeps at its length (plate theory,
    Timoshenko and Woinowsky-Krieger).
    """
    return modulus * thickness**3 / (12 if attachment == "sliding" else 3)


def film_charge(thickness: float, molar_volume: float) -> float:
    """Charge F h / Omega [pC/um^2] in a film of which a volume holds a mole of the metal."""
    return FARADAY * thickness / molar_volume


def capped(pressure: np.ndarray, cap: float) -> np.ndarray:
    """Pressure [MPa] that a metal bears which yields at `cap`; as it is where small."""
    return cap * np.tanh(pressure / cap) if np.isfinite(cap) else pressure


def borne(pressure: np.ndarray, cap: float) -> np.ndarray:
    """Slope of `capped`, of a pressure [MPa] that is capped already."""
    return 1 - (pressure / cap) ** 2


def remembered(memory: np.ndarray, strain: np.ndarray, step: float, heal_time: float) -> np.ndarray:
    """Strain that a film remembers after a step [s] to `strain`: no less than that, and what it
    remembered beyond has faded at the rate 1 / heal_time: exact where the strain has jumped at the
    start of the step, else of first order in the step.

    Only strain above the memory opens cracks. If each rise above the strain of the step before did,
    strain that goes up and down from step to step would open more, the shorter the steps.
    """
    return strain + np.maximum(memory - strain, 0.0) * np.exp(-step / heal_time)


def healed(cracks: np.ndarray, opened: np.ndarray, step: float, heal_time: float) -> np.ndarray:
    """Share of cracks after a step [s] over which a share `opened` opened evenly while all of
    them healed at the rate 1 / heal_time: exact.
    """
    ratio = step / heal_time
    kept = -np.expm1(-ratio) / ratio if ratio > 0 else 1.0
    return np.minimum(cracks * np.exp(-ratio) + opened * kept, 1.0)


def conductance(
    cracks: np.ndarray, deviation: np.ndarray, resistance: float, bare_resistance: float
) -> np.ndarray:
    """1/Z [A/(m^2 V)] of film and bare metal side by side; the film's resistance is off by the
    share `deviation`.
    """
    return (1 - cracks) / (resistance * (1 + deviation)) + cracks / bare_resistance


def self_limited_amplitude(
    current: float,
    conductivity: float,
    molar_volume: float,
    membrane_stiffness: float,
    wavenumber: float,
    attachment: str,
) -> float:
    """Amplitude [um] at which the membrane force of an initially flat film stops the growth of a
    small wave: sqrt(4 i F / (kappa Omega E' h k^4)) where it slides, sqrt(2) times that where it
    is bonded; derived from the side condition of Roy, Fleck and Deshpande (2021), Eq. (2.4).

    Parameters
    ----------
    current, conductivity, molar_volume
        [A/m^2], [pA/(V um)], [um^3/amol], of electrolyte and metal.
    membrane_stiffness
        E' h [N/m].
    wavenumber
        k [1/um].
    attachment
        "sliding" or "bonded".
    """
    resisting = conductivity * molar_volume * membrane_stiffness * wavenumber**4
    return sqrt(4 * current * FARADAY / resisting) * (1.0 if attachment == "sliding" else sqrt(2))


def cracking_amplitude(elastic_limit: float, thickness: float, wavenumber: float) -> float:
    """Amplitude [um] at which the crests of a small wave bend the film to its elastic limit:
    h |K| / 2 = eps_f with K = k^2 a.
    """
    return 2 * elastic_limit / (thickness * wavenumber**2)


def critical_healing_rate(
    speed: float, resistance_ratio: float, thickness: float, wavenumber: float
) -> float:
    """Rate [1/s] at which cracks must heal, or else bent crests open faster and run away:
    v (Z_f / Z_bare - 1) h k^2 / 2 for a current that the film's resistance decides.

    Parameters
    ----------
    speed
        Of the front, v [um/s].
    resistance_ratio
        Of the film over the bare metal.
    """
    return speed * (resistance_ratio - 1) * thickness * wavenumber**2 / 2
