"""Surfaces of contours: their shape, their rounding, and height maps from files."""

from pathlib import Path

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from anodex.meshes import heights
from anodex.models.errors import InputError

DATA = Path(__file__).parent / "data"
S, H = 150.0, 25.0
LINE = np.linspace(0, S, 61)[:, None]
PLANE = np.random.default_rng(0).uniform(-S, S, (200, 2))
SHAPES = {
    "egg-box": lambda plan: heights.egg_box(plan, H, S),
    "egg-box-sum": lambda plan: heights.egg_box_sum(plan, H, S),
    "pyramid": lambda plan: heights.pyramid(plan, H, S, 0.0),
    "frustum": lambda plan: heights.frustum(plan, H, S, 0.0, 0.5),
    "rounded pyramid": lambda plan: heights.pyramid(plan, H, S, 5.0),
    "rounded frustum": lambda plan: heights.frustum(plan, H, S, 5.0, 0.5),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_are_periodic_and_symmetric_to_planes_and_diagonal(shape):
    height = SHAPES[shape]
    for same in (PLANE + np.array([S, -2 * S]), PLANE * [-1, 1], PLANE * [1, -1], PLANE[:, ::-1]):
        np.testing.assert_allclose(height(same), height(PLANE), atol=1e-9 * H)


@pytest.mark.parametrize("shape", ["egg-box", "egg-box-sum", "pyramid", "frustum"])
def test_the_apex_is_half_the_height_above_the_mean_plane_and_the_valley_as_far_below(shape):
    ends = np.array([[0.0, 0.0], [S / 2, 0.0] if shape == "egg-box" else [S / 2, S / 2]])
    np.testing.assert_allclose(SHAPES[shape](ends), [H / 2, -H / 2])


def test_the_sum_of_cosines_is_the_product_turned_and_larger():
    turned = np.stack([PLANE[:, 0] - PLANE[:, 1], PLANE[:, 0] + PLANE[:, 1]], axis=1) / np.sqrt(2)
    np.testing.assert_allclose(
        heights.egg_box_sum(turned, H, S), heights.egg_box(PLANE, H, S * np.sqrt(2)), atol=1e-12 * H
    )


def test_in_the_plane_the_pyramid_is_a_triangular_wave_and_the_frustum_a_trapezoidal_one():
    distance = np.minimum(LINE, S - LINE)[:, 0]
    np.testing.assert_allclose(
        heights.pyramid(LINE, H, S, 0.0), H / 2 - H * distance / (S / 2), atol=1e-12
    )
    trapezoid = np.interp(distance, [0, S / 8, 3 * S / 8, S / 2], [H / 2, H / 2, -H / 2, -H / 2])
    np.testing.assert_allclose(heights.frustum(LINE, H, S, 0.0, 0.5), trapezoid, atol=1e-12)


@pytest.mark.parametrize("place", [0.0, S / 2])
def test_apex_and_valley_of_a_rounded_pyramid_have_the_radius_of_curvature(place):
    radius, step = 5.0, 1e-3
    around = heights.pyramid(place + step * np.array([[-1.0], [0.0], [1.0]]), H, S, radius)
    assert abs(around @ [1, -2, 1]) / step**2 == pytest.approx(1 / radius, rel=1e-4)


@pytest.mark.parametrize(
    ("shape", "place", "across"),
    [
        ("pyramid", [S / 4, S / 4], [1, -1]),
        ("frustum", [S / 4, S / 4], [1, -1]),
        ("frustum", [S / 8, 0.0], [1, 0]),
        ("frustum", [3 * S / 8, 0.0], [1, 0]),
    ],
)
def test_slopes_turn_over_the_edge_radius_at_ridges_and_rims(shape, place, across):
    """The second derivative across the edge is one over the radius there, far from other edges."""
    radius, step, more = 0.5, 1e-3, (0.5,) if shape == "frustum" else ()
    steps = step * np.array([[-1], [0], [1]]) * np.array(across) / np.linalg.norm(across)
    around = getattr(heights, shape)(np.array(place) + steps, H, S, radius, *more)
    assert abs(around @ [1, -2, 1]) / step**2 == pytest.approx(1 / radius, rel=0.01)


@pytest.mark.parametrize("shape", ["pyramid", "frustum"])
def test_rounded_edges_approach_the_sharp_ones(shape):
    more = (0.5,) if shape == "frustum" else ()
    sharp, blunt, blunter = (
        getattr(heights, shape)(PLANE, H, S, radius, *more) for radius in (0.0, 0.01, 0.1)
    )
    assert 0 < np.abs(blunt - sharp).max() < np.abs(blunter - sharp).max() / 5 < 0.01


def test_a_height_map_passes_through_its_values_scaled_to_height_and_mean_zero():
    values = np.random.default_rng(1).standard_normal((5, 8))
    rows, columns = np.mgrid[:5, :8]
    # the first row is on top, at y = 5 pixels
    pixels = np.stack([columns.ravel(), 5 - rows.ravel()], axis=1) * S / 8
    found = heights.height_map(pixels, values, H, S).reshape(5, 8)
    np.testing.assert_allclose(found, (values - values.mean()) / np.ptp(values) * H, atol=1e-10)
    there = heights.height_map(PLANE + np.array([S, S * 5 / 8]), values, H, S)
    np.testing.assert_allclose(there, heights.height_map(PLANE, values, H, S), atol=1e-9)


def test_a_line_of_heights_is_the_periodic_cubic_spline():
    values = np.random.default_rng(2).standard_normal(9)
    scaled = (values - values.mean()) / np.ptp(values) * H
    spline = CubicSpline(np.arange(10) * S / 9, np.append(scaled, scaled[0]), bc_type="periodic")
    np.testing.assert_allclose(
        heights.height_map(LINE, values, H, S), spline(LINE[:, 0]), atol=1e-10
    )


@pytest.mark.parametrize("name", ["map.npy", "map.csv", "map.txt"])
def test_arrays_are_read_as_they_are(tmp_path, name):
    values = np.random.default_rng(3).standard_normal((4, 6))
    save = {
        "map.npy": np.save,
        "map.csv": lambda path, array: np.savetxt(path, array, delimiter=","),
        "map.txt": np.savetxt,
    }[name]
    save(tmp_path / name, values)
    np.testing.assert_allclose(heights.read_height_map(tmp_path / name), values)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("map.png", np.uint8),
        ("map.png", np.uint16),
        ("map.tif", np.uint16),
        ("map.tif", np.float32),
    ],
)
def test_grey_values_of_images_keep_their_precision(tmp_path, name, kind):
    image = pytest.importorskip("PIL.Image")
    # 20.25 um is not 20 um
    values = (np.random.default_rng(4).random((4, 6)) * (200 if kind == np.uint8 else 20)).astype(
        kind
    )
    image.fromarray(values).save(tmp_path / name)
    np.testing.assert_array_equal(heights.read_height_map(tmp_path / name), values)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.npy", b""),
        ("empty.csv", b""),
        ("ragged.csv", b"1,2,3\n4,5\n"),
        ("words.txt", b"high low\nlow high\n"),
        ("unknown.map", b"1 2 3 4"),
        ("broken.png", b"\x89PNG\r\n\x1a\n1234"),
        ("small.csv", b"1,2,3\n4,5,6\n7,8,9\n"),
        ("constant.csv", b"1,1,1,1\n" * 4),
        ("gap.csv", b"1,2,3,4\n" * 3 + b"1,2,nan,4\n"),
    ],
)
@pytest.mark.filterwarnings("ignore:loadtxt")
def test_files_that_hold_no_height_map_are_refused_by_name(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=f"{name}.*give"):
        heights.read_height_map(tmp_path / name)


def test_missing_files_and_stacks_of_maps_are_refused(tmp_path):
    np.save(tmp_path / "stack.npy", np.random.default_rng(6).random((4, 4, 4)))
    for name in ("stack.npy", "missing.csv"):
        with pytest.raises(InputError, match=f"{name}.*give"):
            heights.read_height_map(tmp_path / name)


def test_complex_numbers_are_refused(tmp_path):
    """NumPy would drop the imaginary part."""
    np.save(tmp_path / "map.npy", np.ones((4, 4)) * 1j)
    with pytest.raises(InputError, match=r"complex.*; give an array"):
        heights.read_height_map(tmp_path / "map.npy")


@pytest.mark.parametrize(
    ("name", "same"),
    [("height_map_int8.tif", "height_map_uint16.tif"), ("height_map_uint16.tif", None)],
)
def test_a_map_of_signed_bytes_holds_the_surface_of_one_of_16_bits(name, same):
    """Of a sampled egg-box; its area over that of the plane, of the table in the model page."""
    values = heights.read_height_map(DATA / name)
    if same:
        other = heights.read_height_map(DATA / same)
        np.testing.assert_allclose(
            values / np.ptp(values), (other - other.mean()) / np.ptp(other), atol=1 / 186
        )
    step = S / 512
    middle = (np.mgrid[:512, :512].reshape(2, -1).T + 0.5) * step
    surface = heights.height_map(middle, values, H, S).reshape(512, 512)
    slopes = [(surface - np.roll(surface, 1, axis)) / step for axis in (0, 1)]
    area = np.sqrt(1 + slopes[0] ** 2 + slopes[1] ** 2).mean()
    assert area == pytest.approx(1.0666, abs=1e-3)


def test_a_map_with_its_preview_and_one_of_several_pages_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"2 pages of different sizes .*; save the one"):
        heights.read_height_map(DATA / "height_map_preview_first.tif")
    image = pytest.importorskip("PIL.Image")
    pages = [image.fromarray(np.arange(64, dtype=np.uint8).reshape(8, 8))] * 2
    pages[0].save(tmp_path / "map.tif", save_all=True, append_images=pages[1:])
    with pytest.raises(InputError, match="2 pages; give one line or one picture"):
        heights.read_height_map(tmp_path / "map.tif")


def test_the_first_row_is_on_top():
    """As in pictures of pores: a bump in the upper left corner of a map is at small x, large y."""
    values = heights.read_height_map(DATA / "bump_upper_left.png")
    plan = np.random.default_rng(0).uniform(0, S, (4000, 2))
    x, y = plan[heights.height_map(plan, values, H, S).argmax()] / S
    assert x == pytest.approx(0.25, abs=0.1) and y == pytest.approx(0.75, abs=0.1)


def tilted(values, *slopes):
    """The map with a plane, of so much from one side to the other."""
    for axis, slope in enumerate(slopes):
        ramp = slope * np.arange(values.shape[axis]) / values.shape[axis]
        values = values + (ramp if axis == values.ndim - 1 else ramp[:, None])
    return values


@pytest.mark.parametrize("slopes", [(0.9, 0.0), (0.0, -1.2), (0.7, 0.8)])
def test_maps_that_do_not_repeat_are_refused_or_levelled(tmp_path, slopes):
    level = waves(32, 48, 1)
    np.save(tmp_path / "map.npy", tilted(level, *slopes))
    sides = "upper and lower" if slopes[0] else "left and right"
    with pytest.raises(
        InputError, match=f"does not repeat: between its {sides} .*geometry.level = true.*mirrored"
    ):
        heights.read_height_map(tmp_path / "map.npy")
    found = heights.read_height_map(tmp_path / "map.npy", level=True)
    np.testing.assert_allclose(found, level, atol=2e-3 * np.ptp(level))


def test_a_profile_is_levelled():
    with pytest.raises(InputError, match=r"heights differ by 1.95 .* by 0.172 at most"):
        heights.read_height_map(DATA / "height_map_tilted.npy")
    found, level = (
        heights.read_height_map(DATA / f"height_map_{name}.npy", name == "tilted")
        for name in ("tilted", "level")
    )
    np.testing.assert_allclose(found - found.mean(), level - level.mean(), atol=1e-4)


def test_a_rough_piece_that_does_not_repeat_is_refused_but_not_with_its_mirror_image(tmp_path):
    rough = np.cumsum(np.random.default_rng(8).standard_normal((40, 60)), axis=1)
    for name, values in (("map.npy", rough), ("both.npy", np.hstack([rough, rough[:, ::-1]]))):
        np.save(tmp_path / name, values)
    with pytest.raises(InputError, match="left and right"):
        heights.read_height_map(tmp_path / "map.npy")
    with pytest.raises(InputError, match=r"left and right .*give one period, or put the mirrored"):
        heights.read_height_map(tmp_path / "map.npy", level=True)
    heights.read_height_map(tmp_path / "both.npy")


def test_a_plane_is_no_map(tmp_path):
    np.save(tmp_path / "map.npy", tilted(np.zeros((8, 12)), 1.0, 0.3))
    with pytest.raises(InputError, match="constant but for a plane"):
        heights.read_height_map(tmp_path / "map.npy", level=True)


def test_a_missing_file_is_named_with_the_folder_that_was_searched(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=f"no such file in {tmp_path};"):
        heights.read_height_map("map.npy")


def waves(rows, columns, number):
    """A map of `number` waves along each side."""
    y, x = (2 * np.pi * number * np.arange(count) / count for count in (rows, columns))
    return np.cos(x) + np.sin(y)[:, None]


def test_smooth_maps_take_large_cells_and_rough_ones_a_cell_for_two_pixels():
    assert heights.pixels_per_cell(np.random.default_rng(0).random((64, 64)), 0.2) == 2.0
    assert heights.pixels_per_cell(waves(16, 16, 4), 0.2) == 2.0
    coarse, fine = (
        heights.pixels_per_cell(waves(64, 64, 1), 0.2),
        heights.pixels_per_cell(waves(128, 128, 1), 0.2),
    )
    assert 5 < coarse < 10
    # the cells stay as they are; sizes change by steps of 1.25
    assert fine == pytest.approx(2 * coarse, rel=0.26)
    # as steep
    assert heights.pixels_per_cell(waves(128, 128, 4), 0.05) == pytest.approx(fine / 4, rel=0.26)
    assert heights.pixels_per_cell(waves(128, 128, 1), 1.0) < fine  # steeper


@pytest.mark.parametrize("number", [1, 2, 3])
def test_cells_of_a_smooth_map_follow_it(number):
    values = waves(96, 96, number)
    cells = heights.cells_along(96, heights.pixels_per_cell(values, 0.0))
    nodes = np.linspace(0, 1, 3 * cells + 1)
    # the waves along x, exactly, between the four nodes of each cell
    for first in range(0, 3 * cells, 3):
        within = np.linspace(nodes[first], nodes[first + 3], 13)
        cubic = np.polynomial.Polynomial.fit(
            nodes[first : first + 4], np.cos(2 * np.pi * number * nodes[first : first + 4]), 3
        )
        assert np.abs(
            cubic(within) - np.cos(2 * np.pi * number * within)
        ).max() < 1.5 * heights.FAITHFUL * np.ptp(values)
