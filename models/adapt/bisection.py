"""Simplices whose longest edges are cut in half until they are small enough, in any dimension.

Arrays alone, no mesh: what comes out depends on what comes in and on nothing else, its order
included, so that it is the same whatever ranks it is spread over afterwards.

Longest edges are cut, and where an edge is cut the longest one of each cell around it is cut too
(Rivara, Int. J. Numer. Methods Eng. 20, 745 (1984); Plaza and Carey, Appl. Numer. Math. 32, 195
(2000)): angles stay away from zero however often it is done. Right isosceles triangles stay such.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

# of a size, that round-off may take off: cells of the wanted size stay as they are
GRAIN = 1e-6
BITS = 32  # of a key, for each of the two nodes of an edge


@dataclass(frozen=True)
class Simplices:
    """Cells, and pieces of their boundaries, that share nodes.

    Attributes
    ----------
    points
        Shape (nodes, dimension) [um].
    cells, facets
        Nodes of each, shapes (cells, dimension + 1) and (facets, dimension).
    cell_tags, facet_tags
        A number for each, which its pieces inherit.
    images
        For each node the one that stands for all its periodic images, itself without, shape
        (nodes,). Edges are cut wherever an image of theirs is.
    """

    points: np.ndarray
    cells: np.ndarray
    cell_tags: np.ndarray
    facets: np.ndarray
    facet_tags: np.ndarray
    images: np.ndarray

    def sizes(self) -> np.ndarray:
        """Of the cells [um]: the edge of the square or cube of which halves, or sixths, are as
        large; shape (cells,).
        """
        corners = self.points[self.cells]
        volumes = np.abs(np.linalg.det(corners[:, 1:] - corners[:, :1]))
        return volumes ** (1 / self.points.shape[1])


def refined(start: Simplices, wanted: Callable[[np.ndarray], np.ndarray]) -> Simplices:
    """Cells cut until each is as small as is wanted at all of its corners.

    Parameters
    ----------
    start
        The coarse cells. Two meet at a whole facet or not there.
    wanted
        Points, shape (points, dimension) -> sizes there [um], shape (points,).

    Raises
    ------
    ValueError
        If a size is not positive.
    """
    now, sizes = start, _positive(wanted(start.points))
    while True:
        large = now.sizes() > (1 + GRAIN) * sizes[now.cells].min(axis=1)
        if not large.any():
            return now
        cut = _Cut.through(now, large)
        middles = now.points[cut.ends].mean(axis=1)
        images = len(now.points) + cut.images()
        now = Simplices(
            np.concatenate([now.points, middles]),
            *cut.pieces(now.cells, now.cell_tags),
            *cut.pieces(now.facets, now.facet_tags),
            np.concatenate([now.images, images]),
        )
        sizes = np.concatenate([sizes, _positive(wanted(middles))])


def _positive(sizes: np.ndarray) -> np.ndarray:
    """The sizes, which would else be cut without end."""
    if not np.all(sizes > 0):
        raise ValueError(f"a size of {np.min(sizes):g} um is wanted; it must be positive")
    return sizes


@dataclass(frozen=True)
class _Cut:
    """Edges that are cut in half, in the order of their keys.

    Attributes
    ----------
    nodes
        How many there were before.
    keys, ends
        The key and the two nodes of each, shapes (edges,) and (edges, 2).
    places
        Of each in one order of all edges by their length, images in one place. Simplices cut their
        edges in that order, the longest first, so that two that meet at a facet cut it alike.
    """

    nodes: int
    keys: np.ndarray
    ends: np.ndarray
    places: np.ndarray

    @classmethod
    def through(cls, mesh: Simplices, large: np.ndarray) -> "_Cut":
        """The longest edge of each large cell, and what must be cut with it."""
        keys, of_cells = np.unique(_keys(mesh.cells), return_inverse=True)
        ends = np.stack([keys >> BITS, keys & ((1 << BITS) - 1)], axis=1)
        _, first, image = np.unique(
            _keys(mesh.images[ends])[:, 0], return_index=True, return_inverse=True
        )
        lengths = np.linalg.norm(np.diff(mesh.points[ends[first]], axis=1)[:, 0], axis=1)
        places: np.ndarray = np.empty(len(first), dtype=np.int64)
        places[np.argsort(lengths, kind="stable")] = np.arange(len(first))
        places = places[image]
        of_cells = places[of_cells.reshape(len(mesh.cells), -1)]
        longest = of_cells.max(axis=1)
        cut = np.zeros(len(keys), dtype=bool)  # by place
        following = longest[large]
        while not cut[following].all():
            cut[following] = True
            following = longest[cut[of_cells].any(axis=1)]
        chosen = cut[places]
        return cls(len(mesh.points), keys[chosen], ends[chosen], places[chosen])

    def images(self) -> np.ndarray:
        """For each edge the first of its images, shape (edges,)."""
        _, first, image = np.unique(self.places, return_index=True, return_inverse=True)
        return first[image]

    def pieces(self, simplices: np.ndarray, tags: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What some simplices are cut into, and the tags of that; pieces of one stay together."""
        pairs = np.array(list(combinations(range(simplices.shape[1]), 2)))
        while True:
            edges, middles = self._longest(simplices)
            halves = np.repeat(np.arange(len(simplices)), 1 + (middles >= 0))
            if len(halves) == len(simplices):
                return simplices, tags
            second = np.flatnonzero(np.diff(halves, prepend=-1) == 0)
            simplices, tags = simplices[halves], tags[halves]
            whole = halves[second]
            for half, end in ((second - 1, 1), (second, 0)):
                simplices[half, pairs[edges[whole], end]] = middles[whole]

    def _longest(self, simplices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Which edge of each simplex is the longest of those that are cut, and its middle node;
        -1 where none is.
        """
        keys = _keys(simplices)
        near = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        places = np.where(self.keys[near] == keys, self.places[near], -1)
        edges = places.argmax(axis=1)
        rows = np.arange(len(simplices))
        return edges, np.where(places[rows, edges] >= 0, self.nodes + near[rows, edges], -1)


def _keys(simplices: np.ndarray) -> np.ndarray:
    """A number for each edge of each simplex, the same from all around it; shape (simplices,
    edges).
    """
    pairs = np.array(list(combinations(range(simplices.shape[1]), 2)))
    ends = np.sort(simplices[:, pairs], axis=2)
    return ends[..., 0] << BITS | ends[..., 1]
