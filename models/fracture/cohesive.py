"""A thin film on a metal surface that buckles off it under compression, held by a cohesive law.

One dimension: arc length along the metal's surface, plane strain, mirrors at both ends. Openings
are relative to the metal: a surface that moves takes the film along.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from anodex.models.errors import ConvergenceError
from anodex.models.fracture.cohesive_law import CohesiveLaw
from anodex.models.fracture.held_plate import OPENING, SLIDE, SLOPE, HeldPlate, solved, trapezoidal

MOST_PASSES = 2000  # of Newton's method in one update
MOST_HALVINGS = 30  # of a step of it
CLOSE = 1e-12  # energy that a step may still gain, over that of a buckle as high as thick
ROUNDING = 1e-14  # of an energy
KICK = 1e-2  # of the thickness: opening that takes a film off an equilibrium which does not hold


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

    @property
    def parting_strain(self) -> float:
        """Least compression at which a bonded film that buckles widely goes on parting:
        sqrt(2 Gc / E'h).
        """
        return float((2 * self.law.toughness / self.stretching) ** 0.5)

    @cached_property
    def weights(self) -> np.ndarray:
        """Of the nodes in integrals along the arc [um], shape (nodes,)."""
        return trapezoidal(self.arc)

    def attached(self, parted: np.ndarray | None = None) -> Delamination:
        """A film that rests on the metal and is held but where `parted`, shape (nodes,)."""
        zero = np.zeros(len(self.arc))
        return Delamination(zero, zero, zero, zero if parted is None else parted * 1.0, zero)

    def fraction(self, state: Delamination) -> float:
        """Share of the surface that the film has left."""
        return float(self.weights @ state.damage / self.weights.sum())

    def dissipated(self, state: Delamination) -> float:
        """Energy spent on parting film and metal, also what was parted at first [uN = pJ/um]."""
        return float(self.law.toughness * self.weights @ state.damage)

    def stored(
        self,
        state: Delamination,
        misfit: np.ndarray | float,
        curvature: np.ndarray | float = 0.0,
        pull: np.ndarray | float = 0.0,
    ) -> float:
        """Elastic energy of film, foundation and contact, and that of the pull [uN = pJ/um]."""
        energy = self._energy(state.damage, misfit, curvature, pull)
        return energy(_place(state)) - self.dissipated(state)

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

        All three are numbers or of shape (nodes,).

        Raises
        ------
        ConvergenceError
            Where the film finds no rest within `MOST_PASSES`.

        Notes
        -----
        The energy of an increment, with the damage that an opening brings in it, falls from pass to
        pass: Newton's method, with steps halved. Where the stiffness is not positive, first less
        and less of the softening is counted in it (none: the damage is frozen), then a viscosity of
        at most some N^2 / (4 D) is added, which no buckling mode outruns. What parts at one go is
        what lies downhill: the energy set free beyond the toughness is lost.
        """
        energy, place = self._energy(old.damage, misfit, curvature, pull), _place(old)
        scale = self.bending * self.thickness**2 / (self.arc[-1] - self.arc[0]) ** 3
        kicked = False
        for _ in range(MOST_PASSES):
            gradient, factor, viscous = energy.linearised(place)
            step = -solved(factor, gradient)
            gain = -float(np.sum(gradient * step))
            if gain <= CLOSE * scale:
                if not viscous or kicked:
                    return self._state(energy, place)
                place, kicked = place + self._kick(energy, factor), True
            else:
                place = _lower(energy, place, step, gain)
        raise ConvergenceError(
            f"film on the metal: no rest after {MOST_PASSES} passes, a step would still gain "
            f"{gain:.1e} uN; {self.fraction(self._state(energy, place)):.0%} has "
            "parted. Try smaller steps of the misfit (a smaller time step), more nodes, a smaller "
            "strength, or less pull if nothing holds the film any more"
        )

    def _energy(self, damage: np.ndarray, *loads: np.ndarray | float) -> HeldPlate:
        every = (np.broadcast_to(load, damage.shape) for load in loads)
        return HeldPlate(self.arc, self.stretching, self.bending, self.law, damage, *every)

    def _state(self, energy: HeldPlate, place: np.ndarray) -> Delamination:
        force = energy.force(place)
        ends = np.concatenate([force[:1], force, force[-1:]])
        return Delamination(
            opening=place[:, OPENING],
            slope=place[:, SLOPE],
            slide=place[:, SLIDE],
            damage=energy.held(place)[1],
            force=(ends[1:] + ends[:-1]) / 2,
        )

    def _kick(self, energy: HeldPlate, factor: np.ndarray) -> np.ndarray:
        """A small opening where the film is held least."""
        mode = np.random.default_rng(0).random((len(self.arc), 3))
        for _ in range(30):
            mode = solved(factor, energy.mass * mode)
            mode /= np.abs(mode[:, OPENING]).max()
        out = np.sign(np.sum(mode[:, OPENING] * (energy.damage + 1e-3)))
        kick = np.zeros_like(mode)
        kick[:, OPENING] = KICK * self.thickness * np.maximum(out * mode[:, OPENING], 0)
        return kick


def _place(state: Delamination) -> np.ndarray:
    return np.stack([state.slide, state.opening, state.slope], axis=1)


def _lower(energy: HeldPlate, place: np.ndarray, step: np.ndarray, gain: float) -> np.ndarray:
    """Where the energy is lower, along a step that promises a gain."""
    before = energy(place)
    for halving in range(MOST_HALVINGS):
        share = 0.5**halving
        if energy(place + share * step) <= before - 1e-4 * share * gain + ROUNDING * abs(before):
            break
    return place + share * step
