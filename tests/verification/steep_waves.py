"""One wave of a plated metal beyond linear stability: steep, and levelled by geometry."""

from functools import lru_cache

import numpy as np
from scipy.special import ive

from anodex.models.laws.constants import FARADAY
from anodex.verification.boundary_integral import BoundaryIntegrals
from anodex.verification.check import Check
from anodex.verification.film_waves import (
    CONDUCTIVITY,
    MOLAR_VOLUME,
    SPEED,
    K,
    plated,
    wave,
)

# Times 1/k: the wave is 66 degrees steep in the end, and the boundary integrals say 3.04625.
AMPLITUDE, RISE = 0.5, 2.5613811
RATIO = 1.0
ROUND = 1.2  # rise up to which 12 facets resolve the valley, which keeps no artificial width


def steep_wave() -> tuple[float, float]:
    """Crest to valley times k."""
    found = crest_to_valley(AMPLITUDE / K, RATIO, RISE / K, steps=200, refinement=4.0)
    integrals = BoundaryIntegrals(96, K, RATIO)
    heights = AMPLITUDE / K * np.cos(integrals.angle)
    return K * found, K * np.ptp(integrals.plated(heights, RISE / K, 60))


def crest_to_valley(amplitude: float, ratio: float, rise: float, steps: int, **how) -> float:
    """[um] after a mean rise [um]; other arguments as of `wave`."""
    problem = plated(wave(amplitude, ratio, **how), rise / SPEED, steps)
    found = float(np.ptp(problem.front.nodes[:, 1]))
    problem.destroy()
    return found


def levelled_wave() -> tuple[float, float]:
    """Crest to valley [um] under a film whose resistance decides the current."""
    ratio, slope, strength = 2e5, 0.02, 2.0
    amplitude = slope / K
    nu = SPEED * amplitude / (2 * strength)  # um^2/s
    resistance = ratio / (CONDUCTIVITY * K)
    energy = nu * resistance * (FARADAY / MOLAR_VOLUME) ** 2
    duration = 0.5 / (nu * K**2)
    found = crest_to_valley(
        amplitude, ratio, SPEED * duration, steps=100, surface_energy=energy, refinement=2.0
    )
    return found, 2 * nu / SPEED * cole_hopf(strength, np.exp(-0.5))


def cole_hopf(strength: float, decay: float) -> float:
    """ln(w at the crest / w in the valley) of w = exp(b cos(k x)) that diffuses until its first
    term has fallen to a share: exp(b cos t) = I_0(b) + 2 sum I_n(b) cos(n t).
    """
    orders = np.arange(30)
    terms = ive(orders, strength) * decay ** (orders**2)
    terms[1:] *= 2
    return float(np.log(terms.sum() / (terms @ (-1.0) ** orders)))


@lru_cache
def steep(facets: int) -> float:
    """Crest to valley [um] with a number of facets between, while the valley is round."""
    return crest_to_valley(AMPLITUDE / K, RATIO, ROUND / K, steps=100, refinement=facets / 6)


def order_in_mesh() -> tuple[float, float]:
    """From 12, 24 and 48 facets, all with the same steps."""
    coarse, medium, fine = (steep(facets) for facets in (12, 24, 48))
    return float(np.log2((medium - coarse) / (fine - medium))), 4.0


WAVE_CHECKS = [
    Check(
        "wave that levels under a resisting film: crest to valley [um]",
        "Cole-Hopf: h_t = v + (v/2) h_x^2 + nu h_xx, nu = (Omega/F)^2 gamma / Z",
        levelled_wave,
        2e-3,
    ),
    Check(
        "wave that is 66 degrees steep in the end: crest to valley times k [-]",
        "boundary integrals with a periodic Green's function, spectrally accurate",
        steep_wave,
        5e-4,
    ),
    Check(
        "the same wave, still round: order in the mesh [-]",
        "splines, and second-order functions at their nodes",
        order_in_mesh,
        0.4,
        False,
        slow=True,
    ),
]
