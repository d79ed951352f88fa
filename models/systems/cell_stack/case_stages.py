"""The tables of a cell-stack case that say what is done: its stages, time steps and output."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from anodex.models.inputs.protocol import CurrentProtocol, CurrentStep
from anodex.models.inputs.quantities import Amount, given
from anodex.models.inputs.steps import FirstStep, LargestStep, SmallestStep, TimeSteps
from anodex.models.inputs.tables import Table

STAGES = ("compaction", "stacking", "charge", "rest", "discharge")
CYCLES = "cycles"  # what a protocol puts in the place of the last three


class Compaction(Table):
    """Stage 1: powder pressed between rods in the tube, then the cathode layer pressed on."""

    enabled: bool = True
    """Whether the powder is pressed at all."""
    pressure: Annotated[float, Amount("MPa", gt=0, le=5000)] = given("300 MPa")
    """Pressure on the powder."""
    ramp: Annotated[float, Amount("s", gt=0, le=1e6)] = given("1 min")
    """Time in which a pressure comes on or goes; only the history shows it, as no law of the powder
    knows rates."""
    hold: Annotated[float, Amount("s", ge=0, le=1e7)] = given("10 min")
    """Time for which the pressure is held; likewise."""
    punch_friction: Annotated[
        float | Literal["sticking"], Amount("", words=("sticking",), ge=0, le=2)
    ] = 0.2
    """Coulomb's coefficient between punch and powder; 0 is frictionless."""
    cathode_pressure: Annotated[float, Amount("MPa", ge=0, le=5000)] = given("100 MPa")
    """Pressure under which the cathode layer is pressed on; 0 MPa leaves the layer out."""

    @property
    def duration(self) -> float:
        """Of pressing, holding and releasing, the cathode layer too [s]."""
        ramps = 4 if self.cathode_pressure else 2
        return ramps * self.ramp + self.hold if self.enabled else 0.0

    @model_validator(mode="after")
    def _pellet_first(self):
        if self.cathode_pressure > self.pressure:
            raise ValueError(
                f"compaction.cathode_pressure ({self.cathode_pressure:g} MPa) must not exceed "
                f"compaction.pressure ({self.pressure:g} MPa): "
                "the layer is pressed on a finished pellet; lower it ('0 MPa' leaves the layer "
                "out) or raise compaction.pressure"
            )
        return self


class Stacking(Table):
    """Stage 2: the foil under a held pressure on the rods."""

    pressure: Annotated[float, Amount("MPa", gt=0, le=1000)] = given("10 MPa")
    """Pressure on the rods."""
    ramp: Annotated[float, Amount("s", gt=0, le=1e6)] = given("10 s")
    """Time in which the pressure comes on."""
    hold: Annotated[float, Amount("s", gt=0, le=1e8)] = given("10 min")
    """Time for which the pressure is held."""


class Charge(Table):
    """Stage 3: plating on the electrolyte's face, in the frame."""

    current_density: Annotated[float, Amount("A/m^2", gt=0, le=1e5)] | None = None
    """Current density; in place of c_rate."""
    c_rate: Annotated[float, Amount("", gt=0, le=100)] | None = None
    """Current over capacity per hour, in place of the current density; with both left out C/20."""
    capacity: Annotated[float, Amount("A*hour/m^2", gt=0, le=1e5)] = given("3.96 mA*hour/cm^2")
    """Capacity per area that c_rate counts in."""
    duration: Annotated[float, Amount("s", gt=0, le=1e8)] = given("20 hour")
    """How long the charge lasts."""

    @property
    def current(self) -> float:
        """Current density [A/m^2]."""
        return (
            self.current_density
            if self.current_density is not None
            else (self.c_rate or 0.05) * self.capacity
        )

    @model_validator(mode="after")
    def _one_of_two(self):
        if self.current_density is not None and self.c_rate is not None:
            raise ValueError(
                "charge.current_density and charge.c_rate say the same; give one of them"
            )
        return self


class Rest(Table):
    """Stage 4: no current."""

    duration: Annotated[float, Amount("s", ge=0, le=1e8)] = given("0 s")
    """How long the rest lasts."""


class Discharge(Table):
    """Stage 5: stripping after the rest."""

    current_density: Annotated[float, Amount("A/m^2", gt=0, le=1e5)] | None = None
    """Current density of stripping; left out: that of the charge."""
    duration: Annotated[float, Amount("s", ge=0, le=1e8)] = given("0 s")
    """How long the discharge lasts."""


class Step(CurrentStep):
    """One step of the protocol."""

    current_density: Annotated[float, Amount("A/m^2", ge=-1e5, le=1e5)] | None = None
    """Current density; a positive one plates, a negative one strips."""


class Protocol(CurrentProtocol):
    """Currents in the frame, one after the other; they take the place of charge, rest and
    discharge.
    """

    steps: tuple[Step, ...] = ()
    """The steps in order; without any, the tables charge, rest and discharge say what is done."""

    @model_validator(mode="after")
    def _something_to_repeat(self):
        if self.repeat > 1 and not self.steps:
            raise ValueError("protocol.repeat does nothing without protocol.steps; leave it out")
        return self


class Frame(Table):
    """What holds the rods from the charge on."""

    stiffness: Annotated[
        float | Literal["rigid"], Amount("N/um", words=("rigid",), gt=0, le=1e6)
    ] = given("50 N/um")
    """Force over the distance by which the rods are pushed apart."""


class Stages(Table):
    """Which stages a run takes."""

    last: Literal["compaction", "stacking", "charge", "rest", "discharge"] = "discharge"
    """Stage with which the run ends."""
    previous: Path | None = None
    """Result folder of a run that ended with an earlier stage; this one goes on from its state."""

    @field_validator("previous", mode="after")
    @classmethod
    def _resolved(cls, path: Path | None) -> Path | None:
        return None if path is None else path.resolve()


class Numerics(TimeSteps):
    """Accuracy of the time steps of the stages after the compaction."""

    step_tolerance: Annotated[float, Amount("", gt=0, le=0.1)] = 0.02
    """Estimated error of a step, over the volume pressed out; that of results is far smaller."""
    first_step: FirstStep = given("1 s")
    smallest_step: SmallestStep = given("1 us")
    largest_step: LargestStep = given("2 hour")


class Output(Table):
    """How often fields and checkpoints are written."""

    frames: Annotated[int, Field(ge=1, le=1000)] = 10
    """How often fields are written, spread evenly over each stage."""
    checkpoint_interval: Annotated[int, Field(ge=1)] = 10
    """Time steps from one checkpoint to the next."""
