"""The balance of the ions, of cells at rest and where some are lost."""

import numpy as np
import pytest
from mpi4py import MPI

from anodex.meshes.void_mesh import build_void
from anodex.models.inputs.casefile import parse_case
from anodex.models.systems.spindle_void.observer import VoidObserver
from anodex.models.systems.spindle_void.problem import SpindleVoid


def test_a_cell_at_rest_has_lost_nothing(run_case):
    """Round-off in all that the box holds, over the round-off that was exchanged, is no number."""
    history = run_case(
        'protocol.steps=[{current_density="0 A/m^2", duration="2 min"}, '
        '{current_density="0.1 mA/cm^2", duration="1 min"}]'
    ).history
    assert (history["current_density [A/m^2]"] == 0).sum() > 3
    assert np.all(history["species_balance_error [1]"] <= 1e-8)


@pytest.fixture
def balance():
    """Function that gives the error for amounts given, taken and exchanged where none is found, and
    the least that counts as exchanged.
    """
    tables = {"system": {"name": "spindle_void"}, "geometry": {"refinement": 0.25}}
    case = parse_case(tables, "test")
    problem = SpindleVoid(case, build_void(case.geometry.void(), MPI.COMM_WORLD))
    observer = VoidObserver(problem)

    def error(*amounts: float) -> float:
        problem.state.numbers["amounts"][:] = amounts
        return observer.measure().species_balance_error

    yield error, observer.least_exchange
    problem.destroy()


def test_what_is_lost_counts_over_what_was_exchanged(balance):
    error, least = balance
    assert error(0.0, 0.0, 0.0) < 1e-8
    assert error(3 * least, 0.0, 3 * least) == pytest.approx(1.0, rel=1e-8)
    assert error(3 * least, 2 * least, 5 * least) == pytest.approx(0.2, rel=1e-8)
    # next to nothing: over what the box holds
    assert error(1e-3 * least, 0.0, 1e-3 * least) == pytest.approx(1e-3, rel=1e-4)
