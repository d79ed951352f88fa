"""Flat or branched, hard, soft or blocked: from a history."""

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.results.history import History
from anodex.models.results.quantity import Run
from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.two_potential.quantities import OUTCOMES, QUANTITIES

STEADY = (10.0, 20.0, 30.0, 40.0, 50.0)  # um, of the tip
COLUMNS = [quantity.column for quantity in QUANTITIES]


@pytest.fixture
def kind_of(shared_tmp_path):
    """Function that gives the kind of growth of a run with these tips, leads of the tip and
    contacts, with pores of 10 um and an interface of 3 um.
    """

    def find(tips, lead, contacts) -> str:
        history = History(shared_tmp_path / "history.csv", MPI.COMM_WORLD, COLUMNS)
        for time, (tip, contact) in enumerate(zip(tips, contacts, strict=True)):
            row = {
                "tip_position [um]": tip,
                "mean_position [um]": tip - lead,
                "contact [1]": contact,
            }
            history.append(float(time), dict.fromkeys(COLUMNS, np.nan) | row)
        run = Run(Case(), None, QUANTITIES, history)
        (outcome,) = [outcome for outcome in OUTCOMES if outcome.name == "growth_kind"]
        return outcome.compute(run)

    return find


@pytest.mark.parametrize(
    ("lead", "contacts", "kind"),
    [
        (9.0, (0, 0, 1, 1, 1), "flat, hard"),
        (9.0, (0, 0, 1, 0, 1), "flat, soft"),
        (11.0, (0, 0, 0, 0, 1), "branched, hard"),
        (11.0, (0, 1, 0, 0, 0), "branched, soft"),
    ],
)
def test_with_a_contact(kind_of, lead, contacts, kind):
    assert kind_of(STEADY, lead, contacts) == kind


@pytest.mark.parametrize(
    ("tips", "kind"),
    [
        (STEADY, "growing"),
        ((10.0, 20.0, 28.0, 29.0, 30.0), "blocked"),  # 2 um in the second half
        ((10.0, 9.0, 8.0, 7.0, 6.0), "blocked"),  # dissolves
    ],
)
def test_without_a_contact(kind_of, tips, kind):
    assert kind_of(tips, 12.0, (0, 0, 0, 0, 0)) == kind
