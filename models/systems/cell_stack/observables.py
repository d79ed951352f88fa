"""The numbers of a cell stack."""

import numpy as np

from anodex.models.results.history import History
from anodex.models.results.observable import Observable
from anodex.models.systems.cell_stack.case import Case
from anodex.models.systems.cell_stack.die import Pressed
from anodex.models.systems.cell_stack.problem import LithiumStack


def observables(
    case: Case, pressed: Pressed, stack: LithiumStack | None, history: History | None
) -> dict[str, Observable]:
    """All numbers of the summary; without lithium those of the compaction alone.

    In a pouch volumes are areas of half its section.
    """
    found = {
        "relative_density_loaded": Observable(pressed.density_loaded, "1"),
        "relative_density": Observable(pressed.density, "1"),
        "bulge": Observable(pressed.bulge, "um"),
        "residual_bulge": Observable(pressed.residual_bulge, "um"),
        "pellet_thickness": Observable(2 * pressed.face if case.compaction.enabled else None, "um"),
        "gap_at_pellet": Observable(pressed.gap_at_pellet, "um"),
    }
    if stack is None:
        return found
    lithium = history.column("stage [1]") > 1
    pressure = history.column("stack_pressure [MPa]")[lithium]
    charging = history.column("stage [1]") == 3
    volume, unit = (1e-9, "mm^3") if case.geometry.type == "die" else (1e-6, "mm^2")
    shape = stack.shape()
    worst = {
        name: float(np.nanmax(history.column(f"{name} [1]")[lithium]))
        for name in ("volume_balance_error", "force_balance_error")
    }
    return {
        **found,
        "extruded_length": Observable(shape.length, "um"),
        "filled_gap_fraction": Observable(shape.length / case.geometry.gap_length, "1"),
        "time_of_full_gap": Observable(time_of_full_gap(stack, history), "s"),
        "plated_volume": Observable(volume * stack.plated, unit),
        "extruded_volume": Observable(volume * stack.extruded_volume(), unit),
        "stored_volume": Observable(volume * stack.stored_volume(), unit),
        **{name: Observable(value, "1") for name, value in worst.items()},
        "stack_pressure_end": Observable(float(pressure[-1]), "MPa"),
        "stack_pressure_max": Observable(float(pressure.max()), "MPa"),
        "stack_pressure_min_charge": Observable(
            float(history.column("stack_pressure [MPa]")[charging].min())
            if charging.any()
            else None,
            "MPa",
        ),
        "foil_thickness_centre": Observable(stack.thickness, "um"),
        "foil_thickness_edge": Observable(
            stack.thickness + (shape.length if stack.foil.die else 0.0), "um"
        ),
        "wall_opening": Observable(
            float(np.nanmax(history.column("wall_opening [um]")[lithium])), "um"
        ),
    }


def time_of_full_gap(stack: LithiumStack, history: History) -> float | None:
    """When lithium reached the far end [s]; None if never.

    Within the step in which it did, lithium is pressed out evenly: steps reach hours. What came out
    at the far end counts as pressed out, so that both ends of the step tell how much that was.
    """
    length = history.column("extruded_length [um]")
    full = np.flatnonzero(length >= stack.case.geometry.gap_length * (1 - 1e-12))
    if not full.size:
        return None
    after = full[0]
    before = max(after - 1, 0)
    if not np.isfinite(length[before]):  # the row of the compaction's end
        before = after
    free = stack.free_volume(history.column("foil_thickness [um]")[before], length[before])
    pressed_out = history.column("extruded_volume [um^3]")[[before, after]]
    times = np.asarray(history.times)[[before, after]]
    share = min(free / np.ptp(pressed_out), 1.0) if free > 0 else 0.0
    return float(times[0] + share * np.ptp(times))
