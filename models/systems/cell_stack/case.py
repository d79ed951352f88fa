"""What a cell-stack case file may say."""

from math import pi
from typing import ClassVar, Literal, Self

from pydantic import model_validator

from anodex.models.inputs.tables import Table, refuse_idle
from anodex.models.inputs.taken import SystemCase
from anodex.models.laws.constants import FARADAY
from anodex.models.laws.creep import PowerLaw
from anodex.models.laws.hardening import AnandLaw
from anodex.models.materials.lithium import LITHIUM
from anodex.models.materials.lithium_creep import values_of
from anodex.models.systems.cell_stack.case_bodies import (
    AthermalFlow,
    Die,
    Flow,
    Geometry,
    Powder,
    Tube,
)
from anodex.models.systems.cell_stack.case_stages import (
    CYCLES,
    STAGES,
    Charge,
    Compaction,
    Discharge,
    Frame,
    Numerics,
    Output,
    Protocol,
    Rest,
    Stacking,
    Stages,
)

HIGHEST = 100.0  # loose powder, over the radius of its tube
NEWTON_PER_UM = 1e6  # internal units of a stiffness of 1 N/um


class System(Table):
    """Which model the case is for."""

    name: Literal["cell_stack"] = "cell_stack"
    """Name of the system."""


class Case(SystemCase):
    """A cell stack: powder pressed, foil stacked, charged in its frame."""

    progress_unit: ClassVar[str] = "s"
    lengthening: ClassVar[tuple[str, ...]] = (
        "charge.duration",
        "rest.duration",
        "discharge.duration",
        "stages.last",
        "protocol.steps",
        "protocol.repeat",
    )

    title: str = "Cell stack: compaction, stacking and charge"
    """What the case shows, for lists and pictures."""
    system: System = System()
    geometry: Geometry = Die()
    """The stack between its rods."""
    powder: Powder = Powder()
    tube: Tube = Tube()
    compaction: Compaction = Compaction()
    stacking: Stacking = Stacking()
    charge: Charge = Charge()
    rest: Rest = Rest()
    discharge: Discharge = Discharge()
    protocol: Protocol = Protocol()
    frame: Frame = Frame()
    flow: Flow = AthermalFlow()
    """How lithium creeps."""
    stages: Stages = Stages()
    numerics: Numerics = Numerics()
    output: Output = Output()

    @property
    def durations(self) -> dict[str, float]:
        """Stage -> its duration [s], of the stages that the case takes; that of the cycles at
        most.
        """
        every = {
            "compaction": self.compaction.duration,
            "stacking": self.stacking.ramp + self.stacking.hold,
            "charge": self.charge.duration,
            "rest": self.rest.duration,
            "discharge": self.discharge.duration,
        }
        taken = STAGES[: STAGES.index(self.stages.last) + 1]
        if self.protocol.steps and len(taken) > 2:
            taken, every = (*STAGES[:2], CYCLES), {**every, CYCLES: self.protocol.end}
        return {stage: every[stage] for stage in taken}

    def alike_until(self, earlier: Self) -> float:
        """Time [s] up to which a run is that of an `earlier` case, of those that differ in what
        `lengthening` names. What ended with the compaction has no lithium to go on with; that is
        what `stages.previous` is for.
        """
        if "compaction" in (self.stages.last, earlier.stages.last):
            return 0.0
        time = 0.0
        for stage in (*STAGES, CYCLES):
            own, its = self.durations.get(stage, 0.0), earlier.durations.get(stage, 0.0)
            if stage == CYCLES and own and its:
                return time + self.protocol.alike_until(earlier.protocol)
            time += min(own, its)
            if own != its:
                break
        return time

    @property
    def progress_total(self) -> float:
        """Where a run ends, in the progress unit."""
        return max(sum(self.durations.values()), 1.0)

    @property
    def creep(self) -> PowerLaw:
        """Law of the lithium's creep; where it hardens, of lithium that has not crept."""
        return self.flow.creep(self.flow.temperature)

    @property
    def hardened(self) -> AnandLaw | None:
        """Law of lithium that hardens as it creeps; None of one that does not."""
        return self.flow.hardened(self.flow.temperature)

    @property
    def other_values(self) -> list[tuple[str, str]]:
        """Material and property of values of the data base that no key gives."""
        return values_of(self.flow.law)

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
    def die(self) -> Die:
        """Geometry of a stack in a tube.

        Raises
        ------
        ValueError
            For a pouch.
        """
        if self.geometry.type == "pouch":
            raise ValueError("a pouch has no tube")
        return self.geometry

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

        Raises
        ------
        ValueError
            If the frame is rigid.
        """
        whole = float(self.frame.stiffness) * NEWTON_PER_UM
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

    def _refuse_idle(self) -> None:
        """Refuse values that do nothing because of a switch or of another table; those of stages
        after the last one may stay, for the runs that follow.
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
        cycled = bool(self.protocol.steps)
        framed = {*Charge.model_fields, *Discharge.model_fields}
        unused = (
            *((cycled, name, framed, "protocol.steps are given") for name in STAGES[2:]),
            (
                not is_pressed,
                "compaction",
                set(Compaction.model_fields) - {"enabled"},
                "compaction.enabled is 'False'",
            ),
            (
                not self.tube.compliant,
                "tube",
                {"retardation_time"},
                "tube.compliant is 'False'",
            ),
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

    def _refuse_thread(self) -> None:
        """Refuse powder that would stand like a thread: its mesh has more cells along the wall
        than any machine holds.
        """
        radius, height = self.geometry.inner_radius, self.powder_height
        if height > HIGHEST * radius:
            most = self.geometry.pellet_mass * HIGHEST * radius / height
            raise ValueError(
                f"geometry.pellet_mass ({self.geometry.pellet_mass:g} mg) fills a tube of "
                f"geometry.inner_radius {radius:g} um to a height of {height:.3g} um; allowed: "
                f"{HIGHEST:g} radii, {most:.3g} mg. Give less powder or a wider tube."
            )

    def _check_protocol(self) -> None:
        if self.protocol.steps and self.stages.last in ("charge", "rest"):
            raise ValueError(
                f"stages.last is '{self.stages.last}', but protocol.steps take the place of that "
                "stage: leave it out, or end with 'stacking'"
            )
        if self.protocol.has_conditions:
            from anodex.models.systems.cell_stack.quantities import QUANTITIES

            self.protocol.refuse_unknown(QUANTITIES)

    @model_validator(mode="after")
    def _consistent(self):
        self._refuse_idle()
        self._check_protocol()
        geometry = self.geometry
        if geometry.type == "pouch":
            reason = "geometry.type is 'pouch', which has no tube; leave it out"
            refuse_idle(self, "tube", tuple(Tube.model_fields), reason)
        elif geometry.gap is None and not self.compaction.enabled:
            raise ValueError(
                "without compaction nothing says how wide the gap is: give geometry.gap, or set "
                "compaction.enabled to true"
            )
        elif self.compaction.enabled or self.tube.compliant:
            self._refuse_thread()
        if self.stages.last == "compaction" and not self.compaction.enabled:
            raise ValueError(
                "stages.last is 'compaction', but compaction.enabled is false: nothing is left to "
                "do; change one of the two"
            )
        return self
