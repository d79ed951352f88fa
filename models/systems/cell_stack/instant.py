"""What is known of the lithium at an instant that stands."""

from dataclasses import dataclass

from anodex.meshes.foil import FoilShape
from anodex.models.systems.cell_stack.foil_state import FoilState


@dataclass(frozen=True)
class Instant:
    """The lithium at the start of a run or at the end of an accepted step, measured once.

    Volumes are [um^3], of half a pouch per um of depth [um^2].

    Attributes
    ----------
    shape
        Of the lithium; the mesh has it too.
    plated
        Volume plated so far.
    extruded
        Volume beyond the rod's face, with what has come out at the far end, above that at the
        start.
    stored
        Volume that the foil between pellet and rod has won since the start.
    misplaced
        Volume of the cells less that of the lithium that there must be. Zero where the gap is full,
        as what has come out has no cells.
    wall_opening
        Largest widening of the tube's wall since the start [um].
    flow
        Flow of the last solution; None at the start.
    """

    shape: FoilShape
    plated: float
    extruded: float
    stored: float
    misplaced: float
    wall_opening: float
    flow: FoilState | None = None
