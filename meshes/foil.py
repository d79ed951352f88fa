"""Mesh of a lithium foil between pellet and rod, and of the lithium pressed out of it; its nodes
move with the lithium.

Axes as in `models/laws/kinematics.py`: x axial from the face of the pellet, y the radius (in a
pouch the half width).

    die:  y                       pouch:  y
          |------- wall -------|          |  front
          | rim | column     front        | rim |
        R |-----+--------------         R |-----|
          |foil | rod                     |foil | rod
          0-----h------------ x           0-----h--- x
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import basix.ufl
import numpy as np
from dolfinx import mesh as dmesh
from mpi4py import MPI

from anodex.meshes.grading import graded, graded_by_ends, graded_to_both
from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.compat import create_mesh
from anodex.models.errors import ConvergenceError

CORNER = 2.0  # um, cells at the corners where the velocity of the boundary jumps
FOIL = 160.0  # um, largest cells along the foil
GROWTH = 1.5
ACROSS = 1 / 6  # largest cells across foil and gap, of either
LENGTHWISE = 30  # cells along what is pressed out, however long it is
LARGEST_ITERATIONS = 30
SETTLED = 1e-14  # of a volume: where a search has all but found it


@dataclass(frozen=True)
class FoilShape:
    """Shape of the lithium; the rod's radius is the mesh's.

    Attributes
    ----------
    thickness
        Of the foil [um].
    length
        Of the lithium pressed out [um]: in a die beyond the face of the rod, in a pouch beyond the
        electrode.
    wall
        Radius of the tube [um] at distances from the pellet [um], shapes (places,); None for a
        pouch.
    """

    thickness: float
    length: float
    wall: Callable[[np.ndarray], np.ndarray] | None = None


class FoilMesh:
    """Quadrilaterals in blocks, with the same cells and nodes for every shape.

    Cells are straight: a curved wall becomes a polygon through its nodes. With radius w(x) and
    cells of length d the radius is off by d^2 |w''| / 8 at most. All volumes here are those of the
    cells, to round-off.

    Parameters
    ----------
    comm
        Communicator; all calls are collective.
    radius
        Of the rod and of the electrode [um]; in a pouch half the width of the electrode.
    shape
        First shape; cells across foil and gap are sized for it, and it decides between die and
        pouch.
    refinement
        How many times smaller than usual the cells are.

    Attributes
    ----------
    tagged
        The mesh with cells "foil" (between the planes of pellet and rod) and "column", facets
        "pellet", "axis", "rod_face", "front" and in a die "rod_side" and "wall".
    shape
        That of the last move.
    parts
        Names of the facets.
    edge
        Number of the node at the radius of the rod, counted from the axis.

    Raises
    ------
    ConvergenceError
        If the shape cannot be, as for `move`.
    """

    def __init__(self, comm: MPI.Comm, radius: float, shape: FoilShape, refinement: float = 1.0):
        self.radius, self.die = radius, shape.wall is not None
        growth, corner = GROWTH ** (1 / refinement), CORNER / refinement
        self._corner = corner
        _check_size(shape)
        self._check_gap(self._at_wall(np.linspace(0.0, shape.thickness + shape.length, 50), shape))

        def both(length: float) -> np.ndarray:
            return graded_to_both(1.0, corner / length, ACROSS / refinement, growth)

        self._across = both(shape.thickness)
        self._under_rod = radius - graded(radius, corner, FOIL / refinement, growth)[::-1]
        gap = float(self._at_wall(np.array([shape.thickness]), shape)[0]) - radius
        self._beyond_rod = both(gap) if self.die else None
        self.edge = len(self._under_rod) - 1
        self._lengthwise = int(np.ceil(LENGTHWISE * refinement))
        self.tagged = self._build(comm)
        self.move(shape)

    def move(self, shape: FoilShape) -> None:
        """Put the nodes where a shape has them.

        Raises
        ------
        ConvergenceError
            If foil or column vanish, or the tube touches the rod.
        """
        self.tagged.mesh.geometry.x[:, :2] = self.places(shape)
        self.shape = shape

    def places(self, shape: FoilShape) -> np.ndarray:
        """Where a shape has the nodes of this rank [um], shape (nodes, 2).

        Raises
        ------
        ConvergenceError
            As of `move`.
        """
        axial, walls = self.outline(shape)
        self._check_gap(walls)
        places = np.stack(
            [
                np.broadcast_to(axial[:, None], self._present.shape),
                [self.radii(wall) for wall in walls],
            ],
            axis=-1,
        )
        return places[self._present][self.tagged.mesh.geometry.input_global_indices]

    def outline(self, shape: FoilShape) -> tuple[np.ndarray, np.ndarray]:
        """Axial places of the nodes [um], and the radius there where the lithium ends [um]."""
        _check_size(shape)
        axial = shape.thickness * self._across
        if self.die:
            axial = np.append(
                axial,
                shape.thickness + graded_by_ends(shape.length, self._lengthwise, self._corner)[1:],
            )
        return axial, self._at_wall(axial, shape)

    def radii(self, wall: float) -> np.ndarray:
        """Radii of the nodes [um] where the lithium ends at the radius `wall`."""
        beyond = (
            graded_by_ends(wall - self.radius, self._lengthwise, self._corner)
            if self._beyond_rod is None
            else (wall - self.radius) * self._beyond_rod
        )
        return np.append(self._under_rod, self.radius + beyond[1:])

    def foil_volume(self, shape: FoilShape) -> float:
        """Volume between the planes of pellet and rod, up to the wall [um^3]; of half a pouch
        per um of depth [um^2].
        """
        return self._volume(shape, slice(0, len(self._across)), inner=0.0)

    def column_volume(self, shape: FoilShape) -> float:
        """Volume in the gap beyond the plane of the rod's face [um^3]; none in a pouch."""
        return (
            self._volume(shape, slice(len(self._across) - 1, None), inner=self.radius)
            if self.die
            else 0.0
        )

    def volume(self, shape: FoilShape) -> float:
        """Volume of the lithium, that of foil and column."""
        return self.foil_volume(shape) + self.column_volume(shape)

    def filled(self, shape: FoilShape, volume: float) -> FoilShape:
        """The shape with another length, so that it holds a volume [um^3] as well as a length can.

        Newton's method, as the front sweeps its area; it ends where no step gains any more.

        Raises
        ------
        ConvergenceError
            If no length does.
        """
        best, least = None, SETTLED * volume
        for _ in range(LARGEST_ITERATIONS):
            _, walls = self.outline(shape)
            missing = volume - self.volume(shape)
            if best is not None and abs(missing) >= least:
                return best
            if abs(missing) <= least:
                best, least = shape, abs(missing)
            front = np.pi * (walls[-1] ** 2 - self.radius**2) if self.die else shape.thickness
            shape = replace(
                shape, length=max(shape.length + missing / float(front), shape.length / 10)
            )
        raise ConvergenceError(
            f"{volume:.6g} um^3 of lithium do not fit behind a foil of {shape.thickness:.6g} um: "
            "beyond it they would be "
            f"{shape.length:.3g} um long. Start from a thinner foil or a narrower gap, or strip "
            "less."
        )

    def _volume(self, shape: FoilShape, nodes: slice, inner: float) -> float:
        axial, walls = (values[nodes] for values in self.outline(shape))
        if not self.die:
            return float(walls[0] * np.ptp(axial))
        squares = (walls[:-1] ** 2 + walls[:-1] * walls[1:] + walls[1:] ** 2) / 3 - inner**2
        return float(np.pi * np.sum(np.diff(axial) * squares))

    def _at_wall(self, axial: np.ndarray, shape: FoilShape) -> np.ndarray:
        if shape.wall is None:
            return np.full(len(axial), self.radius + shape.length)
        return np.asarray(shape.wall(axial), dtype=float)

    def _check_gap(self, walls: np.ndarray) -> None:
        if not walls.min() > self.radius:  # NaN too
            raise ConvergenceError(
                f"The gap closes: the tube has a radius of {walls.min():.6g} um where the rod has "
                f"{self.radius:.6g} um. "
                "Use a wider gap, a stiffer tube or a lower pressure."
            )

    def _build(self, comm: MPI.Comm) -> TaggedMesh:
        """The mesh with the numbers of its rows and columns for coordinates."""
        face, edge = len(self._across) - 1, self.edge  # row of the rod's face, column of its edge
        rows = face + 1 + (self._lengthwise if self.die else 0)
        columns = edge + (
            self._lengthwise + 1 if self._beyond_rod is None else len(self._beyond_rod)
        )
        row, column = np.indices((rows, columns))
        self._present = (row <= face) | (column >= edge)
        number = np.cumsum(self._present.reshape(-1)).reshape(rows, columns) - 1
        corners = np.stack(
            [number[:-1, :-1], number[1:, :-1], number[:-1, 1:], number[1:, 1:]], axis=-1
        )
        cells = corners[(row[:-1, :-1] < face) | (column[:-1, :-1] >= edge)].astype(np.int64)
        points = np.stack([row[self._present], column[self._present]], axis=1).astype(float)
        mine = slice(None) if comm.rank == 0 else slice(0)
        mesh = create_mesh(
            comm,
            cells[mine],
            points[mine],
            basix.ufl.element("Lagrange", "quadrilateral", 1, shape=(2,)),
        )
        places = {
            "pellet": lambda x: x[0] < 0.5,
            "axis": lambda x: x[1] < 0.5,
            "rod_face": lambda x: (
                (np.abs(x[0] - face) < 0.5) & ((x[1] < edge + 0.5) | (not self.die))
            ),
        }
        if self.die:
            places |= {
                "rod_side": lambda x: (np.abs(x[1] - edge) < 0.5) & (x[0] > face - 0.5),
                "wall": lambda x: x[1] > columns - 1.5,
                "front": lambda x: x[0] > rows - 1.5,
            }
        else:
            places["front"] = lambda x: x[1] > columns - 1.5
        self.parts = tuple(places)
        tags = {name: value for value, name in enumerate(("foil", "column", *places), start=1)}
        found = {
            tags[name]: dmesh.locate_entities_boundary(mesh, 1, place)
            for name, place in places.items()
        }
        count = mesh.topology.index_map(2).size_local + mesh.topology.index_map(2).num_ghosts
        local = np.arange(count, dtype=np.int32)
        beyond = dmesh.compute_midpoints(mesh, 2, local)[:, 0] > face
        cell_tags = dmesh.meshtags(
            mesh, 2, local, np.where(beyond, tags["column"], tags["foil"]).astype(np.int32)
        )
        return TaggedMesh(mesh, cell_tags, _tagged(mesh, found), tags)


def _check_size(shape: FoilShape) -> None:
    if not (shape.thickness > 0 and shape.length > 0):  # NaN too
        raise ConvergenceError(
            f"A foil of {shape.thickness:.6g} um with {shape.length:.6g} um of lithium pressed out "
            "cannot be: both must be above zero. "
            "Use a thicker foil, a lower pressure or smaller time steps."
        )


def _tagged(mesh: dmesh.Mesh, found: dict[int, np.ndarray]) -> dmesh.MeshTags:
    facets = np.concatenate(list(found.values()))
    values = np.concatenate(
        [np.full(len(entities), tag, np.int32) for tag, entities in found.items()]
    )
    order = np.argsort(facets)
    return dmesh.meshtags(mesh, 1, facets[order], values[order])
