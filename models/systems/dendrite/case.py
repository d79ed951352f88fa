"""What a dendrite case file may say."""

from functools import cached_property, partial
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, field_validator, model_validator

from anodex.meshes.pores import THIN, pores_from_image, random_pores, within_walls
from anodex.models.inputs.quantities import quantity
from anodex.models.inputs.steps import TimeSteps
from anodex.models.inputs.tables import Table, refuse_idle, refuse_unused
from anodex.models.laws.constants import FARADAY
from anodex.models.laws.phase_field import gradient_coefficient, well_height
from anodex.models.materials import default
from anodex.models.materials.lithium import LITHIUM

_lithium, _electrolyte = (partial(default, name) for name in ("lithium", "li6ps5cl"))

LEAST_CELLS = 3.0  # per width of the interface; below, the mesh holds the front


class System(Table):
    name: Literal["dendrite"] = "dendrite"


class Geometry(Table):
    """Lithium at x = 0, then porous electrolyte up to x = length."""

    length: quantity("um", gt=1, le=1e5) = "1000 um"  # of lithium and electrolyte
    width: quantity("um", gt=1, le=1e5) = "500 um"
    depth: quantity("um", gt=1, le=1e4) | None = None  # left out: two dimensions
    lithium_thickness: quantity("um", gt=0, le=1e5) = "200 um"
    protrusions: int = Field(4, ge=0, le=1000)  # of the lithium, side by side over the width
    protrusion_height: quantity("um", gt=0, le=1e4) = "10 um"
    protrusion_width: quantity("um", gt=0, le=1e4) = "10 um"  # at half their height
    porosity: quantity("", ge=0, lt=0.9) = "0.1625"
    pore_diameter: quantity("um", gt=0, le=1e4) = "10 um"  # mean
    # standard deviation of the diameter over its mean: a choice
    pore_spread: quantity("", ge=0, le=1) = 0.25
    seed: int = Field(1, ge=0)
    image: Path | None = None  # of the pores (dark or zero), in place of random ones
    pixel_size: quantity("um", gt=0, le=1e4) | None = None
    sides: Literal["mirrored", "periodic"] = "mirrored"  # y = 0 and y = width (z likewise)
    cells_per_width: quantity("", gt=0, le=64) = 4.0  # of the interface, where it is and can go
    refinement: quantity("", ge=0.25, le=16) = 1.0  # divides all cell sizes

    @field_validator("image", mode="after")
    @classmethod
    def _resolved(cls, path: Path | None) -> Path | None:
        return None if path is None else path.resolve()

    @model_validator(mode="after")
    def _fits(self):
        if self.lithium_thickness + self.protrusion_height * (self.protrusions > 0) >= self.length:
            raise ValueError(
                f"geometry.lithium_thickness ({self.lithium_thickness:g} um) and "
                "geometry.protrusion_height must leave electrolyte: "
                f"together they must be below geometry.length ({self.length:g} um)"
            )
        if (self.image is None) != (self.pixel_size is None):
            raise ValueError(
                "geometry.image and geometry.pixel_size belong together; give both or none"
            )
        if self.cells_per_width * self.refinement < LEAST_CELLS:
            raise ValueError(
                f"geometry.cells_per_width ({self.cells_per_width:g}) times geometry.refinement "
                f"({self.refinement:g}) leaves the interface "
                "under-resolved: so coarse a mesh holds it where it is; give at least "
                f"{LEAST_CELLS:g} cells across it"
            )
        return self


class Interface(Table):
    """Between lithium and what surrounds it."""

    # a choice: of the tanh profile; what is smaller is not resolved
    width: quantity("um", gt=0, le=1000) = "3 um"
    energy: quantity("pJ/um^2", gt=0, le=100) = _lithium("surface_energy")
    # Of the profile, mobility times height of the double well: 6.25 x 2.4 /s of Hong and
    # Viswanathan (2018).
    relaxation_rate: quantity("1/s", gt=0, le=1e6) = "15 1/s"

    @property
    def well_height(self) -> float:
        """W [MPa]."""
        return well_height(self.energy, self.width)

    @property
    def gradient_coefficient(self) -> float:
        """kappa [uN]."""
        return gradient_coefficient(self.energy, self.width)

    @property
    def mobility(self) -> float:
        """L_xi [1/(MPa s)]."""
        return self.relaxation_rate / self.well_height


class Kinetics(Table):
    """Butler-Volmer kinetics; lithium is deposited at negative overpotential."""

    # Calibrated, not measured: a flat front crosses 800 um in 400 s at -0.35 V, the time of the
    # short in the paper.
    exchange_current_density: quantity("A/m^2", gt=0, le=1e6) = "16 A/m^2"
    cathodic_coefficient: quantity("", gt=0, lt=1) = 0.5
    temperature: quantity("K", ge=200, le=450) = "298 K"
    # Rate in air and on the walls of pores over that in the electrolyte: choices.
    pore_rate: quantity("", ge=0, le=10) = 0.1
    wall_rate: quantity("", ge=0, le=10) = 1.0
    pressure_shift: bool = False  # compressed lithium dissolves more easily (Monroe and Newman)


class Electrolyte(Table):
    # constant: the overpotential acts everywhere alike
    potential: Literal["solved", "constant"] = "solved"
    conductivity: quantity("pA/(V*um)", gt=0, le=1e11) = _electrolyte("chlorine_rich_conductivity")
    electronic_conductivity: quantity("pA/(V*um)", gt=0, le=1e11) = _electrolyte(
        "electronic_conductivity"
    )
    # Over that of the electrolyte, ionic and electronic: choices, as larger ratios change nothing
    # but the work.
    lithium_ratio: quantity("", ge=1, le=1e8) = 1e4
    electronic_ratio: quantity("", ge=1, le=1e14) = 1e6
    pore_ratio: quantity("", gt=0, le=1) = 1e-3


class Transport(Table):
    """Lithium ions in the electrolyte: a single-ion conductor, or a dilute salt."""

    law: Literal["ohmic", "nernst-planck"] = "ohmic"
    diffusivity: quantity("um^2/s", gt=0, le=1e9) = "3.18e-10 m^2/s"
    concentration: quantity("mol/m^3", gt=0, le=1e6) = "1000 mol/m^3"


class Mechanics(Table):
    enabled: bool = True
    # Volume strain of electrolyte that turns into lithium: calibrated, 2 MPa in the lithium without
    # external pressure.
    plating_strain: quantity("", ge=-0.5, le=0.5) = 7e-4
    # "as-printed": Eq. (3) of the paper prints the derivative of the electrostatic energy, which is
    # zero as that knows no xi.
    driving_force: Literal["elastic", "as-printed"] = "elastic"
    lithium_young_modulus: quantity("MPa", gt=0, le=1e6) = _lithium("young_modulus")
    lithium_poisson_ratio: quantity("", ge=0, lt=0.499) = _lithium("poisson_ratio")
    electrolyte_young_modulus: quantity("MPa", gt=0, le=1e6) = _electrolyte("young_modulus")
    electrolyte_poisson_ratio: quantity("", ge=0, lt=0.499) = _electrolyte("poisson_ratio")
    # of the moduli of air over those of the electrolyte: a choice
    pore_ratio: quantity("", gt=0, le=1) = 1e-4


class Loading(Table):
    overpotential: quantity("V", ge=-2, le=2) | None = None  # of the lithium; left out -0.35 V
    current_density: quantity("A/m^2", ge=-1e7, le=1e7) | None = (
        None  # over the cross-section, in place of the overpotential; positive plates
    )
    external_pressure: quantity("MPa", ge=0, le=1000) = "0 MPa"
    duration: quantity("s", gt=0, le=1e8) = "500 s"

    @property
    def given_overpotential(self) -> float:
        """Overpotential [V] to hold, or to start from where the current is held."""
        return -0.35 if self.overpotential is None else self.overpotential

    @model_validator(mode="after")
    def _one_of_two(self):
        if self.overpotential is not None and self.current_density is not None:
            raise ValueError(
                "loading.overpotential and loading.current_density exclude each other; give one of "
                "them"
            )
        if self.current_density == 0:
            raise ValueError(
                "loading.current_density is 0: no overpotential belongs to it; for lithium at rest "
                "give loading.overpotential = '0 V'"
            )
        return self


class Leakage(Table):
    # leakage current over that at the start from which on it is a short: a choice
    factor: quantity("", gt=1, le=1e12) = 1e3


class Numerics(TimeSteps):
    step_tolerance: quantity("", gt=0, le=0.2) = 0.02  # largest error of the phase field in a step
    first_step: quantity("s", gt=0) = "0.01 s"
    smallest_step: quantity("s", gt=0) = "1 us"
    largest_step: quantity("s", gt=0) = "20 s"


class Output(Table):
    frames: int = Field(20, ge=1, le=10000)  # how often fields are written, spread evenly
    checkpoint_interval: int = Field(20, ge=1)  # time steps from one checkpoint to the next


# Keys that do nothing while a choice stands as given: (table, choice, its value, keys).
UNUSED = (
    ("geometry", "protrusions", 0, ("protrusion_height", "protrusion_width")),
    (
        "mechanics",
        "enabled",
        False,
        (
            *(
                "plating_strain",
                "driving_force",
                "pore_ratio",
                "lithium_young_modulus",
                "lithium_poisson_ratio",
            ),
            *("electrolyte_young_modulus", "electrolyte_poisson_ratio"),
        ),
    ),
    ("transport", "law", "ohmic", ("diffusivity", "concentration")),
    ("electrolyte", "potential", "constant", ("conductivity", "lithium_ratio")),
)
# of the geometry, do nothing beside an image
RANDOM_PORES = ("porosity", "pore_diameter", "pore_spread", "seed")
# Keys that do nothing without pores: (table, keys).
UNUSED_WITHOUT_PORES = (
    ("geometry", RANDOM_PORES[1:]),
    ("kinetics", ("pore_rate", "wall_rate")),
    ("electrolyte", ("pore_ratio",)),
    ("mechanics", ("pore_ratio",)),
)


class Case(Table):
    progress_unit: ClassVar[str] = "s"

    title: str = "Dendrites in a porous electrolyte under pressure"
    system: System = System()
    geometry: Geometry = Geometry()
    interface: Interface = Interface()
    kinetics: Kinetics = Kinetics()
    electrolyte: Electrolyte = Electrolyte()
    transport: Transport = Transport()
    mechanics: Mechanics = Mechanics()
    loading: Loading = Loading()
    leakage: Leakage = Leakage()
    numerics: Numerics = Numerics()
    output: Output = Output()

    @property
    def progress_total(self) -> float:
        """Where a run ends, in the progress unit."""
        return self.loading.duration

    @property
    def metal_concentration(self) -> float:
        """Lithium per volume of metal [amol/um^3]."""
        return 1 / LITHIUM["molar_volume"].to("um^3/amol")

    @property
    def reaction_rate(self) -> float:
        """L_eta [1/s]: a flat front in equilibrium with exchange current i0 moves by i0/(F C)
        either way.
        """
        return self.kinetics.exchange_current_density / (
            1.5 * self.interface.width * FARADAY * self.metal_concentration
        )

    @property
    def cell_size(self) -> float:
        """Of the fine cells [um]."""
        return self.interface.width / self.geometry.cells_per_width / self.geometry.refinement

    @cached_property
    def pores(self):
        """Pores of the electrolyte behind their walls (`anodex.meshes.pores`), with their
        `distance`; None where it has none.

        Raises
        ------
        ValueError
            If they do not fit or the image cannot be used.
        """
        geometry, width = self.geometry, self.interface.width
        start, length = (
            geometry.lithium_thickness + width,
            geometry.length - geometry.lithium_thickness - width,
        )
        lateral = [geometry.width] + ([geometry.depth] if geometry.depth else [])
        box = np.array([start, *(0.0 for _ in lateral)]), np.array([length, *lateral])
        if geometry.image is None and geometry.porosity == 0:
            return None
        try:
            if geometry.image is not None:
                found = pores_from_image(
                    geometry.image, geometry.pixel_size, *box, periodic=geometry.sides == "periodic"
                )
                if (thin := found.share_below(width)) > THIN:
                    raise ValueError(
                        f"{thin:.0%} of the pores in {geometry.image} are narrower than "
                        f"interface.width ({width:g} um), which blurs them; "
                        "narrow the interface or take a picture of larger pores"
                    )
                return found
            sharp = random_pores(
                *box,
                geometry.pore_diameter,
                geometry.porosity,
                geometry.seed,
                geometry.pore_spread,
                width / 2,
                geometry.sides == "periodic",
            )
            return within_walls(sharp, width)
        except ValueError as error:
            raise ValueError(
                f"geometry.{'porosity' if geometry.image is None else 'image'}: {error}"
            ) from None

    @model_validator(mode="after")
    def _consistent(self):
        geometry, width = self.geometry, self.interface.width
        refuse_unused(
            self,
            UNUSED
            if geometry.image is None
            else (*UNUSED, ("geometry", "image", geometry.image, RANDOM_PORES)),
        )
        if geometry.image is None and geometry.porosity == 0:
            for name, keys in UNUSED_WITHOUT_PORES:
                refuse_idle(
                    self,
                    name,
                    keys,
                    "geometry.porosity is 0; leave it out or change geometry.porosity",
                )
        for name, value, least in (
            ("kinetics.pressure_shift", self.kinetics.pressure_shift, False),
            ("loading.external_pressure", self.loading.external_pressure, 0),
        ):
            if value != least and not self.mechanics.enabled:
                raise ValueError(
                    f"{name} needs the stress; leave it out or set mechanics.enabled to true"
                )
        for name in ("width", "depth"):
            side = getattr(geometry, name)
            if side is not None and side < self.cell_size:
                raise ValueError(
                    f"geometry.{name} ({side:g} um) must be at least that of a cell, "
                    "interface.width over geometry.cells_per_width "
                    f"({self.cell_size:g} um)"
                )
        if geometry.lithium_thickness < width:
            raise ValueError(
                f"geometry.lithium_thickness ({geometry.lithium_thickness:g} um) must be at least "
                f"interface.width ({width:g} um): "
                "a thinner layer of lithium dissolves into the interface"
            )
        if geometry.image is None and geometry.porosity > 0 and geometry.pore_diameter < width:
            raise ValueError(
                f"geometry.pore_diameter ({geometry.pore_diameter:g} um) must be at least "
                f"interface.width ({width:g} um), which blurs "
                "smaller pores; narrow the interface or take larger pores"
            )
        if self.loading.current_density is not None and self.electrolyte.potential == "constant":
            raise ValueError(
                "loading.current_density needs electrolyte.potential = 'solved'; the overpotential "
                "adapts to the current"
            )
        _ = self.pores  # refused here, before anything is written
        return self
