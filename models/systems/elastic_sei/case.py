"""What an elastic-interphase case file may say."""

import math
from typing import ClassVar, Self

from pydantic import model_validator

from anodex.models.inputs.taken import SystemCase
from anodex.models.systems.elastic_sei.case_film import ElasticFilm, FilmTable
from anodex.models.systems.elastic_sei.case_surface import Cosine, Surface
from anodex.models.systems.elastic_sei.case_tables import (
    Electrolyte,
    Kinetics,
    Metal,
    Numerics,
    Output,
    Protocol,
    StiffMetal,
    System,
)
from anodex.models.systems.elastic_sei.profile import terms_between

FACETS = 12  # along the shortest wavelength at the start
FEWEST_FACETS = 8  # along the whole front


class Case(SystemCase):
    """A film on sodium whose surface moves as the metal is plated and stripped."""

    progress_unit: ClassVar[str] = "s"
    lengthening: ClassVar[tuple[str, ...]] = ("protocol.steps", "protocol.repeat", "output.times")

    title: str = "Elastic interphase on sodium"
    """What the case shows, for lists and pictures."""
    system: System = System()
    surface: Surface = Cosine()
    """Surface of the metal at the start, between two planes of symmetry."""
    electrolyte: Electrolyte = Electrolyte()
    kinetics: Kinetics = Kinetics()
    film: FilmTable = ElasticFilm()
    """The interphase (SEI) on the metal."""
    metal: Metal = StiffMetal()
    """The metal that is plated."""
    protocol: Protocol = Protocol()
    numerics: Numerics = Numerics()
    output: Output = Output()

    @property
    def progress_total(self) -> float:
        """Where a run ends, in the progress unit."""
        return self.protocol.end

    @property
    def thickness(self) -> float:
        """Of the electrolyte from the mean surface [um]."""
        return self.electrolyte.thickness or 2 * self.surface.width

    @property
    def facets(self) -> int:
        """Along the front at the start."""
        waves = self.surface.width / self.surface.finest
        return max(FEWEST_FACETS, math.ceil(FACETS * waves * self.numerics.refinement))

    def alike_until(self, earlier: Self) -> float:
        """Time [s] up to which a run is that of an `earlier` case, of those that differ in what
        `lengthening` names.
        """
        other_times = set(self.output.times) ^ set(earlier.output.times)
        return min(self.protocol.alike_until(earlier.protocol), *other_times, math.inf)

    @model_validator(mode="after")
    def _consistent(self):
        crest = self.surface.profile.highest
        if self.thickness < 2 * crest:
            raise ValueError(
                f"electrolyte.thickness ({self.thickness:g} um) leaves no electrolyte above the "
                f"crests of the surface; allowed: {2 * crest:g} um or more"
            )
        film, width, finest = self.film, self.surface.width, self.surface.finest
        if film.enabled and film.thickness > finest / 4:
            raise ValueError(
                f"film.thickness ({film.thickness:g} um) is no thin film's on a surface with "
                f"wavelengths of {finest:g} um; allowed: up to a quarter, {finest / 4:g} um"
            )
        if film.enabled and film.scatter and not terms_between(width, *film.scatter_band):
            raise ValueError(
                f"no cosine over the width of the surface ({width:g} um) is near "
                f"film.scatter_wavelength ({film.scatter_wavelength:g} um); there are 2 widths "
                "over 1, 2, 3, ...: change one of the two, or set film.scatter = 0"
            )
        self.protocol.refuse_late(self.output.times, Output().times)
        if self.protocol.has_conditions:
            from anodex.models.systems.elastic_sei.quantities import QUANTITIES

            self.protocol.refuse_unknown(QUANTITIES)
        return self
