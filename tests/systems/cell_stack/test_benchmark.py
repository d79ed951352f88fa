"""`anodex bench` on a cell stack: what of its work is counted, phase by phase."""

import pytest
from mpi4py import MPI

from anodex.scripts.bench import measure

COMM = MPI.COMM_WORLD
ALONE = pytest.mark.serial  # work is counted on several ranks as on one


@pytest.mark.parametrize(
    "kind",
    ["gap", *(pytest.param(kind, marks=ALONE) for kind in ("compliant", "pressed", "pouch"))],
)
def test_benchmark_counts_the_work(kind, small_case):
    row = measure(small_case(kind), COMM, steps=2)
    assert row["ranks"] == COMM.size and row["steps"] == 2
    assert row["unknowns"] > 5 * row["cells"] > 0
    assert row["Newton per solve"] > 1 and row["linear per Newton"] >= 1
    phases = [name for name in row if name.endswith("[s]")]
    assert ("compaction [s]" in phases) == (kind == "pressed")
    assert {"die set-up [s]", "set-up [s]", "start [s]", "first step [s]"} <= set(phases)
    bodies = {"gap": 0, "compliant": 100, "pressed": 500, "pouch": 0}
    assert row["die unknowns"] >= bodies[kind] and (row["die unknowns"] == 0) == (not bodies[kind])
    assert row["peak memory [MiB]"] > 10
