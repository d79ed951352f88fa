"""What a contoured-interface case file may say."""

from dataclasses import replace

from pydantic import model_validator

from anodex.meshes.contour import EDGED, ContourGeometry, check_cells, planform
from anodex.models.errors import InputError
from anodex.models.inputs.lithium_flow import THERMAL
from anodex.models.inputs.tables import refuse_idle
from anodex.models.inputs.taken import SystemCase
from anodex.models.laws.creep import PowerLaw
from anodex.models.materials.lithium_creep import values_of
from anodex.models.systems.contoured_interface.case_geometry import Contour, Geometry
from anodex.models.systems.contoured_interface.case_plating import Plating
from anodex.models.systems.contoured_interface.case_tables import (
    AthermalFlow,
    Coupling,
    Crack,
    Electrolyte,
    FixedCrack,
    Flow,
    GrowingCrack,
    Kinetics,
    LinearKinetics,
    Loading,
    System,
)

FINER = 2  # cells along an interface that moves over those of a flow at rest: bends sharpen
STAGES = 3.0  # of a run whose interface rests


class Case(SystemCase):
    """An interface between lithium and a solid electrolyte, plated at a constant current."""

    title: str = "Contoured lithium/electrolyte interface"
    """What the case shows, for lists and pictures."""
    system: System = System()
    geometry: Geometry = Contour()
    """One period of the interface, lithium below and electrolyte above."""
    electrolyte: Electrolyte = Electrolyte()
    kinetics: Kinetics = LinearKinetics()
    """Charge transfer between electrolyte and lithium."""
    loading: Loading = Loading()
    flow: Flow = AthermalFlow()
    """How lithium creeps away from where it is plated."""
    coupling: Coupling = Coupling()
    dendrite: Crack = FixedCrack()
    """The crack at the interface that lithium fills and may wedge open."""
    plating: Plating = Plating()
    """Cycles in which the interface moves, in an electrolyte that gives way."""

    @property
    def progress_unit(self) -> str:
        """In which a run tells how far it has come."""
        return "s" if self.plating.cycles else "stages"

    @property
    def progress_total(self) -> float:
        """Where a run ends, in the progress unit."""
        return sum(self.half_cycles) if self.plating.cycles else STAGES

    @property
    def half_cycles(self) -> tuple[float, ...]:
        """How long lithium is plated, stripped, plated, ... [s]; empty where the interface
        rests.
        """
        plating = self.plating
        if not plating.cycles:
            return ()
        speeds = self.loading.current_density, plating.stripping_current_density
        return tuple(plating.capacity / speed for speed in speeds) * plating.cycles

    @property
    def contour(self) -> ContourGeometry:
        """What the mesh generator needs; the lithium is left out where nothing flows."""
        return self.geometry.contour(lithium=self.flow.law != "none")

    @property
    def pieces(self) -> int:
        """Of an interface that moves, each a cell long."""
        return FINER * len(planform(self.geometry.contour(lithium=True), 1).cells)

    @property
    def creep(self) -> PowerLaw:
        """Law of the lithium's creep; that of Roy for the crack where the case has no flow."""
        return self.flow.creep(self.kinetics.temperature)

    @property
    def other_values(self) -> list[tuple[str, str]]:
        """Material and property of values of the data base that no key gives."""
        kinetics = self.kinetics
        values = values_of("roy" if self.flow.law == "none" else self.flow.law)
        if (
            kinetics.law != "none"
            and kinetics.area_resistance is None
            and kinetics.exchange_current_density is None
        ):
            values.append(("li6ps5cl", "interface_resistance"))
        return values

    @model_validator(mode="after")
    def _consistent(self):
        self._refuse_unused_together()
        if self.coupling.pressure_kinetics:
            for table in ("kinetics", "flow"):
                if getattr(self, table).law == "none":
                    raise ValueError(
                        f"coupling.pressure_kinetics needs {table}.law other than 'none'; change "
                        "one of the two"
                    )
        geometry = self.geometry
        if self.plating.cycles:
            self._check_plating()
        else:
            idle = ("capacity", "stripping_current_density", "step_tolerance")
            refuse_idle(self, "plating", idle, "plating.cycles is 0; give a number of cycles")
        if isinstance(self.dendrite, GrowingCrack):
            self._check_growth(self.dendrite)
        infinite = {
            "primary current": self.kinetics.law == "none",
            "pressure of the flow": self.flow.law != "none",
        }
        for name in (name for name, found in infinite.items() if geometry.sharp and found):
            raise ValueError(
                f"the {name} is infinite at the sharp edges of a {geometry.shape}, so its largest "
                "value would depend on the mesh; "
                "give geometry.edge_radius (for example '5 um'), or for the current alone "
                "kinetics.law 'linear' and flow.law 'none'"
            )
        try:
            contour = self.contour
            check_cells(replace(contour, pieces=self.pieces) if self.plating.cycles else contour)
        except InputError as error:
            raise ValueError(str(error)) from None
        return self

    def _check_plating(self) -> None:
        """Refuse an interface that cannot move."""
        shape, dimension = self.geometry.shape, self.geometry.dimension
        if dimension != "2d" or shape in EDGED:
            raise ValueError(
                f"plating.cycles moves a smooth contour in the plane, not '{shape}' in "
                f"'{dimension}'; set geometry.dimension = '2d' and a shape without edges, or "
                "plating.cycles = 0"
            )
        if self.loading.current_density <= 0:
            raise ValueError(
                "plating.cycles plates at loading.current_density, which is "
                f"{self.loading.current_density:g} A/m^2; give a positive one, or set "
                "plating.cycles = 0"
            )
        if self.coupling.pressure_kinetics:
            raise ValueError(
                "plating.cycles moves the interface by a current that no pressure shifts; set "
                "coupling.pressure_kinetics = false, or plating.cycles = 0"
            )

    def _check_growth(self, crack: GrowingCrack) -> None:
        """Refuse a crack that has no stress or no electrolyte to grow through."""
        if self.flow.law == "none":
            raise ValueError(
                "dendrite.model 'growing' needs the stress of a flow: give a flow.law other than "
                "'none', or set dendrite.model = 'fixed'"
            )
        contour = self.contour
        # no extreme is farther from the mean plane than the height
        room, end = contour.electrolyte_thickness - contour.height, crack.lengths[-1]
        if end > room:
            raise ValueError(
                f"a crack of dendrite.grown_length ({end:g} um) may leave the electrolyte, of "
                f"which {room:g} um stand over the interface; raise "
                "geometry.electrolyte_thickness, or lower dendrite.crack_depth"
            )

    def _refuse_unused_together(self) -> None:
        """Refuse values that do nothing because of choices in several tables."""
        kinetics, flow = self.kinetics, self.flow
        given = kinetics.law == "linear" and kinetics.exchange_current_density is None
        athermal = (kinetics.law == "none" or given) and flow.law not in THERMAL
        resistance = (
            "kinetics.law is 'linear' and a resistance is given; leave it out or give "
            "kinetics.exchange_current_density"
        )
        nothing_thermal = (
            "neither kinetics.law nor flow.law has a temperature; leave it out or change one of "
            "the two (roy has none)"
        )
        unused = [
            (
                "geometry",
                "lithium_thickness",
                flow.law == "none",
                "flow.law is 'none'; leave it out or change flow.law",
            ),
            ("kinetics", "anodic_coefficient", given, resistance),
            ("kinetics", "cathodic_coefficient", given, resistance),
            ("kinetics", "temperature", athermal, nothing_thermal),
        ]
        for name, key, idle, why in unused:
            if idle:
                refuse_idle(self, name, (key,), why)
