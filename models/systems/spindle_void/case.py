"""What a spindle-void case file may say."""

import math
from dataclasses import replace
from typing import ClassVar, Self

from pydantic import model_validator

from anodex.meshes.crack_path import CrackPath
from anodex.models.inputs.taken import SystemCase
from anodex.models.laws.damage import CELLS, DamageModel
from anodex.models.systems.spindle_void.case_evolution import Evolution
from anodex.models.systems.spindle_void.case_fracture import Fracture, NoFracture, PhaseField
from anodex.models.systems.spindle_void.case_geometry import Geometry
from anodex.models.systems.spindle_void.case_reaction import Reaction
from anodex.models.systems.spindle_void.case_tables import (
    ElasticMatrix,
    Electrolyte,
    Galvanostatic,
    Kinetics,
    Loading,
    Matrix,
    Numerics,
    Output,
    Protocol,
    System,
)

BESIDE = 3  # length scales beside and behind a crack with small cells: its damage ends after two
FEWEST = 4  # length scales in the length of a void
MOST_CELLS = 4000  # along the way of a crack


class Case(SystemCase):
    """A void in the porous sodium interphase."""

    progress_unit: ClassVar[str] = "s"
    lengthening: ClassVar[tuple[str, ...]] = ("protocol.steps", "protocol.repeat", "output.times")

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
    fracture: Fracture = NoFracture()
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

    @property
    def cracks(self) -> PhaseField:
        """How they grow, of a case in which they do.

        Raises
        ------
        TypeError
            Of another case.
        """
        if not isinstance(self.fracture, PhaseField):
            raise TypeError("no cracks grow in this case")
        return self.fracture

    @property
    def damage(self) -> DamageModel:
        """How cracks are spread; of a case in which they grow."""
        return self.cracks.damage(self.matrix.young_modulus)

    @property
    def crack_end(self) -> float:
        """How far along x a crack may run [um]."""
        if self.cracks.path_length is None:
            return self.geometry.half_box[0]
        return self.geometry.length / 2 + self.cracks.path_length

    @property
    def crack_path(self) -> CrackPath:
        """Where the mesh of a case in which cracks grow has small cells."""
        scale = self.damage.length
        start = self.geometry.length / 2 - BESIDE * scale
        return CrackPath(start, self.crack_end, BESIDE * scale, scale / CELLS)

    @model_validator(mode="after")
    def _consistent(self):
        if self.kinetics.law == "butler-volmer" and self.loading.reservoir == "none":
            raise ValueError(
                "kinetics.law 'butler-volmer' needs a counter electrode: set loading.reservoir to "
                "'outer_y' or 'outer_x'"
            )
        if self.geometry.width == 0 and any(step.current_density for step in self.protocol.taken):
            raise ValueError(
                "an ideal crack (geometry.width = 0 um) holds no electrolyte; set protocol.steps = "
                "[] or give it a width"
            )
        if self.evolution.moving:
            self._can_move()
        if self.fracture.model != "none":
            self._can_crack()
        self.protocol.refuse_late(self.output.times, Output().times)
        self._know_conditions()
        return self

    def _know_conditions(self):
        if self.protocol.has_conditions:
            from anodex.models.systems.spindle_void.columns import quantities_of

            self.protocol.refuse_unknown(quantities_of(self))

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
        if self.evolution.tip == "phase-field" and self.fracture.model == "none":
            raise ValueError(
                'evolution.tip = "phase-field" follows a crack, but fracture.model is "none"; set '
                'fracture.model = "AT1", or evolution.tip = "subcritical"'
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

    def _can_crack(self):
        geometry, scale = self.geometry, self.damage.length
        if geometry.dimension != "plane-strain":
            raise ValueError(
                f'cracks need geometry.dimension = "plane-strain", not "{geometry.dimension}"; set '
                'it, or fracture.model = "none"'
            )
        if self.matrix.creep != "none":
            raise ValueError(
                'cracks need matrix.creep = "none": a matrix that creeps stores no energy that '
                'would break it; set it, or fracture.model = "none"'
            )
        if self.evolution.moving and self.evolution.tip != "phase-field":
            raise ValueError(
                f"cracks grow from a void at rest, or its tip follows them: evolution.tip is "
                f'"{self.evolution.tip}"; set it to "phase-field", or evolution.moving = false, or '
                'fracture.model = "none"'
            )
        given = self._given_scale()
        if scale > geometry.length / FEWEST:
            raise ValueError(
                f"{given}; a crack is spread over a quarter of geometry.length "
                f"({geometry.length:g} um) at most, {geometry.length / FEWEST:g} um"
            )
        if geometry.refinement < 1:
            raise ValueError(
                f"{given}, and geometry.refinement ({geometry.refinement:g}) makes cells of "
                f"{scale / CELLS / geometry.refinement:g} um where a crack runs; more than "
                f"{scale / CELLS:g} um, a third, does not resolve it: set geometry.refinement to "
                "1 or more"
            )
        way = self.crack_end - geometry.length / 2
        finest = CELLS * geometry.refinement * way / MOST_CELLS
        if scale < finest:
            raise ValueError(
                f"{given}, of which the mesh holds no third along {way:g} um ahead of the tip "
                f"(fracture.path_length): there it resolves {finest:g} um or more, a strength of "
                f"{self._strength_of(finest):.3g} MPa or less; shorten fracture.path_length, or "
                "give another length or strength"
            )
        room = geometry.half_box[0] - BESIDE * scale
        if self.cracks.path_length is not None and self.crack_end > room:
            raise ValueError(
                f"fracture.path_length ({self.cracks.path_length:g} um) leads to the edge of the "
                f"box (geometry.box_length, {geometry.half_box[0]:g} um); at most "
                f"{room - geometry.length / 2:g} um are allowed: shorten it or enlarge the box"
            )

    def _given_scale(self) -> str:
        """Where the length scale of cracks comes from, in words."""
        fracture, scale = self.cracks, self.damage.length
        if fracture.length_scale is not None:
            return f"fracture.length_scale is {scale:g} um"
        name = "critical_stress" if fracture.strength is None else "strength"
        strength = getattr(fracture, name)
        return f"fracture.{name} ({strength:g} MPa) makes a length scale of {scale:g} um"

    def _strength_of(self, scale: float) -> float:
        """Of an interphase with a length scale [um], in MPa."""
        return replace(self.damage, length=scale).strength(
            self.matrix.young_modulus, self.fracture.toughness
        )
