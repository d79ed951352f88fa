"""Energy of a plate on a cohesive foundation, in plane strain along an arc."""

import numpy as np
from scipy.linalg import LinAlgError, cho_solve_banded, cholesky_banded

from anodex.models.errors import ConvergenceError
from anodex.models.fracture.cohesive_law import CohesiveLaw

SLIDE, OPENING, SLOPE = range(3)  # unknowns of a node
CONTACT = 100.0  # stiffness against penetration, over that of a law that is whole
BAND = 5  # superdiagonals of the stiffness
# Of a piece, over the slope of its chord and those of its ends against the chord: integrals of
# w'^2 over its length, and of w''^2 times its length.
TURNING = np.array([[30, 0, 0], [0, 4, -1], [0, -1, 4]]) / 30
BENDING = np.array([[0, 0, 0], [0, 4, 2], [0, 2, 4]])
# Tried in turn until the stiffness is positive: share of the softening that is kept, and share of
# the viscosity that is always enough for a plate that buckles.
LADDER = (
    *((kept, 0.0) for kept in (1.0, 0.99, 0.96, 0.9, 0.8, 0.6, 0.3, 0.0)),
    *((0.0, 4.0**power) for power in range(-7, 4)),
)


class HeldPlate:
    """Energy of an increment over the place of the nodes: slide, opening, slope; shape (nodes, 3).

    Cubic Hermite polynomials for the opening w, straight lines for the slide u, one strain
    u' + w'^2 / 2 + K w - misfit for each piece (else it locks), tractions at the nodes.

    Parameters
    ----------
    arc
        Of the nodes [um].
    stretching, bending
        E'h [N/m] and D [MPa um^3].
    law
        What holds the plate.
    damage
        Before the increment; in the energy it grows with the opening.
    misfit, curvature, pull
        As `CohesiveFilm.update` takes them. All arrays have the shape (nodes,).
    """

    def __init__(
        self,
        arc: np.ndarray,
        stretching: float,
        bending: float,
        law: CohesiveLaw,
        damage: np.ndarray,
        misfit: np.ndarray,
        curvature: np.ndarray,
        pull: np.ndarray,
    ):
        self.stretching, self.bending, self.law = stretching, bending, law
        self.damage, self.pull = damage, pull
        self.length = length = np.diff(arc)
        self.misfit = (misfit[1:] + misfit[:-1]) / 2
        self.lift = np.stack([curvature[:-1], curvature[1:]], axis=1) * length[:, None] / 2
        self.weights = trapezoidal(arc)
        self.mass = np.stack(
            [law.shear**2 * self.weights, self.weights, self.weights**3 / 10], axis=1
        )
        # how slopes follow from the unknowns of both nodes, and how the length does
        self.turn = np.zeros((len(length), 3, 6))
        self.turn[:, 0, 1], self.turn[:, 0, 4] = -1 / length, 1 / length
        self.turn[:, 1:] = -self.turn[:, :1]
        self.turn[:, 1, 2] = self.turn[:, 2, 5] = 1
        self.stretch = np.zeros((len(length), 6))
        self.stretch[:, 0], self.stretch[:, 3] = -1, 1
        self.stretch[:, 1], self.stretch[:, 4] = self.lift.T

    def _slopes(self, place: np.ndarray) -> np.ndarray:
        """Of the chord, and of the ends against it; by differences, for the sake of rounding."""
        chord = np.diff(place[:, OPENING]) / self.length
        return np.stack([chord, place[:-1, SLOPE] - chord, place[1:, SLOPE] - chord], axis=1)

    def force(self, place: np.ndarray) -> np.ndarray:
        """In the pieces [N/m], shape (nodes - 1,), tension positive."""
        slopes, opening = self._slopes(place), place[:, OPENING]
        strain = np.diff(place[:, SLIDE]) + self.lift[:, 0] * opening[:-1]
        strain = (strain + self.lift[:, 1] * opening[1:]) / self.length
        strain += np.sum(slopes @ TURNING * slopes, axis=1) / 2
        return self.stretching * (strain - self.misfit)

    def held(self, place: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Effective opening [um], damage and stiffness that is left [MPa/um], at the nodes."""
        opening = np.hypot(np.maximum(place[:, OPENING], 0), self.law.shear * place[:, SLIDE])
        damage = self.law.damage(opening, self.damage)
        return opening, damage, self.law.remaining(damage)

    def __call__(self, place: np.ndarray) -> float:
        """Energy of a unit width [uN = pJ/um]."""
        slopes, force = self._slopes(place), self.force(place)
        opening, damage, left = self.held(place)
        plate = force**2 * self.length / self.stretching
        plate += self.bending * np.sum(slopes @ BENDING * slopes, axis=1) / self.length
        pressed = np.minimum(place[:, OPENING], 0)
        nodes = (left * opening**2 + CONTACT * self.law.stiffness * pressed**2) / 2
        nodes += self.law.toughness * damage - self.pull * place[:, OPENING]
        return float(plate.sum() / 2 + self.weights @ nodes)

    def linearised(self, place: np.ndarray) -> tuple[np.ndarray, np.ndarray, bool]:
        """Gradient, Cholesky factor of a positive stiffness, and whether that took viscosity."""
        slopes, force = self._slopes(place), self.force(place)
        turned = np.einsum("es,esi->ei", slopes @ TURNING, self.turn) * self.length[:, None]
        bent = np.einsum("es,esi->ei", slopes @ BENDING, self.turn)
        reach = self.stretch + turned
        forces = force[:, None] * reach + self.bending * bent / self.length[:, None]
        inner = (force * self.length)[:, None, None] * TURNING
        inner = inner + (self.bending / self.length)[:, None, None] * BENDING
        stiffness = np.einsum("esi,est,etj->eij", self.turn, inner, self.turn, optimize=True)
        stiffness += (self.stretching / self.length)[:, None, None] * (
            reach[:, :, None] * reach[:, None, :]
        )
        traction, secant, softening = self._foundation(place)

        gradient = np.zeros_like(place)
        gradient[:, :SLOPE] = self.weights[:, None] * traction
        gradient[:-1] += forces[:, :3]
        gradient[1:] += forces[:, 3:]
        gradient[[0, 0, -1, -1], [SLIDE, SLOPE, SLIDE, SLOPE]] = 0  # mirrors
        least = self.bending / self.length.sum() ** 4  # for a plate that nothing holds any more
        viscosity = max(min(force.min(), 0.0) ** 2 / (4 * self.bending), least) * self.mass.ravel()
        for kept, share in LADDER:
            nodes = self.weights[:, None, None] * (secant - kept * softening)
            band = _banded(stiffness, nodes)
            band[BAND] += share * viscosity
            try:
                return gradient, cholesky_banded(band), share > 0
            except (LinAlgError, ValueError):  # not positive, or not finite
                continue
        raise ConvergenceError(
            "film on the metal: no positive stiffness; try smaller steps of the misfit (a smaller "
            "time step) or more nodes"
        )

    def _foundation(self, place: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Traction along and off the metal [MPa], shape (nodes, 2); its slope [MPa/um] at a frozen
        damage, and what softening takes from that, shape (nodes, 2, 2).
        """
        law = self.law
        opening, damage, left = self.held(place)
        off = place[:, OPENING]
        way = np.stack([law.shear**2 * place[:, SLIDE], np.maximum(off, 0)], axis=1)
        traction = left[:, None] * way
        traction[:, 1] += CONTACT * law.stiffness * np.minimum(off, 0) - self.pull
        secant = np.zeros((len(off), 2, 2))
        secant[:, 0, 0] = law.shear**2 * left
        secant[:, 1, 1] = np.where(off >= 0, left, CONTACT * law.stiffness)
        growing = (damage > self.damage) & (damage < 1)
        drop = np.where(growing, law.strength / law.softening + left, 0.0)
        drop = drop / np.where(growing, opening, 1.0) ** 2
        return traction, secant, drop[:, None, None] * way[:, :, None] * way[:, None, :]


def trapezoidal(arc: np.ndarray) -> np.ndarray:
    """Weights of nodes in integrals along an arc [um], shape (nodes,)."""
    half = np.diff(arc) / 2
    return np.append(half, 0.0) + np.insert(half, 0, 0.0)


def solved(factor: np.ndarray, forces: np.ndarray) -> np.ndarray:
    """What forces, shape (nodes, 3), move, with a factor of the stiffness."""
    return cho_solve_banded((factor, False), forces.ravel()).reshape(forces.shape)


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
