"""What a filled-crack case file may say."""

from functools import partial
from math import pi
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from anodex.models.fracture.filled_crack import METRE, growth_pressure
from anodex.models.inputs.choices import Choice
from anodex.models.inputs.conditions import refuse_unknown, units_of
from anodex.models.inputs.quantities import Amount, given
from anodex.models.inputs.steps import FirstStep, LargestStep, SmallestStep, TimeSteps
from anodex.models.inputs.tables import Table, refuse_idle
from anodex.models.inputs.taken import SystemCase
from anodex.models.laws.damage import DamageModel
from anodex.models.materials import default
from anodex.models.systems.filled_crack.case_filling import LithiumFilling, SodiumFilling

_electrolyte = partial(default, "li6ps5cl")
# length scales in the half length of a crack: where a case does not say, and at least and at most
LENGTH_SCALES, COARSEST, FINEST = 20, 6, 200
GROWN = 0.5  # length scales by which a crack is longer that has grown


class System(Table):
    """Which model the case is for."""

    name: Literal["filled_crack"] = "filled_crack"
    """Name of the system."""


class Crack(Table):
    """The crack at the start, closed and full of metal."""

    shape: Literal["centre", "penny"] = "centre"
    """'centre': straight, in plane strain; as an edge crack of that depth whose geometry factor is
    1. 'penny': round."""
    length: Annotated[float, Amount("um", gt=0, le=1e4)] = given("30 um")
    """Half of its length; the radius of a round one."""


class Electrolyte(Table):
    """The elastic solid around it."""

    young_modulus: Annotated[float, Amount("MPa", gt=0, le=1e7)] = _electrolyte("young_modulus")
    """Young's modulus."""
    poisson_ratio: Annotated[float, Amount("", ge=0, lt=0.5)] = _electrolyte("poisson_ratio")
    """Poisson's ratio."""
    toughness: Annotated[float, Amount("MPa*m^0.5", gt=0, le=1e3)] = _electrolyte("toughness")
    """Stress intensity at which a crack grows."""

    @property
    def plane_modulus(self) -> float:
        """E' = E / (1 - nu^2) [MPa]."""
        return self.young_modulus / (1 - self.poisson_ratio**2)

    @property
    def energy(self) -> float:
        """Gc = K^2/E' [J/m^2 = MPa um]."""
        return self.toughness**2 * METRE / self.plane_modulus


Filling = Annotated[LithiumFilling | SodiumFilling, Choice("metal")]


class Loading(Table):
    """Pressure on the electrolyte, and for how long metal is plated."""

    stack_pressure: Annotated[float, Amount("MPa", ge=0, le=1e4)] = given("0 MPa")
    """Pressure on the stack; the metal outside the crack is under it."""
    closing_share: Annotated[float, Amount("", ge=0, le=1)] = 1.0
    """Share of it that presses the faces together: 1 for a crack across the pressure, 0 for one
    along it in a body that is free to its sides, nu/(1 - nu) where those are held."""
    duration: Annotated[float, Amount("s", gt=0, le=1e9)] = given("1 min")
    """How long metal is plated; at most, where until is given."""
    until: tuple[str, ...] = ()
    """Conditions on columns of the history of which the first that holds ends the run, such as
    'pressure > 50 MPa'."""

    @property
    def closing(self) -> float:
        """Pressure on the faces from outside [MPa]."""
        return self.closing_share * self.stack_pressure


class Fracture(Table):
    """How cracks are spread into a field of damage."""

    model: Literal["AT1", "AT2"] = "AT1"
    """'AT1': elastic up to a strength; 'AT2': damage from the first load on."""
    length_scale: Annotated[float, Amount("um", gt=0, le=1e4)] | None = None
    """Length over which cracks are spread; a twentieth of crack.length where it is left out."""


class Numerics(TimeSteps):
    """Mesh, and steps in time."""

    refinement: Annotated[float, Amount("", ge=0.25, le=16)] = 1.0
    """Divides all cell sizes; at 1 there are four cells in fracture.length_scale along the way of
    the crack."""
    farthest: Annotated[float, Amount("", gt=1, le=20)] = 2.0
    """Length at which the run ends, over that at the start; so far the small cells reach."""
    box: Annotated[float, Amount("", ge=3, le=200)] = 20.0
    """Edge of the quarter of the electrolyte that is modelled, over crack.length."""
    largest_change: Annotated[float, Amount("", gt=0, le=0.5)] = 0.1
    """Volume that a step may add, over that of the crack, or that at growth where this is more."""
    first_step: FirstStep = given("0.1 s")
    smallest_step: SmallestStep = given("1 ms")
    largest_step: LargestStep = given("1 h")


class Output(Table):
    """When fields and checkpoints are written."""

    times: tuple[Annotated[float, Amount("s", ge=0)], ...] = ()
    """Times at which fields and a checkpoint are written, besides start and end."""
    checkpoint_interval: Annotated[int, Field(ge=1)] = 10
    """Time steps from one checkpoint to the next."""


class Case(SystemCase):
    """A crack that plated metal fills and wedges open."""

    progress_unit: ClassVar[str] = "s"
    lengthening: ClassVar[tuple[str, ...]] = ("loading.duration", "output.times")

    title: str = "Crack filled by plating"
    """What the case shows, for lists and pictures."""
    system: System = System()
    crack: Crack = Crack()
    electrolyte: Electrolyte = Electrolyte()
    filling: Filling = LithiumFilling()
    """The metal that is plated on the faces of the crack."""
    loading: Loading = Loading()
    fracture: Fracture = Fracture()
    numerics: Numerics = Numerics()
    output: Output = Output()

    @property
    def progress_total(self) -> float:
        """Where a run ends, in the progress unit."""
        return self.loading.duration

    def alike_until(self, earlier: "Case") -> float:
        """Time [s] up to which a run is that of an `earlier` case, of those that differ in what
        `lengthening` names.
        """
        other_times = set(self.output.times) ^ set(earlier.output.times)
        return min(self.loading.duration, earlier.loading.duration, *other_times)

    @property
    def damage(self) -> DamageModel:
        """How the crack is spread."""
        return DamageModel(
            self.fracture.model, self.fracture.length_scale or self.crack.length / LENGTH_SCALES
        )

    @property
    def kinematics(self) -> str:
        """One of `anodex.models.laws.kinematics.DIMENSIONS`."""
        return "plane-strain" if self.crack.shape == "centre" else "axisymmetric"

    def growth_pressure(self, length: float) -> float:
        """Net pressure [MPa] at which a crack of a (half) length [um] grows: sqrt(E' Gc/(pi a)), of
        a round one sqrt(pi E' Gc/(4 a)) (Sneddon, Proc. R. Soc. A 187 (1946) 229).
        """
        round_factor = pi / 2 if self.crack.shape == "penny" else 1.0
        return round_factor * growth_pressure(self.electrolyte.toughness, length)

    def area(self, length: float) -> float:
        """Of a crack [um^2], of a straight one over its depth [um], of a (half) length [um]."""
        return pi * length**2 if self.crack.shape == "penny" else 2 * length

    def volume(self, pressure: float, length: float) -> float:
        """Of a crack [um^3], of a straight one over its depth [um^2], under a net pressure:
        2 pi p a^2/E', of a round one 16 p a^3/(3 E') (Sneddon 1946).
        """
        if self.crack.shape == "penny":
            return 16 * pressure * length**3 / (3 * self.electrolyte.plane_modulus)
        return 2 * pi * pressure * length**2 / self.electrolyte.plane_modulus

    @model_validator(mode="after")
    def _consistent(self):
        if not self.filling.extrusion:
            refuse_idle(
                self,
                "filling",
                self.filling.flow_keys,
                "filling.extrusion is false; leave it out or set filling.extrusion = true",
            )
        if self.filling.overpotential is None:
            refuse_idle(
                self,
                "filling",
                ("area_resistance",),
                "no filling.overpotential is given; leave it out or give one",
            )
        if self.crack.shape == "penny" and self.filling.extrusion:
            raise ValueError(
                "filling.extrusion needs a mouth, which crack.shape 'penny' does not have; set "
                "crack.shape = 'centre'"
            )
        length, scale = self.crack.length, self.damage.length
        if not length / FINEST <= scale <= length / COARSEST:
            raise ValueError(
                f"fracture.length_scale ({scale:g} um) must lie between {length / FINEST:g} um and "
                f"{length / COARSEST:g} um, shares of crack.length; leave it out for "
                f"{length / LENGTH_SCALES:g} um"
            )
        least = 1 + 2 * GROWN * scale / length
        if self.numerics.farthest < least:
            raise ValueError(
                f"numerics.farthest ({self.numerics.farthest:g}) ends the run before a crack "
                f"counts as grown, as its damage is spread over {scale:g} um; allowed: {least:g} "
                "or more, less with a smaller fracture.length_scale"
            )
        if self.numerics.box < 2 * self.numerics.farthest:
            raise ValueError(
                f"numerics.box ({self.numerics.box:g}) must be twice numerics.farthest "
                f"({self.numerics.farthest:g}) or more: a crack near the edge of the box grows too "
                "early"
            )
        if self.filling.velocity(self.loading.closing) <= 0:
            raise ValueError(
                f"filling.overpotential ({self.filling.overpotential:g} V) plates nothing against "
                f"the pressure on the faces, {self.loading.closing:g} MPa; raise it, or lower "
                "loading.stack_pressure"
            )
        late = [time for time in self.output.times if time > self.loading.duration]
        if late:
            raise ValueError(
                f"output.times holds {late[0]:g} s, after the end of loading.duration, "
                f"{self.loading.duration:g} s; leave it out or lengthen loading.duration"
            )
        self._know_conditions()
        return self

    def _know_conditions(self):
        if self.loading.until:
            from anodex.models.systems.filled_crack.quantities import QUANTITIES

            refuse_unknown("loading.until", self.loading.until, units_of(QUANTITIES))
