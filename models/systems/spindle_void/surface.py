"""The void's surface: where integrals over it run, and which side of it is the metal's."""

from collections.abc import Callable
from dataclasses import dataclass

import ufl
from dolfinx import fem
from ufl.core.expr import Expr

from anodex.meshes.tagged import TaggedMesh


@dataclass(frozen=True)
class VoidSurface:
    """What forms on the void's surface need.

    Attributes
    ----------
    measure
        Of the surface.
    weight
        Thickness of the body there by which integrals are multiplied.
    normal
        Points out of the metal.
    side
        Gives the value of an expression on the metal's side.
    """

    measure: ufl.Measure
    weight: Expr
    normal: Expr
    side: Callable[[Expr], Expr]


def void_surface(tagged: TaggedMesh, weight: Expr, metadata: dict) -> VoidSurface:
    """The surface of a void that is meshed, or of an ideal crack, whose face bounds the mesh.

    Parameters
    ----------
    tagged
        Mesh with the part "void_surface".
    weight
        Thickness of the body.
    metadata
        Of the measure.
    """
    mesh, tag = tagged.mesh, tagged.tags["void_surface"]
    normal = ufl.FacetNormal(mesh)
    if not tagged.has_cells("void"):
        outside = ufl.Measure("ds", mesh, subdomain_data=tagged.facets, metadata=metadata)
        return VoidSurface(outside(tag), weight, normal, side=lambda value: value)
    # Which side of a facet is "+" is arbitrary: an indicator of the matrix picks its side.
    indicator = fem.Function(fem.functionspace(mesh, ("DG", 0)))
    indicator.x.array[tagged.cells.find(tagged.tags["matrix"])] = 1.0

    def side(value):
        return indicator("+") * value("+") + indicator("-") * value("-")

    inside = ufl.Measure("dS", mesh, subdomain_data=tagged.facets, metadata=metadata)
    return VoidSurface(inside(tag), weight("+"), side(normal), side)
