"""How the film of an elastic interphase comes off under compression, and what gas blocks there."""

from collections.abc import Mapping
from dataclasses import replace
from math import ceil

import numpy as np

from anodex.models.fracture.cohesive import CohesiveFilm, Delamination
from anodex.models.fracture.cohesive_law import CohesiveLaw
from anodex.models.moving.front import Front
from anodex.models.systems.elastic_sei.case_film import ElasticFilm
from anodex.models.systems.elastic_sei.gas import GasBlocking

STIFFER = 10.0  # cohesive law before it softens, over the least that spends the toughness after
RESOLVED = 3.0  # pieces along the length over which a film bends where it is held
LARGEST_CHANGE = 0.003  # of the misfit at a time: growth follows each


class Peeling:
    """Film on a cohesive law, on nodes of its own that move with the front.

    It is found once at the end of each step; what it changes acts from the next step on.

    Attributes
    ----------
    state
        Of the film at its own nodes: `opening`, `slope`, `slide`, `damage`, `force` as of
        `Delamination`, and `misfit`, the compression that it was found for.
    """

    def __init__(self, film: ElasticFilm, front: Front):
        law = CohesiveLaw(
            film.toughness,
            film.strength,
            STIFFER * film.strength**2 / (2 * film.toughness),
            shear=1.0 if film.attachment == "bonded" else 0.0,
        )
        coarse = CohesiveFilm(
            front.arc, film.thickness, film.young_modulus, film.poisson_ratio, law
        )
        pieces = max(ceil(RESOLVED * front.length / coarse.process_zone), len(front.nodes))
        self._places = np.linspace(0.0, 1.0, pieces + 1)  # over the length of the front
        self._film = replace(coarse, arc=self._places * front.length)
        self._gas = GasBlocking(film.gas_rate, film.gas_lifetime)
        attached = self._film.attached()
        self.state = {**vars(attached), "misfit": np.zeros(len(self._places))}

    def update(
        self, old: Mapping[str, np.ndarray], front: Front, compression: np.ndarray
    ) -> np.ndarray:
        """Bring the state to a compression of the film at the nodes of a front, shape (nodes,);
        returns the share that has come off there.

        Parameters
        ----------
        old
            State at the start of the step.

        Raises
        ------
        ConvergenceError
            As `CohesiveFilm.update`.
        """
        own = self._places * front.length
        misfit, curvature = (
            np.interp(own, front.arc, values) for values in (compression, front.curvature)
        )
        state = {name: values for name, values in old.items() if name != "misfit"}
        found, before = Delamination(**state), old["misfit"]
        if misfit.any() or before.any():
            parts = max(1, ceil(np.abs(misfit - before).max() / LARGEST_CHANGE))
            for part in range(1, parts + 1):
                present = before + (misfit - before) * part / parts
                found = self._film.update(found, present, curvature)
        self.state = {**vars(found), "misfit": misfit}
        return np.interp(front.arc, own, found.damage)

    def blocked(self, before: np.ndarray, parted: np.ndarray, step: float) -> np.ndarray:
        """Share that gas blocks after a step [s], as of `GasBlocking`."""
        return self._gas.blocked(before, parted, step)
