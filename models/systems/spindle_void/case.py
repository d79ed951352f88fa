"""What a spindle-void case file may say."""

from functools import partial
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from anodex.meshes.void import VoidGeometry, tip_radius_range
from anodex.models.inputs.quantities import quantity
from anodex.models.inputs.steps import TimeSteps
from anodex.models.inputs.tables import Table, refuse_unused
from anodex.models.materials import default

_sodium, _nril, _electrolyte = (
    partial(default, name) for name in ("sodium", "nril", "diglyme_electrolyte")
)


class System(Table):
    name: Literal["spindle_void"] = "spindle_void"


class Geometry(Table):
    """The void and the box around it; lengths in um."""

    shape: Literal["spindle", "ellipse", "dot", "crack"] = "spindle"
    length: quantity("um", ge=1, le=400) = "60 um"
    width: quantity("um", ge=0, le=400) = "12 um"
    # Left out: width^2 / (2 length), that of the ellipse of the same size, or width / 2 for a
    # crack.
    tip_radius: quantity("um", ge=0, le=200) | None = None
    dimension: Literal["plane-strain", "axisymmetric", "3d"] = "plane-strain"
    # Half sizes of the box along and across the long axis; left out: eight lengths of the void.
    box_length: quantity("um", gt=0, le=1e5) | None = None
    box_height: quantity("um", gt=0, le=1e5) | None = None
    refinement: quantity("", ge=0.25, le=16) = 1.0

    @property
    def half_box(self) -> tuple[float, float]:
        return self.box_length or 8 * self.length, self.box_height or 8 * self.length

    @property
    def effective_tip_radius(self) -> float:
        """Radius of curvature of the tip [um]; zero for a sharp one."""
        natural = self.width / 2 if self.shape == "crack" else self.width**2 / (2 * self.length)
        return natural if self.tip_radius is None else self.tip_radius

    @model_validator(mode="after")
    def _fits(self):
        length, width = (
            f"geometry.length ({self.length:g} um)",
            f"geometry.width ({self.width:g} um)",
        )
        if self.width > self.length:
            raise ValueError(f"{width} exceeds {length}; the long axis is the length: swap them")
        if self.shape == "dot" and self.width != self.length:
            raise ValueError(
                f"a dot is round, but {width} is not {length}; set both to its diameter"
            )
        if self.width == 0 and (self.shape != "crack" or self.dimension != "plane-strain"):
            raise ValueError(
                f'{width} makes an ideal crack, which needs shape "crack" and dimension '
                '"plane-strain"'
            )
        self._check_tip()
        for name, size, needed in zip(
            ("box_length", "box_height"), self.half_box, (self.length, self.width), strict=True
        ):
            if size < needed:
                raise ValueError(
                    f"geometry.{name} ({size:g} um, half the box) must be at least twice the "
                    f"void's half size: {needed:g} um or more"
                )
        return self

    def _check_tip(self):
        radius = self.effective_tip_radius
        given = (
            f"geometry.tip_radius ({radius:g} "
            f"um{', as it is left out' if self.tip_radius is None else ''})"
        )
        body = f"this {self.shape} of {self.length:g} um by {self.width:g} um"
        low, high = tip_radius_range(self.shape, self.length, self.width)
        if self.width == 0:
            if radius > 0:
                raise ValueError(
                    f"{given} does not apply to an ideal crack (geometry.width = 0 um); leave it "
                    "out or give the crack a width"
                )
        elif self.shape in ("ellipse", "dot"):
            if abs(radius - low) > 0.01 * low:
                raise ValueError(
                    f"{given} does not apply to {body}, whose tip radius is width^2/(2 length) = "
                    f"{low:g} um; leave it out"
                )
        elif not (
            low * (1 - 1e-9) <= radius <= high * (1 + 1e-9)
            or (self.shape == "spindle" and radius == 0)
        ):
            sharp = ", or 0 um for a sharp tip" if self.shape == "spindle" else ""
            raise ValueError(
                f"{given} does not fit {body}; allowed: {low:g} um to {high:g} um{sharp}"
            )

    def void(self) -> VoidGeometry:
        """The same for the mesh generator."""
        box_length, box_height = self.half_box
        return VoidGeometry(
            shape=self.shape,
            length=self.length,
            width=self.width,
            tip_radius=self.effective_tip_radius,
            dimension=self.dimension,
            box_length=box_length,
            box_height=box_height,
            tip_cells=8 if self.dimension == "3d" else 16,
            refinement=self.refinement,
        )


class Matrix(Table):
    """The porous interphase (NRIL) around the void."""

    young_modulus: quantity("MPa", gt=0, le=1e6) = _nril("young_modulus")
    poisson_ratio: quantity("", ge=0, lt=0.5) = _nril("poisson_ratio")
    partial_molar_volume: quantity("um^3/amol", ge=0, le=1e-4) = _nril("partial_molar_volume")
    # effective, porosity and tortuosity included
    diffusivity: quantity("um^2/s", gt=0, le=1e6) = _nril("diffusivity")
    porosity: quantity("", gt=0, le=1) = _nril("porosity")
    creep: Literal["none", "power-law"] = "none"
    creep_prefactor: quantity("1/s", gt=0, le=1e6) = "0.53 1/s"  # creep rate at 1 MPa, sodium
    creep_exponent: quantity("", ge=1, le=12) = _sodium("creep_exponent")


class Electrolyte(Table):
    """The liquid in the void and in the pores."""

    concentration: quantity("mol/m^3", gt=0, le=1e4) = _electrolyte("concentration")
    diffusivity: quantity("um^2/s", gt=0, le=1e6) = _electrolyte("diffusivity")
    conductivity: quantity("pA/(V*um)", gt=0, le=1e9) = _electrolyte("conductivity")
    # Share of the current that migration carries away: 0, as in the paper, makes every dissolved
    # ion raise the concentration.
    transference_number: quantity("", ge=0, lt=1) = 0.0
    temperature: quantity("K", ge=200, le=500) = "298 K"


class Kinetics(Table):
    """Charge transfer on the void's surface."""

    law: Literal["galvanostatic", "butler-volmer"] = "galvanostatic"
    # "longitudinal" weights a galvanostatic current by |n.e_x|, for changes along the long axis
    # only.
    distribution: Literal["uniform", "longitudinal"] = "uniform"
    exchange_current_density: quantity("A/m^2", gt=0, le=1e5) = _sodium("exchange_current_density")
    anodic_coefficient: quantity("", gt=0, lt=1) = 0.5
    cathodic_coefficient: quantity("", gt=0, lt=1) = 0.5
    stress_shift: Literal["none", "normal", "hydrostatic"] = "hydrostatic"
    molar_volume: quantity("um^3/amol", gt=0, le=1e-3) = _sodium("molar_volume")

    @model_validator(mode="after")
    def _used(self):
        if self.law == "butler-volmer" and self.distribution != "uniform":
            raise ValueError(
                "kinetics.distribution 'longitudinal' belongs to the galvanostatic law; with "
                "butler-volmer leave it out"
            )
        return self


class Loading(Table):
    """Mechanical load and the electrolyte reservoir."""

    # normal to the long axis, tension positive
    remote_traction: quantity("MPa", ge=-1e4, le=1e4) = "0 MPa"
    void_pressure: quantity("MPa", ge=0, le=1e4) = "0 MPa"
    outer: Literal["confined", "free"] = "confined"
    # the face held at the electrolyte's concentration
    reservoir: Literal["outer_y", "outer_x", "none"] = "outer_y"


class Fracture(Table):
    """When a crack is expected to grow from the tip."""

    critical_stress: quantity("MPa", gt=0, le=1e5) = _nril("critical_stress")
    # critical energy release rate, J/m^2
    toughness: quantity("N/m", gt=0, le=1e6) = _nril("toughness")


class Step(Table):
    """One step of the protocol; a positive current dissolves sodium."""

    current_density: quantity("A/m^2", ge=-1e4, le=1e4)
    duration: quantity("s", gt=0, le=1e8)


class Protocol(Table):
    steps: tuple[Step, ...] = (
        Step(current_density="0.1 mA/cm^2", duration="70 min"),
        Step(current_density="-0.1 mA/cm^2", duration="30 min"),
    )

    @property
    def end(self) -> float:
        return sum(step.duration for step in self.steps)


class Numerics(TimeSteps):
    """Accuracy of the solution in time, and the linear solver."""

    # error of a step, relative to the electrolyte's concentration
    step_tolerance: quantity("", gt=0, le=0.1) = 1e-3
    first_step: quantity("s", gt=0) = "0.2 s"
    smallest_step: quantity("s", gt=0) = "1 us"
    largest_step: quantity("s", gt=0) = "5 min"
    linear_solver: Literal["auto", "direct", "iterative"] = "auto"


class Output(Table):
    """Times at which fields and a checkpoint are written, besides the start and each end of a
    step of the protocol.
    """

    # Of the default times, those beyond the end of a shorter protocol do no harm.
    times: tuple[quantity("s", ge=0), ...] = ("20 min", "70 min", "100 min")
    checkpoint_interval: int = Field(10, ge=1)  # time steps from one checkpoint to the next


# Keys that do nothing while a choice stands as given: (table, choice, its value, keys).
UNUSED = (
    ("matrix", "creep", "none", ("creep_prefactor", "creep_exponent")),
    (
        "kinetics",
        "law",
        "galvanostatic",
        (
            "exchange_current_density",
            "anodic_coefficient",
            "cathodic_coefficient",
            "stress_shift",
            "molar_volume",
        ),
    ),
)


class Case(Table):
    progress_unit: ClassVar[str] = "s"

    title: str = "Spindle void in the sodium interphase"
    system: System = System()
    geometry: Geometry = Geometry()
    matrix: Matrix = Matrix()
    electrolyte: Electrolyte = Electrolyte()
    kinetics: Kinetics = Kinetics()
    loading: Loading = Loading()
    fracture: Fracture = Fracture()
    protocol: Protocol = Protocol()
    numerics: Numerics = Numerics()
    output: Output = Field(default_factory=Output)

    @property
    def progress_total(self) -> float:
        """Where a run ends, in the progress unit."""
        return self.protocol.end

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
        late = [time for time in self.output.times if time > self.protocol.end]
        if late and self.output.times != Output().times:
            raise ValueError(
                f"output.times holds {late[0]:g} s, beyond the end of the protocol at "
                f"{self.protocol.end:g} s; "
                "leave it out or lengthen protocol.steps"
            )
        return self

    @model_validator(mode="after")
    def _without_unused_keys(self):
        refuse_unused(self, UNUSED)
        return self
