"""The numbers of a cell stack: columns of its history, and what a run makes of them."""

from dataclasses import dataclass
from math import nan

import numpy as np

from anodex.models.results.protocol import OUTCOMES as STEP_OUTCOMES
from anodex.models.results.quantity import (
    LARGEST,
    LAST,
    Column,
    Outcome,
    Quantity,
    Reduction,
    Run,
)
from anodex.models.systems.cell_stack.case import STAGES, Case


@dataclass(frozen=True)
class StackNumbers:
    """A row of the history: numbers of an instant, each by the name of its quantity.

    What has no meaning in a stage stays nan: of the compaction all that the lithium does, of the
    lithium's stages all that the punch does.
    """

    stage: float
    stack_pressure: float
    punch_position: float = nan
    relative_density: float = nan
    bulge: float = nan
    foil_thickness: float = nan
    extruded_length: float = nan
    plated_volume: float = nan
    extruded_volume: float = nan
    stored_volume: float = nan
    wall_opening: float = nan
    volume_balance_error: float = nan
    force_balance_error: float = nan


def _filled(column: Column) -> float:
    return float(column.values[-1] / column.case.geometry.gap_length)


QUANTITIES = (
    Quantity(
        "stage",
        "1",
        "number of the stage: 1 compaction, 2 stacking, 3 charge, 4 rest, 5 discharge",
    ),
    Quantity(
        "stack_pressure",
        "MPa",
        "force on the rod over its face; in the compaction, on the punch over the bore",
        {"stack_pressure_end": LAST},
    ),
    Quantity("punch_position", "um", "distance of the punch from the pellet's mid-plane"),
    Quantity("relative_density", "1", "mean relative density of the powder under the punch"),
    Quantity("bulge", "um", "largest opening of the tube under the punch"),
    Quantity(
        "foil_thickness",
        "um",
        "thickness of the lithium between pellet and rod",
        {"foil_thickness_centre": LAST},
    ),
    Quantity(
        "extruded_length",
        "um",
        "length of the lithium beyond the rod's face, of a pouch beyond the electrode",
        {
            "extruded_length": LAST,
            "filled_gap_fraction": Reduction("at the end, over geometry.gap_length:", _filled, "1"),
        },
    ),
    Quantity("plated_volume", "um^3", "volume plated so far; half the section of a pouch [um^2]"),
    Quantity(
        "extruded_volume",
        "um^3",
        "volume beyond the rod's face, with what came out at the far end, since the start; of a "
        "pouch [um^2]",
    ),
    Quantity(
        "stored_volume",
        "um^3",
        "volume that the foil between pellet and rod has won since the start; of a pouch [um^2]",
    ),
    Quantity(
        "wall_opening",
        "um",
        "largest widening of the tube by the lithium",
        {"wall_opening": LARGEST},
    ),
    Quantity(
        "volume_balance_error",
        "1",
        "volume that is missing or in a wrong place, over the largest of the volumes",
        {"volume_balance_error": LARGEST},
    ),
    Quantity(
        "force_balance_error",
        "1",
        "sum of the forces on the lithium along the axis, over the largest of them",
        {"force_balance_error": LARGEST},
    ),
)


def _has_lithium(case: Case) -> bool:
    return case.stages.last != "compaction"


def _lithium_rows(run: Run, name: str, *stages: str) -> np.ndarray:
    """Values of a column in some of the lithium's stages, all of them when left out."""
    numbers = [STAGES.index(stage) + 1 for stage in stages or STAGES[1:]]
    return run[name][np.isin(run["stage"], numbers)]


def _lowest_in_charge(run: Run) -> float | None:
    pressures = _lithium_rows(run, "stack_pressure", "charge")
    return float(pressures.min()) if pressures.size else None


def _edge_thickness(run: Run) -> float:
    beyond = run["extruded_length"][-1] if run.case.geometry.type == "die" else 0.0
    return float(run["foil_thickness"][-1] + beyond)


def _time_of_full_gap(run: Run) -> float | None:
    """When lithium reached the far end [s]; None if never.

    Within the step in which it did, lithium is pressed out evenly: steps reach hours. What came out
    at the far end counts as pressed out, so that both ends of the step tell how much that was.
    """
    length = run["extruded_length"]
    full = np.flatnonzero(length >= run.case.geometry.gap_length * (1 - 1e-12))
    if not full.size:
        return None
    after = full[0]
    before = max(after - 1, 0)
    if not np.isfinite(length[before]):  # the row of the compaction's end
        before = after
    free = run.problem.filling.free_volume(run["foil_thickness"][before], length[before])
    pressed_out = run["extruded_volume"][[before, after]]
    times = run.times[[before, after]]
    share = min(free / np.ptp(pressed_out), 1.0) if free > 0 else 0.0
    return float(times[0] + share * np.ptp(times))


def _pressed(name: str, attribute: str, unit: str, words: str) -> Outcome:
    """What the compaction has left; a run of any stages knows it."""
    return Outcome(name, unit, words, lambda run: getattr(run.problem.pressed, attribute))


def _pellet_thickness(run: Run) -> float | None:
    return 2 * run.problem.pressed.face if run.case.compaction.enabled else None


def _volume(name: str, words: str, kind: str) -> Outcome:
    """A volume at the end, of a die [mm^3] or of half the section of a pouch [mm^2]."""
    factor, unit = {"die": (1e-9, "mm^3"), "pouch": (1e-6, "mm^2")}[kind]
    return Outcome(
        name,
        unit,
        f"{words}, at the end, in a {kind}",
        lambda run: float(factor * run[name][-1]),
        lambda case: _has_lithium(case) and case.geometry.type == kind,
    )


VOLUMES = {
    "plated_volume": "volume plated",
    "extruded_volume": "volume beyond the rod's face, with what came out at the far end",
    "stored_volume": "volume that the foil between pellet and rod has won",
}
OUTCOMES = (
    *STEP_OUTCOMES,
    _pressed(
        "relative_density_loaded",
        "density_loaded",
        "1",
        "mean relative density of the pellet under the pressure",
    ),
    _pressed("relative_density", "density", "1", "the same after release"),
    _pressed("bulge", "bulge", "um", "largest opening of the tube under the pressure"),
    _pressed("residual_bulge", "residual_bulge", "um", "the same after release"),
    Outcome("pellet_thickness", "um", "mean thickness of the pellet", _pellet_thickness),
    _pressed("gap_at_pellet", "gap_at_pellet", "um", "gap between rod and tube at the pellet"),
    Outcome(
        "time_of_full_gap",
        "s",
        "time at which lithium reached the far end of the gap",
        _time_of_full_gap,
        _has_lithium,
    ),
    *(_volume(name, words, kind) for name, words in VOLUMES.items() for kind in ("die", "pouch")),
    Outcome(
        "stack_pressure_max",
        "MPa",
        "largest stack pressure after the compaction",
        lambda run: float(_lithium_rows(run, "stack_pressure").max()),
        _has_lithium,
    ),
    Outcome(
        "stack_pressure_min_charge",
        "MPa",
        "lowest stack pressure during the charge",
        _lowest_in_charge,
        _has_lithium,
    ),
    Outcome(
        "foil_thickness_edge",
        "um",
        "height of the lithium at the rim at the end, with what is pressed out of a die",
        _edge_thickness,
        _has_lithium,
    ),
)
