"""A quarter of a box around a straight crack: small cells along the way that the crack may take."""

from dataclasses import dataclass

import numpy as np
from dolfinx.mesh import locate_entities_boundary, meshtags
from mpi4py import MPI

from anodex.meshes.grading import graded
from anodex.meshes.rectangle import build_rectangle
from anodex.meshes.tagged import TaggedMesh

TAGS = {"body": 1, "crack_plane": 11, "mouth_plane": 12}
GROWTH = 1.15  # of cells away from the small ones


@dataclass(frozen=True)
class CrackBox:
    """The crack lies on x = 0 and starts from y = 0; both are planes of symmetry, y the radius of a
    round crack.

    Attributes
    ----------
    fine_from, fine_to
        Between these y the cells are small [um], to within half a cell; lines of the mesh lie at
        whole cells from the first.
    fine_beside
        The same from x = 0 on [um].
    cell_size
        Of the small cells, squares of two triangles [um]; of the row beside x = 0 half as high.
    size
        Edge of the box [um].
    """

    fine_from: float
    fine_to: float
    fine_beside: float
    cell_size: float
    size: float

    @property
    def places(self) -> tuple[np.ndarray, np.ndarray]:
        """Coordinates of the mesh lines along x and y [um]."""
        # the row of cells that a crack breaks is half as high: it adds to the toughness
        beside = np.append(0.0, self._even(self.cell_size / 2, self.fine_beside))
        along = self._even(self.fine_from, self.fine_to)
        behind = self.fine_from - self._growing(self.fine_from)[:0:-1]
        return (
            np.append(beside, beside[-1] + self._growing(self.size - beside[-1])[1:]),
            np.concatenate([behind, along, along[-1] + self._growing(self.size - along[-1])[1:]]),
        )

    def _even(self, start: float, stop: float) -> np.ndarray:
        return start + self.cell_size * np.arange(round((stop - start) / self.cell_size) + 1)

    def _growing(self, length: float) -> np.ndarray:
        return graded(length, GROWTH * self.cell_size, length, GROWTH)


def build_crack_box(box: CrackBox, comm: MPI.Comm) -> TaggedMesh:
    """Mesh of triangles with the parts named in `TAGS`; collective."""
    mesh = build_rectangle(*box.places, comm)
    local = mesh.topology.index_map(2)
    everywhere = np.arange(local.size_local + local.num_ghosts, dtype=np.int32)
    sides = [
        locate_entities_boundary(mesh, 1, lambda place, axis=axis: np.isclose(place[axis], 0.0))
        for axis in (0, 1)
    ]
    facets = np.concatenate(sides)
    tags = np.array([TAGS["crack_plane"], TAGS["mouth_plane"]], dtype=np.int32)
    values = np.repeat(tags, [len(side) for side in sides])
    order = np.argsort(facets)
    return TaggedMesh(
        mesh,
        meshtags(mesh, 2, everywhere, np.full_like(everywhere, TAGS["body"])),
        meshtags(mesh, 1, facets[order], values[order]),
        TAGS,
    )
