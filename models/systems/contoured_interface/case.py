"""What a contoured-interface case file may say."""

from functools import partial
from math import pi
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import field_validator, model_validator

from anodex.meshes.contour import EDGED, ContourGeometry, check_cells
from anodex.meshes.heights import read_height_map
from anodex.models.errors import InputError
from anodex.models.inputs.quantities import quantity
from anodex.models.inputs.tables import Table, refuse_idle, refuse_unused
from anodex.models.laws.constants import FARADAY, GAS
from anodex.models.materials import default
from anodex.models.materials.li6ps5cl import LI6PS5CL
from anodex.models.materials.lithium_creep import PowerLaw, named

_lithium, _electrolyte = (partial(default, name) for name in ("lithium", "li6ps5cl"))

PLANE_SHAPES = ("flat", "cosine", "trochoid", "pyramid", "frustum", "height-map")
SPACE_SHAPES = ("flat", "egg-box", "egg-box-sum", "pyramid", "frustum", "height-map")
SHAPES = tuple(dict.fromkeys(PLANE_SHAPES + SPACE_SHAPES))
# the pressure of the flow peaks like a cone at tips and valleys, which needs smaller cells than the
# current
FLOW_REFINEMENT = 2.25
THINNEST = 1.2  # layer over peak height: the mean plane lies half a peak height from either extreme


class System(Table):
    name: Literal["contoured_interface"] = "contoured_interface"


class Geometry(Table):
    """One period of the interface, lithium below and electrolyte above; lengths in um."""

    shape: Literal[
        "flat", "egg-box", "egg-box-sum", "pyramid", "frustum", "cosine", "trochoid", "height-map"
    ] = "egg-box"
    height: quantity("um", ge=0, le=1000) = "25 um"  # from valley to peak, before edges are rounded
    separation: quantity("um", ge=1, le=10000) = "150 um"  # from peak to peak
    dimension: Literal["2d", "3d"] = "3d"
    # of the edges of pyramids and frustums; other shapes have none
    edge_radius: quantity("um", ge=0, le=1000) = "0 um"
    # share of a frustum's period that is flat, half on top and half below
    plateau_fraction: quantity("", gt=0, lt=1) = 0.5
    height_map: Path | None = None  # file of shape "height-map": an image or an array, one period
    # from the mean plane; left out: 1.5 separations
    electrolyte_thickness: quantity("um", gt=0, le=1e5) | None = None
    lithium_thickness: quantity("um", gt=0, le=1e5) | None = None  # likewise
    refinement: quantity("", ge=0.25, le=16) = 1.0

    @property
    def sharp(self) -> bool:
        """Whether the contour has sharp edges."""
        return self.shape in EDGED and self.edge_radius == 0

    def contour(self, lithium: bool) -> ContourGeometry:
        """The same for the mesh generator, with or without the lithium."""
        layer = max(1.5 * self.separation, THINNEST * self.height)
        return ContourGeometry(
            shape=self.shape,
            height=self.height if self.shape != "flat" else 0.0,
            separation=self.separation,
            dimension=self.dimension,
            edge_radius=self.edge_radius,
            plateau_fraction=self.plateau_fraction,
            electrolyte_thickness=self.electrolyte_thickness or layer,
            lithium_thickness=(self.lithium_thickness or layer) if lithium else 0.0,
            refinement=self.refinement * (FLOW_REFINEMENT if lithium else 1.0),
            height_map=None if self.height_map is None else read_height_map(self.height_map),
        )

    @model_validator(mode="after")
    def _fits(self):
        shapes = PLANE_SHAPES if self.dimension == "2d" else SPACE_SHAPES
        if self.shape not in shapes:
            raise ValueError(
                f"geometry.shape '{self.shape}' does not exist in dimension '{self.dimension}'; "
                f"there: {', '.join(shapes)}"
            )
        if self.shape != "flat":
            if self.height == 0:
                raise ValueError(
                    "geometry.height is 0 um: set geometry.shape to 'flat', or give the contour a "
                    "height"
                )
            if self.height > self.separation:
                raise ValueError(
                    f"geometry.height ({self.height:g} um) exceeds geometry.separation "
                    f"({self.separation:g} um); "
                    "allowed: height over separation up to 1"
                )
        if self.shape == "trochoid" and pi * self.height >= self.separation:
            raise ValueError(
                f"a trochoid higher than separation / pi ({self.separation / pi:g} um) cuts "
                "itself; lower geometry.height"
            )
        for name in ("electrolyte_thickness", "lithium_thickness"):
            thickness, least = getattr(self, name), THINNEST * self.height
            if thickness is not None and thickness < least:
                raise ValueError(
                    f"geometry.{name} ({thickness:g} um) leaves no layer beside the contour; "
                    f"allowed: {least:g} um or more"
                )
        if (self.shape == "height-map") != (self.height_map is not None):
            raise ValueError(
                "geometry.height_map (a file) belongs to shape 'height-map', and that shape needs "
                "it; change one of the two"
            )
        return self

    @field_validator("height_map")
    @classmethod
    def _found_again(cls, path: Path | None) -> Path | None:
        """The full path, so that the case written beside the results finds the file; read once
        to find mistakes early.
        """
        if path is None:
            return None
        try:
            read_height_map(path)
        except InputError as error:
            raise ValueError(str(error)) from None
        return path.resolve()


class Electrolyte(Table):
    conductivity: quantity("pA/(V*um)", gt=0, le=1e9) = _electrolyte("conductivity")


class Kinetics(Table):
    """Charge transfer between electrolyte and lithium."""

    law: Literal["none", "linear", "butler-volmer"] = "linear"
    # One of the two; left out, the resistance is that of the material data base. R T / F over one
    # gives the other.
    area_resistance: quantity("V*um^2/pA", gt=0, le=1e9) | None = None
    exchange_current_density: quantity("A/m^2", gt=0, le=1e8) | None = None
    anodic_coefficient: quantity("", gt=0, lt=1) = 0.5
    cathodic_coefficient: quantity("", gt=0, lt=1) = 0.5
    # in series with the charge transfer
    film_resistance: quantity("V*um^2/pA", ge=0, le=1e9) = "0 ohm*cm^2"
    temperature: quantity("K", ge=200, le=450) = "298 K"  # of the kinetics and of the creep

    @property
    def resistance(self) -> float:
        """Charge-transfer resistance at equilibrium [V um^2/pA = ohm m^2]."""
        if self.exchange_current_density is not None:
            slope = (
                (self.anodic_coefficient + self.cathodic_coefficient)
                * FARADAY
                / (GAS * self.temperature)
            )
            return 1 / (slope * self.exchange_current_density)
        return self.area_resistance or LI6PS5CL["interface_resistance"].to("V*um^2/pA")

    @property
    def exchange_current(self) -> float:
        """Exchange current density [A/m^2] that has the charge-transfer resistance."""
        slope = (
            (self.anodic_coefficient + self.cathodic_coefficient)
            * FARADAY
            / (GAS * self.temperature)
        )
        return 1 / (slope * self.resistance)

    @model_validator(mode="after")
    def _one_of_two(self):
        if self.area_resistance is not None and self.exchange_current_density is not None:
            raise ValueError(
                "kinetics.area_resistance and kinetics.exchange_current_density say the same; give "
                "one of them"
            )
        return self


class Loading(Table):
    # over the plan area; positive plates lithium
    current_density: quantity("A/m^2", ge=-1e5, le=1e5) = "1 mA/cm^2"
    stack_pressure: quantity("MPa", ge=0, le=1e3) = "7 MPa"


class Flow(Table):
    """How lithium creeps away from where it is plated."""

    law: Literal["none", "roy", "lepage", "anand-saturated", "newtonian"] = "roy"
    # along the interface; across it lithium moves as it is plated
    wall: Literal["stick", "slip"] = "stick"
    viscosity: quantity("MPa*s", gt=0, le=1e12) = "1e4 MPa*s"  # of law "newtonian"
    # Creep turns Newtonian below this share of the stress that the law gives at the mean strain
    # rate (plating velocity over separation).
    stress_floor: quantity("", gt=0, le=1) = 0.1
    linear_solver: Literal["auto", "direct", "iterative"] = "auto"


class Coupling(Table):
    pressure_kinetics: bool = False  # the pressure in the lithium shifts the equilibrium potential


class Crack(Table):
    """The crack at the interface that lithium fills and may wedge open; all but the toughness
    are choices.
    """

    crack_depth: quantity("um", gt=0, le=1e4) = "50 um"
    filled_length: quantity("um", gt=0, le=1e4) = "50 um"
    crack_width: quantity("um", gt=0, le=1e3) = "5 um"
    toughness: quantity("MPa*m^0.5", gt=0, le=1e3) = _electrolyte("toughness")
    surface_energy: quantity("N/m", ge=0, le=100) = _lithium("surface_energy")
    geometry_factor: quantity("", gt=0, le=2) = 1.1215  # of the stress intensity; an edge crack

    @model_validator(mode="after")
    def _filled(self):
        if self.filled_length > self.crack_depth:
            raise ValueError(
                f"dendrite.filled_length ({self.filled_length:g} um) exceeds dendrite.crack_depth "
                f"({self.crack_depth:g} um); "
                "lithium cannot fill more than the crack"
            )
        return self


# Keys that do nothing while a choice stands as given: (table, choice, its value, keys).
UNUSED = (
    (
        "kinetics",
        "law",
        "none",
        (
            "area_resistance",
            "exchange_current_density",
            "film_resistance",
            "anodic_coefficient",
            "cathodic_coefficient",
        ),
    ),
    ("flow", "law", "none", ("wall", "linear_solver")),
    *(("flow", "law", law, ("viscosity",)) for law in ("none", "roy", "lepage", "anand-saturated")),
    *(("flow", "law", law, ("stress_floor",)) for law in ("none", "newtonian")),
    *(
        ("geometry", "shape", shape, ("plateau_fraction",))
        for shape in SHAPES
        if shape != "frustum"
    ),
)
THERMAL_CREEP = ("lepage", "anand-saturated")  # laws that know a temperature


class Case(Table):
    progress_unit: ClassVar[str] = "stages"
    progress_total: ClassVar[float] = 3.0

    title: str = "Contoured lithium/electrolyte interface"
    system: System = System()
    geometry: Geometry = Geometry()
    electrolyte: Electrolyte = Electrolyte()
    kinetics: Kinetics = Kinetics()
    loading: Loading = Loading()
    flow: Flow = Flow()
    coupling: Coupling = Coupling()
    dendrite: Crack = Crack()

    @property
    def contour(self) -> ContourGeometry:
        """What the mesh generator needs; the lithium is left out where nothing flows."""
        return self.geometry.contour(lithium=self.flow.law != "none")

    @property
    def creep(self) -> PowerLaw:
        """Law of the lithium's creep; that of Roy for the crack where the case has no flow."""
        law = "roy" if self.flow.law == "none" else self.flow.law
        return named(law, self.kinetics.temperature, self.flow.viscosity)

    @model_validator(mode="after")
    def _consistent(self):
        refuse_unused(self, UNUSED)
        self._refuse_unused_together()
        if self.coupling.pressure_kinetics:
            for table in ("kinetics", "flow"):
                if getattr(self, table).law == "none":
                    raise ValueError(
                        f"coupling.pressure_kinetics needs {table}.law other than 'none'; change "
                        "one of the two"
                    )
        geometry = self.geometry
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
            check_cells(self.contour)
        except InputError as error:
            raise ValueError(str(error)) from None
        return self

    def _refuse_unused_together(self) -> None:
        """Refuse values that do nothing because of choices in several tables."""
        kinetics, flow = self.kinetics, self.flow
        given = kinetics.law == "linear" and kinetics.exchange_current_density is None
        athermal = (kinetics.law == "none" or given) and flow.law not in THERMAL_CREEP
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
