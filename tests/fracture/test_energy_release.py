"""Energy release from rings around a tip, by fields that are known exactly."""

import math

import numpy as np
import pytest
import ufl
from dolfinx import fem, mesh
from mpi4py import MPI

from anodex.models.fracture.energy_release import ElasticBody, PressedFaces, TipEnergyRelease
from anodex.models.laws.elasticity import bulk_modulus, shear_modulus
from anodex.models.laws.fracture import stress_intensity
from anodex.models.laws.kinematics import strain

COMM = MPI.COMM_WORLD
YOUNG, POISSON = 2000.0, 0.3  # MPa, -
SHEAR, BULK = shear_modulus(YOUNG, POISSON), bulk_modulus(YOUNG, POISSON)
RADIUS = 0.2  # um


@pytest.fixture(scope="module")
def half():
    """The half y > 0 around a tip at the origin."""
    corners = [np.array([-1.0, 0.0]), np.array([1.0, 1.0])]
    return mesh.create_rectangle(COMM, corners, (40, 20))


def release(half: mesh.Mesh, displacement, pressure=0.0, swelling=None, images=2):
    """Of a body with a displacement, whose whole lower side is a face under a pressure."""
    one, nothing = fem.Constant(half, 1.0), fem.Constant(half, 0.0)
    swelling = nothing * ufl.SpatialCoordinate(half)[0] if swelling is None else swelling
    elastic = strain(displacement, None, "plane-strain") - swelling / 3 * ufl.Identity(3)
    body = ElasticBody(
        displacement=displacement,
        deviator=2 * SHEAR * ufl.dev(elastic),
        hydrostatic=BULK * ufl.tr(elastic),
        volume_strain=swelling,
        shear=SHEAR,
        bulk=BULK,
        measure=ufl.dx(half, metadata={"quadrature_degree": 6}),
        weight=one,
    )
    facets = mesh.locate_entities_boundary(half, 1, lambda x: np.isclose(x[1], 0.0))
    tags = mesh.meshtags(half, 1, np.sort(facets), np.full(len(facets), 1, np.int32))
    faces = PressedFaces(
        pressure=fem.Constant(half, pressure),
        normal=ufl.FacetNormal(half),
        measure=ufl.ds(half, subdomain_data=tags, metadata={"quadrature_degree": 6})(1),
        weight=one,
    )
    return TipEnergyRelease(half, np.zeros(3), RADIUS, body, faces, images)()


def opened(half: mesh.Mesh, intensity: float):
    """Displacement [um] around a crack along the negative x-axis (Williams 1957), with its stress
    intensity in MPa um^0.5.
    """
    x, y = ufl.SpatialCoordinate(half)
    r, angle, kappa = ufl.sqrt(x**2 + y**2), ufl.atan2(y, x), 3 - 4 * POISSON
    size = intensity / (2 * SHEAR) * ufl.sqrt(r / (2 * math.pi))
    cosine, sine = ufl.cos(angle / 2), ufl.sin(angle / 2)
    return size * ufl.as_vector(
        [cosine * (kappa - 1 + 2 * sine**2), sine * (kappa + 1 - 2 * cosine**2)]
    )


def test_field_of_a_crack_releases_what_its_intensity_says(half):
    found = release(half, opened(half, 500.0))
    assert found.mean == pytest.approx(500.0**2 * (1 - POISSON**2) / YOUNG, rel=2e-3)
    assert found.spread < 5e-3
    assert stress_intensity(found.mean, YOUNG, POISSON) == pytest.approx(0.5, rel=1e-3)


def test_a_quarter_counts_twice_a_half(half):
    two, four = (release(half, opened(half, 500.0), images=images) for images in (2, 4))
    assert four.mean == pytest.approx(2 * two.mean, rel=1e-14)
    assert four.spread == pytest.approx(two.spread, rel=1e-12)


def test_a_pressure_all_around_and_in_the_crack_releases_nothing_more(half):
    """It closes nothing; but its work on the face that opens has to be counted."""
    pressure = 7.0
    size = -pressure * (1 + POISSON) * (1 - 2 * POISSON) / YOUNG
    pressed = opened(half, 500.0) + size * ufl.SpatialCoordinate(half)
    expected = 500.0**2 * (1 - POISSON**2) / YOUNG
    assert release(half, pressed, pressure).mean == pytest.approx(expected, rel=2e-3)
    assert release(half, pressed).mean != pytest.approx(expected, rel=0.02)


def test_a_swelling_that_stays_in_place_releases_nothing(half):
    """Neither where all displacements are held, nor where it bends the body freely in the plane;
    both store energy that varies along x.
    """
    x, y = ufl.SpatialCoordinate(half)
    swelling, rate = 3e-3 * (x + 2), (1 + POISSON) * 1e-3
    free = rate * ufl.as_vector([(x**2 - y**2) / 2 + 2 * x, x * y + 2 * y])
    for displacement in (fem.Constant(half, 0.0) * free, free):
        assert release(half, displacement, swelling=swelling).mean == pytest.approx(0.0, abs=1e-12)
