"""Pores at random places and from images."""

import numpy as np
import pytest
from PIL import Image

from anodex.meshes.packing import part_inside
from anodex.meshes.pores import (
    ImagePores,
    RoundPores,
    indicator,
    pores_from_image,
    random_pores,
    within_walls,
)

START, LENGTHS = (20.0, 0.0), (200.0, 100.0)
BOX = (60.0, 40.0, 40.0)


def random_points(lengths, count=20_000, start=None):
    points = np.random.default_rng(7).uniform(0, lengths, (count, len(lengths)))
    return points if start is None else points + start


def gaps(pores):
    """Distances between the surfaces of all pairs of pores [um], shape (pores, pores); infinite
    on the diagonal.
    """
    offset = pores.centres[:, None] - pores.centres
    if pores.periodic:
        offset[..., 1:] -= pores.lengths[1:] * np.rint(offset[..., 1:] / pores.lengths[1:])
    return (
        np.linalg.norm(offset, axis=-1)
        - pores.radii[:, None]
        - pores.radii
        + np.diag(np.full(len(pores.radii), np.inf))
    )


# Random pores


def test_the_same_seed_gives_the_same_pores_and_another_seed_others():
    first, same, other = (random_pores(START, LENGTHS, 10.0, 0.2, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.centres, same.centres)
    np.testing.assert_array_equal(first.radii, same.radii)
    assert not np.array_equal(first.centres[:5], other.centres[:5])


@pytest.mark.parametrize("periodic", [False, True])
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("start", "lengths", "porosity"),
    [(START, LENGTHS, 0.1625), (START, LENGTHS, 0.4), ((0, 0, 0), BOX, 0.15)],
)
def test_pores_reach_the_porosity_apart_and_clear_of_the_electrodes(
    start, lengths, porosity, seed, periodic
):
    pores = random_pores(start, lengths, 10.0, porosity, seed, gap=0.8, periodic=periodic)
    assert pores.porosity == pytest.approx(porosity, abs=1e-9)
    assert gaps(pores).min() >= 0.8 - 1e-9
    places = pores.centres - np.array(start)
    assert (places >= 0).all() and (places <= lengths).all()
    assert (np.minimum(places[:, 0], lengths[0] - places[:, 0]) - pores.radii).min() >= 0.8 - 1e-9


@pytest.mark.parametrize("periodic", [False, True])
@pytest.mark.parametrize(("start", "lengths"), [(START, LENGTHS), ((0, 0, 0), BOX)])
def test_the_porosity_is_the_share_of_points_inside(start, lengths, periodic):
    pores = random_pores(start, lengths, 12.0, 0.2, 3, periodic=periodic)
    points = random_points(lengths, 200_000, start)
    assert (pores.distance(points) > 0).mean() == pytest.approx(
        0.2, abs=4 * np.sqrt(0.16 / 200_000)
    )


def test_diameters_have_the_given_mean_and_spread():
    pores = random_pores((0, 0), (800.0, 500.0), 10.0, 0.1625, 0, spread=0.25, periodic=True)
    assert 2 * pores.radii.mean() == pytest.approx(10.0, rel=0.03)
    assert pores.radii.std() / pores.radii.mean() == pytest.approx(0.25, rel=0.1)
    equal = random_pores((0, 0), (800.0, 500.0), 10.0, 0.1625, 0, spread=0.0, periodic=True)
    assert np.ptp(equal.radii) < 0.01


def test_a_narrow_box_of_cut_pores_reaches_the_porosity_too():
    assert random_pores((0, 0), (300.0, 6.0), 10.0, 0.2, 0).porosity == pytest.approx(0.2, abs=1e-3)


@pytest.mark.parametrize("periodic", [False, True])
@pytest.mark.parametrize(("start", "lengths"), [(START, LENGTHS), ((0, 0, 0), BOX)])
def test_the_distance_is_that_of_the_nearest_surface_of_all(start, lengths, periodic):
    pores = random_pores(start, lengths, 10.0, 0.25, 4, spread=0.5, periodic=periodic)
    points = random_points(lengths, 2000, start) - np.array(start) * 0.5  # some before the start
    offset = points[:, None] - pores.centres
    if periodic:
        offset[..., 1:] -= np.array(lengths)[1:] * np.rint(offset[..., 1:] / np.array(lengths)[1:])
    np.testing.assert_allclose(
        pores.distance(points),
        (pores.radii - np.linalg.norm(offset, axis=-1)).max(axis=1),
        atol=1e-9,
    )


def test_periodic_pores_go_on_at_the_opposite_side():
    pores = random_pores(START, LENGTHS, 10.0, 0.3, 5, periodic=True)
    bottom = np.column_stack([np.linspace(20, 220, 500), np.zeros(500)])
    np.testing.assert_allclose(
        pores.distance(bottom), pores.distance(bottom + np.array([0.0, 100.0])), atol=1e-9
    )
    assert (pores.distance(bottom) > 0).any()


def test_points_of_a_plane_may_have_three_columns():
    pores = random_pores(START, LENGTHS, 10.0, 0.1, 6)
    points = random_points(LENGTHS, 50)
    np.testing.assert_array_equal(
        pores.distance(np.column_stack([points, np.ones(50)])), pores.distance(points)
    )


def test_no_porosity_is_no_pores():
    pores = random_pores(START, LENGTHS, 10.0, 0.0, 0)
    assert len(pores.radii) == 0 and pores.porosity == 0.0
    np.testing.assert_array_equal(indicator(pores.distance(np.zeros((3, 2))), 1.0), 1.0)


@pytest.mark.parametrize(
    ("lengths", "wrong", "message"),
    [
        (
            LENGTHS,
            {"porosity": 0.7},
            r"porosity 0.7 with pores of 10 um, 1 um apart, in a box of 200 x 100 um: no room left "
            r"at 0\.[345]",
        ),
        ((8.0, 100.0), {}, r"in a box of 8 x 100 um: no room left at 0;"),
        (LENGTHS, {"porosity": 1.0}, r"porosity is 1; give 0 or more and less than 1"),
        (LENGTHS, {"diameter": 0.0}, r"diameter is 0 um, .* give a positive diameter"),
        (LENGTHS, {"gap": -1.0}, r"gap -1 um"),
        ((200.0,), {}, r"give 2 or 3 numbers each"),
    ],
)
def test_pores_that_cannot_be_are_refused(lengths, wrong, message):
    with pytest.raises(ValueError, match=message):
        random_pores(
            START[: len(lengths)],
            lengths,
            **{"diameter": 10.0, "porosity": 0.2, "seed": 0, **wrong},
        )


@pytest.mark.parametrize(
    ("centre", "lengths"),
    [((50, 2), (100, 40)), ((50, 2, 39), (100, 40, 40)), ((50, 3, 3), (100, 8, 40))],
)
def test_the_part_of_a_cut_pore_is_that_of_points(centre, lengths):
    centre, lengths, radius = np.array(centre, float), np.array(lengths, float), 6.0
    offset = np.random.default_rng(0).uniform(-radius, radius, (400_000, len(lengths)))
    places = centre + offset
    inside = (
        (np.linalg.norm(offset, axis=1) < radius)
        & (places > 0).all(axis=1)
        & (places < lengths).all(axis=1)
    )
    block = (2 * radius) ** len(lengths)
    share = part_inside(centre, radius, lengths, periodic=False) / block
    assert share == pytest.approx(inside.mean(), abs=5 * np.sqrt(0.25 / 400_000))


def test_half_a_pore_on_a_side_and_a_quarter_in_a_corner_are_exact():
    lengths = np.array([50.0, 30.0, 30.0])
    whole = 4 / 3 * np.pi * 4.0**3
    assert part_inside(np.array([20.0, 0.0, 15.0]), 4.0, lengths, False) == pytest.approx(
        whole / 2, rel=1e-9
    )
    assert part_inside(np.array([20.0, 0.0, 30.0]), 4.0, lengths, False) == pytest.approx(
        whole / 4, rel=1e-9
    )
    assert part_inside(np.array([20.0, 0.0, 30.0]), 4.0, lengths, True) == pytest.approx(
        whole, rel=1e-12
    )
    assert part_inside(np.array([20.0, 0.0]), 4.0, lengths[:2], False) == pytest.approx(
        8 * np.pi, rel=1e-12
    )


def test_the_indicator_is_minus_one_inside_and_plus_one_outside():
    pores = RoundPores(
        np.zeros(2), np.array([100.0, 100.0]), np.array([[50.0, 50.0]]), np.array([10.0])
    )
    values = indicator(
        pores.distance(np.array([[50.0, 50.0], [60.0, 50.0], [90.0, 50.0], [61.0, 50.0]])), 2.0
    )
    np.testing.assert_allclose(values, [-1, 0, 1, np.tanh(1.0)], atol=1e-6)


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("radius", [1.0, 2.0, 8.0])
def test_a_wall_leaves_a_pore_its_area_or_volume(dimension, radius):
    """Integral over the distance from the centre, of a wall as wide as the radius and of thinner
    and wider ones.
    """
    box = np.full(dimension, 100.0)
    pore = RoundPores(np.zeros(dimension), box, box[None] / 2, np.array([radius]))
    for width in (0.1 * radius, radius, 2.0 * radius):
        found = within_walls(pore, width)
        away = np.linspace(0, radius + 10 * width, 100_001)
        points = np.tile(box / 2, (len(away), 1))
        points[:, 0] += away
        air = (1 - indicator(found.distance(points), width)) / 2
        assert dimension * np.trapezoid(air * away ** (dimension - 1), away) == pytest.approx(
            radius**dimension, rel=1e-4
        )
        assert found.radii[0] < radius


def test_pores_that_vanish_behind_their_walls_are_refused():
    pores = RoundPores(np.zeros(2), np.full(2, 100.0), np.full((1, 2), 50.0), np.array([1.0]))
    with pytest.raises(
        ValueError,
        match=r"100% of the air is in pores below 2.24 um, which vanish in walls 3.5 um wide; give "
        r"larger",
    ):
        within_walls(pores, 3.5)


def test_no_pores_are_none_behind_walls():
    assert len(within_walls(random_pores(START, LENGTHS, 10.0, 0.0, 0), 3.0).radii) == 0


# Images


def disc_image(pixel=0.5, centre=(30.0, 12.0), radius=8.0, size=(80, 40)):
    """Image of a dark disc, rows from the top, and the centres of its pixels."""
    columns, rows = (pixel * (np.arange(round(edge / pixel)) + 0.5) for edge in size)
    x, y = np.meshgrid(columns, rows[::-1])
    return np.where(np.hypot(x - centre[0], y - centre[1]) < radius, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("name", ["disc.png", "disc.tif", "disc.npy"])
def test_an_image_of_a_disc_has_its_distances_within_a_pixel(tmp_path, name):
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


def test_a_repeated_image_has_no_seams(tmp_path):
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


def test_an_image_between_periodic_sides_has_no_seam(tmp_path):
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
        (b"no image", r"cannot read the image .*; give an image \(.png, .tif\) or an array"),
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
