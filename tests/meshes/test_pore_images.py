"""Pores of images."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from anodex.meshes.pore_images import ImagePores, read_pixels
from anodex.meshes.pores import pores_from_image

DATA = Path(__file__).parent / "data"


def disc_image(pixel=0.5, centre=(30.0, 12.0), radius=8.0, size=(80, 40)):
    """Image of a dark disc, rows from the top, and the centres of its pixels."""
    columns, rows = (pixel * (np.arange(round(edge / pixel)) + 0.5) for edge in size)
    x, y = np.meshgrid(columns, rows[::-1])
    return np.where(np.hypot(x - centre[0], y - centre[1]) < radius, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("name", ["disc.png", "disc.tif", "disc.npy"])
def test_an_image_of_a_disc_has_its_distances_within_a_pixel(tmp_path, name, random_points):
    image = disc_image()
    np.save(tmp_path / name, image) if name.endswith("npy") else Image.fromarray(image).save(
        tmp_path / name
    )
    pores = pores_from_image(tmp_path / name, 0.5, (10.0, 0.0), (80.0, 40.0))
    points = random_points((80.0, 40.0))
    exact = 8.0 - np.hypot(points[:, 0] - 30.0, points[:, 1] - 12.0)
    assert (
        np.abs(
            pores.distance(points + np.array([10.0, 0.0])) - np.minimum(exact, points[:, 0])
        ).max()
        < 0.5
    )
    assert pores.porosity == pytest.approx(np.pi * 64 / 3200, rel=0.01)


def test_a_straight_edge_is_exact(tmp_path):
    # the lower three rows are pore
    np.save(tmp_path / "edge.npy", np.repeat([[1], [1], [0], [0], [0]], 8, axis=1))
    pores = pores_from_image(tmp_path / "edge.npy", 2.0, (0.0, 0.0), (16.0, 10.0))
    heights = np.linspace(1.0, 9.0, 17)
    points = np.column_stack([np.full(17, 12.0), heights])
    np.testing.assert_allclose(pores.distance(points), 6.0 - heights, atol=1e-12)
    assert pores.porosity == pytest.approx(0.6)


@pytest.mark.parametrize("kind", ["npy", "tif"])
def test_a_volume_has_slices_along_z(tmp_path, kind):
    volume = np.full((12, 16, 20), 255, np.uint8)
    volume[1:4, 10:14, 5:9] = 0  # z 1 to 4, y 2 to 6 (rows from the top), x 5 to 9
    pages = [Image.fromarray(page) for page in volume]
    path = tmp_path / f"volume.{kind}"
    np.save(path, volume) if kind == "npy" else pages[0].save(
        path, save_all=True, append_images=pages[1:]
    )
    pores = pores_from_image(path, 1.0, (0.0, 0.0, 0.0), (20.0, 16.0, 12.0))
    points = np.array([[7.0, 4.0, 2.5], [7.0, 4.0, 6.0], [7.0, 8.0, 2.5], [12.0, 4.0, 2.5]])
    np.testing.assert_allclose(pores.distance(points), [1.5, -2.0, -2.0, -3.0], atol=0.26)
    assert pores.porosity == pytest.approx(48 / volume.size)


@pytest.mark.parametrize("mode", ["1", "I;16", "RGB", "RGBA", "LA", "P"])
def test_images_of_all_kinds_are_read_alike(tmp_path, mode):
    dark = disc_image(pixel=1.0) == 0
    image = (
        Image.fromarray(np.where(dark, 0, 65535).astype(np.uint16))
        if mode == "I;16"
        else Image.fromarray(~dark).convert(mode)
    )
    image.save(tmp_path / "disc.png")
    np.testing.assert_array_equal(
        pores_from_image(tmp_path / "disc.png", 1.0, (0, 0), (80, 40)).pixels, dark[::-1].T
    )


@pytest.mark.parametrize("name", ["pores_int8.tif", "pores_1bit.tif"])
def test_pictures_of_bytes_with_a_sign_and_of_truth_values_hold_their_air(name):
    pores = pores_from_image(DATA / name, 1.0, (0.0, 0.0), (100.0, 60.0))
    assert pores.porosity == pytest.approx(0.3, abs=1e-12)


def test_the_first_row_is_on_top():
    """As in height maps: the pore in the upper left corner is at small x and large y."""
    pixels = read_pixels(DATA / "pore_upper_left.png", 2)
    x, y = np.argwhere(pixels).mean(axis=0) / pixels.shape
    assert x < 0.4 and y > 0.6


def test_pages_of_other_dimensions_than_the_box_are_refused(tmp_path):
    pages = [Image.fromarray(disc_image())] * 2
    pages[0].save(tmp_path / "pores.tif", save_all=True, append_images=pages[1:])
    with pytest.raises(ValueError, match=r"shape \(2, 80, 160\); a box of 2 dimensions"):
        read_pixels(tmp_path / "pores.tif", 2)


def test_pores_of_an_image_end_at_the_lithium():
    pores = ImagePores(
        np.array([20.0, 0.0]),
        np.array([4.0, 4.0]),
        1.0,
        np.array([[True] * 4, [True] * 4, [False] * 4, [False] * 4]),
    )
    np.testing.assert_allclose(
        pores.distance(np.array([[15.0, 2.0], [20.0, 2.0], [21.0, 2.0], [22.0, 2.0]])),
        [-5.0, 0.0, 1.0, 0.0],
    )


def test_a_repeated_image_has_no_seams(tmp_path, random_points):
    np.save(
        tmp_path / "disc.npy",
        disc_image(pixel=1.0, centre=(2.0, 3.0), radius=6.0, size=(30, 20)) > 0,
    )
    image = tmp_path / "disc.npy"
    with pytest.raises(
        ValueError,
        match=r"covers 30 x 20 um, but the electrolyte needs 90 x 40 um; give larger pixels or a "
        r"larger image",
    ):
        pores_from_image(image, 1.0, (0.0, 0.0), (90.0, 40.0))
    pores = pores_from_image(image, 1.0, (0.0, 0.0), (90.0, 40.0), tiled=True)
    points = random_points((30.0, 20.0), 500, (30.0, 0.0))
    np.testing.assert_allclose(
        pores.distance(points), pores.distance(points + np.array([30.0, 20.0])), atol=1e-12
    )
    np.testing.assert_allclose(
        pores.distance(np.array([[29.999, 3.0]])),
        pores.distance(np.array([[30.001, 3.0]])),
        atol=0.01,
    )
    assert pores.porosity == pytest.approx(pores.pixels.mean())


def test_an_image_between_periodic_sides_has_no_seam(tmp_path, random_points):
    """A disc around the corner of the period, from an image that is larger."""
    x, y = np.meshgrid(np.arange(30) + 0.5, np.arange(25) + 0.5)
    np.save(tmp_path / "disc.npy", np.hypot(x - 15, (y + 10) % 20 - 10) > 6)
    image = np.flip(np.load(tmp_path / "disc.npy"), axis=0)  # the first row is on top
    np.save(tmp_path / "disc.npy", image)
    pores = pores_from_image(tmp_path / "disc.npy", 1.0, (0.0, 0.0), (30.0, 20.0), periodic=True)
    points = random_points((30.0, 20.0), 2000)
    exact = 6.0 - np.hypot(points[:, 0] - 15.0, (points[:, 1] + 10) % 20 - 10)
    assert np.abs(pores.distance(points) - np.minimum(exact, points[:, 0])).max() < 1.0
    bottom = np.column_stack([np.linspace(0, 30, 200), np.zeros(200)])
    np.testing.assert_allclose(
        pores.distance(bottom), pores.distance(bottom + np.array([0.0, 20.0])), atol=1e-12
    )


@pytest.mark.parametrize(
    ("height", "message"),
    [(15.0, r"does not repeat between periodic sides"), (19.5, r"needs whole pixels")],
)
def test_an_image_that_does_not_repeat_is_refused(tmp_path, height, message):
    y = np.meshgrid(np.arange(30) + 0.5, np.arange(20) + 0.5)[1]
    x = np.meshgrid(np.arange(30) + 0.5, np.arange(20) + 0.5)[0]
    np.save(tmp_path / "disc.npy", np.flip(np.hypot(x - 15, (y + 10) % 20 - 10) > 6, axis=0))
    with pytest.raises(ValueError, match=message):
        pores_from_image(tmp_path / "disc.npy", 1.0, (0.0, 0.0), (30.0, height), periodic=True)


def test_thin_parts_of_an_image_are_told():
    pixels = np.zeros((40, 40), dtype=bool)
    pixels[5:15, 5:35] = True
    pixels[25:27, 5:35] = True  # two pixels wide: a sixth of all
    pores = ImagePores(np.zeros(2), np.array([40.0, 40.0]), 1.0, pixels)
    assert pores.share_below(1.0) == 0
    assert pores.share_below(5.0) == pytest.approx(1 / 6, abs=0.03)
    assert pores.share_below(12.0) == 1


def test_blurred_edges_of_an_image_are_taken(tmp_path):
    image = disc_image()
    image[:, 0] = 128  # one column of 160
    np.save(tmp_path / "disc.npy", image)
    assert pores_from_image(tmp_path / "disc.npy", 0.5, (10.0, 0.0), (80.0, 40.0)).pixels[1:].any()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            np.random.default_rng(0).uniform(size=(20, 30)),
            r"is not of two values: 5\d% .* threshold it",
        ),
        (np.eye(20) + 1j, r"holds no array of real numbers"),
        (np.ones((0, 30)), r"is empty"),
        (b"no image", r"cannot read the image .*; give an array \(.npy, .csv, .txt\) or an image"),
        (np.ones((20, 30)), r"has one value everywhere"),
        (np.array([[0.0, np.nan], [1.0, 0.0]]), r"not finite"),
        (np.arange(30.0), r"has the shape \(30,\); a box of 2 dimensions needs as many axes"),
        (np.zeros((4, 5, 6)), r"has the shape \(4, 5, 6\); a box of 2 dimensions"),
        (None, r"cannot read the image"),
    ],
)
def test_files_that_are_no_images_are_refused(tmp_path, content, message):
    path = tmp_path / "image.npy"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        np.save(path, content)
    with pytest.raises(ValueError, match=message):
        pores_from_image(path, 1.0, (0.0, 0.0), (5.0, 5.0))
