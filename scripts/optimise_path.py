"""Path of an optimisation as a table and as a picture."""

from pathlib import Path

import numpy as np
from matplotlib import pyplot

from anodex.models.drawing.style import CURVES, label, save, style
from anodex.scripts.optimise_search import Search
from anodex.scripts.sweep_axes import axis_label
from anodex.scripts.sweep_table import Column, parameter

PANEL_SIZE = (4.6, 3.4)  # inches


def path_columns(found: Search) -> dict[str, Column]:
    """A row for each run: its number and name, the keys, the observables, whether it keeps the
    constraints, and the best number so far that does.
    """
    steps, plan = found.steps, found.plan
    units = {name: entry.unit for step in steps for name, entry in step.found.items()}
    names = [step.member.name if step.member else "" for step in steps]
    columns = {
        "run": Column("run", "", list(range(1, len(steps) + 1))),
        "member": Column("member", "", names),
        "state": Column("state", "", ["done" if step.found else "missing" for step in steps]),
    }
    columns |= {
        key: parameter(key, [step.values[key] for step in steps], bool(own.unit))
        for key, own in plan.ranges.items()
    }
    for name in plan.observables:
        entries = [None if np.isnan(step.numbers[name]) else step.numbers[name] for step in steps]
        columns[name] = Column(name, units.get(name, ""), entries)
    columns["allowed"] = Column("allowed", "", [str(step.kept).lower() for step in steps])
    best = Column("best", units.get(plan.given.observable, ""), _best_so_far(found))
    return {**columns, "best": best}


def _best_so_far(found: Search) -> list[float | None]:
    """The best number of the runs up to each that keep the constraints."""
    costs = [found.cost(step) if step.kept else np.inf for step in found.steps]
    least = np.minimum.accumulate(costs)
    sign = 1 if found.plan.given.sense == "min" else -1
    return [sign * float(cost) if np.isfinite(cost) else None for cost in least]


def draw(found: Search, path: Path) -> Path:
    """Draw the number and the keys against the runs; returns the path."""
    columns, plan = path_columns(found), found.plan
    runs = np.array(columns["run"].entries)
    wanted, best = (
        np.array(columns[name].entries, dtype=float) for name in (plan.given.observable, "best")
    )
    is_kept = np.array([step.kept for step in found.steps])
    with style():
        figure, (left, right) = pyplot.subplots(
            1, 2, figsize=(2 * PANEL_SIZE[0], PANEL_SIZE[1]), sharex=True
        )
        figure.suptitle(plan.title)
        left.plot(runs[is_kept], wanted[is_kept], "o", ms=3, color=CURVES[0], label="allowed")
        if not is_kept.all():
            beyond = "x", {"ms": 4, "color": "0.6", "label": "breaks a constraint"}
            left.plot(runs[~is_kept], wanted[~is_kept], beyond[0], **beyond[1])
        left.plot(runs, best, drawstyle="steps-post", color=CURVES[1], label="best so far")
        left.set_ylabel(axis_label(columns[plan.given.observable], ""))
        left.legend(fontsize=8)
        shares = np.array([step.shares for step in found.steps])
        for key, values in zip(plan.ranges, shares.T, strict=True):
            right.plot(runs, values, lw=1, label=label(key.partition(".")[2]))
        right.set_ylabel("place of each key in its range")
        right.legend(fontsize=8)
        for axes in (left, right):
            axes.set_xlabel("run")
        return save(figure, path)
