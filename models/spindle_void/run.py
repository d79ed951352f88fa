"""A spindle-void run from case to results."""

import logging

from dolfinx import fem
from mpi4py import MPI

from anodex.meshes.tagged import TaggedMesh
from anodex.meshes.void import build_void
from anodex.models.errors import ConvergenceError
from anodex.models.numerics.stepping import StepControl, march
from anodex.models.results.checkpoint import read_checkpoint, write_checkpoint
from anodex.models.results.fields import FieldWriter
from anodex.models.results.folder import ResultFolder
from anodex.models.results.history import History
from anodex.models.results.observable import Observable
from anodex.models.results.progress import Progress
from anodex.models.spindle_void.case import Case
from anodex.models.spindle_void.observables import COLUMNS, Observer, observables, stress_concentration_factor
from anodex.models.spindle_void.problem import SpindleVoid

log = logging.getLogger("anodex")


def build_mesh(case: Case, comm: MPI.Comm) -> TaggedMesh:
    """Geometry of the case."""
    return build_void(case.geometry.void(), comm)


def run(case: Case, folder: ResultFolder, comm: MPI.Comm, progress: Progress, resume: bool = False) -> dict[str, Observable]:
    """Run the protocol and write history, fields and checkpoints into `folder`.

    With `resume`, go on from the folder's checkpoint if there is one.

    Raises
    ------
    ConvergenceError
        When a step finds no solution or the electrolyte is used up; the last good state is then in the checkpoint.
    """
    tagged = build_mesh(case, comm)
    problem = SpindleVoid(case, tagged)
    log.info("%d cells, %d unknowns on %d ranks", *problem.size(), comm.size)
    time, step = 0.0, None
    resume = resume and folder.checkpoint.exists()
    if resume:
        time, step = _restore(problem, folder, comm)
        log.info("resumed at %g s", time)
    observer = Observer(problem)
    history = History(folder.history, comm, COLUMNS, resume_time=time if resume else None)
    writer = FieldWriter(folder.fields, comm, problem.mesh, resume_time=time if resume else None)
    recorder = _Recorder(case, folder, problem, observer, history, writer, progress, (time, step or case.numerics.first_step))

    starts, end = _protocol(case)
    outputs = [moment for moment in case.output.times if moment <= end]
    events = sorted(moment for moment in {*starts, end, *outputs} if moment > time)
    if not resume:
        problem.solve_stage(0.0, 0.0, problem.get_state())  # equilibrium before the first current
        recorder.first()

    def switch(now: float) -> bool:
        current = _current(case, starts, now)
        problem.set_current(current)
        return now in starts

    numerics = case.numerics
    control = StepControl(numerics.first_step, numerics.smallest_step, numerics.largest_step)
    recorder.stops = set(events)
    try:
        march(problem, time, events, control, switch, recorder.step, step)
    except Depleted:
        raise  # the state at hand is not a good one
    except ConvergenceError:
        recorder.checkpoint()
        raise
    finally:
        problem.solver.destroy()
    return observables(case, history, stress_concentration_factor(case, tagged))


class Depleted(ConvergenceError):
    """The current asks for more ions than the electrolyte holds."""


class _Recorder:
    """Writes what a run leaves behind, step by step."""

    def __init__(self, case, folder, problem, observer, history, writer, progress, last: tuple[float, float]):
        self.case, self.folder, self.problem, self.observer = case, folder, problem, observer
        self.history, self.writer, self.progress = history, writer, progress
        self.stops: set[float] = set()
        self._displacement = fem.Function(problem.fields.spaces["displacement"])
        self._scalars = {name: fem.Function(space) for name, space in problem.fields.spaces.items() if name != "displacement"}
        tagged = problem.tagged
        self._parts = fem.Function(fem.functionspace(problem.mesh, ("DG", 0)))  # 1 matrix, 2 void
        self._parts.x.array[tagged.cells.indices] = tagged.cells.values
        self._last = last  # time of the state at hand and length of the step to try from it: a resumed run may fail at once

    def first(self) -> None:
        self.history.append(0.0, self.observer.row())
        self._fields(0.0)

    def step(self, time: float, taken: float, following: float) -> None:
        row = self.observer.row()
        if row["lowest_concentration [mol/m^3]"] < 0:
            raise Depleted(
                f"At {time:g} s the electrolyte is used up: the concentration is {row['lowest_concentration [mol/m^3]']:.3g} mol/m^3. "
                "Deposit more slowly or for a shorter time (protocol.steps), or raise matrix.diffusivity or electrolyte.concentration. "
                "The last good state is in the result folder."
            )
        self._last = (time, following)
        self.history.append(time, row)
        report = self.problem.report
        residuals = ", ".join(f"{field} {size:.1e}" for field, size in report.residuals.items())
        log.info(
            "t %.6g s, step %.3g s, %d Newton, %d linear iterations, residuals: %s",
            time,
            taken,
            report.iterations,
            report.linear_iterations,
            residuals,
        )
        if time in self.stops:
            self._fields(time)
        if time in self.stops or len(self.history.times) % self.case.output.checkpoint_interval == 0:
            self.checkpoint()
        self.progress.update(time, f"tip {row['tip_von_mises [MPa]']:.3g} MPa")

    def checkpoint(self) -> None:
        time, following = self._last
        problem = self.problem
        injected, taken, exchanged = problem.amounts.tolist()
        scalars = {"time": time, "step": following, "injected": injected, "taken": taken, "exchanged": exchanged}
        scalars |= {f"scale_{field}": scale for field, scale in problem.solver.scales.items()}
        write_checkpoint(self.folder.checkpoint, problem.mesh.comm, problem.state_functions(), scalars)

    def _fields(self, time: float) -> None:
        fields = self.problem.fields
        units = {"concentration": "mol/m^3", "hydrostatic_stress": "MPa", "potential": "V"}
        out = {"displacement [um]": fields.extract(self.problem.unknown, "displacement", self._displacement)}
        for name, function in self._scalars.items():
            out[f"{name} [{units[name]}]"] = fields.extract(self.problem.unknown, name, function)
        out["von_mises [MPa]"] = self.observer.von_mises()
        out["part [1]"] = self._parts
        self.writer.write(time, out)


def _restore(problem: SpindleVoid, folder: ResultFolder, comm: MPI.Comm) -> tuple[float, float]:
    scalars = read_checkpoint(folder.checkpoint, comm, problem.state_functions())
    problem.amounts[:] = scalars["injected"], scalars["taken"], scalars["exchanged"]
    problem.solver.scales = {field: scalars[f"scale_{field}"] for field in problem.solver.scales}
    return scalars["time"], scalars["step"]


def _protocol(case: Case) -> tuple[list[float], float]:
    """Times at which the steps of the protocol start, and the end [s]."""
    starts, time = [], 0.0
    for step in case.protocol.steps:
        starts.append(time)
        time += step.duration
    return starts, time


def _current(case: Case, starts: list[float], time: float) -> float:
    """Current density [A/m^2] of the step that runs from `time` on."""
    return [step.current_density for step, start in zip(case.protocol.steps, starts, strict=True) if start <= time][-1]
