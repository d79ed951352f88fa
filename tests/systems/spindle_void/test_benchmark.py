import pytest
from mpi4py import MPI

from anodex.models.systems.spindle_void.case import Case
from anodex.scripts.bench import measure


@pytest.mark.slow
def test_iterations_stay_bounded_under_refinement():
    """docs/develop/benchmarks.md holds the same from 129 thousand to 1.2 million unknowns."""
    rows = [
        measure(
            Case(
                geometry={"dimension": "3d", "refinement": refinement},
                numerics={"linear_solver": "iterative"},
            ),
            MPI.COMM_WORLD,
            steps=2,
        )
        for refinement in (0.7, 1.3)
    ]
    coarse, fine = rows
    assert fine["unknowns"] > 3 * coarse["unknowns"]
    assert fine["linear per Newton"] <= 1.5 * coarse["linear per Newton"]
    assert fine["Newton per solve"] <= coarse["Newton per solve"] + 1
