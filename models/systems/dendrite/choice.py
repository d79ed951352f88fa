"""Which problem, observer and numbers belong to the model of a case."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from mpi4py import MPI

from anodex.meshes.tagged import TaggedMesh
from anodex.models.results.quantity import Outcome, Quantity, Run
from anodex.models.systems.dendrite import quantities as of_paper
from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.meshing import build_mesh
from anodex.models.systems.dendrite.observer import DendriteObserver
from anodex.models.systems.dendrite.problem import DendriteGrowth
from anodex.models.systems.dendrite.two_potential import following
from anodex.models.systems.dendrite.two_potential import quantities as of_potentials
from anodex.models.systems.dendrite.two_potential.observer import TwoPotentialObserver
from anodex.models.systems.dendrite.two_potential.problem import TwoPotentialGrowth

Growth = DendriteGrowth | TwoPotentialGrowth
# numbers of both models
SHARED = (
    "front_speed",
    "porosity_reached",
    "short_kind",
    "wagner_number",
    "pressure_number",
)


def problem(case: Case, tagged: TaggedMesh) -> Growth:
    """Of a case on a mesh."""
    if case.model.name == "paper":
        return DendriteGrowth(case, tagged)
    growth = following.FollowedGrowth if case.numerics.adaptive else TwoPotentialGrowth
    return growth(case, tagged)


def remade(case: Case, comm: MPI.Comm, numbers: Mapping[str, Any]) -> Growth:
    """Of a case on the mesh of a checkpoint with some numbers."""
    if case.numerics.adaptive:
        return following.remade(case, comm, numbers)
    return problem(case, build_mesh(case, comm))


def observer(problem: Growth) -> DendriteObserver | TwoPotentialObserver:
    """Of a problem."""
    if isinstance(problem, DendriteGrowth):
        return DendriteObserver(problem)
    return TwoPotentialObserver(problem)


def events(run: Run) -> dict[str, np.ndarray]:
    """Columns of events.csv."""
    of_model = of_paper if run.case.model.name == "paper" else of_potentials
    return of_model.events(run)


def _only_for(name: str, outcomes: tuple[Outcome, ...]) -> list[Outcome]:
    def of_model(applies: Callable[[Case], bool]) -> Callable[[Case], bool]:
        return lambda case: case.model.name == name and applies(case)

    return [
        outcome if outcome.name in SHARED else replace(outcome, applies=of_model(outcome.applies))
        for outcome in outcomes
    ]


_every: dict[str, Quantity] = {
    quantity.name: quantity for quantity in (*of_potentials.QUANTITIES, *of_paper.QUANTITIES)
}
QUANTITIES = tuple(_every.values())
OUTCOMES = (
    *_only_for("two-potential", of_potentials.OUTCOMES),
    *_only_for("paper", of_paper.OUTCOMES),
)
