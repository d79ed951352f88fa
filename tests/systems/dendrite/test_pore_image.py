"""Pores of the electrolyte that are read from an image."""

import os

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.errors import InputError
from anodex.models.systems.dendrite.structure import pore_indicator

COMM = MPI.COMM_WORLD


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
    centres = np.indices((23, 13)).reshape(2, -1).T + 0.5
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


def test_a_pipe_is_refused_and_not_waited_for(small_case, tmp_path):
    os.mkfifo(tmp_path / "pores.png")
    with pytest.raises(InputError, match=r"geometry\.image.*no regular file"):
        reset_pores(small_case, *with_image(tmp_path / "pores.png"))
