"""How fast one wave grows or decays on a metal under a film, beside linear stability."""

from functools import lru_cache, partial

import numpy as np

from anodex.models.laws.constants import FARADAY
from anodex.models.laws.film import bending_stiffness, plane_modulus, self_limited_amplitude
from anodex.verification.check import Check
from anodex.verification.film_waves import (
    CONDUCTIVITY,
    CURRENT,
    MOLAR_VOLUME,
    SPEED,
    K,
    amplitude_of,
    grown,
    growth_rate,
    plated,
    wave,
)

ENERGY = 0.2  # of the surface [pJ/um^2]
THICKNESS, YOUNG, POISSON = 0.1, 3e3, 0.3  # of the film [um, MPa, -]
MODULUS = plane_modulus(YOUNG, POISSON)
FILM = {
    "thickness": f"{THICKNESS} um",
    "young_modulus": f"{YOUNG} MPa",
    "poisson_ratio": POISSON,
}


def exact_rate(
    ratio: float, surface_energy: float = 0.0, current: float = CURRENT, bending: float = 0.0
) -> float:
    """(Omega/F) k [i - (kappa Omega/F) (gamma k^2 + D k^4)] / (1 + kappa Z k) [1/s]."""
    volume = MOLAR_VOLUME / FARADAY
    resisting = CONDUCTIVITY * volume * (surface_energy * K**2 + bending * K**4)
    return volume * K * (current - resisting) / (1 + ratio)


def rate(ratio: float, surface_energy: float, current: float) -> tuple[float, float]:
    given = {"surface_energy": surface_energy, "current": current}
    return growth_rate(ratio, **given), exact_rate(ratio, **given)


def order_in_step() -> tuple[float, float]:
    """From 8, 16 and 32 steps while the wave falls by two fifths."""
    duration = 0.6 / (K * SPEED)
    coarse, medium, fine = (
        grown(duration, steps, 1e-3, 1.0, surface_energy=ENERGY) for steps in (8, 16, 32)
    )
    return float(np.log2((coarse - medium) / (medium - fine))), 2.0


def field_alone() -> tuple[float, float]:
    """Without film and surface energy; from two small resistances to none, 1/s being linear."""
    low, high = growth_rate(0.05), growth_rate(0.1)
    return 1 / (2 / low - 1 / high), K * SPEED


def resistance_alone() -> tuple[float, float]:
    """Times kappa Z / v: the same for all waves."""
    ratio = 1e4
    return growth_rate(ratio) * ratio / K / SPEED, 1.0


def rate_of_creeping_metal() -> tuple[float, float]:
    """While it rests, with the little that capillarity dissolves and plates beside it."""
    ratio, prefactor = 1e4, 5.3e-3  # 1/(MPa s): its viscosity is a third of one over it
    creeping = {"creep": "power-law", "creep_prefactor": f"{prefactor} 1/s", "creep_exponent": 1.0}
    found = growth_rate(ratio, surface_energy=ENERGY, current=0.0, metal=creeping)
    settling = ENERGY * K * 3 * prefactor / 2
    return found, exact_rate(ratio, ENERGY, current=0.0) - settling


@lru_cache
def bent_rate(attachment: str) -> float:
    """Of a wave whose film resists bending alone."""
    return growth_rate(1.0, film=FILM | {"attachment": attachment, "membrane": False})


def rate_of_bent_film(attachment: str) -> tuple[float, float]:
    stiffness = bending_stiffness(MODULUS, THICKNESS, attachment)
    return bent_rate(attachment), exact_rate(1.0, bending=stiffness)


def bonded_over_sliding() -> tuple[float, float]:
    """What bending takes from the rate of growth."""
    bonded, sliding = (exact_rate(1.0) - bent_rate(name) for name in ("bonded", "sliding"))
    return bonded / sliding, 4.0


def layer_stiffness(slenderness: float, bonded: bool) -> float:
    """Normal pressure over deflection of a layer in plane strain whose lower side is bent to a
    small cosine, without stretching it there or without friction, over E' h^3 k^4.

    Parameters
    ----------
    slenderness
        k h.
    """
    # Airy's function f(y) cos(k x), f = [cosh y, sinh y, y cosh y, y sinh y] . c, with k = 1.
    h, c, s, nu = slenderness, np.cosh(slenderness), np.sinh(slenderness), POISSON
    free = [[c, s, h * c, h * s], [s, c, c + h * s, s + h * c]]  # f = f' = 0: no stress above
    shear = [0.0, 1.0, 1.0, 0.0]  # f' below
    # E' u = (nu/(1-nu) f + f'') sin and E' v = [f''' - (2 + nu/(1-nu)) f'] cos below
    poisson = nu / (1 - nu)
    sideways = [1 + poisson, 0.0, 0.0, 2.0]
    deflection = [0.0, -1 - poisson, 1 - poisson, 0.0]
    rows = np.array([*free, sideways if bonded else shear, deflection])
    found = np.linalg.solve(rows, [0.0, 0.0, 0.0, 1.0])
    return abs(found[0]) / h**3


def stiffness_of_layer(attachment: str) -> tuple[float, float]:
    slenderness = 0.02
    return (
        bending_stiffness(1.0, 1.0, attachment),
        layer_stiffness(slenderness, attachment == "bonded"),
    )


def stretched_film(attachment: str) -> tuple[dict, float]:
    """A film that resists stretching alone, flat at its reference; and the amplitude at which it
    stops the growth.
    """
    limit = self_limited_amplitude(
        CURRENT, CONDUCTIVITY, MOLAR_VOLUME, MODULUS * THICKNESS, K, attachment
    )
    return FILM | {"attachment": attachment, "reference": "flat", "bending": False}, limit


def limit_at_once(attachment: str) -> tuple[float, float]:
    """Amplitude at which a film that is laid over the wave stops it: the rate of growth is linear
    in its square.
    """
    film, limit = stretched_film(attachment)
    squares, duration = np.array([0.9, 1.1]) * limit**2, 1e-3 / (K * SPEED)
    low, high = (np.log(grown(duration, 1, np.sqrt(square), 1.0, film=film)) for square in squares)
    return np.sqrt(squares[0] + np.ptp(squares) * low / (low - high)), limit


@lru_cache
def grown_to_limit() -> tuple[float, float]:
    """Amplitude in the end [um], and volume gained over that of the charge, of a wave that grows
    until its film stops it.
    """
    film, limit = stretched_film("sliding")
    problem = wave(limit / 2, 1.0, film=film)
    enclosed = problem.front.enclosed
    duration = 10.0 / (K * SPEED)
    problem = plated(problem, duration, 100)
    charge = SPEED * duration * problem.case.surface.width
    gained = (problem.front.enclosed - enclosed) / charge
    found = amplitude_of(problem)
    problem.destroy()
    return found, gained


def limit_in_time() -> tuple[float, float]:
    return grown_to_limit()[0], stretched_film("sliding")[1]


def volume_of_charge() -> tuple[float, float]:
    return grown_to_limit()[1], 1.0


STABILITY = "(Omega/F) k [i - (kappa Omega/F) (gamma k^2 + D k^4)] / (1 + kappa Z k)"
LIMIT = "sqrt(4 i F / (kappa Omega E'h k^4)), sqrt(2) times that where bonded"
PLANE_STRAIN = "Airy's function of a layer in plane strain, k h = 0.02"
GROWTH_CHECKS = [
    *(
        Check(
            f"{'plating' if current > 0 else 'stripping'}, kappa Z k = {ratio:g}, surface energy "
            f"{energy:g} J/m^2: growth rate [1/s]",
            STABILITY,
            partial(rate, ratio, energy, current),
            1e-3,
        )
        for current in (CURRENT, -CURRENT)
        for energy in (0.0, ENERGY)
        for ratio in (0.05, 1.0, 100.0)
    ),
    Check("wave that decays: order in the step [-]", "BDF2", order_in_step, 0.2, False),
    Check(
        "no film, surface energy or resistance: growth rate [1/s]",
        "bare field instability, v k",
        field_alone,
        3e-3,
    ),
    Check(
        "kappa Z k = 10000: growth rate times kappa Z / v [-]",
        "saturates at v / (kappa Z)",
        resistance_alone,
        1e-3,
    ),
    Check(
        "creeping metal: rate of settling of a wave [1/s]",
        "- gamma k / (2 eta), Mullins 1959",
        rate_of_creeping_metal,
        1e-3,
    ),
    *(
        Check(
            f"{name} film that resists bending: growth rate [1/s]",
            STABILITY,
            partial(rate_of_bent_film, name),
            1e-3,
        )
        for name in ("sliding", "bonded")
    ),
    Check(
        "bending of a bonded film over that of a sliding one [-]",
        "four times",
        bonded_over_sliding,
        1e-3,
    ),
    *(
        Check(
            f"{name} film: bending stiffness over E'h^3 [-]",
            PLANE_STRAIN,
            partial(stiffness_of_layer, name),
            1e-3,
        )
        for name in ("sliding", "bonded")
    ),
    Check(
        "sliding film laid over a wave: amplitude that it stops [um]",
        LIMIT,
        partial(limit_at_once, "sliding"),
        1e-3,
    ),
    Check(
        "bonded film laid over a wave: amplitude that it stops [um]",
        LIMIT,
        partial(limit_at_once, "bonded"),
        1e-2,
    ),
    Check("sliding film: amplitude to which a wave grows [um]", LIMIT, limit_in_time, 1e-3),
    Check("the same run: volume gained = charge [-]", "Faraday's law", volume_of_charge, 1e-12),
]
