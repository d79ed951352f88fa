"""A thin film on a metal surface that buckles off it under compression, held by a cohesive law.

One dimension: arc length along the metal's surface, plane strain, mirrors at both ends. The film
is a plate of von Karman's kind, so that it buckles; what holds it softens and breaks. Openings are
relative to the metal: a surface that moves takes the film along.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import LinAlgError, cho_solve_banded, cholesky_banded

from anodex.models.errors import ConvergenceError, InputError

MOST_PASSES = 400  # of Newton's method in one update
MOST_HALVINGS = 30  # of a step of it
CLOSE = 1e-14  # energy that a step may still gain, over that of a buckle as high as thick
KICK = 1e-2  # of the thickness: opening that takes a film off an equilibrium which does not hold
BAND = 5  # superdiagonals of the stiffness: 3 unknowns a node, pieces join neighbours
SLIDE, OPENING, SLOPE = range(3)


@dataclass(frozen=True)
class CohesiveLaw:
    """Traction over opening: elastic up to the strength, then down along a straight line to zero;
    back to the origin where it closes.

    Attributes
    ----------
    toughness
        Energy to part film and metal [J/m^2 = MPa um], in every mode the same.
    strength
        Largest traction [MPa].
    stiffness
        Of what is whole, also against penetration [MPa/um]; ten times strength^2 / (2 toughness)
        makes it soften from a tenth of the critical opening on.
    shear
        Weight of the slip in the effective opening sqrt(opening^2 + (shear slip)^2): 1 for a
        bonded film, 0 for one that slides freely. Between them, a choice (Camacho & Ortiz, Int. J.
        Solids Struct. 33 (1996) 2899).
    """

    toughness: float
    strength: float
    stiffness: float
    shear: float = 0.0

    def __post_init__(self) -> None:
        least = self.strength**2 / (2 * self.toughness)
        if not self.stiffness > least:
            raise InputError(
                f"cohesive law: a stiffness of {self.stiffness:g} MPa/um stores more than the "
                f"toughness before it softens; take more than {least:g}, 10 times that by custom"
            )

    @property
    def onset(self) -> float:
        """Opening at which it softens [um]."""
        return self.strength / self.stiffness

    @property
    def critical_opening(self) -> float:
        """From which on nothing holds [um]."""
        return 2 * self.toughness / self.strength

    @property
    def softening(self) -> float:
        """Opening from onset to the end [um]."""
        return self.critical_opening - self.onset

    def damage(self, opening: np.ndarray, before: np.ndarray) -> np.ndarray:
        """Share of the toughness that is spent: what the largest opening so far [um] says."""
        return np.clip((opening - self.onset) / self.softening, before, 1.0)

    def remaining(self, damage: np.ndarray) -> np.ndarray:
        """Stiffness that is left [MPa/um]."""
        return self.strength * (1 - damage) / (self.onset + damage * self.softening)


@dataclass(frozen=True)
class Delamination:
    """State of the film at its nodes, each of shape (nodes,).

    Attributes
    ----------
    opening, slope, slide
        Distance from the metal [um], its derivative along the arc, and displacement along it [um].
    damage
        Share of the toughness that is spent, from 0 (whole) to 1 (parted); never falls.
    force
        In the film [N/m = MPa um], tension positive.
    """

    opening: np.ndarray
    slope: np.ndarray
    slide: np.ndarray
    damage: np.ndarray
    force: np.ndarray

    def resampled(self, arc: np.ndarray, places: np.ndarray) -> "Delamination":
        """On new nodes at `places`, measured along the arc of the old ones, both [um]."""
        return Delamination(*(np.interp(places, arc, values) for values in vars(self).values()))


@dataclass(frozen=True)
class CohesiveFilm:
    """Film that a cohesive law holds on a surface.

    Attributes
    ----------
    arc
        Of the nodes, increasing, shape (nodes,) [um]. Neighbours should be a third of the length
        `process_zone` apart or less.
    thickness
        [um].
    young_modulus, poisson_ratio
        [MPa], [-].
    law
        What holds it.

    Notes
    -----
    Energy of a unit width: E'h strain^2 / 2 + D w''^2 / 2 + that of the cohesive law, with
    E' = E / (1 - nu^2), D = E'h^3 / 12, strain = u' + w'^2 / 2 + K w - misfit. Hutchinson & Suo,
    Adv. Appl. Mech. 29 (1992) 63, section V. Cubic Hermite polynomials for the opening w, straight
    lines for the slide u, one strain for each piece (else it locks); tractions at the nodes. Growth
    knows no time: at a given misfit it goes on until the film is held again.
    """

    arc: np.ndarray
    thickness: float
    young_modulus: float
    poisson_ratio: float
    law: CohesiveLaw

    @property
    def stretching(self) -> float:
        """E'h [N/m]."""
        return self.young_modulus / (1 - self.poisson_ratio**2) * self.thickness

    @property
    def bending(self) -> float:
        """D [MPa um^3]."""
        return self.stretching * self.thickness**2 / 12

    @property
    def process_zone(self) -> float:
        """Length over which a film bends where it is held [um]."""
        return float((4 * self.bending / self.law.stiffness) ** 0.25)

    @cached_property
    def weights(self) -> np.ndarray:
        """Of the nodes in integrals along the arc [um], shape (nodes,)."""
        half = np.diff(self.arc) / 2
        return np.append(half, 0.0) + np.insert(half, 0, 0.0)

    def attached(self, parted: np.ndarray | None = None) -> Delamination:
        """A film that rests on the metal and is held but where `parted`, shape (nodes,)."""
        zero = np.zeros(len(self.arc))
        return Delamination(zero, zero, zero, zero if parted is None else parted * 1.0, zero)

    def fraction(self, state: Delamination) -> float:
        """Share of the surface that the film has left."""
        return float(self.weights @ state.damage / self.weights.sum())

    def dissipated(self, state: Delamination) -> float:
        """Energy spent on parting film and metal, also what was parted at first [N = MPa um^2]."""
        return float(self.law.toughness * self.weights @ state.damage)

    def update(
        self,
        old: Delamination,
        misfit: np.ndarray | float,
        curvature: np.ndarray | float = 0.0,
        pull: np.ndarray | float = 0.0,
    ) -> Delamination:
        """The film at rest under new loads; `old` stays as it is.

        Parameters
        ----------
        old
            State that is accepted.
        misfit
            Compressive strain of a film that is held: how much too long it is. Of a film that
            slides only the mean counts.
        curvature
            K of the surface [1/um], positive on a crest, where compression lifts the film.
        pull
            Traction that lifts the film [MPa], such as the pressure of gas under it.
            Each is a number or of shape (nodes,).

        Raises
        ------
        ConvergenceError
            Where the film finds no rest within `MOST_PASSES`.

        Notes
        -----
        The energy of an increment, with the damage that an opening brings in it, falls from pass to
        pass (Newton's method, steps halved), so that a softening law does no harm. Where the
        stiffness is not positive, viscosity N^2 / (4 D) + slope of the softening makes it so.
        """
        energy = _Energy(self, old.damage, *np.broadcast_arrays(misfit, curvature, pull, self.arc))
        place = np.stack([old.slide, old.opening, old.slope], axis=1)
        scale = self.bending * self.thickness**2 / (self.arc[-1] - self.arc[0]) ** 3
        kicked = False
        for _ in range(MOST_PASSES):
            gradient, factor, viscous = energy.linearised(place)
            step = -cho_solve_banded((factor, False), gradient.ravel()).reshape(-1, 3)
            gain = -float(np.sum(gradient * step))
            if gain <= CLOSE * scale:
                if not viscous or kicked:
                    return energy.state(place)
                step, gain, kicked = energy.kick(factor), 0.0, True
            place = energy.lower(place, step, gain)
        raise ConvergenceError(
            f"film on the metal: no rest after {MOST_PASSES} passes, a step would still gain "
            f"{gain:.1e} uN; {self.fraction(energy.state(place)):.0%} has "
            "parted. Try smaller steps of the misfit (a smaller time step), more nodes or a "
            "smaller strength"
        )


class _Energy:
    """Of an increment, as a function of the place of the nodes: slide, opening, slope; shape
    (nodes, 3).
    """

    def __init__(self, film, damage, misfit, curvature, pull, _):
        self.film, self.law, self.damage, self.pull = film, film.law, damage, pull
        self.curvature = curvature
        self.length = length = np.diff(film.arc)
        self.misfit = (misfit[1:] + misfit[:-1]) / 2
        # over opening and slope at both nodes of a piece: int N' N'^T, int N'' N''^T
        one, zero = np.ones_like(length), np.zeros_like(length)
        lever = np.stack([one, length, one, length], axis=1)
        lever = lever[:, :, None] * lever[:, None, :]
        turning = [[36, 3, -36, 3], [3, 4, -3, -1], [-36, -3, 36, -3], [3, -1, -3, 4]]
        bending = [[12, 6, -12, 6], [6, 4, -6, 2], [-12, -6, 12, -6], [6, 2, -6, 4]]
        self.turning = lever * np.array(turning) / (30 * length[:, None, None])
        self.bending = film.bending * lever * np.array(bending) / length[:, None, None] ** 3
        self.stretch = np.stack(
            [-one, curvature[:-1] * length / 2, zero, one, curvature[1:] * length / 2, zero], axis=1
        )
        self.mass = np.zeros((len(film.arc), 3))
        self.mass[:, SLIDE] = film.law.shear**2 * film.weights
        self.mass[:, OPENING] = film.weights
        self.mass[:, SLOPE] = film.weights**3 / 10

    def _pieces(self, place):
        """Unknowns of the pieces, shape (pieces, 6); their opening and slope turned; the force."""
        unknowns = np.concatenate([place[:-1], place[1:]], axis=1)
        turned = np.einsum("eij,ej->ei", self.turning, unknowns[:, [1, 2, 4, 5]])
        lengthening = np.einsum("ei,ei->e", self.stretch, unknowns)
        lengthening += np.einsum("ei,ei->e", turned, unknowns[:, [1, 2, 4, 5]]) / 2
        force = self.film.stretching * (lengthening / self.length - self.misfit)
        return unknowns, turned, force

    def _held(self, place):
        """Effective opening, damage and stiffness left, at the nodes."""
        opening = np.hypot(np.maximum(place[:, OPENING], 0), self.law.shear * place[:, SLIDE])
        damage = self.law.damage(opening, self.damage)
        return opening, damage, self.law.remaining(damage)

    def __call__(self, place) -> float:
        unknowns, _, force = self._pieces(place)
        opening, damage, left = self._held(place)
        bent = np.einsum("eij,ei,ej->", self.bending, *2 * [unknowns[:, [1, 2, 4, 5]]])
        pressed = self.law.stiffness * np.minimum(place[:, OPENING], 0) ** 2
        held = (left * opening**2 + pressed) / 2 + self.law.toughness * damage
        held -= self.pull * place[:, OPENING]
        stretched = force**2 @ self.length / self.film.stretching
        return float((stretched + bent) / 2 + self.film.weights @ held)

    def linearised(self, place):
        """Gradient, Cholesky factor of a positive stiffness, and whether it took viscosity."""
        film, law = self.film, self.law
        unknowns, turned, force = self._pieces(place)
        opening, damage, left = self._held(place)
        reach = self.stretch.copy()
        reach[:, [1, 2, 4, 5]] += turned
        forces = force[:, None] * reach
        bent = np.ix_(range(len(force)), [1, 2, 4, 5], [1, 2, 4, 5])
        forces[:, [1, 2, 4, 5]] += np.einsum("eij,ej->ei", self.bending, unknowns[:, [1, 2, 4, 5]])
        stiffness = reach[:, :, None] * reach[:, None, :]
        stiffness *= (film.stretching / self.length)[:, None, None]
        stiffness[bent] += self.bending + force[:, None, None] * self.turning

        # at the nodes: what holds, contact, and the softening along the way of the opening
        way = np.stack([law.shear**2 * place[:, SLIDE], np.maximum(place[:, OPENING], 0)], axis=1)
        growing = (damage > self.damage) & (damage < 1)
        slope = law.strength / law.softening
        drop = np.where(growing, slope + left, 0.0) / np.where(growing, opening, 1.0) ** 2
        tangent = -drop[:, None, None] * way[:, :, None] * way[:, None, :]
        tangent[:, 0, 0] += law.shear**2 * left
        tangent[:, 1, 1] += np.where(place[:, OPENING] >= 0, left, law.stiffness)
        traction = left[:, None] * way
        traction[:, 1] += law.stiffness * np.minimum(place[:, OPENING], 0) - self.pull

        gradient = np.zeros_like(place)
        gradient[:, :2] = film.weights[:, None] * traction
        gradient[:-1] += forces[:, :3]
        gradient[1:] += forces[:, 3:]
        gradient[[0, 0, -1, -1], [SLIDE, SLOPE, SLIDE, SLOPE]] = 0  # mirrors
        band = _banded(stiffness, film.weights[:, None, None] * tangent)
        viscosity = min(force.min(), 0.0) ** 2 / (4 * film.bending) + slope
        for share in (0.0, 1 / 64, 1 / 8, 1.0, 8.0, 64.0):
            shifted = band.copy()
            shifted[BAND] += share * viscosity * self.mass.ravel()
            try:
                return gradient, cholesky_banded(shifted), share > 0
            except LinAlgError:
                continue
        raise ConvergenceError("film on the metal: its stiffness is not finite; try smaller steps")

    def kick(self, factor):
        """A small opening along the mode that is held least."""
        mode = np.random.default_rng(0).random(self.mass.shape)
        for _ in range(30):
            mode = cho_solve_banded((factor, False), (self.mass * mode).ravel()).reshape(-1, 3)
            mode /= np.abs(mode[:, OPENING]).max()
        out = np.sign(np.sum(mode[:, OPENING] * (self.damage + 1e-3)))
        return KICK * self.film.thickness * out * mode

    def lower(self, place, step, gain):
        """Where the energy is lower, along a step that promises a gain."""
        before = self(place)
        for halving in range(MOST_HALVINGS):
            share = 0.5**halving
            if self(place + share * step) <= before - 1e-4 * share * gain + 1e-14 * abs(before):
                break
        return place + share * step

    def state(self, place) -> Delamination:
        force = self._pieces(place)[2]
        ends = np.concatenate([force[:1], force, force[-1:]])
        return Delamination(
            opening=place[:, OPENING],
            slope=place[:, SLOPE],
            slide=place[:, SLIDE],
            damage=self._held(place)[1],
            force=(ends[1:] + ends[:-1]) / 2,
        )


def _banded(pieces: np.ndarray, nodes: np.ndarray) -> np.ndarray:
    """Upper band of the matrix of pieces, shape (pieces, 6, 6), and nodes, shape (nodes, 2, 2),
    with slides and slopes of the ends held.
    """
    size = 3 * len(nodes)
    band = np.zeros((BAND + 1, size))
    for row in range(6):
        for column in range(row, 6):
            band[BAND + row - column, column : column + size - 3 : 3] += pieces[:, row, column]
    for row in range(2):
        for column in range(row, 2):
            band[BAND + row - column, column::3] += nodes[:, row, column]
    for held in (SLIDE, SLOPE, size - 3 + SLIDE, size - 3 + SLOPE):
        band[:, held] = 0
        for column in range(held + 1, min(held + BAND + 1, size)):
            band[BAND + held - column, column] = 0
        band[BAND, held] = 1
    return band
