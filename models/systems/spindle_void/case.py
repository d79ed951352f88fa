"""What a spindle-void case file may say."""

import math
from typing import ClassVar, Self

from pydantic import model_validator

from anodex.models.inputs.tables import Table
from anodex.models.systems.spindle_void.case_evolution import Evolution
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
from anodex.models.systems.spindle_void.reaction import Reaction


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
    reaction: Reaction = Reaction()
    fracture: Fracture = Fracture()
    evolution: Evolution = Evolution()
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
        if self.evolution.moving:
            self._can_move()
        self.protocol.refuse_late(self.output.times, Output().times)
        return self

    def _can_move(self):
        geometry = self.geometry
        if geometry.dimension != "plane-strain":
            raise ValueError(
                f'a moving void must have geometry.dimension = "plane-strain", not '
                f'"{geometry.dimension}"; set it, or evolution.moving = false'
            )
        if geometry.width == 0:
            raise ValueError(
                "an ideal crack (geometry.width = 0 um) has no surface that could move; give it a "
                "width, or set evolution.moving = false"
            )
        if self.matrix.creep != "none":
            raise ValueError(
                'a moving void needs matrix.creep = "none": what has crept is not carried to '
                "another mesh; set it, or evolution.moving = false"
            )
        for words, place in self.evolution.ends.items():
            if not geometry.length / 2 < place < geometry.half_box[0]:
                raise ValueError(
                    f"{words} stops a tip at {place:g} um from the void's centre (half of "
                    "evolution.layer_length or neighbour_spacing); that must lie beyond the tip "
                    f"({geometry.length / 2:g} um) and inside the box "
                    f"(geometry.box_length, {geometry.half_box[0]:g} um)"
                )
