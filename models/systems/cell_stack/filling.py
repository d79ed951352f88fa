"""Where the lithium is: it fills the space between pellet, rod and tube as far as its volume
reaches.
"""

from dataclasses import replace

import numpy as np
from mpi4py import MPI
from scipy.optimize import brentq

from anodex.meshes.foil import FoilMesh, FoilShape
from anodex.models.errors import ConvergenceError, InputError
from anodex.models.systems.cell_stack.case import Case
from anodex.models.systems.cell_stack.die import straight_wall

# of the lithium pressed out at the start, over the width of the gap (of the foil's thickness in a
# pouch)
FIRST_LENGTH = 0.2
LEAST_LENGTH = 2.0  # of what errors are measured by, over the same
LEAST_FIRST_THICKNESS = 1e-3  # of the foil that has filled the tube, over that of the cut one
ROUND_OFF = 4 * np.finfo(float).eps


def first_shape(case: Case, wall: np.ndarray) -> FoilShape:
    """The foil as it is cut, with a little lithium pressed out; `wall` as for `Filling`."""
    thickness = case.geometry.foil_thickness
    if not len(wall):
        return FoilShape(thickness, FIRST_LENGTH * thickness)
    gap = float(np.interp(thickness, *wall.T)) - case.geometry.inner_radius
    return FoilShape(thickness, FIRST_LENGTH * gap, lambda places: np.interp(places, *wall.T))


def check_foil(case: Case) -> None:
    """Refuse a given gap that takes the whole foil, before anything is written.

    Raises
    ------
    InputError
        With what to change.
    """
    geometry = case.geometry
    if geometry.type == "pouch" or geometry.gap is None or case.stages.last == "compaction":
        return
    cut, inner = first_shape(case, straight_wall(case)), geometry.inner_radius
    outer = inner + geometry.gap
    least = outer**2 * LEAST_FIRST_THICKNESS * cut.thickness + (outer**2 - inner**2) * cut.length
    if least > inner**2 * cut.thickness:
        raise InputError(_too_little(cut))


class Filling:
    """Shapes and volumes of the lithium; volumes are [um^3], of half a pouch per um of depth
    [um^2].

    Parameters
    ----------
    case
        The case.
    comm
        Communicator of the mesh.
    wall
        Nodes of the tube's wall: distance from the pellet's face and radius [um], shape (nodes, 2);
        none for a pouch.

    Attributes
    ----------
    foil
        Mesh of the lithium.
    places, radii
        Of the wall's nodes [um], shape (nodes,). Who moves the wall changes the radii in place.
    first
        Shape at the start: the cut foil when it has filled the tube.
    cut_volume, first_under_rod, first_pressed_out
        Volumes at the start: of all lithium, between pellet and rod, and beyond the rod's face.

    Raises
    ------
    ConvergenceError
        If to fill the tube takes all of the foil; where the gap is given, `check_foil` has refused
        that before.
    """

    def __init__(self, case: Case, comm: MPI.Comm, wall: np.ndarray):
        geometry = case.geometry
        self.places, self.radii = wall.T.copy()
        self._far_end = geometry.gap_length
        self.cut_volume = case.rod_area * geometry.foil_thickness
        cut = first_shape(case, wall)
        self.foil = FoilMesh(comm, geometry.inner_radius, cut, geometry.refinement)
        self.first = self._thinned(cut)
        self.first_under_rod = self.under_rod(self.first)
        self.first_pressed_out = self.pressed_out(self.first)

    def shape(self, thickness: float, volume: float) -> FoilShape:
        """Shape of a volume of lithium under a foil of a thickness [um], at most to the far end.

        The search for its length starts from the shape that the mesh has.

        Raises
        ------
        ConvergenceError
            If the foil is used up.
        """
        full = FoilShape(thickness, self._far_end, self._wall())
        if self.foil.volume(full) <= volume:
            return full
        return self.foil.filled(replace(full, length=self.foil.shape.length), volume)

    def is_full(self, shape: FoilShape) -> bool:
        """Whether lithium has reached the far end, where it comes out and has no cells."""
        return shape.length >= self._far_end

    def pressed_out(self, shape: FoilShape) -> float:
        """Volume beyond the rod's face, of a pouch beyond the electrode."""
        if self.foil.die:
            return self.foil.column_volume(shape)
        return shape.thickness * shape.length

    def under_rod(self, shape: FoilShape) -> float:
        """Volume between pellet and rod."""
        return self.foil.volume(shape) - self.pressed_out(shape)

    def free_volume(self, thickness: float, length: float) -> float:
        """Volume of the gap before a column of a length [um] beside a foil of a thickness [um];
        present wall.
        """
        column, full = (
            FoilShape(thickness, reach, self._wall()) for reach in (length, self._far_end)
        )
        return self.pressed_out(full) - self.pressed_out(column)

    def typical_volume(self, shape: FoilShape) -> float:
        """Of what is pressed out, and at least so much of it that the start is forgotten."""
        return max(self.pressed_out(shape), LEAST_LENGTH / FIRST_LENGTH * self.first_pressed_out)

    def _wall(self):
        """Present radius of the tube [um] at distances from the pellet [um]; None in a pouch."""
        if not self.foil.die:
            return None
        radii = self.radii.copy()  # a shape stays what it is when the wall moves
        return lambda places: np.interp(places, self.places, radii)

    def _thinned(self, cut: FoilShape) -> FoilShape:
        """The cut foil when it has filled the tube, which it does at once: that and what is pressed
        out to begin with make it thinner.
        """

        def excess(thickness: float) -> float:
            return self.foil.volume(replace(cut, thickness=thickness)) - self.cut_volume

        least = LEAST_FIRST_THICKNESS * cut.thickness
        if excess(least) > 0:
            raise ConvergenceError(_too_little(cut))
        thickness = brentq(excess, least, cut.thickness, xtol=1e-15 * cut.thickness, rtol=ROUND_OFF)
        return replace(cut, thickness=thickness)


def _too_little(cut: FoilShape) -> str:
    return (
        f"geometry.foil_thickness ({cut.thickness:g} um) is too little: to fill the gap around the "
        f"rod at the foil, and the first {cut.length:.4g} um beyond it, takes more lithium than "
        "the foil has. Use a thicker foil or a narrower gap."
    )
