"""A solute that decays while it spreads in a square: its case files, and the system itself."""

from typing import Annotated, ClassVar, Literal

from anodex.models.inputs.quantities import Amount, given
from anodex.models.inputs.steps import FirstStep, LargestStep, SmallestStep, TimeSteps
from anodex.models.inputs.tables import Table
from anodex.models.results.quantity import LAST, Quantity
from anodex.models.systems.system import System


class Name(Table):
    """Which system this is."""

    name: Literal["decay"] = "decay"
    """Fixed."""


class Solute(Table):
    """Starts as a wave across the square, of which each part decays at the same rate."""

    side: Annotated[float, Amount("um", gt=0)] = given("10 um")
    """Of the square."""
    concentration: Annotated[float, Amount("mol/m^3", gt=0)] = given("1000 mol/m^3")
    """Mean at the start."""
    diffusivity: Annotated[float, Amount("um^2/s", gt=0)] = given("0.5 um^2/s")
    """How fast it spreads."""
    rate: Annotated[float, Amount("1/s", ge=0)] = given("0.02 1/s")
    """How fast it decays."""
    duration: Annotated[float, Amount("s", gt=0)] = given("1 min")
    """When the run ends."""


class Numerics(TimeSteps):
    """Mesh, and steps in time."""

    cells: int = 16
    """Along each side."""
    step_tolerance: Annotated[float, Amount("", gt=0, le=0.1)] = 1e-4
    """Error of a step over the mean at the start."""
    first_step: FirstStep = given("0.1 s")
    smallest_step: SmallestStep = given("1 ms")
    largest_step: LargestStep = given("10 s")


class Case(Table):
    """A solute in a square."""

    progress_unit: ClassVar[str] = "s"

    title: str = "Decay in a square"
    """What the case shows."""
    system: Name = Name()
    solute: Solute = Solute()
    numerics: Numerics = Numerics()

    @property
    def progress_total(self) -> float:
        """Where a run ends, in the progress unit."""
        return self.solute.duration


SYSTEM = System(
    name="decay",
    title="a solute that decays while it spreads",
    case=Case,
    mesh="decay.problem:build_mesh",
    problem="decay.problem:Decay",
    observer="decay.problem:DecayObserver",
    quantities=(
        Quantity("mean", "mol/m^3", "mean concentration", {"final_mean": LAST}),
        Quantity("contrast", "mol/m^3", "largest less smallest concentration"),
    ),
    checks="decay.problem:CHECKS",
)
