"""Whether a case of dendrites can be run, as far as reading it leaves that open."""

from math import prod

from anodex.models.errors import InputError
from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.structure import slab

MOST_CELLS = 1e9


def precheck(case: Case) -> None:
    """Count the cells of a case and place its pores, which takes too long to be done whenever it
    is read.

    Raises
    ------
    InputError
        If there are more cells than any machine holds, or the pores do not fit.
    """
    cells = prod(slab(case).counts)
    if cells > MOST_CELLS:
        raise InputError(
            f"geometry: {cells:.3g} cells of {case.cell_size:g} um, allowed are {MOST_CELLS:g}; "
            "give a smaller geometry, a wider interface.width, or less geometry.cells_per_width or "
            "geometry.refinement"
        )
    try:
        _ = case.pores
    except ValueError as error:
        raise InputError(str(error)) from None
