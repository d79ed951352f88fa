import pytest
from mpi4py import MPI

from anodex.models.systems.dendrite import benchmark

COMM = MPI.COMM_WORLD
TIMES = ["mesh [s]", "set-up [s]", "first stress [s]", "step [s]", "row [s]"]


@pytest.mark.parametrize(
    "changes",
    [(), ("mechanics.enabled=false", "electrolyte.potential=constant")],
    ids=["default", "simple"],
)
def test_benchmark_counts_the_work(small_case, changes):
    row = benchmark(small_case(*changes), COMM)
    assert row["ranks"] == COMM.size
    assert row["cells"] == 24 * 12 and row["unknowns"] == 25 * 13
    assert row["Newton a stage"] >= 1 and row["linear per Newton"] >= 1
    assert (row["linear of the stress"] == 0) == bool(changes)
    assert [name for name in row if name.endswith("[s]")] == TIMES
    assert row["peak memory [MiB]"] > 10
