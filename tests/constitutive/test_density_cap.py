"""Powder: yield surface, flow, tangent, and the compaction curve of a die."""

from dataclasses import replace

import numpy as np
import pytest

from anodex.models.constitutive.density_cap import (
    DensityCap,
    die_factor,
    hydrostatic_heckel_constant,
)

pytestmark = pytest.mark.smoke

LAW = DensityCap(
    young_modulus=22.1e3,
    poisson_ratio=0.37,
    porosity_softening=4.0,
    initial_density=0.525,
    heckel_constant=4.5e-3,
    tension_ratio=0.1,
)


def moduli(density) -> tuple[np.ndarray, np.ndarray]:
    young = LAW.young_modulus * np.exp(-LAW.porosity_softening * (1 - density))
    return young / (3 * (1 - 2 * LAW.poisson_ratio)), young / (2 * (1 + LAW.poisson_ratio))


def mapped(trial: np.ndarray, density: np.ndarray, opened=1.0):
    """A step of powder at densities that has been opened by tension afterwards to a multiple of
    its volume.
    """
    return LAW.return_map(trial, density, volume(trial, density, opened))


def volume(trial: np.ndarray, density: np.ndarray, opened=1.0) -> np.ndarray:
    return LAW.initial_density / density * opened * np.exp(trial.sum(axis=1))


def states(size: float, kind: str, points: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Trial strains, of which the first forty have equal ones, and densities that no strain
    brings beyond 0.95.
    """
    random = np.random.default_rng(seed=2)
    deviator = random.uniform(-size, size, (points, 3))
    deviator -= deviator.mean(axis=1)[:, None]
    deviator[:40, 1] = deviator[:40, 0] = -deviator[:40, 2] / 2
    deviator[:10] = 0.0
    largest = {
        "pressed": max(-0.3 * size, -np.log(0.95 / 0.8) / 3),
        "pulled": 0.3 * size,
        "sheared": 0.0,
    }[kind]
    mean = largest * random.uniform(0.1, 1, (points, 1))
    return deviator + mean, random.uniform(0.525, 0.8, points)


def true_invariants(found, volumes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pressure, von Mises stress and deviator of the true stress."""
    stress = found.stress / volumes[:, None]
    deviator = stress - stress.mean(axis=1)[:, None]
    return -stress.mean(axis=1), np.sqrt(1.5 * np.sum(deviator**2, axis=1)), deviator


@pytest.mark.parametrize("kind", ["pressed", "pulled", "sheared"])
@pytest.mark.parametrize("size", [0.01, 0.05, 0.5])
def test_stress_ends_on_the_surface_and_flows_along_its_normal(kind, size):
    trial, density = states(size, kind)
    found = mapped(trial, density)
    pressure, mises, deviator = true_invariants(found, volume(trial, density))
    assert np.isfinite(found.stress).all() and np.isfinite(found.tangent).all()
    weight = np.where(pressure < 0, LAW.tension_ratio**-2, 1.0)
    size_of_stress = np.sqrt(mises**2 / LAW.aspect**2 + weight * pressure**2)
    plastic = trial - found.elastic_strain
    yielding = np.abs(plastic).max(axis=1) > 1e-9
    assert np.count_nonzero(yielding) > 20
    np.testing.assert_allclose(
        size_of_stress[yielding], LAW.yield_pressure(found.internal)[yielding], rtol=1e-10
    )
    assert np.all(
        size_of_stress[~yielding] <= LAW.yield_pressure(found.internal)[~yielding] * (1 + 1e-10)
    )

    normal = 3 / LAW.aspect**2 * deviator - 2 / 3 * (weight * pressure)[:, None]
    np.testing.assert_allclose(np.cross(plastic, normal), 0, atol=1e-11 * np.abs(normal).max())
    assert np.all(np.sum(plastic * normal, axis=1)[yielding] > 0)

    bulk, shear = moduli(found.internal)
    mean = found.elastic_strain.mean(axis=1)
    np.testing.assert_allclose(-3 * bulk * mean, pressure, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(
        2 * shear[:, None] * (found.elastic_strain - mean[:, None]), deviator, rtol=1e-9, atol=1e-9
    )


@pytest.mark.parametrize("kind", ["pressed", "pulled", "sheared"])
@pytest.mark.parametrize("opened", [1.0, 1.02])
def test_density_is_the_largest_that_the_powder_has_had(kind, opened):
    trial, density = states(0.1, kind)
    found = mapped(trial, density, opened)
    present = density / opened * np.exp(-(trial - found.elastic_strain).sum(axis=1))
    np.testing.assert_allclose(found.internal, np.maximum(present, density), rtol=1e-12)
    assert np.all(found.internal < 1)
    grown = np.count_nonzero(found.internal > density * (1 + 1e-9))
    assert (
        grown > 100
        if kind == "pressed" and opened == 1
        else grown < 200
        if kind == "pressed"
        else grown == 0
    )


@pytest.mark.parametrize("kind", ["pressed", "pulled", "sheared"])
@pytest.mark.parametrize("size", [0.01, 0.05, 0.5])
@pytest.mark.parametrize("opened", [1.0, 1.005])
def test_tangent(kind, size, opened):
    trial, density = states(size, kind)
    step = 1e-8
    found = mapped(trial, density, opened)
    for change in step * np.eye(3):
        if kind == "sheared":
            # no pressure: where its sign changes, the curvature of the surface jumps
            change = change - step / 3
        above, below = (mapped(trial + sign * change, density, opened).stress for sign in (1, -1))
        expected = found.tangent @ (change / step)
        np.testing.assert_allclose(
            expected, (above - below) / (2 * step), atol=3e-6 * LAW.young_modulus
        )


def test_no_density_reaches_that_of_the_solid():
    trial = -np.random.default_rng(seed=3).uniform(0, 1.5, (500, 3))
    density = np.linspace(0.53, 0.99, 500)
    found = mapped(trial, density)
    assert found.internal.max() <= 1
    assert np.all(np.isfinite(found.stress[found.internal < 1 - 1e-9]))


def test_points_do_not_see_each_other():
    trial, density = states(0.1, "pressed", 20)
    together = mapped(trial, density)
    for point in range(20):
        alone = mapped(trial[point : point + 1], density[point : point + 1])
        np.testing.assert_array_equal(alone.stress[0], together.stress[point])


def test_yield_pressure_is_smooth_at_first_and_heckels_later():
    assert LAW.yield_pressure(LAW.initial_density) == pytest.approx(LAW.initial_pressure)
    pressures = LAW.yield_pressure(np.linspace(0.4, 0.999, 500))
    assert pressures.min() > 0 and np.all(np.diff(pressures) > 0)
    heckel = np.log((1 - LAW.initial_density) / (1 - 0.84)) / LAW.heckel_constant
    assert LAW.yield_pressure(0.84) == pytest.approx(heckel, rel=2e-5)


def die_path(density: float, steps: int = 5000) -> tuple[float, float, float]:
    """Logarithmic strain and true axial and radial pressure at a density in a rigid die: rate
    equations, integrated by Runge and Kutta.

    With plastic compaction as time, normality gives the rate of the plastic deviatoric strain; the
    total strain s follows from the yield surface, a quadratic equation.
    """

    def state(compaction, shearing):
        present = LAW.initial_density * np.exp(compaction)
        bulk, shear = moduli(present)
        a = bulk**2 + (2 * shear / LAW.aspect) ** 2
        b = bulk**2 * compaction + 6 * shear**2 * shearing / LAW.aspect**2
        c = (
            (bulk * compaction) ** 2
            + (3 * shear * shearing / LAW.aspect) ** 2
            - LAW.yield_pressure(present) ** 2
        )
        strain = (b + np.sqrt(b**2 - a * c)) / a
        return strain, bulk * (strain - compaction), 3 * shear * (2 / 3 * strain - shearing)

    def rate(compaction, shearing):
        _, pressure, mises = state(compaction, shearing)
        return mises / (LAW.aspect**2 * pressure)

    shearing, end = 0.0, np.log(density / LAW.initial_density)
    length = end / steps
    for compaction in length * np.arange(steps):
        first = rate(compaction, shearing)
        second = rate(compaction + length / 2, shearing + length / 2 * first)
        third = rate(compaction + length / 2, shearing + length / 2 * second)
        fourth = rate(compaction + length, shearing + length * third)
        shearing += length / 6 * (first + 2 * second + 2 * third + fourth)
    strain, pressure, mises = state(end, shearing)
    return strain, pressure + 2 / 3 * mises, pressure - mises / 3


def test_steps_converge_to_the_rate_equations_in_a_die():
    strain, axial, radial = die_path(0.84)
    errors = []
    for steps in (80, 160, 320):
        elastic, density = np.zeros((1, 3)), np.array([LAW.initial_density])
        for number in range(1, steps + 1):
            trial = elastic - [[strain / steps, 0, 0]]
            found = LAW.return_map(trial, density, np.exp([-strain * number / steps]))
            elastic, density = found.elastic_strain, found.internal
        errors.append(np.abs(found.stress[0, :2] * np.exp(strain) / [-axial, -radial] - 1))
    assert errors[0][0] < 1e-5 and errors[0][1] < 1e-3
    assert errors[0][1] / errors[1][1] == pytest.approx(2, rel=0.1) and errors[1][1] / errors[2][
        1
    ] == pytest.approx(2, rel=0.1)
    assert axial == pytest.approx(LAW.axial_die_pressure(0.84), rel=1e-4)


def test_factor_of_the_die_is_the_largest_axial_pressure_on_the_ellipse():
    angles = np.linspace(0, np.pi / 2, 100_001)
    for aspect in (0.5, 1.2, 2.0):
        assert die_factor(aspect) == pytest.approx(
            (np.cos(angles) + 2 / 3 * aspect * np.sin(angles)).max(), rel=1e-9
        )
    law = replace(
        LAW, heckel_constant=hydrostatic_heckel_constant(3.5e-3, LAW.aspect), initial_pressure=1e-3
    )
    assert np.log((1 - law.initial_density) / (1 - 0.84)) / law.axial_die_pressure(
        0.84
    ) == pytest.approx(3.5e-3, rel=1e-9)
