"""Values of functions at points anywhere in a mesh, whichever rank holds the cells there."""

import basix
import numpy as np
from dolfinx import fem, geometry
from dolfinx.la import InsertMode
from dolfinx.mesh import Mesh

from anodex.models.discrete.compat import geometry_dofmap, node_element
from anodex.models.discrete.fields import reference_vertices
from anodex.models.errors import SetupError

# All as a share of a cell.
INSIDE = 1e-8  # a point no farther out is in the cell; Newton's last step, so that its error is 0
BULGE = 0.1  # by which a curved cell may leave the box of its nodes
LARGEST_ITERATIONS = 20
AT_ONCE = 10_000  # pairs of a point and a cell: one of third order in space takes 4 kB
PADDINGS = 5  # from that of the smallest cell to that of the largest


class LocatedPoints:
    """Where in a mesh points lie, each rank bringing its own.

    A point belongs to the cell in whose reference cell it lies deepest. (DOLFINx's search takes the
    first cell whose nodes have the point in their convex hull: next to a curved surface that may be
    the cell beyond it.) A point outside the mesh belongs to the nearest cell, by whose polynomial
    functions go on there. Neither depends on how the mesh is spread over the ranks. Collective.

    Parameters
    ----------
    mesh
        Where to look; curved cells too. Its nodes may move afterwards, points then move along.
    points
        Of this rank, shape (points, 3).
    tolerance
        How far a point may lie outside, as a share of the size of its nearest cell.

    Raises
    ------
    SetupError
        On every rank, if a point lies farther outside.
    """

    def __init__(self, mesh: Mesh, points: np.ndarray, tolerance: float = 0.1):
        self._comm, self._count = mesh.comm, len(points)
        places = _find(_Cells(mesh), points, tolerance)
        by_rank = [places[places["rank"] == rank] for rank in range(mesh.comm.size)]
        self._points = np.concatenate([part["point"] for part in by_rank])
        self._sent_ends = np.cumsum([len(part) for part in by_rank])[:-1]
        held = mesh.comm.alltoall(by_rank)
        self._held = np.concatenate(held)
        self._ends = np.cumsum([len(part) for part in held])[:-1]

    def values(self, function: fem.Function) -> np.ndarray:
        """Values of a scalar Lagrange function of the mesh at this rank's points, shape (points,);
        collective.
        """
        dofs, shapes = self._shapes(function.function_space)
        here = np.sum(shapes * function.x.array[dofs], axis=1)
        values = np.empty(self._count)
        values[self._points] = np.concatenate(self._comm.alltoall(np.split(here, self._ends)))
        return values

    def shared_out(self, amounts: np.ndarray, space: fem.FunctionSpace) -> fem.Function:
        """Amounts at this rank's points, shape (points,), shared out among the unknowns of the
        cells that these lie in, by their values there; `space` is scalar, of the mesh; collective.
        """
        sent = np.split(amounts[self._points], self._sent_ends)
        here = np.concatenate(self._comm.alltoall(sent))
        dofs, shapes = self._shapes(space)
        shared = fem.Function(space)
        np.add.at(shared.x.array, dofs, shapes * here[:, None])
        shared.x.scatter_reverse(InsertMode.add)
        shared.x.scatter_forward()
        return shared

    def _shapes(self, space: fem.FunctionSpace) -> tuple[np.ndarray, np.ndarray]:
        """Unknowns of the cells of the points that are held here, and what of each counts there,
        shapes (held points, unknowns of a cell).
        """
        dofs = space.dofmap.list[self._held["cell"]]
        if len(dofs) == 0:  # basix refuses to tabulate at no points
            return dofs, np.zeros(dofs.shape)
        return dofs, space.ufl_element().tabulate(0, self._held["reference"])[0]


def _find(cells: "_Cells", points: np.ndarray, tolerance: float) -> np.ndarray:
    """Place of each point; those in no cell are looked for again in wider and wider boxes."""
    comm = cells.mesh.comm
    boxes = comm.allgather(cells.box)
    smallest, largest = min(box[2] for box in boxes), max(box[3] for box in boxes)
    wider = (tolerance + BULGE) * np.geomspace(smallest, largest, PADDINGS)
    lost, places = np.arange(len(points)), []
    for padding, most in ((0.0, INSIDE), *((padding, tolerance) for padding in wider)):
        asked = [
            lost[np.all((points[lost] >= low - padding) & (points[lost] <= high + padding), axis=1)]
            for low, high, *_ in boxes
        ]
        search = cells.search(padding)
        answers = comm.alltoall(
            [search(there) for there in comm.alltoall([points[numbers] for numbers in asked])]
        )
        for rank, (numbers, answer) in enumerate(zip(asked, answers, strict=True)):
            answer["point"], answer["rank"] = numbers[answer["point"]], rank
        found = _best(np.concatenate(answers))
        places.append(found[found["outside"] <= most])
        lost = np.setdiff1d(lost, places[-1]["point"])
        everywhere = sum(comm.allgather(len(lost)))
        if everywhere == 0:
            return np.concatenate(places)
    example = next(point for point in comm.allgather(points[lost[:1]]) if len(point))[0]
    raise SetupError(
        f"{everywhere} points, one at {np.array2string(example, precision=6)} um, lie farther "
        f"outside the mesh than {tolerance:g} of its cells there; the old and the new mesh must be "
        "of the same domain, and where it is curved both fine enough to agree"
    )


def _best(found: np.ndarray) -> np.ndarray:
    """The best candidate of each point that has any; between equals the mesh generator's first."""
    order = np.lexsort((found["number"], np.maximum(found["outside"], INSIDE), found["point"]))
    _, first = np.unique(found["point"][order], return_index=True)
    return found[order[first]]


class _Cells:
    """The cells that this rank owns."""

    def __init__(self, mesh: Mesh):
        self.mesh, self.dim = mesh, mesh.topology.dim
        count = mesh.topology.index_map(self.dim).size_local
        self.owned = np.arange(count, dtype=np.int32)
        self.nodes = mesh.geometry.x[geometry_dofmap(mesh)[:count]]
        sizes, x = mesh.h(self.dim, self.owned), self.nodes.reshape(-1, 3)
        self.box = (
            x.min(axis=0, initial=np.inf),
            x.max(axis=0, initial=-np.inf),
            sizes.min(initial=np.inf),
            sizes.max(initial=0.0),
        )
        self.element = node_element(mesh)
        self.kind = [
            ("point", np.int64),
            ("rank", np.int32),
            ("cell", np.int32),
            ("number", np.int64),  # in the mesh generator's order
            ("outside", np.float64),  # negative inside
            ("reference", np.float64, (self.dim,)),
        ]
        # a point on each facet of the reference cell, and its normal
        corners, facets = reference_vertices(mesh), basix.topology(mesh.basix_cell())[-2]
        self.on_facets = corners[[facet[0] for facet in facets]]
        self.normals = basix.cell.facet_outward_normals(mesh.basix_cell())

    def search(self, padding: float):
        """Function that finds the best cell here of each of some points that lies in any box."""
        tree = geometry.bb_tree(self.mesh, self.dim, entities=self.owned, padding=padding)

        def best(points: np.ndarray) -> np.ndarray:
            near = geometry.compute_collisions_points(tree, points)
            found = np.zeros(len(near.array), self.kind)
            found["point"] = np.repeat(np.arange(len(points)), np.diff(near.offsets))
            found["cell"] = near.array
            found["number"] = self.mesh.topology.original_cell_index[near.array]
            for start in range(0, len(found), AT_ONCE):
                part = found[start : start + AT_ONCE]
                self._pull_back(points[part["point"], : self.dim], part)
            return _best(found)

        return best

    def _pull_back(self, points: np.ndarray, found: np.ndarray) -> None:
        """Set where points lie in their reference cells, and how far outside, by Newton's method;
        infinitely far where that fails, which it does for points far from a curved cell.
        """
        nodes = self.nodes[found["cell"], :, : self.dim]
        place = np.tile(reference_vertices(self.mesh).mean(axis=0), (len(points), 1))
        left = np.arange(len(points))
        for _ in range(LARGEST_ITERATIONS):
            if len(left) == 0:
                break
            shapes, *slopes = self.element.tabulate(1, place[left])
            missing = points[left] - np.einsum("pn,pnd->pd", shapes, nodes[left])
            jacobian = np.einsum("kpn,pnd->pdk", slopes, nodes[left])
            jacobian[np.linalg.det(jacobian) == 0.0] = np.eye(self.dim)
            step = np.linalg.solve(jacobian, missing[..., None])[..., 0]
            place[left] = np.clip(place[left] + step, -1.0, 2.0)
            left = left[np.abs(step).max(axis=1) > INSIDE]
        beyond = np.sum((place[:, None] - self.on_facets) * self.normals, axis=2).max(axis=1)
        beyond[left] = np.inf
        found["reference"], found["outside"] = place, beyond
