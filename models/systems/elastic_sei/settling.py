"""How pressure, current and the place of the front settle at the end of a step."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.linalg import lu_factor, lu_solve

from anodex.models.errors import ConvergenceError
from anodex.models.laws.creep import PowerLaw
from anodex.models.moving.cusps import lag_of_edges
from anodex.models.moving.front import Front
from anodex.models.moving.steps import FrontStep, electrolyte_resistance, settling_speed
from anodex.models.solve.report import SolveReport
from anodex.models.systems.elastic_sei.electrolyte import FilmedElectrolyte
from anodex.models.systems.elastic_sei.film import BareFilm, Film, Response

SETTLED = 1e-8  # last change of the current density, over the largest one
MOST_PASSES = 20  # solutions of the electrolyte
MOST_STEPS = 40  # of Newton's method between two of them
REDUCED = 1e-3  # changes of the current density between two of them: finer would be in vain
LEAST_DAMPING = 1e-3


@dataclass(frozen=True)
class _End:
    """Where what moves the front at the end of a step leads: front, what the film does there, how
    the lag of edges changes with the curvature [um], potential [V] at which no current flows, and
    the current density whose metal gives way to the pressure, zero where none creeps.
    """

    front: Front
    response: Response
    slope_of_lag: np.ndarray
    equilibrium: np.ndarray
    yielding: np.ndarray | float


class Settling:
    """The end of one step: find the current that flows on the front to which it leads.

    Finite elements say what current flows at given pressures. Between two of their solutions,
    Newton's method does with what an electrolyte above a flat front would do (`passes`): it takes
    the film, which is stiff and not linear, and costs no more solutions.

    Parameters
    ----------
    film, electrolyte
        The film that is brought to the end of the step; the electrolyte, placed where the front is
        predicted.
    step
        The step.
    old
        What the film remembers at its start.
    volume_of_charge
        Of metal [um^3/pC].
    conductivity, width
        Of the electrolyte [pA/(V um)]; of the surface seen from above [um].
    creep
        Of the metal; None for one that holds its shape.
    """

    def __init__(
        self,
        film: Film | BareFilm,
        electrolyte: FilmedElectrolyte,
        step: FrontStep,
        old: Mapping[str, np.ndarray],
        volume_of_charge: float,
        conductivity: float,
        width: float,
        creep: PowerLaw | None = None,
    ):
        self._film, self._electrolyte, self._step, self._old = film, electrolyte, step, old
        self._volume_of_charge = volume_of_charge
        self._electrolyte_resistance = electrolyte_resistance(step.front, conductivity)
        self._mean = float(electrolyte.current_density.value)
        self._given = self._mean * width
        # The current density whose metal gives way to a pressure.
        self._yielding = (
            None if creep is None else _yielding(film, step, old, creep) / volume_of_charge
        )
        self._formed = 0.0  # charge of the film that forms in the step, as the pass before has it

    def settle(self, current: np.ndarray) -> tuple[np.ndarray, Front, SolveReport]:
        """Current density at the end of the step from a guess [A/m^2], shape (nodes,), and the
        front; the film is brought there.

        Raises
        ------
        ConvergenceError
            If they do not settle.
        """
        moving = current  # what plates and does not give way: what moves the front
        end = self._end(moving)
        for passes in range(1, MOST_PASSES + 1):
            image = self._electrolyte.current(end.equilibrium)
            moving, end, steps = self._newton(moving, image, end)
            exchanged = self._step.length * float(self._step.front.weights @ np.abs(image))
            if steps == 0 and abs(end.response.formed - self._formed) <= SETTLED * exchanged:
                return moving + end.yielding, end.front, SolveReport(passes, passes, {})
            for _ in range(MOST_STEPS):  # an even shift of the front, which changes no pressure
                gap = abs(end.response.formed - self._formed)
                self._formed = end.response.formed
                if gap <= SETTLED / 10 * exchanged:
                    break
                end = self._end(moving)
        raise _unsettled(self._step.length, f"{MOST_PASSES} solutions of the electrolyte")

    def _newton(
        self, moving: np.ndarray, image: np.ndarray, start: _End
    ) -> tuple[np.ndarray, _End, int]:
        """What moves the front where film and a linear electrolyte agree, whose current is `image`
        at the potentials of the start; where it leads; and how many steps that took.
        """
        end, first, scale = start, 0.0, max(abs(self._mean), float(np.abs(image).max()))
        resistance = self._electrolyte_resistance + np.diag(1 / start.response.conductance)
        # displacement at the end for a current density there
        share = self._step.share * self._step.length * self._volume_of_charge

        def missing(moving: np.ndarray, end: _End) -> np.ndarray:
            current = moving + end.yielding
            return resistance @ (image - current) - (end.equilibrium - start.equilibrium)

        for steps in range(MOST_STEPS):
            matrix = resistance + share * self._stiffness(resistance, end)
            if not np.isfinite(matrix).all():
                break
            factors = lu_factor(matrix)
            change = lu_solve(factors, missing(moving, end))
            largest = float(np.abs(change).max())
            first = largest if steps == 0 else first
            if largest <= max(SETTLED * scale, REDUCED * first * (steps > 0)):
                return moving, end, steps
            # Damped until the next change by the same matrix would be smaller (Deuflhard).
            damping = 1.0
            while damping > LEAST_DAMPING:
                tried = moving + damping * change
                end = self._end(tried)
                next_change = lu_solve(factors, missing(tried, end), check_finite=False)
                if np.linalg.norm(next_change) < (1 - damping / 4) * np.linalg.norm(change):
                    break
                damping /= 2
            moving = tried
        raise _unsettled(self._step.length, f"{MOST_STEPS} steps of Newton's method")

    def _stiffness(self, resistance: np.ndarray, end: _End) -> np.ndarray:
        """Change of what is missing with displacements [V/um], at the end to which the film was
        brought last.
        """
        near = self._step.predicted
        slope = self._film.slope(end.front, end.response, near)
        drop = self._mean / end.response.conductance * end.slope_of_lag
        stiffness = self._volume_of_charge * slope + drop[:, None] * near.second
        if self._yielding is not None:
            stiffness += resistance @ (self._yielding @ slope)
        return stiffness

    def _end(self, moving: np.ndarray) -> _End:
        step, normals, volume = self._step, self._step.predicted.normals, self._volume_of_charge
        # What forms film is not plated; it is taken off evenly.
        plated = moving - self._formed / (step.length * step.front.length)
        gained = volume * (step.length * self._given - self._formed)
        front = step.front.advanced(step.displacement(volume * plated[:, None] * normals), gained)
        response = self._film.update(front, step.length, self._old, step.front)
        lag, slope_of_lag = lag_of_edges(front, self._mean)
        return _End(
            front,
            response,
            slope_of_lag,
            volume * response.pressure - self._mean / response.conductance * lag,
            0.0 if self._yielding is None else self._yielding @ response.pressure,
        )


def _yielding(
    film: Film | BareFilm, step: FrontStep, old: Mapping[str, np.ndarray], creep: PowerLaw
) -> np.ndarray:
    """Speed at which the metal gives way to a pressure, as of `settling_speed`.

    It has one viscosity: that of its creep at the von Mises stress sqrt(3)/e P, the largest below a
    wave of the pressure P that is as high as the pressure's root mean square says, at the start of
    the step.
    """
    nodes = len(step.front.nodes)
    pressure = film.update(step.front, 0.0, old, step.front).pressure
    stress = np.sqrt(3) / np.e * np.sqrt(2 * np.mean((pressure - pressure.mean()) ** 2))
    if stress == 0:
        return np.zeros((nodes, nodes))
    rate = creep.prefactor * stress**creep.exponent
    return settling_speed(step.front, stress / (3 * rate))


def _unsettled(length: float, effort: str) -> ConvergenceError:
    return ConvergenceError(
        f"Pressure and current do not settle in {effort} in a step of {length:g} s. Try a smaller "
        "numerics.largest_step, more nodes (numerics.refinement), a film that is less stiff "
        "(film.young_modulus, film.thickness), or end protocol.steps before it is torn."
    )
