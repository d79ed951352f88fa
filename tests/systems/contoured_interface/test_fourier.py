"""Contours that are sums of cosines: what they share with a cosine and a flat interface."""

import numpy as np
import pytest

pytestmark = pytest.mark.serial  # on several ranks test_parity holds such numbers to one
COSINE = {"shape": "fourier", "coefficients": ["12.5 um"]}
WAVES = {"shape": "fourier", "coefficients": ["20 um", "5 um", "-2 um"]}
NO_FLOW = {"law": "none"}


def test_one_coefficient_is_a_cosine(numbers_of):
    assert numbers_of(geometry=COSINE) == numbers_of()


def test_the_second_coefficient_alone_is_a_cosine_of_half_the_separation(numbers_of):
    """Both periods in one cell, on other cells."""
    fine = {"refinement": 2, "electrolyte_thickness": "225 um"}
    second = {"coefficients": ["0 um", "12.5 um"], "separation": "300 um"}
    twice = numbers_of(geometry={**COSINE, **second, **fine}, flow=NO_FLOW)
    once = numbers_of(geometry=fine, flow=NO_FLOW)
    for name in ("area_ratio", "max_current_density_ratio", "critical_current_ratio"):
        assert twice[name] == pytest.approx(once[name], rel=1e-5), name


def test_no_height_is_a_flat_interface(numbers_of):
    found = numbers_of(geometry={**WAVES, "coefficients": ["0 um"] * 3})
    assert found["critical_current_ratio"] == pytest.approx(1, rel=1e-8)
    assert found["area_ratio"] == pytest.approx(1, rel=1e-12)
    assert found["contour_height"] == 0 and found["smallest_radius"] is None


def test_currents_of_a_shallow_contour_add_up_by_linear_stability(numbers_of):
    """Each wave k of height c changes the primary current at the peak by c k of the mean: the
    field of a wave that decays over 1/k.
    """
    shallow = {"coefficients": ["15 nm", "5 nm", "10 nm"], "refinement": 2}
    found = numbers_of(geometry={**WAVES, **shallow}, kinetics={"law": "none"}, flow=NO_FLOW)
    wave = 2 * np.pi / 150
    expected = wave * (0.015 + 2 * 0.005 + 3 * 0.010)
    assert found["max_current_density_ratio"] - 1 == pytest.approx(expected, rel=5e-3)


def test_numbers_converge_with_the_mesh(numbers_of):
    """Cells of third order: errors fall with the fourth power of their size, by 16."""
    meshes = [numbers_of(geometry={**WAVES, "refinement": n}, flow=NO_FLOW) for n in (0.5, 1, 4)]
    areas, currents = (
        [found[name] for found in meshes] for name in ("area_ratio", "max_current_density_ratio")
    )
    for values, least in ((areas, 12), (currents, 12)):
        assert abs(values[0] - values[2]) > least * abs(values[1] - values[2])


def test_slopes_of_the_area_by_differences(numbers_of):
    """As `anodex optimise` takes them, a step of 0.03 um, against the exact ones to 1e-5."""
    heights, step = np.array([25.0, 3.0, -2.0]), 0.03
    waves, places = np.arange(1, 4)[:, None], (np.arange(2000) + 0.5) * np.pi / 2000
    turns = -2 * np.pi / 150 * waves * np.sin(waves * places)  # slope of each wave of height 1
    slope = heights @ turns
    exact = (turns * slope / np.sqrt(1 + slope**2)).mean(axis=1)

    def area(changed: np.ndarray) -> float:
        coefficients = [f"{float(height)!r} um" for height in changed]
        geometry = {"shape": "fourier", "coefficients": coefficients, "refinement": 2}
        return numbers_of(geometry=geometry, flow=NO_FLOW)["area_ratio"]

    shifts = step * np.eye(3)
    found = [(area(heights + shift) - area(heights - shift)) / (2 * step) for shift in shifts]
    np.testing.assert_allclose(found, exact, atol=1e-5 * np.abs(exact).max())


def test_radius_and_height_of_a_cosine(numbers_of):
    for geometry in ({}, COSINE):
        found = numbers_of(geometry=geometry, flow=NO_FLOW)
        assert found["contour_height"] == pytest.approx(25, rel=1e-12)
        curvature = 12.5 * (2 * np.pi / 150) ** 2
        assert found["smallest_radius"] == pytest.approx(1 / curvature, rel=1e-5)


def test_height_of_a_sum(make_case):
    places = np.linspace(0, 2 * np.pi, 1_000_001)
    profile = sum(height * np.cos(wave * places) for wave, height in ((1, 20), (2, 5), (3, -2)))
    found = make_case(geometry=WAVES).contour.height
    assert found == pytest.approx(np.ptp(profile), rel=1e-5)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"coefficients": ["80 um"]}, "exceeds geometry.separation"),
        ({"coefficients": []}, "at least 1 item"),
        ({"coefficients": ["1 um"] * 33}, "at most 32 items"),
        ({"dimension": "3d"}, "does not exist in dimension '3d'"),
        ({"height": "30 um"}, "'height' does nothing while 'shape' is 'fourier'"),
    ],
)
def test_mistakes_are_refused(make_case, changes, said):
    with pytest.raises(ValueError, match=said):
        make_case(geometry={**WAVES, **changes})
