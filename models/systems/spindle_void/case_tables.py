"""The tables of a spindle-void case, but for its geometry."""

from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from anodex.models.inputs.choices import Choice
from anodex.models.inputs.kinetics import Transfer
from anodex.models.inputs.linear_solvers import LinearSolver
from anodex.models.inputs.protocol import CurrentProtocol, CurrentStep
from anodex.models.inputs.quantities import Amount, given
from anodex.models.inputs.steps import FirstStep, LargestStep, SmallestStep, TimeSteps
from anodex.models.inputs.tables import Table
from anodex.models.materials import default

_sodium, _nril, _electrolyte = (
    partial(default, name) for name in ("sodium", "nril", "diglyme_electrolyte")
)


class System(Table):
    """Which model the case is for."""

    name: Literal["spindle_void"] = "spindle_void"
    """Name of the system."""


class MatrixTable(Table):
    """The porous interphase (NRIL) around the void."""

    creep: str
    young_modulus: Annotated[float, Amount("MPa", gt=0, le=1e6)] = _nril("young_modulus")
    """Young's modulus."""
    poisson_ratio: Annotated[float, Amount("", ge=0, lt=0.5)] = _nril("poisson_ratio")
    """Poisson's ratio."""
    partial_molar_volume: Annotated[float, Amount("um^3/amol", ge=0, le=1e-4)] = _nril(
        "partial_molar_volume"
    )
    """Volume by which the matrix swells for each amount of ions that it takes up."""
    diffusivity: Annotated[float, Amount("um^2/s", gt=0, le=1e6)] = _nril("diffusivity")
    """Diffusivity of the ions, effective: porosity and tortuosity included."""
    porosity: Annotated[float, Amount("", gt=0, le=1)] = _nril("porosity")
    """Volume share of the pores, which the electrolyte fills."""

    def without_creep(self) -> "ElasticMatrix":
        """The same matrix, elastic."""
        shared = {key: getattr(self, key) for key in MatrixTable.model_fields if key != "creep"}
        return ElasticMatrix.model_construct(**shared)


class ElasticMatrix(MatrixTable):
    """An interphase that does not creep."""

    creep: Literal["none"] = "none"
    """'none': elastic."""


class CreepingMatrix(MatrixTable):
    """An interphase that creeps."""

    creep: Literal["power-law"] = "power-law"
    """'power-law': creep rate = creep_prefactor times (von Mises stress in MPa) to the power
    creep_exponent."""
    creep_prefactor: Annotated[float, Amount("1/s", gt=0, le=1e6)] = given("0.53 1/s")
    """Creep rate at a von Mises stress of 1 MPa; that of sodium where it is left out."""
    creep_exponent: Annotated[float, Amount("", ge=1, le=12)] = _sodium("creep_exponent")
    """Exponent of the stress."""


Matrix = Annotated[ElasticMatrix | CreepingMatrix, Choice("creep")]


class Electrolyte(Table):
    """The liquid in the void and in the pores."""

    concentration: Annotated[float, Amount("mol/m^3", gt=0, le=1e4)] = _electrolyte("concentration")
    """Concentration of the salt, at the start and in the reservoir."""
    diffusivity: Annotated[float, Amount("um^2/s", gt=0, le=1e6)] = _electrolyte("diffusivity")
    """Diffusivity of the ions in the liquid."""
    conductivity: Annotated[float, Amount("pA/(V*um)", gt=0, le=1e9)] = _electrolyte("conductivity")
    """Ionic conductivity of the liquid; that of the matrix follows from its porosity."""
    transference_number: Annotated[float, Amount("", ge=0, lt=1)] = 0.0
    """Share of the current that migration carries away; 0, as in the paper, makes every dissolved
    ion raise the concentration."""
    temperature: Annotated[float, Amount("K", ge=200, le=500)] = given("298 K")
    """Temperature, the same everywhere."""


class Galvanostatic(Table):
    """The current of the protocol, spread over the void's surface as the case says."""

    law: Literal["galvanostatic"] = "galvanostatic"
    """'galvanostatic': the current density is given on the void's surface."""
    distribution: Literal["uniform", "longitudinal"] = "uniform"
    """'longitudinal' weights the current by |n.e_x|, for changes along the long axis only."""


class ButlerVolmer(Transfer):
    """Charge transfer that follows potential, concentration and stress."""

    law: Literal["butler-volmer"] = "butler-volmer"
    """'butler-volmer': it follows from the overpotential, and the protocol gives its mean."""
    exchange_current_density: Annotated[float, Amount("A/m^2", gt=0, le=1e5)] = _sodium(
        "exchange_current_density"
    )
    """Exchange current density at the electrolyte's concentration."""
    stress_shift: Literal["none", "normal", "hydrostatic"] = "hydrostatic"
    """Stress that shifts the equilibrium potential."""
    molar_volume: Annotated[float, Amount("um^3/amol", gt=0, le=1e-3)] = _sodium("molar_volume")
    """Molar volume of the metal, in that shift."""


Kinetics = Annotated[Galvanostatic | ButlerVolmer, Choice("law")]


class Loading(Table):
    """Mechanical load and the electrolyte reservoir."""

    remote_traction: Annotated[float, Amount("MPa", ge=-1e4, le=1e4)] = given("0 MPa")
    """Traction on the box normal to the long axis, tension positive."""
    void_pressure: Annotated[float, Amount("MPa", ge=0, le=1e4)] = given("0 MPa")
    """Pressure of the electrolyte in the void on the matrix."""
    outer: Literal["confined", "free"] = "confined"
    """Whether the sides of the box are held or free where no traction acts."""
    reservoir: Literal["outer_y", "outer_x", "none"] = "outer_y"
    """Face of the box that is held at the electrolyte's concentration."""


class Step(CurrentStep):
    """One step of the protocol."""

    current_density: Annotated[float, Amount("A/m^2", ge=-1e4, le=1e4)] | None = None
    """Mean current density on the void's surface; a positive one dissolves sodium."""


class Protocol(CurrentProtocol):
    """The currents, one after the other."""

    steps: tuple[Step, ...] = (
        Step(current_density=given("0.1 mA/cm^2"), duration=given("70 min")),
        Step(current_density=given("-0.1 mA/cm^2"), duration=given("30 min")),
    )
    """The steps in order; an empty array leaves the start alone."""


class Numerics(TimeSteps):
    """Accuracy of the solution in time, and the linear solver."""

    step_tolerance: Annotated[float, Amount("", gt=0, le=0.1)] = 1e-3
    """Largest error of a step, relative to the electrolyte's concentration."""
    first_step: FirstStep = given("0.2 s")
    smallest_step: SmallestStep = given("1 us")
    largest_step: LargestStep = given("5 min")
    linear_solver: LinearSolver = "auto"


class Output(Table):
    """When fields and checkpoints are written."""

    times: tuple[Annotated[float, Amount("s", ge=0)], ...] = (
        given("20 min"),
        given("70 min"),
        given("100 min"),
    )
    """Times at which fields and a checkpoint are written, besides the start and each end of a step
    of the protocol; of the default times, those beyond the end do no harm."""
    checkpoint_interval: Annotated[int, Field(ge=1)] = 10
    """Time steps from one checkpoint to the next."""
