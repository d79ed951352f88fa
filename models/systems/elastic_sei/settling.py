"""How pressure, current and the place of the front settle at the end of a step."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse.linalg import LinearOperator, gmres

from anodex.models.errors import ConvergenceError
from anodex.models.laws.creep import PowerLaw
from anodex.models.moving.cusps import lag_of_edges
from anodex.models.moving.front import Front
from anodex.models.moving.steps import (
    FrontStep,
    electrolyte_resistance,
    settling_speed,
    times_waves,
    waves,
)
from anodex.models.solve.report import SolveReport
from anodex.models.systems.elastic_sei.electrolyte import FilmedElectrolyte
from anodex.models.systems.elastic_sei.film import BareFilm, Film, Response
from anodex.models.systems.elastic_sei.slope import Slope

SETTLED = 1e-8  # last change of the current density, over the largest one
# What a pass finds over what the one before found, at least: the second finds far less than the
# first, whose guess was off in long waves, and the next ones do not go on like that.
GAIN = 0.05
MOST_PASSES = 20  # solutions of the electrolyte
MOST_STEPS = 40  # of Newton's method between two of them
REDUCED = 1e-3  # changes of the current density between two of them: finer would be in vain
LINEAR, MOST_VECTORS = 1e-4, 80  # what a linear step leaves, and after how many multiplications
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
        # displacement at the end for a current density there
        self._way = step.share * step.length * volume_of_charge
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
        end, before = self._end(moving), 0.0
        for passes in range(1, MOST_PASSES + 1):
            image = self._electrolyte.current(end.equilibrium)
            moving, end, found = self._newton(moving, image, end)
            exchanged = self._step.length * float(self._step.front.weights @ np.abs(image))
            # what one more pass would find: each finds that much less than the one before
            left = found * (max(found / before, GAIN) if found < before else 1.0)
            if left <= SETTLED and abs(end.response.formed - self._formed) <= SETTLED * exchanged:
                return moving + end.yielding, end.front, SolveReport(passes, passes, {})
            before = found
            for _ in range(MOST_STEPS):  # an even shift of the front, which changes no pressure
                gap = abs(end.response.formed - self._formed)
                self._formed = end.response.formed
                if gap <= SETTLED / 10 * exchanged:
                    break
                end = self._end(moving)
        raise _unsettled(self._step.length, f"{MOST_PASSES} solutions of the electrolyte")

    def _newton(
        self, moving: np.ndarray, image: np.ndarray, start: _End
    ) -> tuple[np.ndarray, _End, float]:
        """What moves the front where film and a linear electrolyte agree, whose current is `image`
        at the potentials of the start; where it leads; and the largest change at first.
        """
        end, first, scale = start, 0.0, max(abs(self._mean), float(np.abs(image).max()))

        def missing(moving: np.ndarray, end: _End) -> np.ndarray:
            current = moving + end.yielding
            return self._resistance(start, image - current) - (end.equilibrium - start.equilibrium)

        gap, goal = missing(moving, end), 0.0
        for steps in range(MOST_STEPS):
            if not np.isfinite(gap).all():
                raise _unsettled(self._step.length, "steps of Newton's method")
            slope = self._film.slope(end.front, end.response)
            nearly = self._nearly(start, end, slope)
            size = float(np.linalg.norm(times_waves(nearly, gap)))  # in currents
            change = self._change(start, end, slope, nearly, gap)
            if steps == 0:
                first, goal = float(np.abs(change).max()), REDUCED * size
            if first <= SETTLED * scale:
                break
            # Damped until what is missing shrinks (Deuflhard).
            damping, left = 1.0, np.inf
            while damping > LEAST_DAMPING:
                tried = moving + damping * change
                end = self._end(tried)
                gap = missing(tried, end)
                left = float(np.linalg.norm(times_waves(nearly, gap)))
                if left < (1 - damping / 4) * size:
                    break
                damping /= 2
            moving = tried
            if left <= goal:
                break
        else:
            raise _unsettled(self._step.length, f"{MOST_STEPS} steps of Newton's method")
        return moving, end, first / scale

    def _resistance(self, start: _End, current: np.ndarray) -> np.ndarray:
        """Drop of the potential through film and electrolyte at a current [V]."""
        above = times_waves(self._electrolyte_resistance, current)
        return above + current / start.response.conductance

    def _change(
        self, start: _End, end: _End, slope: Slope, nearly: np.ndarray, missing: np.ndarray
    ) -> np.ndarray:
        """Change of what moves the front that makes up for what is missing [V]."""
        drop = self._mean / end.response.conductance * end.slope_of_lag

        def times(current: np.ndarray) -> np.ndarray:
            way = self._way * current
            pressure = slope(way)
            equilibrium = self._volume_of_charge * pressure
            equilibrium += drop * end.front.second_derivative(way)
            return times_waves(
                nearly,
                self._resistance(start, current + self._yield_to(pressure)) + equilibrium,
            )

        size = len(missing)
        matrix = LinearOperator((size, size), matvec=times, dtype=float)
        goal = times_waves(nearly, missing)
        return gmres(matrix, goal, rtol=LINEAR, restart=MOST_VECTORS, maxiter=1)[0]

    def _nearly(self, start: _End, end: _End, slope: Slope) -> np.ndarray:
        """What undoes the matrix of Newton's method for each wave, if all were even."""
        numbers = waves(end.front)
        pressure = self._way * slope.of_waves(numbers)
        resistance = self._electrolyte_resistance + np.mean(1 / start.response.conductance)
        drop = np.mean(self._mean / end.response.conductance * -end.slope_of_lag)
        matrix = resistance + self._volume_of_charge * pressure + self._way * drop * numbers**2
        if self._yielding is not None:
            matrix += resistance * self._yielding * pressure
        return 1 / matrix

    def _yield_to(self, pressure: np.ndarray) -> np.ndarray | float:
        """The current density whose metal gives way to a pressure [MPa]."""
        return 0.0 if self._yielding is None else times_waves(self._yielding, pressure)

    def _end(self, moving: np.ndarray) -> _End:
        step, normals, volume = self._step, self._step.predicted.normals, self._volume_of_charge
        # What forms film is not plated; it is taken off evenly.
        plated = moving - self._formed / (step.length * step.front.length)
        gained = volume * (step.length * self._given - self._formed)
        # Not by a factor on the displacement: a stiff film moves metal from place to place by
        # currents a thousand times the mean, which says nothing of how far they are off.
        front = step.front.moved(step.displacement(volume * plated[:, None] * normals))
        front = front.enclosing(step.front.enclosed + gained)
        response = self._film.update(front, step.length, self._old, step.front)
        lag, slope_of_lag = lag_of_edges(front, self._mean)
        return _End(
            front,
            response,
            slope_of_lag,
            volume * response.pressure - self._mean / response.conductance * lag,
            self._yield_to(response.pressure),
        )


def _yielding(
    film: Film | BareFilm, step: FrontStep, old: Mapping[str, np.ndarray], creep: PowerLaw
) -> np.ndarray:
    """Speed at which the metal gives way to a pressure, as of `settling_speed`.

    It has one viscosity: that of its creep at the von Mises stress sqrt(3)/e P, the largest below a
    wave of the pressure P that is as high as the pressure's root mean square says, at the start of
    the step.
    """
    pressure = film.update(step.front, 0.0, old, step.front).pressure
    stress = np.sqrt(3) / np.e * np.sqrt(2 * np.mean((pressure - pressure.mean()) ** 2))
    if stress == 0:
        return np.zeros(len(pressure))
    rate = creep.prefactor * stress**creep.exponent
    return settling_speed(step.front, stress / (3 * rate))


def _unsettled(length: float, effort: str) -> ConvergenceError:
    return ConvergenceError(
        f"Pressure and current do not settle in {effort} in a step of {length:g} s. Try a smaller "
        "numerics.largest_step, more nodes (numerics.refinement), a film that is less stiff "
        "(film.young_modulus, film.thickness), or end protocol.steps before it is torn."
    )
