"""Shape and sizes of a void in a box: the spindle, ellipse, dot or crack of the system
`spindle_void`.

The long axis of the void is x and its centre the origin. Symmetry leaves x >= 0 and y >= 0 (and z
>= 0 in 3-D, where the void is the body of revolution about x). The axisymmetric mesh is the plane
one, read with y as the radius.
"""

from dataclasses import dataclass
from typing import Literal

from anodex.meshes import outline
from anodex.meshes.crack_path import CrackPath

# tip radius over length: below it OpenCASCADE, which resolves 1e-7, merges the ends of the tip arc
SMALLEST_ROUNDING = 1e-4
# tip radius of a spindle over half its width: at 1 its arcs become straight lines
LARGEST_ROUNDING = 0.99


def tip_radius_range(shape: str, length: float, width: float) -> tuple[float, float]:
    """Smallest and largest tip radius [um] that fits a shape of a length and width [um]; a
    spindle may also be sharp, with 0.
    """
    half_length, half_width = length / 2, width / 2
    if shape == "spindle":
        return min(
            SMALLEST_ROUNDING * length, LARGEST_ROUNDING * half_width
        ), LARGEST_ROUNDING * half_width
    return (
        half_width**2 / half_length,
        half_width if shape == "crack" else half_width**2 / half_length,
    )


def largest_tip_radius(shape: str, length: float, width: float) -> float:
    """Largest tip radius [um] that fits a shape of a length and width [um]."""
    return tip_radius_range(shape, length, width)[1]


@dataclass(frozen=True)
class VoidGeometry:
    """Void in a box; all lengths in um.

    Attributes
    ----------
    shape
        "spindle": two circular arcs with rounded tips; "ellipse"; "dot": circle or sphere; "crack":
        slot with half-elliptic ends.
    length, width
        Of the whole void along and across x. A dot needs width = length. A crack may have width 0
        in plane strain: then it is the segment 0 <= x <= length / 2 of the plane y = 0, tagged
        "void_surface", and no cell is "void".
    tip_radius
        Radius of curvature at the tip. None: a tenth of the width for a spindle, half the width for
        a crack. 0: a sharp spindle. Ellipse and dot do not read it, it follows from their length
        and width.
    dimension
        "plane-strain", "axisymmetric" (about x) or "3d".
    box_length, box_height
        Of the meshed part of the box along x and across. None: 8 times `length`.
    tip_cells
        Cells along a quarter circle of the tip radius.
    tip_size
        Cell size at the tip, instead of `tip_cells`. None with a sharp tip: `length` / 400.
    far_size
        Largest cell size. None: an eighth of the longer side of the box.
    growth
        Growth of the cell size per distance from tip and void. None: 0.09 in two dimensions, 0.25
        in three.
    refinement
        Divides all cell sizes.
    order
        1: straight cells, 2: curved cells.
    path
        Where a crack may run, of a void in a plane.

    Raises
    ------
    ValueError
        If the numbers make no void; the message says what was given and what is allowed.
    """

    shape: Literal["spindle", "ellipse", "dot", "crack"]
    length: float
    width: float
    tip_radius: float | None = None
    dimension: Literal["plane-strain", "axisymmetric", "3d"] = "plane-strain"
    box_length: float | None = None
    box_height: float | None = None
    tip_cells: int = 8
    tip_size: float | None = None
    far_size: float | None = None
    growth: float | None = None
    refinement: float = 1.0
    order: Literal[1, 2] = 2
    path: CrackPath | None = None

    def __post_init__(self):
        self._check_body()
        self._check_tip()
        for name in ("tip_cells", "tip_size", "far_size", "growth", "refinement"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise ValueError(f"{name} is {value:g}; it must be positive")
        if self.order not in (1, 2):
            raise ValueError(
                f"order is {self.order}; it must be 1 (straight cells) or 2 (curved cells)"
            )

    def _check_body(self):
        if self.shape not in ("spindle", "ellipse", "dot", "crack"):
            raise ValueError(f"shape is '{self.shape}'; known shapes: spindle, ellipse, dot, crack")
        if self.dimension not in ("plane-strain", "axisymmetric", "3d"):
            raise ValueError(
                f"dimension is '{self.dimension}'; it must be plane-strain, axisymmetric or 3d"
            )
        if not 0 <= self.width <= self.length or self.length == 0:
            raise ValueError(
                f"width {self.width:g} um and length {self.length:g} um: 0 < width <= length must "
                "hold"
            )
        if self.width == 0 and (self.shape, self.dimension) != ("crack", "plane-strain"):
            raise ValueError(
                f"a {self.shape} of width 0 in {self.dimension}: only a crack in plane-strain may "
                "have no width"
            )
        if self.shape == "dot" and self.width != self.length:
            raise ValueError(
                f"a dot needs width = length; given width {self.width:g} um and length "
                f"{self.length:g} um"
            )
        for name, least in (("box_length", self.length / 2), ("box_height", self.width / 2)):
            value = getattr(self, name)
            if value is not None and not value > least:
                raise ValueError(
                    f"{name} is {value:g} um; it must exceed {least:g} um, the part of the void "
                    "that it holds"
                )

    def _check_tip(self):
        radius = self.radius
        low, high = tip_radius_range(self.shape, self.length, self.width)
        if not (
            low * (1 - 1e-9) <= radius <= high * (1 + 1e-9)
            or (self.shape == "spindle" and radius == 0)
        ):
            sharp = "0 (sharp) or " if self.shape == "spindle" else ""
            raise ValueError(
                f"tip_radius is {radius:g} um; a {self.shape} {self.length:g} um by {self.width:g} "
                f"um takes {sharp}{low:g} to {high:g} um"
            )

    @property
    def radius(self) -> float:
        """Radius of curvature at the tip [um], 0 for a sharp tip."""
        if self.shape in ("ellipse", "dot"):
            return largest_tip_radius(self.shape, self.length, self.width)
        if self.tip_radius is None:
            return self.width / 10 if self.shape == "spindle" else self.width / 2
        return self.tip_radius

    @property
    def box(self) -> tuple[float, float]:
        """Length and height of the meshed part of the box [um]."""
        return self.box_length or 8 * self.length, self.box_height or 8 * self.length

    @property
    def outline(self) -> list[outline.Arc | outline.Line]:
        """Curves from the apex (0, width / 2) to the tip."""
        a, b = self.length / 2, self.width / 2
        if self.shape == "spindle":
            return outline.spindle(a, b, self.radius)
        return outline.crack(a, b, self.radius) if self.shape == "crack" else outline.ellipse(a, b)


def tip(geometry: VoidGeometry) -> tuple[float, float, float]:
    """Tip of the void (x, y, z) [um], a vertex of the mesh."""
    return geometry.length / 2, 0.0, 0.0
