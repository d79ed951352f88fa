"""What a run of an elastic interphase shows of itself, step by step."""

from collections.abc import Mapping

import numpy as np
import ufl
from dolfinx import fem

from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.fields import total
from anodex.models.systems.elastic_sei.names import (
    CRACKS,
    CURRENT,
    PLACE,
    POTENTIAL,
    PRESSURE,
    STRAIN,
    TENSION,
)
from anodex.models.systems.elastic_sei.problem import ElasticInterphase
from anodex.models.systems.elastic_sei.quantities import QUANTITIES
from anodex.models.time.march import SpentState

NANOMETRES = 1e3  # in a um
ON_FRONT = (PLACE, CURRENT, PRESSURE, STRAIN, TENSION, CRACKS)


class InterphaseObserver:
    """Numbers and fields of an elastic interphase (`anodex.models.time.march.Observer`).

    Parameters
    ----------
    problem
        The system; it is only read.
    """

    quantities = QUANTITIES
    moving = True

    def __init__(self, problem: ElasticInterphase):
        self.problem = problem
        self.area = fem.form(1.0 * ufl.dx(problem.mesh))
        space = problem.motion.nodes.space
        self._on_front = {name: fem.Function(space) for name in ON_FRONT}

    def measure(self) -> "InterphaseNumbers":
        """The present state, for the quantities; collective."""
        return InterphaseNumbers(self.problem, total(self.problem.comm, self.area))

    def check(self, row: Mapping[str, float]) -> None:
        """Steps get ever shorter once a place has run away."""
        if self.problem.runaway is not None:
            x, y = self.problem.runaway
            raise SpentState(
                f"the surface runs away at x = {x:.4g} um, y = {y:.4g} um, where the film cracks "
                "faster than it heals. End protocol.steps before, or take a shorter film.heal_time "
                "or a larger film.bare_resistance or film.elastic_limit."
            )

    def note(self, row: Mapping[str, float]) -> str:
        """The roughness."""
        return f"roughness {row['roughness [nm]']:.3g} nm"

    def meshes(self) -> Mapping[str, TaggedMesh]:
        """One file of fields."""
        return {"fields": self.problem.tagged}

    def fields(self) -> Mapping[str, Mapping[str, fem.Function]]:
        """The potential, and on the front, zero elsewhere, what film and metal do; the place along
        the front, from 0 to 1, is -1 elsewhere.
        """
        problem, response = self.problem, self.problem.response()
        self._on_front[PLACE].x.array[:] = -1.0
        values = (
            problem.front.arc / problem.front.length,
            problem.current,
            response.pressure,
            response.strain + response.bending,
            response.tension,
            response.cracks,
        )
        for function, numbers in zip(self._on_front.values(), values, strict=True):
            problem.motion.nodes.spread(numbers, function)
        return {"fields": {POTENTIAL: problem.electrolyte.potential, **self._on_front}}


class InterphaseNumbers:
    """Numbers of the present state; nan stands for one that has no meaning.

    Parameters
    ----------
    problem
        The system.
    area
        Of its mesh [um^2].
    """

    def __init__(self, problem: ElasticInterphase, area: float):
        self._problem, self._area = problem, area
        self._front, self._response = problem.front, problem.response()
        self._start_enclosed, self._start_film = problem.start
        self.current_density = float(problem.electrolyte.current_density.value)
        self.mean_rise = self._gained / problem.case.surface.width

    @property
    def _gained(self) -> float:
        return self._front.enclosed - self._start_enclosed

    @property
    def roughness(self) -> float:
        return NANOMETRES * self._front.heights[1]

    @property
    def peak_to_valley(self) -> float:
        return NANOMETRES * float(np.ptp(self._front.nodes[:, 1]))

    @property
    def steepest_slope(self) -> float:
        across, along = self._front.normals.T
        return float(np.max(np.abs(across) / np.maximum(along, 1e-9)))

    @property
    def max_current_density_ratio(self) -> float:
        if self.current_density == 0:
            return np.nan
        return float(np.max(self._problem.current / self.current_density))

    @property
    def max_pressure(self) -> float:
        return float(self._response.pressure.max())

    @property
    def max_film_strain(self) -> float:
        return float((self._response.strain + self._response.bending).max())

    @property
    def cracked_fraction(self) -> float:
        return float(self._front.weights @ self._response.cracks) / self._front.length

    @property
    def delaminated_fraction(self) -> float:
        return self._mean("parted")

    @property
    def blocked_fraction(self) -> float:
        return self._mean("blocked")

    def _mean(self, name: str) -> float:
        """Of what the film remembers, over the front; none without a film."""
        values = self._problem.state.numbers.get(f"film_{name}")
        return 0.0 if values is None else float(self._front.weights @ values) / self._front.length

    @property
    def film_charge_share(self) -> float:
        plated = self._problem.plated_charge
        return self._film_charge / plated if plated > 0 else np.nan

    @property
    def _film_charge(self) -> float:
        return float(np.sum(self._problem.state.numbers.get("film_charge", 0.0)))

    @property
    def charge_balance_error(self) -> float:
        passed, exchanged = self._problem.state.numbers["charge"][:2]
        missing = abs(passed - self._problem.given_charge)
        return missing / exchanged if exchanged > 0 else 0.0

    @property
    def volume_balance_error(self) -> float:
        problem = self._problem
        exchanged = problem.state.numbers["charge"][1]
        if exchanged == 0:
            return 0.0
        formed = self._film_charge - self._start_film
        metal = problem.volume_of_charge * (problem.given_charge - formed)
        missing = problem.box - self._area - self._start_enclosed - metal
        return abs(missing) / (problem.volume_of_charge * exchanged)
