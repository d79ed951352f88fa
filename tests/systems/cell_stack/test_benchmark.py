import pytest
from mpi4py import MPI

from anodex.models.systems.cell_stack import benchmark

COMM = MPI.COMM_WORLD


@pytest.mark.parametrize("kind", ["gap", "pressed", "pouch"])
def test_benchmark_counts_the_work(kind, small_case):
    row = benchmark(small_case(kind), COMM)
    assert row["ranks"] == COMM.size
    assert row["unknowns"] > 5 * row["cells"] > 0
    assert row["Newton"] > 1 and row["linear per Newton"] >= 1
    pressed = kind == "pressed"
    assert (row["pressing Newton"] > 10) == pressed and (row["die unknowns"] > 500) == pressed
    assert [name for name in row if name.endswith("[s]")] == [
        "die set-up [s]",
        "compaction [s]",
    ] * pressed + [
        "stack set-up [s]",
        "step [s]",
    ]
    assert row["peak memory [MiB]"] > 10


def test_tube_that_gives_way_to_the_lithium_is_measured_too(small_case):
    row = benchmark(small_case("gap", "tube.compliant=true"), COMM)
    assert row["die unknowns"] > 100 and row["pressing Newton"] == 0
