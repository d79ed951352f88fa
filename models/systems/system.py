"""What the suite knows of a system, and how a system in time is run."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anodex.models.time.stopwatch import NO_WATCH, NoWatch

if TYPE_CHECKING:  # to know of a system takes none of these
    from mpi4py import MPI

    from anodex.models.inputs.tables import Table
    from anodex.models.results.folder import ResultFolder
    from anodex.models.results.observable import Observable
    from anodex.models.results.progress import Progress
    from anodex.models.results.quantity import Outcome, Quantity

log = logging.getLogger("anodex")


@dataclass(frozen=True)
class FirstLook:
    """What is looked at first of a result; what a result lacks, and what is left out, is its first.

    Attributes
    ----------
    part, array
        A file of fields, and an array in it, without its unit.
    column
        Of the history, without its unit.
    share
        Of the length and height of a plane, from its lower left corner.
    """

    part: str = "fields"
    array: str = ""
    column: str = ""
    share: float = 1.0


@dataclass(frozen=True)
class System:
    """A system: its parts, each the thing itself or its place as `module:name`, found when used.

    Attributes
    ----------
    name, title
        As case files and `anodex list` give them.
    case
        The `Table` that its case files are read into.
    precheck
        Gets a case, and refuses (InputError) what reading it leaves out because it takes long or
        lies in other results; before a run writes anything.
    mesh
        Gets case and communicator, gives the `TaggedMesh`.
    problem
        Gets case and mesh, gives the problem (`anodex.models.time.march.TimedProblem`).
    remade
        Of a system whose mesh moves: gets case, communicator and the numbers of a checkpoint, gives
        the problem on the mesh of that checkpoint.
    observer
        Gets the problem, gives what shows it (`anodex.models.time.march.Observer`).
    quantities, outcomes
        Columns of the history, with what a run makes of them; numbers of the whole run.
    events
        Gets the `Run`, gives columns of events.csv: `name [unit]` -> values, a row for each event.
    pictures
        Name of a picture -> function of a result folder that draws it and gives its path, None
        where the result has no such picture.
    checks
        Exact-solution checks, a list of `anodex.verification.check.Check`.
    workload
        Gets case and communicator, gives what a run has to do, a list of
        `anodex.models.systems.workload.Work`.
    papers
        Keys of `anodex.models.materials.bibliography`: where the models come from.
    first_look
        What `anodex view` begins with.
    runner
        Takes the place of `run_in_time` where a run is no march of one problem; same arguments.
    """

    name: str
    title: str
    case: str | type[Table]
    mesh: str | Callable
    quantities: str | Sequence[Quantity]
    precheck: str | Callable | None = None
    problem: str | Callable | None = None
    remade: str | Callable | None = None
    observer: str | Callable | None = None
    outcomes: str | Sequence[Outcome] = ()
    events: str | Callable | None = None
    pictures: str | Mapping[str, Callable] = "anodex.models.drawing.history:PICTURES"
    checks: str | Sequence = ()
    workload: str | Callable | None = None
    papers: Sequence[str] = ()
    first_look: FirstLook = FirstLook()
    runner: str | Callable | None = None

    def part(self, name: str) -> Any:
        """One of the parts; what is named as `module:name` is imported now."""
        given = getattr(self, name)
        if not isinstance(given, str):
            return given
        module, _, attribute = given.partition(":")
        return getattr(import_module(module), attribute)

    def check(self, case: Table) -> None:
        """Refuse a case that is right as far as reading it tells, but cannot be run.

        Raises
        ------
        InputError
            With the key.
        """
        precheck = self.part("precheck")
        if precheck is not None:
            precheck(case)

    def build_mesh(self, case: Table, comm: MPI.Comm) -> Any:
        """Geometry of a case alone."""
        return self.part("mesh")(case, comm)

    def run(
        self,
        case: Table,
        folder: ResultFolder,
        comm: MPI.Comm,
        progress: Progress,
        resume: bool = False,
        watch: NoWatch = NO_WATCH,
    ) -> dict[str, Observable]:
        """Run a case, write what it gives into `folder`, and return the numbers of its summary.

        With `resume`, go on from the folder's checkpoint if there is one.

        Raises
        ------
        ConvergenceError
            When there is no solution; the last good state is then in the checkpoint.
        """
        runner = self.part("runner") or run_in_time
        return runner(self, case, folder, comm, progress, resume, watch)

    def plot(
        self,
        folder: Path,
        names: Sequence[str] = (),
        kind: str = "png",
        style_file: Path | None = None,
    ) -> list[Path]:
        """Draw the pictures of a result folder, or those of some names, into `folder`/figures, as
        "png", "pdf" or "svg", with a style file of Matplotlib on top of the common look.

        Serial; works on the folder of a run that still goes on.

        Raises
        ------
        SetupError
            When the folder holds no fields yet.
        InputError
            When there is no picture of a name, no such kind, or the style file is wrong.
        """
        from anodex.models.drawing.gallery import draw_all

        return draw_all(self.part("pictures"), folder, names, kind, style_file)


def run_in_time(
    system: System,
    case: Table,
    folder: ResultFolder,
    comm: MPI.Comm,
    progress: Progress,
    resume: bool,
    watch: NoWatch,
) -> dict[str, Observable]:
    """March the problem of a case from its start, or the folder's checkpoint, to its end."""
    from anodex.models.results.checkpoint import read_numbers
    from anodex.models.results.events import write_events
    from anodex.models.results.quantity import Run, summarised
    from anodex.models.time.march import TimeRun

    remade = system.part("remade")
    if remade is not None and resume and folder.checkpoint.exists():
        with watch.phase("mesh"):
            problem = remade(case, comm, read_numbers(folder.checkpoint, comm))
    else:
        with watch.phase("mesh"):
            tagged = system.build_mesh(case, comm)
        with watch.phase("set-up"):
            problem = system.part("problem")(case, tagged)
    observer = system.part("observer")(problem)
    march = None
    try:
        tell_size(problem.size(), comm, watch)
        march = TimeRun(problem, observer, folder, comm, progress, resume, watch=watch)
        if not march.resumed:
            with watch.phase("start"):
                problem.begin()
            march.record(0.0, with_fields=True)
        march.march()
    finally:
        problem = problem if march is None else march.problem  # another one after a new mesh
        problem.destroy()
    run = Run(case, problem, observer.quantities, march.history)
    events = system.part("events")
    if events is not None:
        write_events(folder, events(run))
    return summarised(run, system.part("outcomes"))


def tell_size(sizes: Mapping[str, int], comm: MPI.Comm, watch: NoWatch) -> None:
    """Tell watch and log how large a problem is: what is counted -> how many."""
    watch.size(sizes)
    counted = ", ".join(f"{number} {what}" for what, number in sizes.items())
    log.info("%s on %d ranks", counted, comm.size)
