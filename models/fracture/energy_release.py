"""Energy released at a tip: domain integrals over rings around it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import ufl
from dolfinx import fem
from dolfinx.mesh import Mesh

from anodex.models.discrete.fields import total
from anodex.models.laws.elasticity import elastic_energy_density
from anodex.models.laws.fracture import eigenstrain_release, energy_release, face_release

# inner radii of the rings, in units of the smallest; each ring is as wide as its inner radius
RINGS = (1.0, 1.5, 2.0)


@dataclass(frozen=True)
class ElasticBody:
    """What holds the tip; UFL expressions.

    Attributes
    ----------
    displacement
        [um], a vector of the mesh's dimension.
    deviator, hydrostatic
        Of the stress [MPa]: a 3 x 3 tensor and a scalar, tension positive.
    volume_strain
        Isotropic eigenstrain that stays in place, as a change of volume.
    shear, bulk
        Moduli [MPa].
    measure, weight
        Where to integrate, and the thickness or circumference there.
    """

    displacement: Any
    deviator: Any
    hydrostatic: Any
    volume_strain: Any
    shear: Any
    bulk: Any
    measure: ufl.Measure
    weight: Any


@dataclass(frozen=True)
class PressedFaces:
    """The free surface of the body around the tip, under a pressure that follows it.

    Attributes
    ----------
    pressure
        [MPa].
    normal
        Out of the body.
    measure, weight
        Where to integrate, and the thickness or circumference there.
    side
        Takes the body's side of an expression; an inner surface has two.
    """

    pressure: Any
    normal: Any
    measure: ufl.Measure
    weight: Any
    side: Callable[[Any], Any] = lambda value: value


class Release(NamedTuple):
    """Mean over the rings, and their spread over it, zero where nothing is released."""

    mean: float
    spread: float


class TipEnergyRelease:
    """Energy released per unit advance of a tip along the first axis, from three rings around it.

    Parameters
    ----------
    mesh
        Of the body.
    tip
        Position of the tip [um], shape (3,).
    radius
        Inner radius of the smallest ring [um]: outside a rounded tip, and inside the field that the
        tip rules, which reaches about an eighth of a crack's length.
    body, faces
        What the rings lie in, and its free surface.
    images
        How many mirror images of the tip region make the whole of it: 2 for half of it, 4 for a
        quarter.

    Notes
    -----
    J. D. Eshelby, J. Elasticity 5 (1975) 321; Shih, Moran & Nakamura, Int. J. Fract. 30 (1986) 79.
    The integrals hold for an elastic body: creep dissipates.
    """

    def __init__(
        self,
        mesh: Mesh,
        tip: np.ndarray,
        radius: float,
        body: ElasticBody,
        faces: PressedFaces,
        images: int = 1,
    ):
        self._comm, self._images = mesh.comm, images
        dim = mesh.geometry.dim
        space = fem.functionspace(mesh, ("Lagrange", 2))
        full = body.deviator + body.hydrostatic * ufl.Identity(3)
        stress = ufl.as_tensor([[full[i, j] for j in range(dim)] for i in range(dim)])
        density = elastic_energy_density(body.deviator, body.hydrostatic, body.shear, body.bulk)
        along = ufl.as_vector([1.0] + [0.0] * (dim - 1))
        self._forms = []
        for factor in RINGS:
            plateau = fem.Function(space)
            plateau.interpolate(Ring(tip[:dim], factor * radius))
            velocity = plateau * along
            inside = energy_release(stress, body.displacement, density, velocity)
            inside += eigenstrain_release(body.hydrostatic, body.volume_strain, velocity)
            pushed = face_release(
                faces.pressure,
                faces.side(body.displacement),
                faces.normal,
                faces.side(ufl.grad(velocity)),
            )
            form = inside * body.weight * body.measure + pushed * faces.weight * faces.measure
            self._forms.append(fem.form(form))

    def __call__(self) -> Release:
        """For the present fields; collective.

        In J/m^2 where weights are one, in uN where they make the body a solid.
        """
        rings = np.array([self._images * total(self._comm, form) for form in self._forms])
        mean = float(rings.mean())
        return Release(mean, float(np.ptp(rings) / abs(mean)) if mean else 0.0)


@dataclass(frozen=True)
class Ring:
    """One inside a radius around the tip, zero outside twice that, and smooth between."""

    tip: np.ndarray
    radius: float

    def __call__(self, x: np.ndarray) -> np.ndarray:
        distance = np.linalg.norm(x[: len(self.tip)].T - self.tip, axis=1)
        part = np.clip((2 * self.radius - distance) / self.radius, 0.0, 1.0)
        return part**2 * (3 - 2 * part)
