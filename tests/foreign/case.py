"""A solute that decays while it spreads in a square: its case files, and the system itself."""

from typing import ClassVar, Literal

from anodex.models.inputs.quantities import quantity
from anodex.models.inputs.steps import TimeSteps
from anodex.models.inputs.tables import Table
from anodex.models.results.quantity import LAST, Quantity
from anodex.models.systems.system import System


class Name(Table):
    name: Literal["decay"] = "decay"


class Solute(Table):
    """Starts as a wave across the square, of which each part decays at the same rate."""

    side: quantity("um", gt=0) = "10 um"
    concentration: quantity("mol/m^3", gt=0) = "1000 mol/m^3"
    diffusivity: quantity("um^2/s", gt=0) = "0.5 um^2/s"
    rate: quantity("1/s", ge=0) = "0.02 1/s"
    duration: quantity("s", gt=0) = "1 min"


class Numerics(TimeSteps):
    cells: int = 16  # along each side
    step_tolerance: quantity("", gt=0, le=0.1) = 1e-4
    first_step: quantity("s", gt=0) = "0.1 s"
    smallest_step: quantity("s", gt=0) = "1 ms"
    largest_step: quantity("s", gt=0) = "10 s"


class Case(Table):
    progress_unit: ClassVar[str] = "s"

    title: str = "Decay in a square"
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
