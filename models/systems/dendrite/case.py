"""What a dendrite case file may say."""

from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import model_validator

from anodex.meshes.pore_images import ImagePores
from anodex.meshes.pores import (
    THIN,
    pores_from_image,
    random_pores,
    refuse_too_many,
    within_walls,
)
from anodex.models.inputs.tables import refuse_idle
from anodex.models.inputs.taken import SystemCase
from anodex.models.laws.constants import FARADAY
from anodex.models.materials.li6ps5cl import LI6PS5CL
from anodex.models.materials.lithium import LITHIUM
from anodex.models.systems.dendrite.case_geometry import Geometry
from anodex.models.systems.dendrite.case_models import refuse_other_model, refuse_outrun
from anodex.models.systems.dendrite.case_tables import (
    ConductingElectrolyte,
    Contact,
    Electrolyte,
    Interface,
    Kinetics,
    Leakage,
    Loading,
    Mechanics,
    Model,
    Numerics,
    Ohmic,
    Output,
    System,
    Transport,
)

# of the geometry, do nothing beside an image
RANDOM_PORES = ("porosity", "pore_diameter", "pore_spread", "seed")
CALIBRATED_EXCHANGE = 16.0  # A/m^2, as `kinetics.exchange_current_density` says
# Keys that do nothing without pores: (table, keys).
IDLE_WITHOUT_PORES = (
    ("geometry", RANDOM_PORES[1:]),
    ("kinetics", ("pore_rate", "wall_rate")),
    ("electrolyte", ("pore_ratio",)),
    ("mechanics", ("pore_ratio",)),
)


class Case(SystemCase):
    """Dendrites that grow through a porous electrolyte, as a phase field."""

    progress_unit: ClassVar[str] = "s"
    lengthening: ClassVar[tuple[str, ...]] = ("loading.duration", "output.frames")

    title: str = "Dendrites in a porous electrolyte under pressure"
    """What the case shows, for lists and pictures."""
    system: System = System()
    model: Model = Model()
    geometry: Geometry = Geometry()
    interface: Interface = Interface()
    kinetics: Kinetics = Kinetics()
    electrolyte: Electrolyte = ConductingElectrolyte()
    """The solid electrolyte with its pores."""
    transport: Transport = Ohmic()
    """Lithium ions in the electrolyte."""
    mechanics: Mechanics = Mechanics()
    contact: Contact = Contact()
    loading: Loading = Loading()
    leakage: Leakage = Leakage()
    numerics: Numerics = Numerics()
    output: Output = Output()

    @model_validator(mode="before")
    @classmethod
    def _of_earlier_version(cls, written: Any) -> Any:
        """A case that a version without `model` wrote out, with every key, is one of the paper's
        equations: its run can be resumed.
        """
        if not isinstance(written, dict) or "model" in written:
            return written
        every = all(
            isinstance(written.get(table), dict) and key in written[table]
            for table, key in (("interface", "relaxation_rate"), ("leakage", "factor"))
        )
        return {**written, "model": {"name": "paper"}} if every else written

    @property
    def progress_total(self) -> float:
        """Where a run ends, in the progress unit."""
        return self.loading.duration

    def alike_until(self, earlier: Self) -> float:
        """Time [s] up to which a run is that of an `earlier` case, of those that differ in what
        `lengthening` names; when fields are written counts for nothing.
        """
        return min(self.loading.duration, earlier.loading.duration)

    @property
    def metal_concentration(self) -> float:
        """Lithium per volume of metal [amol/um^3]."""
        return 1 / LITHIUM["molar_volume"].to("um^3/amol")

    @property
    def exchange_current_density(self) -> float:
        """i0 [A/m^2], also where the file leaves it out."""
        given = self.kinetics.exchange_current_density
        if given is not None:
            return given
        if self.model.name == "paper":
            return CALIBRATED_EXCHANGE
        return LI6PS5CL["exchange_current_density"].to("A/m^2")

    @property
    def reaction_rate(self) -> float:
        """L_eta [1/s]: a flat front in equilibrium with exchange current i0 moves by i0/(F C)
        either way.
        """
        return self.exchange_current_density / (
            1.5 * self.interface.width * FARADAY * self.metal_concentration
        )

    @property
    def cell_size(self) -> float:
        """Of the fine cells [um]."""
        return self.interface.width / self.geometry.cells_per_width / self.geometry.refinement

    @property
    def electrolyte_box(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Lower corner and edges of the room for pores [um]."""
        geometry, width = self.geometry, self.interface.width
        start = geometry.lithium_thickness + width
        lateral = (geometry.width, geometry.depth) if geometry.depth else (geometry.width,)
        return (start, *(0.0 for _ in lateral)), (geometry.length - start, *lateral)

    @cached_property
    def pores(self):
        """Pores of the electrolyte behind their walls (`anodex.meshes.pores`), with their
        `distance`; None where it has none. Random ones are placed when this is first asked for.

        Raises
        ------
        ValueError
            If they do not fit or the image cannot be used.
        """
        geometry, width = self.geometry, self.interface.width
        try:
            if geometry.image is not None and geometry.pixel_size is not None:
                return self._pores_from_image(geometry.image, geometry.pixel_size)
            if geometry.porosity == 0:
                return None
            sharp = random_pores(
                *self.electrolyte_box,
                geometry.pore_diameter,
                geometry.porosity,
                geometry.seed,
                geometry.pore_spread,
                width / 2,
                geometry.sides == "periodic",
            )
            return within_walls(sharp, width)
        except ValueError as error:
            key = "porosity" if geometry.image is None else "image"
            raise ValueError(f"geometry.{key}: {error}") from None

    def _pores_from_image(self, image: Path, pixel_size: float) -> ImagePores:
        width = self.interface.width
        found = pores_from_image(
            image, pixel_size, *self.electrolyte_box, periodic=self.geometry.sides == "periodic"
        )
        if (thin := found.share_below(width)) > THIN:
            raise ValueError(
                f"{thin:.0%} of the pores in {image} are narrower than "
                f"interface.width ({width:g} um), which blurs them; "
                "narrow the interface or take a picture of larger pores"
            )
        return found

    def _refuse_idle(self) -> None:
        """Refuse values that do nothing without protrusions, stress or random pores."""
        geometry = self.geometry
        choices = {
            "geometry.protrusions": (
                geometry.protrusions == 0,
                ("protrusion_height", "protrusion_width"),
            ),
            "geometry.image": (geometry.image is not None, RANDOM_PORES),
            "mechanics.enabled": (
                not self.mechanics.enabled,
                tuple(key for key in Mechanics.model_fields if key != "enabled"),
            ),
        }
        for choice, (idle, keys) in choices.items():
            table, key = choice.split(".")
            if idle:
                value = getattr(getattr(self, table), key)
                reason = f"{choice} is '{value}'; leave it out or change {choice}"
                refuse_idle(self, table, keys, reason)
        if geometry.image is None and geometry.porosity == 0:
            for table, keys in IDLE_WITHOUT_PORES:
                refuse_idle(
                    self,
                    table,
                    keys,
                    "geometry.porosity is 0; leave it out or change geometry.porosity",
                )

    @model_validator(mode="after")
    def _consistent(self):
        refuse_other_model(self)
        self._refuse_idle()
        geometry, width = self.geometry, self.interface.width
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
        refuse_outrun(self)
        if self.loading.current_density is not None and self.electrolyte.potential == "constant":
            raise ValueError(
                "loading.current_density needs electrolyte.potential = 'solved'; the overpotential "
                "adapts to the current"
            )
        if geometry.image is not None:
            _ = self.pores  # refused here with all other mistakes
        elif geometry.length > self.electrolyte_box[0][0]:
            try:
                refuse_too_many(
                    self.electrolyte_box[1],
                    geometry.pore_diameter,
                    geometry.porosity,
                    geometry.pore_spread,
                )
            except ValueError as error:
                raise ValueError(f"geometry.porosity: {error}") from None
        return self
