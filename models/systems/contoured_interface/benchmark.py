"""The work of one contoured interface in numbers: `anodex bench`."""

from mpi4py import MPI

from anodex.models.systems.contoured_interface.case import Case
from anodex.models.systems.contoured_interface.problem import ContouredInterface
from anodex.models.time.stopwatch import Stopwatch, peak_memory


def benchmark(case: Case, comm: MPI.Comm) -> dict[str, float]:
    """Meshes with set-up, and solution of a case; what each took, with units in the names."""
    watch = Stopwatch(comm)
    with watch.phase("mesh and set-up [s]"):
        problem = ContouredInterface(case, comm)
    with watch.phase("solution [s]"):
        problem.solve(case.loading.current_density)
    current, flow = problem.unknowns()
    report = problem.flow_report
    row = {
        "ranks": comm.size,
        "unknowns": current,
        "flow unknowns": flow,
        "Newton": report.iterations if report else 1,
        "linear per Newton": round(report.linear_iterations / report.iterations, 1)
        if report
        else 1.0,
        **{name: round(seconds, 2) for name, seconds in watch.seconds.items()},
        "peak memory [MiB]": round(peak_memory(comm)),
    }
    problem.destroy()
    return row
