"""A slab between two electrodes: a rectangle or box of square cells, coarser in the lithium
behind the growth front.
"""

from dataclasses import dataclass
from math import log

import numpy as np
from mpi4py import MPI

from anodex.meshes.session import build, generate
from anodex.meshes.tagged import TaggedMesh

TAGS = {"body": 1, "left": 11, "right": 12, "bottom": 13, "top": 14, "back": 15, "front": 16}


@dataclass(frozen=True)
class SlabGeometry:
    """Box from 0 to `length` along x, `width` along y and `depth` along z; all lengths in um.

    Attributes
    ----------
    depth
        None: a plane mesh.
    fine_from
        Cells are square (cubes) between here and `length`, and grow from here towards x = 0.
    cell_size
        Edge of the square cells, rounded so that whole cells fit.
    coarsening
        Length of the cells at x = 0 over `cell_size`.

    Raises
    ------
    ValueError
        If the numbers make no mesh; the message says what was given and what is allowed.
    """

    length: float
    width: float
    depth: float | None = None
    fine_from: float = 0.0
    cell_size: float = 1.0
    coarsening: float = 8.0

    def __post_init__(self):
        for name in ("length", "width", "depth", "cell_size"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise ValueError(f"{name} is {value:g} um; it must be positive")
        if self.cell_size > min(self.sides):
            raise ValueError(
                f"cell_size is {self.cell_size:g} um; give no more than the shortest side, "
                f"{min(self.sides):g} um"
            )
        if not self.coarsening >= 1:
            raise ValueError(
                f"coarsening is {self.coarsening:g}; give 1 (square cells everywhere) or more"
            )
        most = self.length - self.cell_size
        if not 0 <= self.fine_from <= most:
            raise ValueError(
                f"fine_from is {self.fine_from:g} um; it must lie between 0 and length less one "
                f"cell, {most:g} um"
            )
        least = (1 + self.coarsening) * self.cell_size
        if 0 < self.fine_from < least:
            raise ValueError(
                f"fine_from is {self.fine_from:g} um, too short for cells that grow from "
                f"{self.cell_size:g} um by the factor "
                f"{self.coarsening:g}; give 0 um, {least:g} um or more, or a smaller coarsening"
            )

    @property
    def sides(self) -> tuple[float, ...]:
        """Length, width and, in three dimensions, depth [um]."""
        return (
            (self.length, self.width)
            if self.depth is None
            else (self.length, self.width, self.depth)
        )

    @property
    def counts(self) -> tuple[int, ...]:
        """Number of cells along each axis; no mesh is made."""
        along = self._growing_cells + _pieces(self.length - self.fine_from, self.cell_size)
        return along, *(_pieces(side, self.cell_size) for side in self.sides[1:])

    @property
    def places(self) -> tuple[np.ndarray, ...]:
        """Coordinates of the mesh lines along each axis [um]."""
        start = self.fine_from
        along = np.append(
            self._growing()[:-1], start + _evenly(self.length - start, self.cell_size)
        )
        return along, *(_evenly(side, self.cell_size) for side in self.sides[1:])

    @property
    def _growing_cells(self) -> int:
        """Cells from 0 to `fine_from`."""
        if self.fine_from == 0:
            return 0
        ratio = self.coarsening
        # of a geometric progression of many cells from 1 to the ratio
        mean = (ratio - 1) / log(ratio) if ratio > 1 else 1.0
        # its two ends count by half
        return 1 + round((self.fine_from / self.cell_size - (1 + ratio) / 2) / mean)

    def _growing(self) -> np.ndarray:
        """Mesh lines from 0 to `fine_from`: a geometric progression of cells, the largest first."""
        if self.fine_from == 0:
            return np.zeros(1)
        sizes = np.geomspace(self.coarsening, 1, self._growing_cells)
        return np.append(0.0, np.cumsum(sizes) * (self.fine_from / sizes.sum()))


def build_slab(geometry: SlabGeometry, comm: MPI.Comm, simplices: bool = False) -> TaggedMesh:
    """Mesh of straight quadrilaterals or hexahedra, or of the triangles or tetrahedra that these
    fall into, with the parts named in `TAGS`; collective.

    Left and right are the ends in x, bottom and top in y, back and front in z; a plane mesh has no
    back and front.
    """
    import gmsh

    dimension = len(geometry.sides)

    def draw():
        body = (0, gmsh.model.geo.addPoint(0, 0, 0))
        # A point drawn out along x to a line, this along y to a rectangle, this along z to a box.
        for axis, places in enumerate(geometry.places):
            way = np.zeros(3)
            way[axis] = places[-1]
            _, body, *_ = gmsh.model.geo.extrude(
                [body],
                *way,
                [1] * (len(places) - 1),
                places[1:] / places[-1],
                recombine=not simplices,
            )
        gmsh.model.geo.synchronize()
        gmsh.model.addPhysicalGroup(dimension, [body[1]], TAGS["body"])
        for side in gmsh.model.getBoundary([body], oriented=False):
            gmsh.model.addPhysicalGroup(dimension - 1, [side[1]], TAGS[name(side)])
        generate(dimension, 1, lambda *_: geometry.cell_size)

    def name(entity: tuple[int, int]) -> str:
        box = np.array(gmsh.model.getBoundingBox(*entity)).reshape(2, 3)[:, :dimension]
        axis = int(np.argmin(np.ptp(box, axis=0)))
        return (("left", "right"), ("bottom", "top"), ("back", "front"))[axis][
            int(box[0, axis] > geometry.sides[axis] / 2)
        ]

    return build(draw, TAGS, comm, dimension)


def _pieces(length: float, size: float) -> int:
    """Whole pieces of about a size that a length is cut into."""
    return max(1, round(length / size))


def _evenly(length: float, size: float) -> np.ndarray:
    """Places that cut a length into such pieces."""
    return np.linspace(0, length, _pieces(length, size) + 1)
