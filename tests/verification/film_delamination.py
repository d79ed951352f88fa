"""A film that buckles off a metal: closed forms of a strip that has parted beforehand."""

from functools import lru_cache, partial
from itertools import pairwise

import numpy as np

from anodex.models.fracture.cohesive import CohesiveFilm, Delamination
from anodex.models.fracture.cohesive_law import CohesiveLaw
from anodex.verification.check import Check

THICKNESS, YOUNG, POISSON = 0.02, 2e3, 0.3  # um, MPa, -
STRETCHING = YOUNG / (1 - POISSON**2) * THICKNESS
UNBREAKABLE = CohesiveLaw(toughness=1e9, strength=1e3, stiffness=1e9)


def buckling_strain(half_width: float) -> float:
    """Of a parted strip whose edges are clamped: (pi^2 / 12) (h / b)^2."""
    return np.pi**2 / 12 * (THICKNESS / half_width) ** 2


CRITICAL = buckling_strain(1.0)


def breakable(energy: float, shear: float = 0.0) -> CohesiveLaw:
    """With a toughness over E'h e_c^2, strong enough for a small process zone."""
    toughness, strength = energy * STRETCHING * CRITICAL**2, 1.0
    return CohesiveLaw(toughness, strength, 10 * strength**2 / (2 * toughness), shear)


def strip(
    inside: int, law: CohesiveLaw, length: float = 1.5
) -> tuple[CohesiveFilm, Delamination, float]:
    """Half of a film with a parted strip of half width 1 um in its middle; with the half width
    over which it bends, up to the process zone's other end.
    """
    spacing = 1 / (inside + 0.5)
    arc = spacing * np.arange(round(length / spacing) + 1)
    film = CohesiveFilm(arc, THICKNESS, YOUNG, POISSON, law)
    state = film.attached(arc < 1)
    return film, state, 1 + film.process_zone


@lru_cache
def buckled(inside: int, stiffness: float) -> tuple[float, float, float]:
    """Buckling strain, rise of the strain with (w/h)^2 over it, and the width that bends: from two
    buckled states of a film that slides.
    """
    law = CohesiveLaw(UNBREAKABLE.toughness, UNBREAKABLE.strength, stiffness)
    film, state, width = strip(inside, law)
    strains, heights = np.array([1.2, 1.4]) * CRITICAL, []
    for strain in strains:
        state = film.update(state, strain)
        heights.append((state.opening[0] / THICKNESS) ** 2)
    rise = np.diff(strains)[0] / np.diff(heights)[0]
    strain = strains[0] - rise * heights[0]
    return strain, rise / strain * film.arc[-1] / width, width


def strain_when_clamped() -> tuple[float, float]:
    return buckled(400, 1e9)[0], CRITICAL


def strain_when_held_softly() -> tuple[float, float]:
    """A film on springs bends as if clamped where its process zone ends."""
    strain, _, width = buckled(400, 1e5)
    return strain, buckling_strain(width)


def post_buckling_slope() -> tuple[float, float]:
    return buckled(400, 1e5)[1], 0.75


def strain_order() -> tuple[float, float]:
    """Of the error of the buckling strain in the length of the pieces."""
    coarse, medium, fine = (buckled(inside, 1e4)[0] for inside in (40, 80, 160))
    return float(np.log2(abs(coarse - medium) / abs(medium - fine))), 2.0


def onset(energy: float, shear: float) -> float:
    """Strain over the critical one at which a parted strip grows by a twentieth."""
    film, state, _ = strip(400, breakable(energy, shear))
    start, low, high = film.fraction(state), 1.1, 4.0
    state = film.update(state, low * CRITICAL)
    while high - low > 2e-3:
        middle = (low + high) / 2
        reached = film.update(state, middle * CRITICAL)
        if film.fraction(reached) > 1.05 * start:
            high = middle
        else:
            low, state = middle, reached
    return high


def onset_of_a_sliding_film(energy: float = 1.5) -> tuple[float, float]:
    """e / e_c = 1 + (b / L) Gc / (2 E'h e_c^2): all of the half length L feeds the buckle."""
    film, _, width = strip(400, breakable(energy))
    critical = buckling_strain(width) / CRITICAL
    share = energy * width / film.arc[-1]
    return onset(energy, 0.0), critical + share / (2 * critical)


def onset_of_a_bonded_film(energy: float = 1.0) -> tuple[float, float]:
    """(e - e_c) (e + 3 e_c) = 2 Gc / E'h: only what has parted feeds the buckle, and it shears."""
    _, _, width = strip(400, breakable(energy))
    critical = buckling_strain(width) / CRITICAL
    return onset(energy, 1.0), -critical + np.sqrt(4 * critical**2 + 2 * energy)


@lru_cache
def balance(inside: int, steps: int) -> tuple[float, float]:
    """Energy that growth at a rising misfit takes from the film, and toughness times the newly
    parted length [uN].
    """
    film, state, _ = strip(inside, breakable(6.0))
    first = film.dissipated(state)
    strains = np.linspace(0, 6 * CRITICAL, steps + 1)
    work, force = 0.0, 0.0
    for before, strain in pairwise(strains):
        state = film.update(state, strain)
        push = -film.weights @ state.force
        work += (force + push) / 2 * (strain - before)
        force = push
    return work - film.stored(state, strains[-1]), film.dissipated(state) - first


def nothing_grows(strain: float, law: CohesiveLaw) -> tuple[float, float]:
    """Newly parted share."""
    film, state, _ = strip(60, law)
    return film.fraction(film.update(state, strain)) - film.fraction(state), 0.0


SOURCE = "Hutchinson & Suo, Adv. Appl. Mech. 29 (1992) 63, section V"
DELAMINATION_CHECKS = [
    Check(
        "parted strip: strain at which it buckles, clamped [-]", SOURCE, strain_when_clamped, 0.01
    ),
    Check(
        "parted strip: strain at which it buckles, on springs [-]",
        SOURCE + "; width b + (4 D / k)^(1/4)",
        strain_when_held_softly,
        5e-3,
    ),
    Check(
        "parted strip: order of that strain in the mesh [-]",
        "second order",
        strain_order,
        0.3,
        False,
    ),
    Check("parted strip: post-buckling slope [-]", SOURCE, post_buckling_slope, 5e-3),
    Check(
        "sliding film: onset of growth over the buckling strain [-]",
        "1 + (b / L) Gc / (2 E'h e_c^2): strip that buckles under one force, root moment M^2 / 2D",
        onset_of_a_sliding_film,
        0.03,
    ),
    Check(
        "bonded film: onset of growth over the buckling strain [-]",
        SOURCE + ": (e - e_c) (e + 3 e_c) = 2 Gc / E'h",
        onset_of_a_bonded_film,
        0.03,
    ),
    Check(
        "growth: energy taken = toughness times length [uN]",
        "energy",
        partial(balance, 400, 60),
        0.02,
    ),
    Check(
        "film in tension: newly parted share [-]",
        "exact",
        partial(nothing_grows, -0.1, breakable(1.0)),
        1e-12,
        False,
    ),
    Check(
        "toughness without end: newly parted share [-]",
        "exact",
        partial(nothing_grows, 20 * CRITICAL, UNBREAKABLE),
        1e-9,
        False,
    ),
]
