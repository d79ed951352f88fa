"""The tables of a contoured-interface case, but for its geometry."""

from functools import partial
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import model_validator

from anodex.models.inputs import lithium_flow
from anodex.models.inputs.choices import Choice
from anodex.models.inputs.kinetics import Transfer
from anodex.models.inputs.linear_solvers import LinearSolver
from anodex.models.inputs.lithium_flow import StressFloor
from anodex.models.inputs.quantities import Amount, given
from anodex.models.inputs.tables import OrElse, Table
from anodex.models.laws.constants import FARADAY, GAS
from anodex.models.laws.creep import PowerLaw
from anodex.models.laws.kinetics import ButlerVolmerTransfer, LinearTransfer
from anodex.models.materials import default
from anodex.models.materials.li6ps5cl import LI6PS5CL
from anodex.models.materials.lithium_creep import roy

GROWN, LENGTHS = 1.2, 4  # times its depth, and lengths up to there, of a crack that grows
_lithium, _electrolyte = (partial(default, name) for name in ("lithium", "li6ps5cl"))


class System(Table):
    """Which model the case is for."""

    name: Literal["contoured_interface"] = "contoured_interface"
    """Name of the system."""


class Electrolyte(Table):
    """The solid electrolyte above the interface."""

    conductivity: Annotated[float, Amount("pA/(V*um)", gt=0, le=1e9)] = _electrolyte("conductivity")
    """Ionic conductivity."""


class KineticsTable(Table):
    """Charge transfer between electrolyte and lithium."""

    law: str
    temperature: Annotated[float, Amount("K", ge=200, le=450)] = given("298 K")
    """Temperature of the kinetics and of the creep."""


class NoKinetics(KineticsTable):
    """A surface at one potential: the primary current distribution."""

    law: Literal["none"] = "none"
    """'none': the surface is at one potential."""
    film_resistance: ClassVar[float] = 0.0

    def transfer(self) -> None:
        """No law of charge transfer."""


class Resistance(KineticsTable, Transfer):
    """A charge transfer with a resistance at equilibrium."""

    area_resistance: Annotated[
        Annotated[float, Amount("V*um^2/pA", gt=0, le=1e9)] | None,
        OrElse(("li6ps5cl", "interface_resistance"), unless="exchange_current_density"),
    ] = None
    """Charge-transfer resistance at equilibrium times area, in place of the exchange current
    density: R T / F over one gives the other. With both left out it is that of the material data
    base (li6ps5cl, interface_resistance)."""
    exchange_current_density: Annotated[float, Amount("A/m^2", gt=0, le=1e8)] | None = None
    """Exchange current density, in place of the resistance."""
    film_resistance: Annotated[float, Amount("V*um^2/pA", ge=0, le=1e9)] = given("0 ohm*cm^2")
    """Resistance times area of a film, in series with the charge transfer."""

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


class LinearKinetics(Resistance):
    """A resistance."""

    law: Literal["linear"] = "linear"
    """'linear': the resistance at equilibrium, at every overpotential."""

    def transfer(self) -> LinearTransfer:
        """The law of charge transfer."""
        return LinearTransfer(self.resistance)


class ButlerVolmer(Resistance):
    """Butler-Volmer kinetics."""

    law: Literal["butler-volmer"] = "butler-volmer"
    """'butler-volmer': current that grows exponentially with the overpotential."""

    def transfer(self) -> ButlerVolmerTransfer:
        """The law of charge transfer."""
        return ButlerVolmerTransfer(
            self.exchange_current,
            self.temperature,
            anodic=self.anodic_coefficient,
            cathodic=self.cathodic_coefficient,
        )


Kinetics = Annotated[LinearKinetics | ButlerVolmer | NoKinetics, Choice("law")]


class Loading(Table):
    """Current and pressure on the interface."""

    current_density: Annotated[float, Amount("A/m^2", ge=-1e5, le=1e5)] = given("1 mA/cm^2")
    """Current density over the plan area; a positive one plates lithium."""
    stack_pressure: Annotated[float, Amount("MPa", ge=0, le=1e3)] = given("7 MPa")
    """Pressure on the stack."""


class NoFlow(Table):
    """Lithium whose flow is of no interest."""

    law: Literal["none"] = "none"
    """'none': no flow is computed, and the crack takes the law of Roy."""

    def creep(self, temperature: float) -> PowerLaw:
        """That of the lithium in the crack."""
        return roy()


class AthermalFlow(lithium_flow.AthermalFlow):
    """Lithium with a power law at room temperature."""

    stress_floor: StressFloor = 0.1
    linear_solver: LinearSolver = "auto"


class ThermalFlow(lithium_flow.ThermalFlow):
    """Lithium with a power law at kinetics.temperature."""

    stress_floor: StressFloor = 0.1
    linear_solver: LinearSolver = "auto"


class NewtonianFlow(lithium_flow.NewtonianFlow):
    """Lithium as a viscous liquid."""

    # No key: the viscosity is the same at every stress, but stresses are measured with it.
    stress_floor: ClassVar[float] = 0.1
    linear_solver: LinearSolver = "auto"


Flow = Annotated[AthermalFlow | ThermalFlow | NewtonianFlow | NoFlow, Choice("law")]


class Coupling(Table):
    """How the two bodies act on each other."""

    pressure_kinetics: bool = False
    """Whether the pressure in the lithium shifts the equilibrium potential."""


class CrackTable(Table):
    """The crack at the interface that lithium fills and may wedge open; all but the toughness
    are choices.
    """

    model: str
    crack_depth: Annotated[float, Amount("um", gt=0, le=1e4)] = given("50 um")
    """Depth of the crack in the electrolyte."""
    crack_width: Annotated[float, Amount("um", gt=0, le=1e3)] = given("5 um")
    """Width of the crack."""
    toughness: Annotated[float, Amount("MPa*m^0.5", gt=0, le=1e3)] = _electrolyte("toughness")
    """Stress intensity at which the crack grows."""
    surface_energy: Annotated[float, Amount("N/m", ge=0, le=100)] = _lithium("surface_energy")
    """Surface energy of lithium (1 N/m = 1 J/m^2)."""
    geometry_factor: Annotated[float, Amount("", gt=0, le=2)] = 1.1215
    """Factor of the stress intensity; that of an edge crack where it is left out."""

    @property
    def lengths(self) -> tuple[float, ...]:
        """At which it is judged whether the crack grows [um], from its depth on."""
        return (self.crack_depth,)

    @property
    def filled_share(self) -> float:
        """Share of the crack that lithium fills."""
        return 1.0

    def closing(self, stack_pressure: float) -> float:
        """Pressure [MPa] from outside that presses the faces together."""
        return 0.0


class FixedCrack(CrackTable):
    """A crack of fixed size, in an electrolyte without stress."""

    model: Literal["fixed"] = "fixed"
    """'fixed': a crack of fixed size in an electrolyte without stress, as a formula."""
    filled_length: Annotated[float, Amount("um", gt=0, le=1e4)] = given("50 um")
    """Length of the crack that lithium fills."""

    @property
    def filled_share(self) -> float:
        """Share of the crack that lithium fills."""
        return self.filled_length / self.crack_depth

    @model_validator(mode="after")
    def _filled(self):
        if self.filled_length > self.crack_depth:
            raise ValueError(
                f"dendrite.filled_length ({self.filled_length:g} um) exceeds dendrite.crack_depth "
                f"({self.crack_depth:g} um); "
                "lithium cannot fill more than the crack"
            )
        return self


class GrowingCrack(CrackTable):
    """A crack, filled to its end, that grows through the stress which the flow of the lithium makes
    in the electrolyte.
    """

    model: Literal["growing"] = "growing"
    """'growing': a crack that runs straight up and is filled to its end, through the stress that
    the flow makes in the electrolyte, until it has its grown length."""
    grown_length: Annotated[float, Amount("um", gt=0, le=1e4)] | None = None
    """Length that the crack has to reach; 1.2 times its depth where it is left out."""
    poisson_ratio: Annotated[float, Amount("", ge=0, lt=0.5)] = _electrolyte("poisson_ratio")
    """Poisson's ratio of the electrolyte."""
    closing_share: Annotated[float, Amount("", ge=0, le=1)] = 0.0
    """Share of the stack pressure that presses the faces together: 0 in an electrolyte that is free
    to its sides, nu/(1 - nu) where those are held."""

    @property
    def lengths(self) -> tuple[float, ...]:
        """At which it is judged whether the crack grows [um], from its depth to its end."""
        end = self.grown_length or GROWN * self.crack_depth
        return tuple(float(length) for length in np.geomspace(self.crack_depth, end, LENGTHS))

    def closing(self, stack_pressure: float) -> float:
        """Pressure [MPa] from outside that presses the faces together."""
        return self.closing_share * stack_pressure

    @model_validator(mode="after")
    def _grows(self):
        if self.lengths[-1] < self.crack_depth:
            raise ValueError(
                f"dendrite.grown_length ({self.grown_length:g} um) is below dendrite.crack_depth "
                f"({self.crack_depth:g} um); a crack grows no shorter: raise it, or leave it out"
            )
        return self


Crack = Annotated[FixedCrack | GrowingCrack, Choice("model")]
