"""The tables of an elastic-interphase case, but for its surface and its film."""

from functools import partial
from math import inf
from typing import Annotated, Literal

from pydantic import Field

from anodex.models.inputs.choices import Choice
from anodex.models.inputs.linear_solvers import LinearSolver
from anodex.models.inputs.protocol import CurrentProtocol, CurrentStep
from anodex.models.inputs.quantities import Amount, given
from anodex.models.inputs.steps import FirstStep, LargestStep, SmallestStep, TimeSteps
from anodex.models.inputs.tables import Table
from anodex.models.laws.creep import PowerLaw
from anodex.models.materials import default

_sodium, _electrolyte, _film = (
    partial(default, name) for name in ("sodium", "ether_electrolyte", "ether_interphase")
)


class System(Table):
    """Which model the case is for."""

    name: Literal["elastic_sei"] = "elastic_sei"
    """Name of the system."""


class Electrolyte(Table):
    """The liquid above the metal."""

    conductivity: Annotated[float, Amount("pA/(V*um)", gt=0, le=1e9)] = _electrolyte("conductivity")
    """Ionic conductivity."""
    thickness: Annotated[float, Amount("um", gt=0, le=1e5)] | None = None
    """Distance of the plane on which the current is even from the mean surface; left out: two
    widths of the surface."""


class Kinetics(Table):
    """How ions pass the film and become metal."""

    area_resistance: Annotated[float, Amount("V*um^2/pA", gt=0, le=1e9)] = _film("area_resistance")
    """Resistance of the whole film and of the charge transfer below it, for an area."""


class MetalTable(Table):
    """The metal that is plated."""

    creep: str
    surface_energy: Annotated[float, Amount("pJ/um^2", ge=0, le=100)] = _sodium("surface_energy")
    """Energy of the surface per area (1 pJ/um^2 = 1 J/m^2)."""
    molar_volume: Annotated[float, Amount("um^3/amol", gt=0, le=1e-3)] = _sodium("molar_volume")
    """Volume of a mole."""

    @property
    def creep_law(self) -> PowerLaw | None:
        """How it gives way to the pressure."""
        raise NotImplementedError

    @property
    def largest_pressure(self) -> float:
        """That the metal bears without yielding [MPa], infinite where it bears any."""
        raise NotImplementedError


class StiffMetal(MetalTable):
    """A metal that holds its shape."""

    creep: Literal["none"] = "none"
    """'none': the metal holds its shape."""
    pressure_cap: Annotated[
        float | Literal["none"], Amount("MPa", gt=0, le=1e6, words=("none",))
    ] = _sodium("hardness")
    """Largest pressure that the metal bears without yielding; 'none': it bears any."""

    @property
    def creep_law(self) -> None:
        return None

    @property
    def largest_pressure(self) -> float:
        return inf if self.pressure_cap == "none" else self.pressure_cap


class CreepingMetal(MetalTable):
    """A metal that gives way to the pressure on it, and so bears any: where a film pulls at a
    sharp valley and the pressure had a cap, its forces would not balance, and push long waves.
    """

    creep: Literal["power-law"] = "power-law"
    """'power-law': creep rate = creep_prefactor times (von Mises stress in MPa) to the power
    creep_exponent."""
    creep_prefactor: Annotated[float, Amount("1/s", gt=0, le=1e6)] = given("0.53 1/s")
    """Creep rate at a von Mises stress of 1 MPa."""
    creep_exponent: Annotated[float, Amount("", ge=1, le=12)] = _sodium("creep_exponent")
    """Power of the stress in the creep rate."""

    @property
    def creep_law(self) -> PowerLaw:
        return PowerLaw(self.creep_prefactor, self.creep_exponent)

    @property
    def largest_pressure(self) -> float:
        return inf


Metal = Annotated[StiffMetal | CreepingMetal, Choice("creep")]


class Step(CurrentStep):
    """One step of the protocol."""

    current_density: Annotated[float, Amount("A/m^2", ge=-1e4, le=1e4)] | None = None
    """Current over the area seen from above; a positive one plates, a negative one strips."""


class Protocol(CurrentProtocol):
    """The currents, one after the other."""

    steps: tuple[Step, ...] = (
        Step(current_density=given("0.5 mA/cm^2"), duration=given("1 hour")),
    )
    """The steps in order; an empty array leaves the start alone."""


class Numerics(TimeSteps):
    """Accuracy of the solution in space and time, and the linear solver."""

    refinement: Annotated[float, Amount("", ge=0.25, le=16)] = 1.0
    """Divides all cell sizes; at 1 the shortest wavelength of the surface takes 12 facets."""
    step_tolerance: Annotated[float, Amount("um", gt=0, le=100)] = given("0.1 nm")
    """Largest error of the place of the surface in a step."""
    first_step: FirstStep = given("1 s")
    smallest_step: SmallestStep = given("1 ms")
    largest_step: LargestStep = given("60 s")
    linear_solver: LinearSolver = "auto"


class Output(Table):
    """When fields and checkpoints are written."""

    times: tuple[Annotated[float, Amount("s", ge=0)], ...] = (
        given("10 min"),
        given("20 min"),
        given("30 min"),
    )
    """Times at which fields and a checkpoint are written, besides the start and each end of a step
    of the protocol; of the default times, those of the pictures in the paper, those beyond the end
    do no harm."""
    checkpoint_interval: Annotated[int, Field(ge=1)] = 10
    """Time steps from one checkpoint to the next."""
