"""A cell-stack run from case to results."""

import json
import logging
from dataclasses import asdict, replace
from math import isclose
from pathlib import Path

import numpy as np
from mpi4py import MPI

from anodex.meshes.foil import FoilMesh
from anodex.meshes.tagged import TaggedMesh
from anodex.models.errors import ConvergenceError, InputError
from anodex.models.inputs.casefile import read_case
from anodex.models.results.checkpoint import read_checkpoint, write_checkpoint
from anodex.models.results.fields import FieldWriter
from anodex.models.results.folder import ResultFolder
from anodex.models.results.history import History
from anodex.models.results.observable import Observable
from anodex.models.results.progress import Progress
from anodex.models.systems.cell_stack.case import STAGES, Case
from anodex.models.systems.cell_stack.compaction import PressStep
from anodex.models.systems.cell_stack.die import (
    Pressed,
    build_bodies,
    compact,
    pellet_half,
    straight_wall,
    wall_nodes,
    wide_densities,
)
from anodex.models.systems.cell_stack.observables import observables
from anodex.models.systems.cell_stack.problem import LithiumStack, Loads, first_shape
from anodex.models.systems.cell_stack.tube import CompliantWall, PressedBodies
from anodex.models.systems.cell_stack.view import COLUMNS, StackView, body_fields, pressing_row
from anodex.models.time.march import Timeline, TimeRun
from anodex.models.time.stepping import StepControl

log = logging.getLogger("anodex")

LEAST_GAP = 0.1  # um; the contact of rod and tube knows no smaller one
ROUND_OFF = 1e-12  # relative, of times


def build_mesh(case: Case, comm: MPI.Comm) -> TaggedMesh:
    """Geometry of the case: loose powder and tube; the foil where nothing is pressed."""
    if case.compaction.enabled and case.geometry.type == "die":
        return build_bodies(case, comm, with_powder=True).tagged
    return FoilMesh(
        comm,
        case.geometry.inner_radius,
        first_shape(case, _given_wall(case)),
        case.geometry.refinement,
    ).tagged


def run(
    case: Case, folder: ResultFolder, comm: MPI.Comm, progress: Progress, resume: bool = False
) -> dict[str, Observable]:
    """Run the stages of the case and write history, fields and checkpoints into `folder`.

    With `resume`, go on from the folder's checkpoint if there is one.

    Raises
    ------
    ConvergenceError
        When a step finds no solution; the last good state is then in the checkpoint.
    InputError
        If the result that the case starts from belongs to another case.
    """
    resume = resume and folder.checkpoint.exists()
    origin = folder.checkpoint if resume else _previous(case)
    bodies = _lithium_bodies(case, comm)
    found = (
        read_checkpoint(origin, comm, bodies.state_functions() if bodies else {})
        if origin
        else None
    )
    history = None
    if found is None:
        history = History(folder.history, comm, COLUMNS)
        pressed, time, stage = (
            _stage_1(case, bodies, folder, history, progress),
            case.compaction.duration,
            1,
        )
    else:
        pressed, time, stage = (
            Pressed(**json.loads(found["pressed"])),
            found["time"],
            int(found["stage"]),
        )
        if not resume:
            _check_previous(case, stage, time)
    if case.stages.last == "compaction":
        scalars = {
            "time": time,
            "step": 0.0,
            "stage": stage,
            "pressed": json.dumps(asdict(pressed)),
        }
        write_checkpoint(
            folder.checkpoint, comm, bodies.state_functions() if bodies else {}, scalars
        )
        return observables(case, pressed, None, None)

    if stage > 1:
        wall = np.array(json.loads(found["first_wall"])).reshape(-1, 2)
    else:
        wall = _given_wall(case) if bodies is None else wall_nodes(bodies, pressed.face)
        _check_gap(case, wall)
    tube = CompliantWall(bodies) if bodies and case.tube.compliant else None
    stack = LithiumStack(case, comm, wall, tube, pressed.face)
    view = StackView(stack, pressed, bodies)
    log.info("%d cells, %d unknowns of the lithium on %d ranks", *stack.size(), comm.size)
    try:
        time_run = TimeRun(
            stack,
            view,
            folder,
            comm,
            progress,
            case.output.checkpoint_interval,
            resume,
            time,
            history,
        )
        if stage > 1 and not resume:
            view.restore(found)
        if stage == 1:
            time_run.record(time, with_fields=True)
            time_run.checkpoint()
        _march(case, stack, view, time_run)
        return observables(case, pressed, stack, time_run.history)
    finally:
        stack.destroy()
        if tube is not None:
            tube.destroy()
        if bodies is not None:
            bodies.destroy()


def _march(case: Case, stack: LithiumStack, view: StackView, time_run: TimeRun) -> None:
    """Take the stages after the compaction."""
    durations, numerics = case.durations, case.numerics
    timeline = Timeline(tuple(durations.values()))
    starts = dict(zip(durations, timeline.starts, strict=True))
    force, ramp = case.stacking.pressure * case.rod_area, case.stacking.ramp
    loads = {
        "stacking": Loads(force=lambda time: force * min((time - starts["stacking"]) / ramp, 1.0)),
        **{
            stage: Loads(plating=case.plating_speed * case.currents.get(stage, 0.0))
            for stage in STAGES[2:]
        },
    }

    def switch(time: float) -> None:
        number = timeline.stage(time)
        view.stage = number + 1
        stack.loads = loads[STAGES[number]]
        if STAGES[number] == "charge" and time == starts["charge"]:
            stack.lock(force)

    frames = np.arange(1, case.output.frames + 1) / case.output.frames
    lithium_stages = [stage for stage in durations if stage != "compaction"]
    outputs = {
        starts[stage] + durations[stage] * share
        for stage in lithium_stages
        for share in frames.tolist()
    }
    control = StepControl(numerics.first_step, numerics.smallest_step, numerics.largest_step)
    jumps = {*(starts[stage] for stage in lithium_stages), starts["stacking"] + ramp}
    time_run.march(jumps, timeline.end, outputs, control, switch, stack.accept)


def _stage_1(
    case: Case,
    bodies: PressedBodies | None,
    folder: ResultFolder,
    history: History,
    progress: Progress,
) -> Pressed:
    """Press, and write history and fields."""
    if not case.compaction.enabled:
        return Pressed(pellet_half(case), case.geometry.gap)
    if case.geometry.type == "pouch":
        return Pressed(pellet_half(case), None, *wide_densities(case))
    own = bodies if case.gap_from_compaction else build_bodies(case, folder.comm, with_powder=True)
    writer = FieldWriter(folder.part("compaction"), folder.comm, own.mesh)
    writer.write(0.0, body_fields(own))

    def after_step(time: float, step: PressStep) -> None:
        history.append(time, pressing_row(step))
        writer.write(time, body_fields(own))
        told = step.punch, step.pressure, step.mean_density, step.iterations
        log.info("t %.6g s, punch at %.6g um, %.5g MPa, mean density %.5f, %d Newton", time, *told)
        progress.update(time, f"{step.pressure:.3g} MPa, relative density {step.mean_density:.4f}")

    pressed = compact(case, own, after_step)
    if own is not bodies:
        own.destroy()
        pressed = replace(pressed, gap_at_pellet=case.geometry.gap)
    return pressed


def _lithium_bodies(case: Case, comm: MPI.Comm) -> PressedBodies | None:
    """What the lithium's stages need of pellet and tube: both where the compaction leaves the
    gap, else a tube that gives way.
    """
    if case.gap_from_compaction:
        return build_bodies(case, comm, with_powder=True)
    return (
        build_bodies(case, comm, with_powder=False)
        if case.geometry.type == "die" and case.tube.compliant
        else None
    )


def _given_wall(case: Case) -> np.ndarray:
    """Wall of a rigid tube, shape (nodes, 2); none in a pouch."""
    return straight_wall(case) if case.geometry.type == "die" else np.empty((0, 2))


def _check_gap(case: Case, wall: np.ndarray) -> None:
    """Refuse to press lithium where the compaction has left no gap."""
    gap = (
        np.interp(case.geometry.foil_thickness, *wall.T) - case.geometry.inner_radius
        if len(wall)
        else np.inf
    )
    if gap < LEAST_GAP:
        raise ConvergenceError(
            f"The compaction leaves a gap of {gap:.2g} um between tube and rod at the foil: "
            "lithium has nowhere to go. "
            "Raise compaction.pressure, or give geometry.gap."
        )


def _previous(case: Case) -> Path | None:
    """Checkpoint of the result that the case starts from."""
    if case.stages.previous is None:
        return None
    path = case.stages.previous / "checkpoint.h5"
    if not path.exists():
        raise InputError(
            f"key 'stages.previous': {case.stages.previous} holds no checkpoint; give the result "
            "folder of an earlier stage"
        )
    _check_tables(case, 1)  # the checkpoint of another system or mesh cannot be read at all
    return path


def _check_previous(case: Case, stage: int, time: float) -> None:
    """Refuse a result that has used other values, that stands in the middle of a stage, or that
    leaves nothing to do.
    """
    _check_tables(case, stage)
    previous, last, present = case.stages.previous, case.stages.last, STAGES[stage - 1]
    if present == STAGES[-1]:
        raise InputError(
            f"key 'stages.previous': {previous} is in the last stage, '{present}'; give the result "
            "folder of an earlier stage"
        )
    if STAGES.index(last) < stage:
        raise InputError(
            f"key 'stages.last': '{last}' is over in {previous}, which is in stage '{present}'; "
            "choose a later one"
        )
    timeline = Timeline(tuple(case.durations.values()))
    end = timeline.ends[stage - 1]
    if not isclose(time, end, rel_tol=ROUND_OFF):
        raise InputError(
            f"key 'stages.previous': {previous} stands at {time:g} s, in the middle of stage "
            f"'{present}', which ends at {end:g} s; "
            "finish that run with `anodex run ... --resume`, or give the result folder of an "
            "earlier stage"
        )
    if not timeline.end > end:
        keys = " or ".join(f"{name}.duration" for name in list(case.durations)[stage:])
        raise InputError(
            f"key 'stages.previous': nothing is left to run after stage '{present}' of {previous}; "
            f"give {keys}, now 0 s"
        )


def _check_tables(case: Case, stage: int) -> None:
    """Refuse a result of another case: what its stages up to a number have used must be the same
    here.
    """
    used = read_case(case.stages.previous / "case.toml")
    if not isinstance(used, Case):
        raise InputError(
            f"key 'stages.previous': {case.stages.previous} holds a result of system "
            f"'{used.system.name}'; "
            f"give the result folder of a {case.system.name}"
        )
    tables = [
        "geometry",
        "powder",
        "tube",
        *STAGES[:stage],
        *(["flow"] if stage > 1 else []),
        *(["frame"] if stage > 2 else []),
    ]
    for name in tables:
        if getattr(used, name) != getattr(case, name):
            raise InputError(
                f"key 'stages.previous': {case.stages.previous} was run with another table "
                f"[{name}]; "
                "give the same values, or run its stages again"
            )
