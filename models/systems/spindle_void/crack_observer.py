"""What a run of a void from which cracks grow shows besides."""

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from dolfinx import fem

from anodex.models.discrete.fields import total
from anodex.models.systems.spindle_void.fracturing_void import FracturingVoid
from anodex.models.systems.spindle_void.observer import VoidNumbers, VoidObserver
from anodex.models.time.march import SpentState

QUARTERS = 4  # of the whole in the model
TIPS = 2


class CrackObserver(VoidObserver):
    """Numbers and fields of a void with cracks (`anodex.models.time.march.Observer`).

    Parameters
    ----------
    problem
        The system; it is only read.
    """

    problem: FracturingVoid

    def __init__(self, problem: FracturingVoid):
        super().__init__(problem)
        self.energy_release = problem.energy_release
        self.surface_current = fem.form(
            problem.surface_current() * problem.surface.weight * problem.surface.measure
        )

    def measure(self) -> "CrackNumbers":
        """The present state, for the quantities; collective."""
        return CrackNumbers(self)

    def check(self, row: Mapping[str, float]) -> None:
        """Refuse also a crack from a void at rest that has come to the edge of the box: the run of
        one that moves ends before.
        """
        super().check(row)
        problem = self.problem
        if not self.moving and problem.case.cracks.path_length is None and problem.at_end:
            edge, tip = problem.case.geometry.half_box[0], row["crack_tip [um]"]
            raise SpentState(
                f"the crack has reached the edge of the box: its tip is at {tip:.4g} um of "
                f"{edge:g} um (geometry.box_length), and it must stay away from it. Enlarge the "
                "box, lower the load (reaction.conversion), or give fracture.path_length, where "
                "the run ends. The last good state is in the result folder."
            )

    def note(self, row: Mapping[str, float]) -> str:
        """The length of the cracks."""
        return f"crack {row['crack_length [um]']:.1f} um"

    def fields(self) -> Mapping[str, Mapping[str, fem.Function]]:
        """Damage besides."""
        shown = super().fields()["fields"]
        return {"fields": {**shown, "damage [1]": self.problem.damage}}


class CrackNumbers(VoidNumbers):
    """Numbers of the present state, each computed when it is asked for, once; collective."""

    _problem: FracturingVoid
    _observer: CrackObserver

    @cached_property
    def crack_length(self) -> float:
        return TIPS * self._problem.tip_crack_length

    @cached_property
    def crack_tip(self) -> float:
        return self._problem.crack_tip

    @cached_property
    def effective_toughness(self) -> float:
        return self._problem.toughness

    @cached_property
    def crack_charge(self) -> float:
        return QUARTERS * float(self._problem.state.numbers["crack_charge"][0])

    @cached_property
    def charge_balance_error(self) -> float:
        """Of what void surface and faces of cracks give now."""
        problem = self._problem
        expected = problem.given_current * problem.area
        surface = total(self._observer.comm, self._observer.surface_current)
        faces = problem.face_current_sum()
        if problem.lengthwise:
            return np.nan
        size = abs(surface) + abs(faces) if expected else self._largest_current() * problem.area
        return abs(surface + faces - expected) / size if size else 0.0

    def _largest_current(self) -> float:
        """Of the protocol [A/m^2]: what is left of currents at rest is measured by it."""
        steps = self._problem.course.steps
        return max((abs(step.current_density) for step in steps), default=0.0)
