"""The tables of a dendrite case, but for its geometry."""

from functools import partial
from typing import Annotated, Literal

from pydantic import Field, model_validator

from anodex.models.inputs.choices import Choice
from anodex.models.inputs.quantities import Amount, given
from anodex.models.inputs.steps import FirstStep, LargestStep, SmallestStep, TimeSteps
from anodex.models.inputs.tables import Table
from anodex.models.laws.phase_field import gradient_coefficient, well_height
from anodex.models.materials import default

_lithium, _electrolyte = (partial(default, name) for name in ("lithium", "li6ps5cl"))


class System(Table):
    """Which model the case is for."""

    name: Literal["dendrite"] = "dendrite"
    """Name of the system."""


class Model(Table):
    """Which equations move the lithium."""

    name: Literal["two-potential", "paper"] = "two-potential"
    """'two-potential': electrons and ions each have a potential; 'paper': those of the paper."""


class Interface(Table):
    """Between lithium and what surrounds it."""

    width: Annotated[float, Amount("um", gt=0, le=1000)] = given("3 um")
    """Width of the tanh profile, a choice; what is smaller is not resolved."""
    energy: Annotated[float, Amount("pJ/um^2", gt=0, le=100)] = _lithium("surface_energy")
    """Energy of the interface per area (1 pJ/um^2 = 1 J/m^2)."""
    relaxation_rate: Annotated[float, Amount("1/s", gt=0, le=1e6)] = given("15 1/s")
    """Rate at which the profile relaxes, mobility times height of the double well; left out:
    6.25 x 2.4 /s of Hong and Viswanathan (2018). Of model 'paper'."""
    relaxation: Annotated[float, Amount("", gt=0, le=10)] = 0.5
    """Diffusivity that keeps the profile, over width times speed of the fastest place: a choice.
    Of model 'two-potential'."""
    relaxation_law: Literal["fixed", "following"] = "fixed"
    """'fixed': the profile relaxes at `relaxation_rate`; 'following': faster where the reaction is
    fast, so that a front has the right speed at any overpotential. Of model
    'paper'."""
    curvature: Literal["kept", "compensated"] = "kept"
    """'kept': the relaxation levels bumps, as capillarity of the phase field; 'compensated': what
    curvature adds to it is taken out again. Of model 'paper'."""

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

    exchange_current_density: Annotated[float, Amount("A/m^2", gt=0, le=1e6)] | None = None
    """Exchange current density; left out that of Li6PS5Cl, 25.7 A/m^2. In model 'paper' left out
    16 A/m^2: calibrated, with it a flat front crosses 800 um in 400 s at -0.35 V, the time of the
    short in the paper."""
    cathodic_coefficient: Annotated[float, Amount("", gt=0, lt=1)] = 0.5
    """Charge-transfer coefficient of plating; that of dissolving is one less it."""
    temperature: Annotated[float, Amount("K", ge=200, le=450)] = given("298 K")
    """Temperature, the same everywhere."""
    pore_rate: Annotated[float, Amount("", ge=0, le=10)] = 0.1
    """Rate in air over that in the electrolyte: a choice."""
    wall_rate: Annotated[float, Amount("", ge=0, le=10)] = 1.0
    """Rate on the walls of pores over that in the electrolyte: a choice."""
    pressure_shift: bool = False
    """Whether compressed lithium dissolves more easily (Monroe and Newman). Of model 'paper'; in
    the other it always does."""


class ElectrolyteTable(Table):
    """The solid electrolyte with its pores."""

    potential: str
    electronic_conductivity: Annotated[float, Amount("pA/(V*um)", gt=0, le=1e11)] = _electrolyte(
        "electronic_conductivity"
    )
    """Electronic conductivity, for the leakage current."""
    electronic_ratio: Annotated[float, Amount("", ge=1, le=1e14)] = 1e6
    """Electronic conductivity of lithium over that of the electrolyte: a choice, as larger ratios
    change nothing but the work."""
    pore_ratio: Annotated[float, Amount("", gt=0, le=1)] = 1e-3
    """Conductivities of air over those of the electrolyte: a choice, as smaller ratios change
    nothing but the work."""


class ConductingElectrolyte(ElectrolyteTable):
    """An electrolyte with a potential of its own."""

    potential: Literal["solved"] = "solved"
    """'solved': the potential follows from the conductivities."""
    conductivity: Annotated[float, Amount("pA/(V*um)", gt=0, le=1e11)] = _electrolyte(
        "chlorine_rich_conductivity"
    )
    """Ionic conductivity."""
    lithium_ratio: Annotated[float, Amount("", ge=1, le=1e8)] = 1e4
    """Conductivity of lithium over the ionic one of the electrolyte: a choice, as larger ratios
    change nothing but the work."""


class EvenElectrolyte(ElectrolyteTable):
    """An electrolyte at one potential."""

    potential: Literal["constant"] = "constant"
    """'constant': the overpotential acts everywhere alike."""


Electrolyte = Annotated[ConductingElectrolyte | EvenElectrolyte, Choice("potential")]


class Ohmic(Table):
    """A single-ion conductor."""

    law: Literal["ohmic"] = "ohmic"
    """'ohmic': a single-ion conductor, whose ions stay as many as they are."""


class NernstPlanck(Table):
    """A dilute salt."""

    law: Literal["nernst-planck"] = "nernst-planck"
    """'nernst-planck': a dilute salt, whose ions diffuse and migrate."""
    diffusivity: Annotated[float, Amount("um^2/s", gt=0, le=1e9)] = given("3.18e-10 m^2/s")
    """Diffusivity of the ions."""
    concentration: Annotated[float, Amount("mol/m^3", gt=0, le=1e6)] = given("1000 mol/m^3")
    """Concentration of the ions at the start, and at x = length."""


Transport = Annotated[Ohmic | NernstPlanck, Choice("law")]


class Mechanics(Table):
    """Stress, and how it acts on the growth."""

    enabled: bool = True
    """Whether stress is computed."""
    plating_strain: Annotated[float, Amount("", ge=-0.5, le=0.5)] = 7e-4
    """Volume strain of electrolyte that turns into lithium: calibrated to 2 MPa in the lithium
    without external pressure."""
    driving_force: Literal["elastic", "as-printed"] = "elastic"
    """'elastic': the elastic energy drives the front; 'as-printed': Eq. (3) of the paper, which
    prints the derivative of the electrostatic energy, zero as that knows no phase field."""
    lithium_young_modulus: Annotated[float, Amount("MPa", gt=0, le=1e6)] = _lithium("young_modulus")
    """Young's modulus of lithium."""
    lithium_poisson_ratio: Annotated[float, Amount("", ge=0, lt=0.499)] = _lithium("poisson_ratio")
    """Poisson's ratio of lithium."""
    electrolyte_young_modulus: Annotated[float, Amount("MPa", gt=0, le=1e6)] = _electrolyte(
        "young_modulus"
    )
    """Young's modulus of the electrolyte."""
    electrolyte_poisson_ratio: Annotated[float, Amount("", ge=0, lt=0.499)] = _electrolyte(
        "poisson_ratio"
    )
    """Poisson's ratio of the electrolyte."""
    pore_ratio: Annotated[float, Amount("", gt=0, le=1)] = 1e-4
    """Moduli of air over those of the electrolyte: a choice."""


class Contact(Table):
    """Between lithium and the counter electrode, where they touch. Of model 'two-potential'."""

    resistance: Annotated[float, Amount("V*um^2/pA", gt=0, le=1e3)] = given("1e-4 ohm*cm^2")
    """Resistance of the area of contact: a choice, so small that a contact as small as a cell of
    the mesh takes the voltage away."""
    memory: Annotated[float, Field(gt=0, le=0.3)] = 0.15
    """Lithium touches from a phase field of one half plus this on, and lets go below one half less
    this: a choice. Between these it begins to conduct electrons."""

    @property
    def band(self) -> tuple[float, float]:
        """Phase fields below which lithium lets go, and above which it touches."""
        return 0.5 - self.memory, 0.5 + self.memory


class Loading(Table):
    """What drives the growth, and how long."""

    overpotential: Annotated[float, Amount("V", ge=-2, le=2)] | None = None
    """Overpotential of the lithium, in model 'two-potential' the cell voltage with the other sign,
    without a resistance; in model 'paper' left out -0.35 V."""
    cell_voltage: Annotated[float, Amount("V", ge=-2, le=2)] | None = None
    """Voltage of the source behind the series resistance; a positive one plates. Left out 6 mV:
    what C/20 of the paper, 2 A/m^2, needs over 800 um of electrolyte, kinetics and resistance."""
    series_resistance: Annotated[float, Amount("V*um^2/pA", ge=0, le=1e6)] | None = None
    """Resistance of the circuit times the cross-section; left out 10 ohm cm^2, that of 800 um of
    electrolyte."""
    current_density: Annotated[float, Amount("A/m^2", ge=-1e7, le=1e7)] | None = None
    """Current density over the cross-section, in place of a voltage; a positive one plates."""
    voltage_limit: Annotated[float, Amount("V", gt=0, le=10)] | None = None
    """Largest cell voltage, of either sign, where the current is held; left out: no limit."""
    external_pressure: Annotated[float, Amount("MPa", ge=0, le=1000)] = given("0 MPa")
    """Pressure on the cell."""
    duration: Annotated[float, Amount("s", gt=0, le=1e8)] = given("500 s")
    """How long the growth lasts."""
    contact_events: Annotated[int, Field(ge=1)] | None = None
    """Number of contacts with the counter electrode, made or lost, after which the run ends before
    its duration is over; left out: any number."""

    @property
    def given_overpotential(self) -> float:
        """Overpotential [V] to hold in model 'paper', or to start from where the current is
        held.
        """
        return -0.35 if self.overpotential is None else self.overpotential

    @property
    def source_voltage(self) -> float:
        """Voltage behind the series resistance [V], where no current is held."""
        if self.overpotential is not None:
            return -self.overpotential
        return 6e-3 if self.cell_voltage is None else self.cell_voltage

    @property
    def resistance(self) -> float:
        """Of the circuit [V um^2/pA = ohm m^2], where no current is held."""
        if self.overpotential is not None:
            return 0.0
        return 1e-3 if self.series_resistance is None else self.series_resistance

    @model_validator(mode="after")
    def _one_of_three(self):
        drives = [
            key
            for key in ("overpotential", "cell_voltage", "current_density")
            if getattr(self, key) is not None
        ]
        if len(drives) > 1:
            raise ValueError(
                f"loading.{drives[0]} and loading.{drives[1]} exclude each other; give one of them"
            )
        if self.current_density == 0:
            raise ValueError(
                "loading.current_density is 0: no overpotential belongs to it; for lithium at rest "
                "give loading.overpotential = '0 V'"
            )
        if self.series_resistance is not None and drives in (
            ["overpotential"],
            ["current_density"],
        ):
            raise ValueError(
                f"loading.series_resistance does nothing beside loading.{drives[0]}; leave it out "
                "or give loading.cell_voltage"
            )
        if self.voltage_limit is not None and self.current_density is None:
            raise ValueError(
                "loading.voltage_limit does nothing without loading.current_density; leave it out"
            )
        return self


class Leakage(Table):
    """When the cell counts as shorted."""

    factor: Annotated[float, Amount("", gt=1, le=1e12)] = 1e3
    """Leakage current over that at the start from which on it is a short: a choice."""


class Numerics(TimeSteps):
    """Accuracy of the time steps, and the mesh."""

    adaptive: bool = False
    """Whether the mesh follows the interface: fine about it and coarse elsewhere. It pays where the
    interface is a small part of the box."""
    step_tolerance: Annotated[float, Amount("", gt=0, le=0.2)] = 0.02
    """Largest error of the phase field in a step."""
    first_step: FirstStep = given("0.01 s")
    smallest_step: SmallestStep = given("1 us")
    largest_step: LargestStep = given("20 s")


class Output(Table):
    """How often fields and checkpoints are written."""

    frames: Annotated[int, Field(ge=1, le=10000)] = 20
    """How often fields are written, spread evenly."""
    event_frames: Annotated[int, Field(ge=0, le=10000)] = 12
    """Number of events at which fields are written too, the first ones: contacts made or lost, in
    model 'paper' crossings of the threshold of a short."""
    checkpoint_interval: Annotated[int, Field(ge=1)] = 20
    """Time steps from one checkpoint to the next."""
