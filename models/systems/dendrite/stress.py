"""Stress of lithium, electrolyte and pores, for the fields of a case on a mesh."""

from anodex.meshes.tagged import TaggedMesh
from anodex.models.parts.elasticity import Elasticity, slab_supports
from anodex.models.systems.dendrite.composition import Composition
from anodex.models.systems.dendrite.structure import period


def elasticity(composition: Composition, tagged: TaggedMesh) -> Elasticity | None:
    """Of a slab that is clamped at the left and pressed at the right; None where the case has no
    stress.
    """
    case = composition.case
    if not case.mechanics.enabled:
        return None
    mechanics = Elasticity(
        tagged,
        *composition.moduli(),
        composition.eigenstrain(),
        held=slab_supports(tagged.mesh.geometry.dim, case.geometry.sides == "mirrored"),
        pressed="right",
        period=period(case),
        linear_solver="auto",
        name="dendrite_mechanics",
    )
    mechanics.pressure.value = case.loading.external_pressure
    return mechanics
