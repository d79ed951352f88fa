"""What a spindle-void case file may say."""

import math
from typing import ClassVar, Self

from pydantic import model_validator

from anodex.models.inputs.tables import Table
from anodex.models.systems.spindle_void.case_geometry import Geometry
from anodex.models.systems.spindle_void.case_tables import (
    ElasticMatrix,
    Electrolyte,
    Fracture,
    Galvanostatic,
    Kinetics,
    Loading,
    Matrix,
    Numerics,
    Output,
    Protocol,
    System,
)


class Case(Table):
    """A void in the porous sodium interphase."""

    progress_unit: ClassVar[str] = "s"
    lengthening: ClassVar[tuple[str, ...]] = ("protocol.steps", "output.times")

    title: str = "Spindle void in the sodium interphase"
    """What the case shows, for lists and pictures."""
    system: System = System()
    geometry: Geometry = Geometry()
    matrix: Matrix = ElasticMatrix()
    """The porous interphase (NRIL) around the void."""
    electrolyte: Electrolyte = Electrolyte()
    kinetics: Kinetics = Galvanostatic()
    """Charge transfer on the void's surface."""
    loading: Loading = Loading()
    fracture: Fracture = Fracture()
    protocol: Protocol = Protocol()
    numerics: Numerics = Numerics()
    output: Output = Output()

    @property
    def progress_total(self) -> float:
        """Where a run ends, in the progress unit."""
        return self.protocol.end

    def alike_until(self, earlier: Self) -> float:
        """Time [s] up to which a run is that of an `earlier` case, of those that differ in what
        `lengthening` names.
        """
        other_times = set(self.output.times) ^ set(earlier.output.times)
        return min(self.protocol.alike_until(earlier.protocol), *other_times, math.inf)

    @model_validator(mode="after")
    def _consistent(self):
        if self.kinetics.law == "butler-volmer" and self.loading.reservoir == "none":
            raise ValueError(
                "kinetics.law 'butler-volmer' needs a counter electrode: set loading.reservoir to "
                "'outer_y' or 'outer_x'"
            )
        if self.geometry.width == 0 and any(step.current_density for step in self.protocol.steps):
            raise ValueError(
                "an ideal crack (geometry.width = 0 um) holds no electrolyte; set protocol.steps = "
                "[] or give it a width"
            )
        self.protocol.refuse_late(self.output.times, Output().times)
        return self
