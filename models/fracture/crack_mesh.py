"""Meshes that are fine where a crack is and where it may run before the next mesh."""

from anodex.models.adapt.front_band import SizeRule
from anodex.models.laws.damage import CELLS


def crack_sizes(length: float, ahead: float, coarse: float, growth: float = 0.3) -> SizeRule:
    """How cells grow away from a crack, for a `FrontBand` about its damage.

    `boxes_about` a field of damage marks its flanks, and with them the crack; `left_by` the
    `interface_points` of the present damage says when the tip has come to the end of the band.

    Parameters
    ----------
    length
        l of the damage [um].
    ahead
        Distance that a tip may run before the mesh is made anew [um].
    coarse
        Largest size of a cell [um].
    growth
        Of the size, by distance from the band.
    """
    return SizeRule(
        fine=length / CELLS,
        coarse=coarse,
        band=ahead + 2 * length,  # where the damage ahead of a tip ends
        reach=ahead,
        box=length / 2,
        growth=growth,
    )
