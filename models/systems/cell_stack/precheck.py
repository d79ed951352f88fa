"""Whether a case of a cell stack can be run, as far as reading it leaves that open."""

from anodex.models.systems.cell_stack.case import Case
from anodex.models.systems.cell_stack.filling import check_foil
from anodex.models.systems.cell_stack.previous import check_origin


def precheck(case: Case) -> None:
    """Hold the foil against its gap, and the case against the result that it goes on from.

    Raises
    ------
    InputError
        As of `check_foil` and `check_origin`.
    """
    check_foil(case)
    check_origin(case)
