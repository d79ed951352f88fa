"""Numbers that are relative to the lithium deposited, where next to none was."""

import numpy as np
import pytest

from anodex.models.systems.dendrite.observer import LEAST_DEPOSIT, DendriteObserver

PLAIN = ("geometry.protrusions=0", "geometry.porosity=0", "mechanics.enabled=false")


def test_lithium_at_rest_has_lost_no_charge(run_case):
    result = run_case(*PLAIN, "loading.overpotential=0 V")
    assert abs(result.observables["deposited_thickness"].value) < 1e-4
    assert result.observables["charge_balance_error"].value <= 1e-6
    assert result.observables["dead_lithium_fraction"].value == 0


def test_charge_that_is_lost_counts_over_what_was_deposited(make_problem):
    problem = make_problem(*PLAIN)
    observer = DendriteObserver(problem)
    least = LEAST_DEPOSIT * problem.charge_density * observer.volume

    def error(*deposited: float) -> float:
        problem.deposited[:] = deposited
        return observer.measure().charge_balance_error

    assert error(0.0, 0.0) == 0
    assert error(4 * least, 3 * least) == pytest.approx(0.25)
    assert error(-4 * least, -5 * least) == pytest.approx(0.25)
    assert error(1e-3 * least, -1e-3 * least) == pytest.approx(2e-3)


def test_where_more_has_come_off_than_was_deposited_all_of_it_is_dead(make_problem):
    """A piece that has come off while the electrode has lost as much."""
    problem = make_problem(*PLAIN)
    observer = DendriteObserver(problem)
    x, y = problem.space.tabulate_dof_coordinates()[:, :2].T
    for front, fraction in ((2.0, 1.0), (6.0, None)):
        piece = (x > 14.5) & (x < 18.5) & (y > 2.5) & (y < 9.5)
        problem.phase.x.array[:] = np.where(piece | (x < front + 1e-6), 1.0, 0.0)
        problem.accept()
        numbers = observer.measure()
        assert numbers.detached_pieces == 1
        if fraction is None:
            dead = 28.0 / 12 / numbers.deposited_thickness
            assert numbers.dead_lithium_fraction == pytest.approx(dead, rel=1e-12) and dead < 1
        else:
            assert numbers.dead_lithium_fraction == fraction
