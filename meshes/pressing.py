"""Powder in a tube: the bodies of pressing, in the plane of axis (x) and radius (y).

The stack is symmetric about the mid-plane of the powder, x = 0. Powder and tube share no node: one
slides along the other.
"""

from dataclasses import dataclass
from math import log

from mpi4py import MPI

from anodex.meshes.session import build, generate
from anodex.meshes.tagged import TaggedMesh

TAGS = {
    "powder": 1,
    "tube": 2,
    "midplane": 11,
    "axis": 12,
    "punch": 13,
    "powder_side": 14,
    "wall": 15,
    "outer": 16,
    "tube_end": 17,
}
# way of the powder's edge along the wall, over the loose height: fine cells there
PATH = (0.5, 1.0)
STEEPEST = 0.9  # growth of the cells over the way on which they grow; at 1 the first would be all


@dataclass(frozen=True)
class PressingGeometry:
    """Half of the powder and of the tube; all lengths in um.

    Attributes
    ----------
    bore_radius, outer_radius
        Of the tube.
    length
        Of the tube, from the mid-plane.
    powder_height
        Of the loose powder above the mid-plane; 0: the tube alone.
    fine_range
        Axial range of the smallest cells along the wall. None: the way of the powder's edge, or the
        end at x = 0 of a tube alone.
    cell_size
        Of the smallest cells, at the powder's outer upper edge and along `fine_range`.
    coarsening
        Largest over smallest cell size, as far as a narrow bore has room for it.
    refinement
        Divides all cell sizes.

    Raises
    ------
    ValueError
        If the numbers make no tube; the message says what was given and what is allowed.
    """

    bore_radius: float = 3175.0
    outer_radius: float = 6350.0
    length: float = 8000.0
    powder_height: float = 970.0
    fine_range: tuple[float, float] | None = None
    cell_size: float = 50.0
    coarsening: float = 8.0
    refinement: float = 1.0

    def __post_init__(self):
        if not 0 < self.bore_radius < self.outer_radius:
            raise ValueError(
                f"bore_radius {self.bore_radius:g} um and outer_radius {self.outer_radius:g} um: 0 "
                "< bore < outer must hold"
            )
        if not 0 <= self.powder_height <= self.length:
            raise ValueError(
                f"powder_height is {self.powder_height:g} um; it must lie between 0 and the "
                f"length, {self.length:g} um"
            )
        for name in ("cell_size", "coarsening", "refinement"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} is {getattr(self, name):g}; it must be positive")
        start, end = self.fine
        if not 0 <= start < end < self.length:
            raise ValueError(
                f"fine_range is {start:g} to {end:g} um; it must lie between 0 and the length, "
                f"{self.length:g} um"
            )

    @property
    def fine(self) -> tuple[float, float]:
        """Axial range of the smallest cells along the wall [um]."""
        height = self.powder_height or self.bore_radius / 2
        return self.fine_range or (PATH[0] * height, PATH[1] * height)

    @property
    def size(self) -> float:
        """Size of the smallest cells [um]."""
        return self.cell_size / self.refinement

    @property
    def growth(self) -> float:
        """Of the cell size with the distance from the smallest cells."""
        return min((self.coarsening - 1) * self.size / self.bore_radius, STEEPEST)

    @property
    def largest(self) -> float:
        """Size of the largest cells across [um]."""
        return self.size + self.growth * self.bore_radius


def build_pressing(geometry: PressingGeometry, comm: MPI.Comm) -> TaggedMesh:
    """Mesh of straight quadrilaterals with the parts named in `TAGS`; collective.

    Without powder its tags stay empty.
    """

    def draw():
        import gmsh

        bore, height = geometry.bore_radius, geometry.powder_height
        stops = [0.0, *(place for place in geometry.fine if place > 0), geometry.length]
        facets = _block([0.0, height], [0.0, bore], "powder", geometry) if height else {}
        for name, curves in _block(stops, [bore, geometry.outer_radius], "tube", geometry).items():
            facets.setdefault(name, []).extend(curves)
        for name, curves in facets.items():
            gmsh.model.addPhysicalGroup(1, curves, TAGS[name])
        generate(2, 1, lambda *_: geometry.size)

    return build(draw, TAGS, comm, 2)


SIDES = {
    "powder": ("midplane", "punch", "axis", "powder_side"),
    "tube": ("midplane", "tube_end", "wall", "outer"),
}


def _block(
    stops: list[float], radii: list[float], part: str, geometry: PressingGeometry
) -> dict[str, list[int]]:
    """Draw rectangles in a row along the axis, as one part; returns the curves of its sides by
    name.
    """
    import gmsh

    geo = gmsh.model.geo
    points = [[geo.addPoint(x, y, 0) for y in radii] for x in stops]
    along = [
        [geo.addLine(points[i][j], points[i + 1][j]) for i in range(len(stops) - 1)]
        for j in range(2)
    ]
    across = [geo.addLine(*pair) for pair in points]
    surfaces = []
    for i in range(len(stops) - 1):
        surfaces.append(
            geo.addPlaneSurface(
                [geo.addCurveLoop([along[0][i], across[i + 1], -along[1][i], -across[i]])]
            )
        )
        geo.mesh.setTransfiniteSurface(surfaces[-1])
        geo.mesh.setRecombine(2, surfaces[-1])
        for curves in along:
            geo.mesh.setTransfiniteCurve(
                curves[i],
                *_grading(stops[i], stops[i + 1], _axial_sizes(stops[i : i + 2], part, geometry)),
            )
    sizes, (inner, outer) = [geometry.size, geometry.largest], radii
    if part == "powder":
        sizes.reverse()
    for curve in across:
        geo.mesh.setTransfiniteCurve(curve, *_grading(inner, outer, sizes))
    geo.synchronize()
    gmsh.model.addPhysicalGroup(2, surfaces, TAGS[part])
    return dict(zip(SIDES[part], ([across[0]], [across[-1]], *along), strict=True))


def _axial_sizes(ends: list[float], part: str, geometry: PressingGeometry) -> list[float]:
    """Cell sizes at both ends of a stretch of the axis [um]: growing away from the fine range,
    in the powder away from its upper edge.
    """
    start, end = (geometry.powder_height,) * 2 if part == "powder" else geometry.fine
    return [geometry.size + geometry.growth * max(start - x, x - end, 0.0) for x in ends]


def _grading(start: float, end: float, sizes: list[float]) -> tuple[int, str, float]:
    """Number of nodes and progression of a line [um] whose cells grow geometrically from the
    first to the second size [um].
    """
    first, last = sizes
    # The cells of a geometric progression grow by a constant share of the distance.
    growth = (last - first) / (end - start)
    cells = (end - start) / first if abs(growth) < 1e-9 else log(last / first) / log(1 + growth)
    cells = max(1, round(cells))
    return cells + 1, "Progression", (last / first) ** (1 / max(cells - 1, 1))
