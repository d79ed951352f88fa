"""The mesh of a contoured interface: third-order hexahedra, or quadrilaterals in two dimensions,
whose nodes lie on the surface.

Second-order cells are not enough: the kinks of their normals spoil the largest current in the third
digit. Gmsh is not used, as DOLFINx cannot read its third-order hexahedra.
"""

from math import nan, pi
from typing import Literal

import numpy as np
from dolfinx.mesh import Mesh, MeshTags, locate_entities, meshtags
from mpi4py import MPI

from anodex.meshes import contour, heights
from anodex.meshes.contour import ContourGeometry
from anodex.meshes.jacobians import determinants
from anodex.meshes.swept import spread, swept
from anodex.meshes.tagged import TaggedMesh
from anodex.models.errors import SetupError

PLACES_ALONG = 8001  # two periods of a cosine, at which its curvature is looked for
Body = Literal["electrolyte", "lithium", "both"]
TAGS = {
    "electrolyte": 1,
    "lithium": 2,
    "interface": 11,
    "top": 12,
    "collector": 13,
    "side_x": 14,
    "side_y": 15,
}


def build_contour(
    geometry: ContourGeometry,
    comm: MPI.Comm,
    body: Body = "both",
) -> TaggedMesh:
    """Mesh of one body or of both, with the parts of `TAGS`; collective.

    The nodes of the interface are the first of the mesh and numbered alike on both bodies, unless
    both are in one mesh.

    Raises
    ------
    InputError
        As `contour.check_cells`.
    SetupError
        If a cell is turned inside out.
    """
    above, below = contour.levels(geometry)
    levels = {
        "electrolyte": above,
        "lithium": -below,
        "both": np.concatenate([-below[:0:-1], above]),
    }[body]
    mesh = swept(contour.planform(geometry, len(levels) - 1), levels, comm)
    cells, facets = _tags(mesh, geometry, levels)
    lift(mesh, mesh.geometry.x.copy(), geometry)
    return TaggedMesh(mesh, cells, facets, TAGS)


def interface_mesh(geometry: ContourGeometry, comm: MPI.Comm) -> Mesh:
    """The interface as a mesh of its own, its nodes numbered as on the bodies; collective."""
    plan = contour.planform(geometry, 1)
    return spread(on_surface(geometry, plan.points), plan.cells, comm)


def on_surface(geometry: ContourGeometry, plan: np.ndarray) -> np.ndarray:
    """Points of the surface, shape (n, 2 or 3), over points of the plane, shape (n, 1 or 2), along
    the axes of the mesh.
    """
    height, separation = geometry.height, geometry.separation
    if geometry.curve is not None:
        return geometry.curve(plan[:, 0] / geometry.size[0] * geometry.pieces)
    if geometry.shape == "trochoid":
        phase, amplitude = 2 * pi / separation * plan, height / 2
        return np.column_stack([plan - amplitude * np.sin(phase), amplitude * np.cos(phase)])
    functions = {
        "flat": lambda: np.zeros(len(plan)),
        "egg-box": lambda: heights.egg_box_sum(plan, height, geometry.period_along),
        "cosine": lambda: heights.egg_box(plan, height, separation),
        "fourier": lambda: heights.fourier(plan, geometry.coefficients, separation),
        "egg-box-sum": lambda: heights.egg_box_sum(plan, height, separation),
        "pyramid": lambda: heights.pyramid(plan, height, separation, geometry.edge_radius),
        "frustum": lambda: heights.frustum(
            plan, height, separation, geometry.edge_radius, geometry.plateau_fraction
        ),
        "height-map": lambda: heights.height_map(plan, geometry.pixels, height, separation),
    }
    return np.column_stack([plan, functions[geometry.shape]()])


def smallest_radius(geometry: ContourGeometry) -> float:
    """Smallest radius of curvature of a contour [um], to 1e-5 of it; nan for a flat one and for a
    height map in space.

    Formulas in space curve most at a peak, within the plane y = 0.
    """
    if geometry.shape in contour.EDGED:
        return geometry.edge_radius
    axes = len(geometry.size)
    if geometry.shape == "flat" or (geometry.shape == "height-map" and axes == 2):
        return nan
    waves = max(1, len(geometry.coefficients))
    along = np.linspace(-1, 1, PLACES_ALONG * waves) * geometry.separation
    plan = np.column_stack([along, np.zeros((len(along), axes - 1))])
    x, z = on_surface(geometry, plan)[:, [0, -1]].T
    dx, dz = np.gradient(x), np.gradient(z)
    ddx, ddz = np.gradient(dx), np.gradient(dz)
    curvature = np.abs(dx * ddz - dz * ddx) / np.hypot(dx, dz) ** 3
    sharpest = float(curvature[2:-2].max())  # what differences know less well stands at the ends
    return 1 / sharpest if sharpest else nan


def _tags(mesh: Mesh, geometry: ContourGeometry, levels: np.ndarray) -> tuple[MeshTags, MeshTags]:
    """Tags of cells and facets while the mesh is still a straight box."""
    vertical = mesh.topology.dim - 1
    tolerance = 1e-6 * geometry.separation
    ends = [
        (name, vertical, level)
        for name, level in (("top", levels.max()), ("collector", levels.min()))
        if level != 0
    ]
    places = [("interface", vertical, 0.0), *ends]
    for axis, length in enumerate(geometry.size):
        places += [(f"side_{'xy'[axis]}", axis, 0.0), (f"side_{'xy'[axis]}", axis, length)]
    mesh.topology.create_connectivity(vertical, vertical + 1)
    found = [
        locate_entities(
            mesh, vertical, lambda x, axis=axis, at=at: np.abs(x[axis] - at) < tolerance
        )
        for _, axis, at in places
    ]
    values = [
        np.full(len(facets), TAGS[name], np.int32)
        for facets, (name, _, _) in zip(found, places, strict=True)
    ]
    facets, first = np.unique(np.concatenate(found), return_index=True)
    cells = mesh.topology.index_map(vertical + 1)
    everywhere = np.arange(cells.size_local + cells.num_ghosts, dtype=np.int32)
    upper = locate_entities(mesh, vertical + 1, lambda x: x[vertical] > -tolerance)
    bodies = np.where(np.isin(everywhere, upper), TAGS["electrolyte"], TAGS["lithium"]).astype(
        np.int32
    )
    return meshtags(mesh, vertical + 1, everywhere, bodies), meshtags(
        mesh, vertical, facets, np.concatenate(values)[first]
    )


def lift(mesh: Mesh, straight: np.ndarray, geometry: ContourGeometry) -> None:
    """Move the nodes of a straight box, shape (nodes, 3) [um], so that those of the level zero lie
    on the surface and the others in between follow; collective.

    Raises
    ------
    SetupError
        If a cell is turned inside out.
    """
    vertical = mesh.topology.dim - 1
    above, below = contour.levels(geometry)
    places = straight[:, : vertical + 1]
    plan, level = places[:, :vertical], places[:, vertical]
    far = np.where(level > 0, max(above.max(), 1e-300), min(-below.max(), -1e-300))
    shift = on_surface(geometry, plan) - np.column_stack([plan, np.zeros(len(plan))])
    mesh.geometry.x[:, : vertical + 1] = places + (1 - level / far)[:, None] * shift
    least = float(determinants(mesh).min(initial=np.inf))
    if mesh.comm.allreduce(least, op=MPI.MIN) <= 0:
        raise SetupError(
            "the mesh has cells that are turned inside out; raise geometry.refinement, the edge "
            "radius or the thicknesses"
        )
