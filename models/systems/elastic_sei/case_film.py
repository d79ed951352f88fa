"""The film of an elastic-interphase case."""

from functools import partial
from typing import Annotated, Literal

from pydantic import Field, model_validator

from anodex.models.inputs.choices import Choice
from anodex.models.inputs.quantities import Amount, given
from anodex.models.inputs.tables import IdleError, Table, changed_keys
from anodex.models.laws.film import bending_stiffness, film_charge, plane_modulus
from anodex.models.materials import default

_film = partial(default, "ether_interphase")


class ElasticFilm(Table):
    """A film that resists being stretched and bent, cracks and heals."""

    enabled: Literal[True] = True
    """true: the film is a body of its own."""
    thickness: Annotated[float, Amount("um", gt=0, le=100)] = _film("thickness")
    """Thickness."""
    young_modulus: Annotated[float, Amount("MPa", gt=0, le=1e6)] = _film("young_modulus")
    """Young's modulus."""
    poisson_ratio: Annotated[float, Amount("", ge=0, lt=0.5)] = _film("poisson_ratio")
    """Poisson's ratio."""
    elastic_limit: Annotated[float, Amount("", gt=0, le=10)] = _film("elastic_limit")
    """Strain from which on the film stretches without more force, and cracks."""
    tension: Annotated[float, Amount("N/m", ge=0, le=1e3)] = given("0 N/m")
    """Tension of the film at its reference, as it formed, per length."""
    attachment: Literal["sliding", "bonded"] = "sliding"
    """'sliding': it slides along the metal, and its tension is even; 'bonded': each piece is
    stretched with the metal below it, and it bends about that side."""
    reference: Literal["flat", "as-formed"] = "flat"
    """Shape in which the film has no strain: 'flat', or that of the surface at the start."""
    membrane: bool = True
    """Whether the film resists being stretched."""
    bending: bool = True
    """Whether the film resists being bent."""
    cracks: bool = True
    """Whether the film cracks beyond its elastic limit."""
    bare_resistance: Annotated[float, Amount("V*um^2/pA", gt=0, le=1e9)] = _film("bare_resistance")
    """Resistance of the metal in cracks, for an area, in place of kinetics.area_resistance."""
    heal_time: Annotated[float, Amount("s", gt=0, le=1e9)] = _film("heal_time")
    """Time in which the share of cracks falls by a factor e, and so does the strain that the film
    remembers beyond the present one: strained up to it once more, no crack opens."""
    scatter: Annotated[float, Amount("", ge=0, le=0.2)] = _film("scatter")
    """Scatter of the resistance along the film over its mean, root mean square; it stays with the
    place of the film on which it was formed."""
    scatter_wavelength: Annotated[float, Amount("um", ge=0.005, le=1e4)] = given("1.5 um")
    """Wavelength of the scatter; it holds all cosines from two thirds of it to three halves."""
    scatter_seed: Annotated[int, Field(ge=0)] = 1
    """Decides the scatter."""
    toughness: Annotated[float, Amount("N/m", gt=0, le=1e6)] = _film("toughness")
    """Energy that detaches the film from the metal, for an area (1 N/m = 1 J/m^2)."""
    delamination: bool = False
    """Whether the film comes off the metal where it is compressed, as on stripping."""
    strength: Annotated[float, Amount("MPa", gt=0, le=1e4)] = given("5 MPa")
    """Largest traction between film and metal: not measured, and what decides where an intact film
    begins to come off."""
    gas_rate: Annotated[float, Amount("1/s", ge=0, le=1e3)] = given("0 1/s")
    """Rate at which gas blocks the metal below film that has come off."""
    gas_lifetime: Annotated[float, Amount("s", gt=0, le=1e9)] = given("100 s")
    """Time in which such gas dissolves by a factor e."""
    molar_volume: Annotated[float, Amount("um^3/amol", gt=0, le=1e-2)] = _film("molar_volume")
    """Volume of film that holds a mole of the metal."""
    area_factor: Annotated[float, Amount("", ge=1, le=1e4)] = 1.0
    """True area of the film over that computed, times how often it forms anew, where its charge is
    counted: a choice."""

    @property
    def scatter_band(self) -> tuple[float, float]:
        """Shortest and longest wavelength of the scatter [um]."""
        return self.scatter_wavelength / 1.5, self.scatter_wavelength * 1.5

    @property
    def membrane_stiffness(self) -> float:
        """Force per length over strain [N/m]; zero where it is switched off."""
        modulus = plane_modulus(self.young_modulus, self.poisson_ratio)
        return modulus * self.thickness * self.membrane

    @property
    def bending_stiffness(self) -> float:
        """Moment per length over curvature [pJ]; zero where it is switched off."""
        modulus = plane_modulus(self.young_modulus, self.poisson_ratio)
        return bending_stiffness(modulus, self.thickness, self.attachment) * self.bending

    @property
    def charge(self) -> float:
        """Charge that forms an area of film [pC/um^2]."""
        return self.area_factor * film_charge(self.thickness, self.molar_volume)

    @model_validator(mode="after")
    def _nothing_idle(self):
        needed = {
            "cracks": ("bare_resistance", "heal_time"),
            "delamination": ("toughness", "strength", "gas_rate", "gas_lifetime"),
        }
        for switch, keys in needed.items():
            if not getattr(self, switch) and (changed := changed_keys(self, keys)):
                raise IdleError(
                    [f"film.{key}" for key in changed],
                    f"film.{switch} is false; leave it out or change film.{switch}",
                )
        return self


class NoFilm(Table):
    """A film of which nothing is left but the resistance of `kinetics`."""

    enabled: Literal[False] = False
    """false: only the even resistance and the surface energy act."""


FilmTable = Annotated[ElasticFilm | NoFilm, Choice("enabled")]
