import pytest
from mpi4py import MPI

from anodex.scripts.bench import measure

COMM = MPI.COMM_WORLD
PHASES = ("mesh", "set-up", "start", "row", "writing", "first step", "further steps")


@pytest.mark.parametrize(
    "changes",
    [(), ("mechanics.enabled=false", "electrolyte.potential=constant")],
    ids=["default", "simple"],
)
def test_benchmark_counts_the_work(small_case, changes):
    row = measure(small_case(*changes), COMM, steps=2)
    assert row["ranks"] == COMM.size and row["steps"] == 2
    assert row["cells"] == 24 * 12 and row["unknowns"] == 25 * 13
    assert row["Newton per solve"] >= 1 and row["linear per Newton"] >= 1
    assert {name for name in row if name.endswith("[s]")} == {f"{name} [s]" for name in PHASES}
    assert row["peak memory [MiB]"] > 10
