"""The search for an optimum: what the optimiser asks for is run, or read where it was run before.

The optimiser has no state on disk: it always takes the same way, so that to give the command again
leads it along the finished runs to where it was.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import Bounds, NonlinearConstraint, minimize

from anodex.models.errors import ConvergenceError, InputError
from anodex.models.results.observable import Observable
from anodex.scripts.optimise_file import OptimisePlan
from anodex.scripts.sweep_file import Member, Sweep, Variation, checked_members
from anodex.scripts.sweep_members import Crew, prepare
from anodex.scripts.sweep_table import observables, refuse_unknown

FIRST_RADIUS = 0.2  # of the ranges, in which the search looks around first
FARTHEST = 1e-9  # of the ranges: what is closer is one point


class Finished(Exception):
    """The allowed number of runs is used up."""


@dataclass(frozen=True)
class Step:
    """One run of the path.

    Attributes
    ----------
    member
        None where the case refuses the values.
    found
        Its observables; none where it failed.
    numbers
        Of the observables that the file names, nan for none.
    kept
        Whether all constraints are.
    """

    shares: np.ndarray
    values: dict[str, Any]
    member: Member | None
    found: dict[str, Observable]
    numbers: dict[str, float]
    kept: bool


class Search:
    """Runs points and remembers them.

    Parameters
    ----------
    told
        Told each new step.

    Attributes
    ----------
    steps
        In the order in which the optimiser asked.
    """

    def __init__(
        self, plan: OptimisePlan, directory: Path, crew: Crew, told: Callable[[Step], None]
    ):
        self.plan, self.directory = plan, directory
        self._crew, self._told = crew, told
        self.steps: list[Step] = []

    def at(self, points: Sequence[np.ndarray]) -> list[Step]:
        """Steps at points, as shares of the ranges; new ones run side by side.

        Raises
        ------
        Finished
            When that would take more runs than the file allows.
        InputError
            When the case refuses the first point, or has no such observable.
        """
        new = [point for point in points if self._known(point) is None]
        if len(self.steps) + len(new) > self.plan.given.runs:
            raise Finished
        members = [self._member(point) for point in new]
        sweep = Sweep("", tuple(filter(None, members)), self.plan.observables, ())
        states = prepare(sweep, self.directory) if sweep.members else {}
        waiting = [name for name, state in states.items() if state != "finished"]
        self._crew.run(waiting, lambda *ended: None)
        for point, member in zip(new, members, strict=True):
            self.steps.append(self._step(point, member))
            self._told(self.steps[-1])
        return [step for point in points if (step := self._known(point))]

    @property
    def best(self) -> Step | None:
        """The best step that keeps all constraints."""
        kept = [step for step in self.steps if step.kept]
        return min(kept, key=self.cost) if kept else None

    def cost(self, step: Step) -> float:
        """What is made small: the observable, or its negative."""
        sign = 1 if self.plan.given.sense == "min" else -1
        return sign * step.numbers[self.plan.given.observable]

    def slacks(self, step: Step) -> np.ndarray:
        """How far inside each limit a step lies, as of `Limits.slacks`."""
        return np.array(
            [
                slack
                for name, limits in self.plan.given.constraints.items()
                for slack in limits.slacks(step.numbers[name])
            ]
        )

    def _known(self, point: np.ndarray) -> Step | None:
        return next(
            (step for step in self.steps if np.abs(step.shares - point).max() < FARTHEST), None
        )

    def _member(self, point: np.ndarray) -> Member | None:
        values = self.plan.values(point)
        lists = {key: [value] for key, value in values.items()}
        variation = Variation.model_construct(case="", mode="list", set=lists)
        try:
            members, _ = checked_members(self.plan.case, variation, (), self.plan.origin)
        except InputError:
            if not self.steps:
                raise
            return None
        return members[0]

    def _step(self, point: np.ndarray, member: Member | None) -> Step:
        found = observables(self.directory / member.name) if member else {}
        if member and found:
            refuse_unknown(Sweep("", (member,), self.plan.observables, ()), found)
        values = {
            name: found[name].value if name in found else None for name in self.plan.observables
        }
        for name, value in values.items():
            if isinstance(value, str):
                raise InputError(f"the observable '{name}' is '{value}', no number")
        numbers = {
            name: np.nan if value is None else float(value) for name, value in values.items()
        }
        limits = self.plan.given.constraints
        is_kept = np.isfinite(list(numbers.values())).all() and all(
            own.kept(numbers[name]) for name, own in limits.items()
        )
        return Step(point.copy(), self.plan.values(point), member, found, numbers, bool(is_kept))


def search(found: Search) -> str:
    """Search until the tolerance or the number of runs is reached; gives how it ended.

    Raises
    ------
    InputError
        As `Search.at`.
    ConvergenceError
        When the first run has no number, or none of the search by gradients.
    """
    plan = found.plan
    try:
        (first,) = found.at([plan.start])
        if not np.isfinite(list(first.numbers.values())).all():
            raise ConvergenceError(
                f"the run of the case itself gives no number for {', '.join(plan.observables)}; "
                "start from another case, or see what `anodex run` says of it"
            )
        (_by_trust_region if plan.given.method == "search" else _by_gradients)(found)
    except Finished:
        return f"all {plan.given.runs} runs used"
    return f"settled to {plan.given.tolerance:g} of the ranges"


def _by_trust_region(found: Search) -> None:
    """COBYQA of Ragonneau and Zhang: quadratic models, no gradients; points stay in the ranges."""
    plan = found.plan
    limits = (
        [NonlinearConstraint(lambda x: found.slacks(found.at([x])[0]), 0, np.inf)]
        if plan.given.constraints
        else []
    )
    minimize(
        lambda x: found.cost(found.at([x])[0]),
        plan.start,
        method="COBYQA",
        bounds=Bounds(0, 1),
        constraints=limits,
        options={
            "initial_tr_radius": FIRST_RADIUS,
            "final_tr_radius": plan.given.tolerance,
            "maxfev": 10 * plan.given.runs,
        },
    )


def slopes(found: Search, x: np.ndarray) -> np.ndarray:
    """Slopes of the cost and of each slack along the keys, shape (1 + slacks, keys): central
    differences, one-sided at the ends of the ranges.

    Raises
    ------
    ConvergenceError
        When a run gives no number.
    """
    shifts = found.plan.given.step * np.eye(len(x))
    ahead, behind = (np.clip(x + sign * shifts, 0, 1) for sign in (1, -1))
    steps = found.at([*ahead, *behind])
    numbers = np.array([[found.cost(step), *found.slacks(step)] for step in steps])
    if not np.isfinite(numbers).all():
        raise ConvergenceError(
            "a run beside the present point gives no number, so there is no gradient; narrow "
            'the ranges, or set method = "search"'
        )
    across = np.diagonal(ahead - behind)
    return ((numbers[: len(x)] - numbers[len(x) :]) / across[:, None]).T


def _by_gradients(found: Search) -> None:
    """SLSQP of Kraft, with gradients by central differences, whose runs go side by side."""
    plan = found.plan
    limits = (
        [
            {
                "type": "ineq",
                "fun": lambda x: found.slacks(found.at([x])[0]),
                "jac": lambda x: slopes(found, x)[1:],
            }
        ]
        if plan.given.constraints
        else []
    )
    minimize(
        lambda x: found.cost(found.at([x])[0]),
        plan.start,
        jac=lambda x: slopes(found, x)[0],
        method="SLSQP",
        bounds=Bounds(0, 1),
        constraints=limits,
        options={"ftol": plan.given.tolerance**2, "maxiter": plan.given.runs},
    )
