"""The front of the lithium with its protrusions, and the pores of the electrolyte."""

import numpy as np
import pytest
from mpi4py import MPI

from anodex.meshes.slab import SlabGeometry
from anodex.models.errors import InputError
from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.structure import first_phase, pore_indicator, slab

COMM = MPI.COMM_WORLD
NO_BUMPS = "geometry.protrusions=0"


def grid(length: float, width: float, step: float, height: float = 0.0) -> np.ndarray:
    """Points of a plane, shape (points, 3)."""
    x, y = np.meshgrid(
        np.arange(0, length + step / 2, step), np.arange(0, width + step / 2, step), indexing="ij"
    )
    return np.column_stack([x.ravel(), y.ravel(), np.full(x.size, height)])


def front(case, across: np.ndarray, aside: float = 0.0) -> np.ndarray:
    """Place along x where the phase field is one half, at places across."""
    x = np.linspace(0, case.geometry.length, 24_001)
    places = []
    for y in across:
        phase = first_phase(case, np.column_stack([x, np.full_like(x, y), np.full_like(x, aside)]))
        places.append(np.interp(-0.5, -phase, x))
    return np.array(places)


def test_flat_front_has_the_profile_at_rest(small_case):
    points = grid(24, 12, 0.5)
    phase = first_phase(small_case(NO_BUMPS), points)
    np.testing.assert_allclose(phase, (1 - np.tanh(2 * (points[:, 0] - 6) / 3)) / 2, atol=1e-14)


def test_protrusion_has_its_height_and_its_width_at_half_height(small_case):
    case = small_case("geometry.protrusion_height=3 um", "geometry.protrusion_width=4 um")
    np.testing.assert_allclose(
        front(case, np.array([6.0, 4.0, 8.0, 0.0])), [9.0, 7.5, 7.5, 6 + 3 * 2**-9.0], atol=1e-3
    )


@pytest.mark.parametrize("number", [0, 1, 2, 5])
def test_number_of_protrusions(small_case, number):
    sizes = ("geometry.protrusion_width=1 um",) if number else ()
    case = small_case(f"geometry.protrusions={number}", *sizes, "geometry.width=40 um")
    places = front(case, np.linspace(0, 40, 401))
    high = places > 7.5
    assert np.sum(high[1:] & ~high[:-1]) == number
    tips = np.linspace(0, 40, 401)[places > 8.9]
    assert all(np.abs(tips - (n + 0.5) * 40 / number).min() < 0.1 for n in range(number))


def test_profile_normal_to_a_flank_is_as_wide_as_that_of_a_plane(small_case):
    """|grad xi| is 1/width where xi is one half, on a flank too."""
    case = small_case("geometry.protrusion_height=6 um", "geometry.protrusion_width=8 um")
    for y in (2.0, 4.0, 6.0, 9.0):
        point, step = np.array([front(case, np.array([y]))[0], y, 0.0]), 1e-3
        shifts = step * np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]])
        east, west, north, south = first_phase(case, point + shifts)
        assert np.hypot(east - west, north - south) / (2 * step) == pytest.approx(
            1 / case.interface.width, rel=0.1
        )


def test_protrusions_of_space_stand_in_the_middle_of_the_depth(small_case):
    case = small_case(
        "geometry.depth=10 um", "geometry.protrusion_width=3 um", "geometry.porosity=0"
    )
    assert front(case, np.array([6.0]), 5.0)[0] == pytest.approx(9.0, abs=1e-3)
    assert front(case, np.array([6.0]), 0.0)[0] < 6.01
    np.testing.assert_allclose(
        front(case, np.array([6.0]), 3.0), front(case, np.array([4.0]), 5.0), atol=1e-6
    )


@pytest.mark.parametrize("sides", ["mirrored", "periodic"])
@pytest.mark.parametrize("depth", [None, 10])
def test_pores_leave_the_lithium_alone(small_case, sides, depth):
    more = () if depth is None else (f"geometry.depth={depth} um",)
    case = small_case(
        f"geometry.sides={sides}",
        "geometry.length=60 um",
        "geometry.width=30 um",
        "geometry.porosity=0.1",
        NO_BUMPS,
        *more,
    )
    found = case.pores
    points = grid(9, 30, 0.5, height=depth / 2 if depth else 0.0)
    # up to a width of the interface before the front
    assert found.distance(points[:, : len(found.start)]).max() <= 1e-9
    assert np.sum(first_phase(case, points) * (1 - pore_indicator(case, points)) / 2) < 0.01 * len(
        points
    )


def air_over_request(case) -> float:
    """Share of air in the box of the pores, by the trapezoidal rule on square cells of the
    case's size, over the share asked for.
    """
    geometry = case.geometry
    places = SlabGeometry(
        geometry.length, geometry.width, geometry.depth, cell_size=case.cell_size
    ).places
    nodes = np.stack(np.meshgrid(*places, indexing="ij"), axis=-1)
    points = np.zeros((nodes[..., 0].size, 3))
    points[:, : len(places)] = nodes.reshape(len(points), -1)
    air = (1 - pore_indicator(case, points).reshape(nodes.shape[:-1])) / 2
    for along in reversed(places):
        air = np.trapezoid(air, along, axis=-1)
    length = geometry.length - geometry.lithium_thickness - case.interface.width
    return float(air) / (length * geometry.width * (geometry.depth or 1.0)) / geometry.porosity


def test_walls_leave_the_porosity_of_the_default_case():
    assert air_over_request(Case()) == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("sides", ["mirrored", "periodic"])
@pytest.mark.parametrize("seed", range(3))
def test_walls_leave_the_porosity_of_small_boxes(small_case, sides, seed):
    """Less what the walls of neighbours share, and what they lose at the sides."""
    given = (
        f"geometry.sides={sides}",
        f"geometry.seed={seed}",
        "geometry.length=60 um",
        "geometry.width=30 um",
        NO_BUMPS,
    )
    assert air_over_request(small_case(*given, "geometry.pore_diameter=7 um")) == pytest.approx(
        1.0, abs=0.035
    )
    space = (
        "geometry.depth=24 um",
        "interface.width=2 um",
        "geometry.pore_diameter=10 um",
        "geometry.porosity=0.1",
    )
    assert air_over_request(small_case(*given, *space)) == pytest.approx(1.0, abs=0.03)


def test_seed_chooses_the_pores(small_case):
    points = grid(24, 12, 1)
    one, same, other = (
        pore_indicator(small_case(f"geometry.seed={seed}"), points) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).max() > 0.5


def test_all_ranks_have_the_same_pores(small_case):
    found = small_case().pores
    for centres, radii in COMM.allgather((found.centres, found.radii)):
        np.testing.assert_array_equal(centres, found.centres)
        np.testing.assert_array_equal(radii, found.radii)


def test_without_porosity_there_is_electrolyte_alone(small_case):
    case = small_case("geometry.porosity=0")
    assert case.pores is None
    assert np.all(pore_indicator(case, grid(24, 12, 1)) == 1)


def stripes() -> np.ndarray:
    """15 x 12 pixels with a dark stripe across and a dark corner above on the right."""
    image = np.full((12, 15), 255.0)
    image[:, 5:9] = 0
    image[:3, 12:] = 0
    return image


@pytest.fixture
def image(shared_tmp_path):
    path = shared_tmp_path / "pores.npy"
    if COMM.rank == 0:
        np.save(path, stripes())
    COMM.barrier()
    return path


def with_image(path, *more: str) -> tuple[str, ...]:
    return (
        f"geometry.image={path}",
        "geometry.pixel_size=1 um",
        "interface.width=1 um",
        "geometry.length=22 um",
        *more,
    )


def reset_pores(small_case, *changes: str):
    """The small case, whose diameter of pores would do nothing beside an image."""
    return small_case(*changes, "geometry.pore_diameter=10 um")


def test_pores_of_an_image_are_those_of_the_image(small_case, image):
    """The electrolyte, 15 um long, starts a width of the interface before the lithium: at 7 um."""
    case = reset_pores(small_case, *with_image(image))
    centres = grid(22, 12, 1)[:, :2] + 0.5
    inside = (centres[:, 0] > 7) & (centres[:, 0] < 22) & (centres[:, 1] < 12)
    found = pore_indicator(
        case, np.column_stack([centres[inside], np.zeros(inside.sum())])
    ).reshape(15, 12)
    np.testing.assert_array_equal(found < 0, np.flip(stripes() < 128, axis=0).T)
    assert case.pores.porosity == pytest.approx(np.mean(stripes() == 0))


@pytest.mark.parametrize(
    ("values", "more", "words"),
    [
        (None, (), "cannot read the image"),
        (np.ones((12, 15)), (), "one value everywhere"),
        (np.random.default_rng(0).uniform(size=(12, 15)), (), "threshold it"),
        (stripes() + 1j, (), "real numbers"),
        (np.ones((0, 15)), (), "is empty"),
        (np.tri(12, 15), ("geometry.sides=periodic",), "mirror the sides"),
        (
            np.indices((24, 30)).sum(axis=0) % 2,
            ("geometry.pixel_size=0.5 um", "interface.width=1.5 um"),
            "blurs them",
        ),
        (
            stripes(),
            ("geometry.pixel_size=0.5 um",),
            "covers 7.5 x 6 um, but the electrolyte needs 15 x 12 um",
        ),
        (stripes(), ("geometry.depth=5 um",), "dimensions"),
    ],
    ids=[
        "no file",
        "no pores",
        "noise",
        "complex",
        "empty",
        "no period",
        "thin",
        "too small",
        "plane",
    ],
)
def test_wrong_image(small_case, shared_tmp_path, values, more, words):
    path = shared_tmp_path / "wrong.npy"
    if values is not None and COMM.rank == 0:
        np.save(path, values)
    COMM.barrier()
    with pytest.raises(InputError, match=r"geometry\.image: ") as caught:
        reset_pores(small_case, *with_image(path, *more))
    assert words in str(caught.value)


def test_porosity_out_of_reach(small_case):
    with pytest.raises(
        InputError, match=r"geometry\.porosity: .*no room left at .*smaller porosity"
    ):
        small_case("geometry.porosity=0.85")


def test_cells_are_fine_where_the_lithium_can_go(small_case):
    geometry = slab(small_case("geometry.length=300 um", "geometry.lithium_thickness=200 um"))
    x, y = geometry.places
    assert geometry.fine_from == 200 - 3 * 3
    np.testing.assert_allclose(np.diff(x[x >= geometry.fine_from - 1e-9]), 1.0, rtol=0.05)
    np.testing.assert_allclose(np.diff(y), 1.0)
    assert np.diff(x)[0] > 5


@pytest.mark.parametrize(
    ("changes", "grows"),
    [
        ((), True),
        (("loading.overpotential=0.35 V",), False),
        (("loading.overpotential=0 V",), False),
        (("loading.current_density=1 A/m^2",), True),
        (("loading.current_density=-1 A/m^2",), False),
        (("loading.overpotential=-0.2 V", "loading.external_pressure=10 MPa"), False),
        (
            (
                "loading.overpotential=-0.2 V",
                "loading.external_pressure=10 MPa",
                "mechanics.driving_force=as-printed",
            ),
            True,
        ),
        (
            (
                "loading.overpotential=-0.01 V",
                "kinetics.pressure_shift=true",
                "loading.external_pressure=100 MPa",
            ),
            False,
        ),
    ],
)
def test_cells_are_fine_where_the_lithium_dissolves(small_case, changes, grows):
    """Coarse cells would hold a front that comes back."""
    x, _ = slab(
        small_case("geometry.length=140 um", "geometry.lithium_thickness=100 um", *changes)
    ).places
    assert (np.diff(x).max() > 1.05) == grows


@pytest.mark.parametrize("cells", [3, 3.7, 4, 5.3])
def test_every_thickness_of_lithium_has_a_mesh(small_case, cells):
    """No round-off makes numbers that the mesh refuses."""
    for thickness in np.linspace(3.0, 60.0, 301):
        change = (
            f"geometry.lithium_thickness={thickness:.17g} um",
            f"geometry.cells_per_width={cells}",
            "geometry.length=100 um",
        )
        geometry = slab(small_case(*change))
        assert isinstance(geometry, SlabGeometry)
        assert np.all(np.diff(geometry.places[0]) > 0)
