"""Pictures from the result folders of small runs of each kind."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from anodex.models.errors import SetupError
from anodex.models.inputs.casefile import read_case
from anodex.models.results.result import Result
from anodex.models.systems.contoured_interface import SYSTEM
from anodex.models.systems.contoured_interface.names import PRESSURE
from anodex.models.systems.contoured_interface.pictures.colours import RATIO, color_scale
from anodex.models.systems.contoured_interface.pictures.cut import (
    electrolyte_section,
    lithium_section,
)
from anodex.models.systems.contoured_interface.pictures.interface import Interface
from anodex.models.systems.contoured_interface.pictures.views import stretch, tiled

pytestmark = [pytest.mark.serial, pytest.mark.usefixtures("coarse_pictures")]

SHIPPED = Path(__file__).parents[3] / "cases" / "contoured_interface.toml"
PLANE = ("geometry.dimension=2d", "geometry.shape=cosine")
NAMES = ["interface.png", "profile.png", "cut.png"]


@pytest.fixture(scope="module")
def finished(run_once):
    """Function that gives the result of the shipped case on the coarsest mesh with
    changes; the same one runs once.
    """

    def make(*changes: str) -> Result:
        case = read_case(SHIPPED, ["geometry.refinement=0.25", *changes])
        return Result(run_once(case).folder)

    return make


@pytest.fixture(scope="module")
def hills(tmp_path_factory):
    """Changes that make the contour a height map of 8 by 12 values, and one in the plane."""
    heights = np.random.default_rng(1).normal(size=(8, 12))
    folder = tmp_path_factory.mktemp("map")
    np.save(folder / "space.npy", heights)
    np.save(folder / "plane.npy", heights[0])
    return {
        dimension: (
            "geometry.shape=height-map",
            f"geometry.height_map={folder / name}",
            f"geometry.dimension={dimension}",
        )
        for dimension, name in (("3d", "space.npy"), ("2d", "plane.npy"))
    }


def coloured_share(path: Path) -> float:
    """Share of the pixels that are neither white nor grey nor black."""
    return float(np.mean(np.ptp(imread(path)[..., :3], axis=-1) > 0.1))


KINDS = {
    "space": (),
    "plane": PLANE,
    "trochoid": ("geometry.dimension=2d", "geometry.shape=trochoid"),
    "no flow": ("flow.law=none",),
    "sharp edges": ("geometry.shape=pyramid", "flow.law=none"),
    "rounded edges": (
        "geometry.shape=frustum",
        "geometry.edge_radius=15 um",
        "geometry.dimension=2d",
    ),
    "flat": ("geometry.shape=flat",),
    "steep": ("geometry.height=150 um", *PLANE[:1], "geometry.shape=cosine"),
    "shallow": ("geometry.height=1 um",),
    "stripping": ("loading.current_density=-1 mA/cm^2", *PLANE),
    "no current": ("loading.current_density=0 mA/cm^2",),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_run_gives_pictures_that_are_not_blank(kind, finished):
    result = finished(*KINDS[kind])
    pictures = result.plot()
    assert pictures == [result.folder / "figures" / name for name in NAMES]
    shares = [coloured_share(picture) for picture in pictures]
    assert shares[0] > (0.02 if "geometry.dimension=2d" in KINDS[kind] else 0.15)
    assert shares[1] > 0.002
    assert shares[2] > 0.2


@pytest.mark.parametrize("dimension", ["2d", "3d"])
def test_height_map_gives_pictures_that_are_not_blank(dimension, finished, hills):
    shares = [coloured_share(picture) for picture in finished(*hills[dimension]).plot()]
    assert shares[0] > 0.02 and shares[1] > 0.002 and shares[2] > 0.2


def test_zero_current_shows_the_current_itself(finished):
    interface = Interface.of(finished(*KINDS["no current"]))
    assert interface.coloured == ("current_density [A/m^2]",)


@pytest.mark.parametrize("kind", ["mirror images", "height map"])
def test_copies_join_without_seams(kind, finished, hills):
    interface = Interface.of(finished(*(hills["3d"] if kind == "height map" else ())))
    surface = tiled(interface)
    rim = surface.extract_feature_edges(
        boundary_edges=True, feature_edges=False, manifold_edges=False, non_manifold_edges=False
    )
    left, right, front, back = surface.bounds[:4]
    np.testing.assert_allclose([right - left, back - front], 2 * interface.period)
    outer = np.isclose(
        rim.points[:, :2, None], [[left, right], [front, back]], rtol=0, atol=1e-6
    ).any(axis=(1, 2))
    assert rim.n_points and outer.all()


@pytest.mark.parametrize("kind", ["space", "plane"])
def test_cut_shows_each_body_on_its_side_of_the_interface(kind, finished):
    result = finished(*KINDS[kind])
    interface = Interface.of(result)
    above, below = electrolyte_section(interface, result), lithium_section(interface, result)
    for section, side in ((above, 1), (below, -1)):
        distance = side * (section.z[:, None] - 12.5 * np.cos(2 * np.pi * section.x / 150))
        assert np.isfinite(section.values[distance > 1]).all()
        assert np.isnan(section.values[distance < -1]).all()


def test_cut_is_mirrored(finished):
    result = finished()
    interface = Interface.of(result)
    for section in (electrolyte_section(interface, result), lithium_section(interface, result)):
        assert section.extent[:2] == pytest.approx((-75, 75))
        np.testing.assert_array_equal(section.values, section.values[:, ::-1])
        np.testing.assert_array_equal(section.along, -section.along[:, ::-1])
        np.testing.assert_array_equal(section.up, section.up[:, ::-1])
    assert (
        np.nanmax(section.along[:, section.x > 0]) > 0 > np.nanmin(section.along[:, section.x > 0])
    )


@pytest.mark.parametrize(("kind", "sign"), [("plane", -1), ("stripping", 1)])
def test_lines_go_down_when_lithium_is_plated_and_up_when_it_is_stripped(kind, sign, finished):
    result = finished(*KINDS[kind])
    interface = Interface.of(result)
    for section in (electrolyte_section(interface, result), lithium_section(interface, result)):
        far = np.abs(section.z - section.far).argmin()
        assert (sign * section.up[far] > 0).all()


def test_potential_falls_by_ohms_law_far_from_the_interface(finished):
    result = finished()
    section = electrolyte_section(Interface.of(result), result)
    far = np.abs(section.z - section.far).argmin()
    np.testing.assert_allclose(section.up[far], -0.05, rtol=0.02)  # mV/um: 1 mA/cm^2 over 2 mS/cm


def test_cut_through_a_height_map_meets_its_highest_point(finished, hills):
    result = finished(*hills["3d"])
    interface = Interface.of(result)
    section = lithium_section(interface, result)
    covered = section.z[np.isfinite(section.values).any(axis=1)]
    assert covered.max() == pytest.approx(interface.heights.max(), abs=0.5)


def test_only_shallow_contours_are_drawn_higher(finished):
    assert stretch(Interface.of(finished())) == 1
    assert stretch(Interface.of(finished(*KINDS["flat"]))) == 1
    assert stretch(Interface.of(finished(*KINDS["shallow"]))) == 15


def test_colours_of_a_pressure_change_at_zero():
    assert color_scale(PRESSURE, np.array([-1.0, np.nan, 3.0])).vmin == -3
    assert color_scale(RATIO, np.array([1.0, np.nan, 3.0])).vmin == 1


def test_a_few_extreme_places_do_not_take_all_colours():
    values = np.append(np.linspace(0, 1, 10_000), 50.0)
    assert color_scale(RATIO, values).vmax == pytest.approx(1, abs=0.01)


def test_colours_of_a_uniform_field_do_not_show_rounding():
    scale = color_scale(RATIO, 1 + np.array([0, 1e-12]))
    assert scale.vmax - scale.vmin > 0.1


def test_folder_without_fields_is_refused(finished, tmp_path):
    (tmp_path / "case.toml").write_bytes((finished().folder / "case.toml").read_bytes())
    with pytest.raises(SetupError, match=r"interface\.xdmf"):
        SYSTEM.plot(tmp_path)
