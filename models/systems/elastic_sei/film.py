"""The film on a front: what it remembers, and how it presses, conducts, stretches and cracks.

Sign of the pressure as in Roy, Fleck and Deshpande (2021), Eq. (2.4): positive where the metal is
compressed, which slows plating; surface energy as in Monroe and Newman (2004, 2005). Membrane and
plate are those of Timoshenko and Woinowsky-Krieger. That a stiff film levels the metal by its
pressure on crests is what Gong et al. (2023, doi 10.1039/d2ee02606f) propose.

Four choices are this model's own. A film opens cracks anew only beyond the strain that it
remembers, which fades as cracks heal. Cracks see bending averaged over the length that a crack
unloads: bent pieces shorter than that would crack, plate and bend faster the shorter they are, down
to the spacing of the nodes. A film in compression carries no more than surface energy holds: beyond
that it wrinkles, and long waves would grow without limit. The metal that new film takes is taken
off evenly: the cracks of a valley would deepen it, again the faster the shorter it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter1d

from anodex.models.laws.film import borne, capped, conductance, healed, remembered
from anodex.models.moving.front import Front
from anodex.models.systems.elastic_sei.case import Case
from anodex.models.systems.elastic_sei.case_film import ElasticFilm
from anodex.models.systems.elastic_sei.gas import open_conductance
from anodex.models.systems.elastic_sei.profile import random_series
from anodex.models.systems.elastic_sei.slope import Slope

State = dict[str, np.ndarray]
# Length over which a crack unloads a film on a body as stiff, over its thickness: from memory of
# Xia and Hutchinson, J. Mech. Phys. Solids 48 (2000) 1107, and a choice.
REACH = 2.0


@dataclass(frozen=True)
class Response:
    """What a film does at the nodes of a front, each of shape (nodes,).

    Attributes
    ----------
    pressure
        On the metal [MPa].
    conductance
        From the electrolyte into the metal [A/(m^2 V)].
    formed
        Charge of the film that has formed on newly opened area in the step [pC/um of depth], of the
        whole front.
    tension
        Of the film, per length [N/m].
    strain, bending
        Of the film's middle, and how much more of its outer face, over the reference.
    cracks
        Share of the film that is open.
    """

    pressure: np.ndarray
    conductance: np.ndarray
    formed: float
    tension: np.ndarray
    strain: np.ndarray
    bending: np.ndarray
    cracks: np.ndarray


class BareFilm:
    """No film but an even resistance: the surface energy alone presses."""

    def __init__(self, case: Case):
        self.state: State = {}
        self._case = case

    def update(
        self, front: Front, step: float, old: Mapping[str, np.ndarray], old_front: Front
    ) -> Response:
        """As that of `Film`."""
        metal = self._case.metal
        nothing = np.zeros(len(front.nodes))
        return Response(
            pressure=capped(metal.surface_energy * front.curvature, metal.largest_pressure),
            conductance=nothing + 1 / self._case.kinetics.area_resistance,
            formed=0.0,
            tension=nothing,
            strain=nothing,
            bending=nothing,
            cracks=nothing,
        )

    def slope(self, front: Front, response: Response) -> Slope:
        """As that of `Film`."""
        metal, nothing = self._case.metal, np.zeros(len(front.nodes))
        return Slope(
            front,
            borne(response.pressure, metal.largest_pressure),
            nothing + metal.surface_energy,
            0.0,
            nothing,
            sliding=True,
        )

    def resampled(self, front: Front, new: Front) -> State:
        """As that of `Film`."""
        return {}

    @property
    def charge(self) -> float:
        """As that of `Film`."""
        return 0.0


class Film:
    """An elastic film that cracks and heals.

    Attributes
    ----------
    state
        At the nodes, shape (nodes,): `stretch` (length over that of the reference), `inelastic`
        (part of the strain that resists no more), `memory` (strain beyond the elastic limit, as it
        is remembered), `cracks` (open share), `scatter` (deviation of the resistance),
        `reference_curvature` [1/um], `parted` and `blocked` (shares where the film has come off,
        and where gas blocks the current; what makes them is `Peeling`); and `charge`, shape (1,):
        of all film formed so far [pC/um of depth].
    """

    def __init__(self, case: Case, film: ElasticFilm, front: Front):
        self._case, self._film = case, film
        none, flat = np.zeros(len(front.nodes)), film.reference == "flat"
        stretch = none + 1
        if flat and film.attachment == "sliding":
            stretch *= front.length / np.ptp(front.nodes[:, 0])
        elif flat:
            stretch /= front.normals[:, 1]
        self.state: State = {
            "stretch": stretch,
            "inelastic": none,
            "memory": none,
            "cracks": none,
            "scatter": self._scatter(front),
            "reference_curvature": none if flat else front.curvature,
            "parted": none,
            "blocked": none,
            "charge": np.array([film.charge * front.length]),
        }
        # what is strained from the first moment on has formed so: no crack has opened yet
        bending = self._bending(front, self.state["reference_curvature"])
        self.state["memory"] = self._excess(stretch - 1, bending)
        self.update(front, 0.0, dict(self.state), front)

    def _scatter(self, front: Front) -> np.ndarray:
        film, width = self._film, self._case.surface.width
        if film.scatter == 0:
            return np.zeros(len(front.nodes))
        series = random_series(width, *film.scatter_band, film.scatter, film.scatter_seed)
        return series(front.nodes[:, 0])

    def update(
        self, front: Front, step: float, old: Mapping[str, np.ndarray], old_front: Front
    ) -> Response:
        """Bring the state to the end of a step, and say what the film does there.

        Parameters
        ----------
        front
            At the end of the step: the same nodes, moved.
        step
            Its length [s]; 0 for the film as it is.
        old, old_front
            State and front at the start of the step. Calls with the same arguments give the same.
        """
        case, film = self._case, self._film
        stretch = old["stretch"] * self._stretching(front, old_front)
        strain = stretch - 1
        inelastic = np.maximum(old["inelastic"], strain - film.elastic_limit)
        tension = film.tension + film.membrane_stiffness * (strain - inelastic)
        tension = np.maximum(tension, -case.metal.surface_energy)  # else it wrinkles
        bending = self._bending(front, old["reference_curvature"])
        excess = self._excess(strain, bending)
        opened = np.maximum(excess - old["memory"], 0.0)
        cracks = healed(old["cracks"], opened, step, film.heal_time)
        formed = film.charge * float(front.weights @ opened)
        self.state.update(
            stretch=stretch,
            inelastic=inelastic,
            memory=remembered(old["memory"], excess, step, film.heal_time),
            cracks=cracks,
            scatter=old["scatter"],
            reference_curvature=old["reference_curvature"],
            parted=old["parted"],
            blocked=old["blocked"],
            charge=old["charge"] + formed,
        )
        bent = front.curvature - old["reference_curvature"]
        of_film = tension * front.curvature - film.bending_stiffness * front.second_derivative(bent)
        pressure = case.metal.surface_energy * front.curvature + (1 - old["parted"]) * of_film
        return Response(
            pressure=capped(pressure, case.metal.largest_pressure),
            conductance=open_conductance(
                conductance(
                    cracks, old["scatter"], case.kinetics.area_resistance, film.bare_resistance
                ),
                old["blocked"],
            ),
            formed=formed,
            tension=tension,
            strain=strain,
            bending=bending,
            cracks=cracks,
        )

    def _stretching(self, front: Front, old_front: Front) -> np.ndarray | float:
        """Length over that before: of the whole film where it slides, of each piece of a bonded
        one, whose nodes are places of the metal.
        """
        if self._film.attachment == "sliding":
            return front.length / old_front.length
        mean = front.length / old_front.length
        shift = front.arc - mean * old_front.arc
        shift[-1] = 0.0  # but for round-off, which a periodic spline does not take
        # odd across a plane of symmetry, as arc length is: no second derivative there
        ends = "periodic" if front.mirrors is None else "natural"
        return mean + CubicSpline(old_front.arc, shift, bc_type=ends)(old_front.arc, 1)

    def _bending(self, front: Front, reference: np.ndarray) -> np.ndarray:
        """Strain of the outer face beyond that of the middle, h |K| / 2, of the mean curvature of
        what a crack unloads.
        """
        thickness = self._film.thickness
        bent = averaged(front, front.curvature - reference, REACH * thickness)
        return thickness / 2 * np.abs(bent)

    def _excess(self, strain: np.ndarray, bending: np.ndarray) -> np.ndarray:
        """Strain beyond the elastic limit that opens cracks."""
        return np.maximum(strain + bending - self._film.elastic_limit, 0.0) * self._film.cracks

    def slope(self, front: Front, response: Response) -> Slope:
        """How the pressure changes with the place of a front.

        Parameters
        ----------
        front, response
            Where the film is, and what it does there.
        """
        film, metal = self._film, self._case.metal
        tension = metal.surface_energy + response.tension
        resists = response.strain - self.state["inelastic"] < film.elastic_limit
        resists &= tension > 0  # of film and surface together: not wrinkled
        return Slope(
            front,
            borne(response.pressure, metal.largest_pressure),
            tension,
            film.bending_stiffness,
            film.membrane_stiffness * resists,
            film.attachment == "sliding",
        )

    def resampled(self, front: Front, new: Front) -> State:
        """The state carried from a front to other nodes on the same curve, by arc length.

        No value lies outside of those that there were.
        """
        places = new.arc * (front.length / new.length)
        return {
            name: np.clip(front.along(values)(places), values.min(), values.max())
            if len(values) == len(front.nodes)
            else values
            for name, values in self.state.items()
        }

    @property
    def charge(self) -> float:
        """Of all film formed so far, that at the start included [pC/um of depth]."""
        return float(self.state["charge"][0])


def film_on(case: Case, front: Front) -> Film | BareFilm:
    """The film of a case on the front at the start."""
    film = case.film
    return Film(case, film, front) if isinstance(film, ElasticFilm) else BareFilm(case)


def averaged(front: Front, values: np.ndarray, length: float) -> np.ndarray:
    """Means along the front, weighted by a Gaussian of standard deviation `length` [um], of values
    that are even at the ends; shapes (nodes,).
    """
    even = np.linspace(0.0, front.length, len(front.nodes))
    found = front.along(values)(even)
    if front.mirrors is None:
        found = gaussian_filter1d(found[:-1], length / even[1], mode="wrap")
        found = np.append(found, found[0])
    else:
        found = gaussian_filter1d(found, length / even[1], mode="mirror")
    return CubicSpline(even, found)(front.arc)
