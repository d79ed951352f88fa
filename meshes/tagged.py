"""A mesh whose parts have names."""

from dataclasses import dataclass

from dolfinx.mesh import Mesh, MeshTags


@dataclass(frozen=True)
class TaggedMesh:
    """A mesh with the names of its parts.

    Attributes
    ----------
    mesh
        Coordinates in um.
    cells, facets
        Tags of the cells and of the tagged facets.
    tags
        Name of a part -> its tag; cell and facet names share the mapping and never a name.
    """

    mesh: Mesh
    cells: MeshTags
    facets: MeshTags
    tags: dict[str, int]

    def has_cells(self, name: str) -> bool:
        """Whether any cell on any rank belongs to a part; collective."""
        return (
            name in self.tags
            and self.mesh.comm.allreduce(len(self.cells.find(self.tags[name]))) > 0
        )
