"""The tip of the void as that of a crack."""

import numpy as np

from anodex.models.fracture.energy_release import ElasticBody, PressedFaces, TipEnergyRelease
from anodex.models.systems.spindle_void.problem import SpindleVoid

# The mesh holds one of the mirror images of the tip region: half of it in a plane, all of it in
# axisymmetry, a quarter in 3-D.
IMAGES = {"plane-strain": 2, "axisymmetric": 1, "3d": 4}


def tip_energy_release(problem: SpindleVoid, tip: np.ndarray) -> TipEnergyRelease:
    """Energy release at the tip of a void, at a position [um] of shape (3,).

    The smallest ring starts at two tip radii and not beyond an eighth of the length.
    """
    radius = problem.length / 8
    if problem.tip_radius > 0:
        radius = min(radius, 2 * problem.tip_radius)
    body = ElasticBody(
        displacement=problem.displacement,
        deviator=problem.deviator,
        hydrostatic=problem.hydrostatic,
        volume_strain=problem.chemical_volume_strain,
        shear=problem.shear,
        bulk=problem.bulk,
        measure=problem.in_matrix,
        weight=problem.weight,
    )
    faces = PressedFaces(
        pressure=problem.void_pressure,
        normal=problem.surface.normal,
        measure=problem.surface.measure,
        weight=problem.surface.weight,
        side=problem.surface.side,
    )
    return TipEnergyRelease(problem.mesh, tip, radius, body, faces, IMAGES[problem.dimension])
