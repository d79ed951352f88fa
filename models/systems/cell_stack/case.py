"""What a cell-stack case file may say."""

from functools import partial
from math import pi
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from anodex.models.inputs.quantities import quantity
from anodex.models.inputs.steps import TimeSteps
from anodex.models.inputs.tables import Table, refuse_idle, refuse_unused
from anodex.models.laws.constants import FARADAY
from anodex.models.materials import default
from anodex.models.materials.lithium import LITHIUM
from anodex.models.materials.lithium_creep import PowerLaw, named

_lithium, _powder, _ptfe = (partial(default, name) for name in ("lithium", "li6ps5cl", "ptfe"))

STAGES = ("compaction", "stacking", "charge", "rest", "discharge")
NEWTON_PER_UM = 1e6  # internal units of a stiffness of 1 N/um


class System(Table):
    name: Literal["cell_stack"] = "cell_stack"


class Geometry(Table):
    """The stack between its rods; lengths in um."""

    # "die": pressed and stacked in a tube, axisymmetric; "pouch": a wide stack between plates
    # without a tube, in the plane.
    type: Literal["die", "pouch"] = "die"
    # of the tube, of rods and foil; half the width of a pouch
    inner_radius: quantity("um", gt=10, le=1e5) = "3.175 mm"
    tube_outer_radius: quantity("um", gt=10, le=1e6) = "6.35 mm"
    pellet_mass: quantity("mg", gt=0, le=1e6) = "60 mg"
    initial_relative_density: quantity("", gt=0.2, lt=0.9) = _powder("powder_density")
    foil_thickness: quantity("um", gt=1, le=5000) = "250 um"
    # between rod and tube, all along; left out: what the compaction leaves
    gap: quantity("um", gt=0, le=1e4) | None = None
    # from the face of the rod to the far end, where lithium comes out
    gap_length: quantity("um", gt=10, le=1e5) = "3 mm"
    refinement: quantity("", ge=0.25, le=16) = 1.0

    @model_validator(mode="after")
    def _fits(self):
        if self.type == "die" and self.tube_outer_radius <= 1.05 * self.inner_radius:
            raise ValueError(
                f"geometry.tube_outer_radius ({self.tube_outer_radius:g} um) must exceed "
                f"geometry.inner_radius ({self.inner_radius:g} um) "
                "by at least 5 %: the wall between them carries the pressure"
            )
        wall = self.tube_outer_radius - self.inner_radius
        if self.type == "die" and self.gap is not None and self.gap >= wall:
            raise ValueError(
                f"geometry.gap ({self.gap:g} um) must be smaller than the wall of the tube, "
                "geometry.tube_outer_radius - "
                f"geometry.inner_radius = {wall:g} um"
            )
        return self


class Powder(Table):
    """The electrolyte, pressed from powder: elastic-plastic with a cap that its density hardens."""

    density: quantity("g/cm^3", gt=0.1, le=20) = _powder("density")  # without pores
    young_modulus: quantity("MPa", gt=0, le=1e6) = _powder("young_modulus")  # without pores
    poisson_ratio: quantity("", ge=0, lt=0.5) = _powder("poisson_ratio")
    porosity_softening: quantity("", ge=0, le=20) = _powder("porosity_softening")
    # ln((1-D0)/(1-D)) over the axial pressure in a rigid die without friction.
    heckel_constant: quantity("1/MPa", gt=0, le=1) = _powder("heckel_constant_in_tube")
    # von Mises stress over pressure, half axes of the yield ellipse
    cap_aspect: quantity("", gt=0.1, le=3) = 1.2
    # strength in hydrostatic tension over that in compression
    tension_ratio: quantity("", gt=0, le=1) = 0.05


class Tube(Table):
    """The die, elastic-plastic with linear hardening."""

    compliant: bool = True  # the lithium pressure opens it in the stages after the compaction
    young_modulus: quantity("MPa", gt=0, le=1e6) = _ptfe("young_modulus")
    poisson_ratio: quantity("", ge=0, lt=0.499) = _ptfe("poisson_ratio")
    yield_strength: quantity("MPa", gt=0, le=1e5) = _ptfe("yield_strength")
    hardening_modulus: quantity("MPa", ge=0, le=1e5) = _ptfe("hardening_modulus")
    # Time in which the wall nears what the lithium's pressure asks for, as a polymer does: a
    # choice; stage 1 knows no rates.
    retardation_time: quantity("s", ge=1, le=1e6) = "1 min"
    sleeve: bool = False  # a rigid sleeve around the tube


class Compaction(Table):
    """Stage 1: powder pressed between rods in the tube, then the cathode layer pressed on."""

    enabled: bool = True
    pressure: quantity("MPa", gt=0, le=5000) = "300 MPa"
    # Times in which a pressure comes on or goes, and is held; only the history shows them, as no
    # law of the powder knows rates.
    ramp: quantity("s", gt=0, le=1e6) = "1 min"
    hold: quantity("s", ge=0, le=1e7) = "10 min"
    # Coulomb's coefficient between punch and powder; 0 is frictionless.
    punch_friction: quantity("", words=("sticking",), ge=0, le=2) = 0.2
    cathode_pressure: quantity("MPa", ge=0, le=5000) = "100 MPa"

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

    pressure: quantity("MPa", gt=0, le=1000) = "10 MPa"
    ramp: quantity("s", gt=0, le=1e6) = "10 s"  # time in which the pressure comes on
    hold: quantity("s", gt=0, le=1e8) = "10 min"


class Charge(Table):
    """Stage 3: plating on the electrolyte's face, in the frame."""

    # One of the two; left out, C/20.
    current_density: quantity("A/m^2", gt=0, le=1e5) | None = None
    c_rate: quantity("", gt=0, le=100) | None = None  # current over capacity per hour
    capacity: quantity("A*hour/m^2", gt=0, le=1e5) = "3.96 mA*hour/cm^2"
    duration: quantity("s", gt=0, le=1e8) = "20 hour"

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
    duration: quantity("s", ge=0, le=1e8) = "0 s"


class Discharge(Table):
    """Stripping after the rest, at the current of the charge unless another is given."""

    current_density: quantity("A/m^2", gt=0, le=1e5) | None = None
    duration: quantity("s", ge=0, le=1e8) = "0 s"


class Frame(Table):
    """What holds the rods from the charge on."""

    stiffness: quantity("N/um", words=("rigid",), gt=0, le=1e6) = "50 N/um"


class Flow(Table):
    """How lithium creeps."""

    law: Literal["roy", "lepage", "anand-saturated", "newtonian"] = "roy"
    wall: Literal["stick", "slip"] = "stick"  # along rods, pellet and tube
    temperature: quantity("K", ge=200, le=450) = "298 K"
    viscosity: quantity("MPa*s", gt=0, le=1e12) = "1e4 MPa*s"  # of law "newtonian"
    # Creep turns Newtonian below this share of the stress that the law gives at a typical strain
    # rate.
    stress_floor: quantity("", gt=0, le=1) = 0.05


class Stages(Table):
    """Which stages a run takes."""

    last: Literal[STAGES] = "discharge"
    # result folder of a run that ended with an earlier stage; this one goes on from its state
    previous: Path | None = None

    @field_validator("previous", mode="after")
    @classmethod
    def _resolved(cls, path: Path | None) -> Path | None:
        return None if path is None else path.resolve()


class Numerics(TimeSteps):
    """Accuracy of the time steps of stages 2 and 3."""

    # Estimated error of a step, over the volume pressed out; that of results is far smaller.
    step_tolerance: quantity("", gt=0, le=0.1) = 0.02
    first_step: quantity("s", gt=0) = "1 s"
    smallest_step: quantity("s", gt=0) = "1 us"
    largest_step: quantity("s", gt=0) = "2 hour"


class Output(Table):
    # how often fields are written, spread evenly over each stage
    frames: int = Field(10, ge=1, le=1000)
    checkpoint_interval: int = Field(10, ge=1)  # time steps from one checkpoint to the next


# Keys that do nothing while a choice stands as given: (table, choice, its value, keys).
UNUSED = (
    ("geometry", "type", "pouch", ("tube_outer_radius",)),
    (
        "compaction",
        "enabled",
        False,
        ("pressure", "ramp", "hold", "punch_friction", "cathode_pressure"),
    ),
    *(("flow", "law", law, ("viscosity",)) for law in ("roy", "lepage", "anand-saturated")),
    ("flow", "law", "newtonian", ("stress_floor",)),
    *(("flow", "law", law, ("temperature",)) for law in ("roy", "newtonian")),
    ("tube", "compliant", False, ("retardation_time",)),
)


class Case(Table):
    progress_unit: ClassVar[str] = "s"

    title: str = "Cell stack: compaction, stacking and charge"
    system: System = System()
    geometry: Geometry = Geometry()
    powder: Powder = Powder()
    tube: Tube = Tube()
    compaction: Compaction = Compaction()
    stacking: Stacking = Stacking()
    charge: Charge = Charge()
    rest: Rest = Rest()
    discharge: Discharge = Discharge()
    frame: Frame = Frame()
    flow: Flow = Flow()
    stages: Stages = Stages()
    numerics: Numerics = Numerics()
    output: Output = Field(default_factory=Output)

    @property
    def durations(self) -> dict[str, float]:
        """Stage -> its duration [s], of the stages that the case takes."""
        every = {
            "compaction": self.compaction.duration,
            "stacking": self.stacking.ramp + self.stacking.hold,
            "charge": self.charge.duration,
            "rest": self.rest.duration,
            "discharge": self.discharge.duration,
        }
        return {stage: every[stage] for stage in STAGES[: STAGES.index(self.stages.last) + 1]}

    @property
    def progress_total(self) -> float:
        """Where a run ends, in the progress unit."""
        return max(sum(self.durations.values()), 1.0)

    @property
    def creep(self) -> PowerLaw:
        """Law of the lithium's creep."""
        return named(self.flow.law, self.flow.temperature, self.flow.viscosity)

    @property
    def currents(self) -> dict[str, float]:
        """Stage -> current density [A/m^2], positive when it plates."""
        back = self.discharge.current_density or self.charge.current
        return {"charge": self.charge.current, "discharge": -back}

    @property
    def plating_speed(self) -> float:
        """Thickness of lithium that 1 A/m^2 plates in a second [um/s]."""
        return LITHIUM["molar_volume"].to("um^3/amol") / FARADAY

    @property
    def rod_area(self) -> float:
        """Face of a rod [um^2]; of a pouch per um of depth [um], of half its width."""
        return (
            pi * self.geometry.inner_radius**2
            if self.geometry.type == "die"
            else self.geometry.inner_radius
        )

    @property
    def stiffness(self) -> float:
        """Of a frame that is not rigid [uN/um]; for half of a pouch, taken as square, per um of
        depth [uN/um^2].
        """
        whole = self.frame.stiffness * NEWTON_PER_UM
        return whole if self.geometry.type == "die" else whole / (4 * self.geometry.inner_radius)

    @property
    def powder_height(self) -> float:
        """Height of the loose powder [um]."""
        volume = self.geometry.pellet_mass / self.powder.density * 1e9  # mg / (g/cm^3) = mm^3
        return (
            volume / self.geometry.initial_relative_density / (pi * self.geometry.inner_radius**2)
        )

    @property
    def gap_from_compaction(self) -> bool:
        """Whether the gap is what the compaction leaves."""
        return self.geometry.type == "die" and self.geometry.gap is None

    def _refuse_unused_elsewhere(self) -> None:
        """Refuse values that do nothing because of another table; those of stages after the last
        one may stay, for the runs that follow.
        """
        pouch = self.geometry.type == "pouch"
        is_pressed, gives_way = self.compaction.enabled, not pouch and self.tube.compliant
        powder, tube = (
            set(Powder.model_fields),
            set(Tube.model_fields) - {"compliant", "retardation_time"},
        )
        # Without pressing, the loose powder's height is where in a tube that gives way the lithium
        # begins.
        in_the_way = {"density"} if gives_way else set()
        unused = (
            (
                self.charge.current_density is not None,
                "charge",
                {"capacity"},
                "charge.current_density is given",
            ),
            (not is_pressed, "powder", powder - in_the_way, "compaction.enabled is false"),
            (
                not (is_pressed or gives_way),
                "geometry",
                {"pellet_mass", "initial_relative_density"},
                "compaction.enabled is false",
            ),
            (
                not (is_pressed or gives_way or pouch),
                "tube",
                tube,
                "tube.compliant and compaction.enabled are false",
            ),
            (pouch, "powder", {"tension_ratio"}, "geometry.type is 'pouch'"),
            (pouch, "compaction", {"punch_friction"}, "geometry.type is 'pouch'"),
        )
        for does_nothing, name, keys, reason in unused:
            if does_nothing:
                in_order = [key for key in type(getattr(self, name)).model_fields if key in keys]
                refuse_idle(self, name, in_order, f"{reason}; leave it out or change that")

    @model_validator(mode="after")
    def _consistent(self):
        refuse_unused(self, UNUSED)
        self._refuse_unused_elsewhere()
        geometry = self.geometry
        if geometry.type == "pouch":
            if geometry.gap is not None:
                raise ValueError("geometry.gap belongs to a die; a pouch has no tube: leave it out")
            if self.tube != Tube():
                raise ValueError(
                    "table tube belongs to geometry.type 'die'; a pouch has no tube: leave it out"
                )
        elif geometry.gap is None and not self.compaction.enabled:
            raise ValueError(
                "without compaction nothing says how wide the gap is: give geometry.gap, or set "
                "compaction.enabled to true"
            )
        if self.stages.last == "compaction" and not self.compaction.enabled:
            raise ValueError(
                "stages.last is 'compaction', but compaction.enabled is false: nothing is left to "
                "do; change one of the two"
            )
        return self
