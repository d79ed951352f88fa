"""The one reader of images and arrays that a case names: height maps and pictures of pores.

Pillow decodes, but what a pixel means is taken from the tags of the file: Pillow's modes lose signs
and, of some sample formats, which end of the range is white.
"""

import warnings
from collections.abc import Callable
from itertools import count
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

MOST_PIXELS = 2**25  # 5800 x 5800 or 320 x 320 x 320: far more than any mesh resolves
ACCEPTED = "give an array (.npy, .csv, .txt) or an image (.png, .tif)"
# numbers of TIFF's tags, and what they may say
BITS, COMPRESSION, PHOTOMETRIC, ORIENTATION, SOFTWARE, SAMPLES = 258, 259, 262, 274, 305, 339
LOSSY = {6: "JPEG", 7: "JPEG", 34892: "JPEG", 50001: "WebP"}
MIN_IS_WHITE, COLOURS = 0, (2, 3)  # true colours and those of a palette
UNSIGNED, SIGNED = (1,), (2,)
PNG_DEPTH, PNG_KIND, PNG_GREY = 24, 25, 0  # places in the head of a PNG


def read_values(path: Path) -> np.ndarray:
    """Numbers of an array or grey values of an image as they are stored, larger for brighter.

    Parameters
    ----------
    path
        An array (.npy without pickle, .csv, .txt); whatever else is PNG or TIFF by its content.

    Returns
    -------
    np.ndarray
        Of an array its own shape, of an image (rows from top to bottom, columns), and of a TIFF of
        several pages (pages, rows, columns).

    Raises
    ------
    ValueError
        If there is no such file, it is no regular one or a damaged one, is of another kind, or
        has more pixels than `MOST_PIXELS`; sizes are known before anything is decoded. Also if
        pixels are no grey values: colours whose channels differ, or transparency that varies.
    """
    path = Path(path)
    readers: dict[str, Callable[[Path], np.ndarray]] = {
        ".npy": _array,
        ".csv": lambda path: _text(path, ","),
        ".txt": lambda path: _text(path, None),
    }
    try:
        if not path.is_file():  # a pipe would be waited for, a device may have no end
            folder = path.resolve().parent
            raise ValueError(
                f"it is no regular file ({'a folder' if path.is_dir() else 'a pipe or a device'})"
                if path.exists()
                else f"there is no such file in {folder}"
            )
        return readers.get(path.suffix.lower(), _image)(path)
    except Exception as error:  # of whatever kind a damaged file makes Pillow raise
        raise ValueError(f"{error or type(error).__name__}; {ACCEPTED}") from error


def _array(path: Path) -> np.ndarray:
    """Of a .npy file, whose head is looked at before anything is read."""
    heads = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    with path.open("rb") as file:
        version = np.lib.format.read_magic(file)
        if version not in heads:
            raise ValueError("it holds no plain array")
        try:
            shape, _, kind = heads[version](file)
        except Exception as error:  # its message shows all of the head
            raise ValueError("its head is damaged") from error
        if kind.hasobject:
            raise ValueError("it holds objects that pickle would load, which may run programs")
        if kind.kind not in "biuf":
            raise ValueError(f"it holds no array of real numbers, but of {kind} (complex or other)")
        _refuse_size(shape)
        if path.stat().st_size < file.tell() + prod(shape) * kind.itemsize:
            raise ValueError(f"its end is missing: its head promises {_sizes(shape)} numbers")
    return np.load(path, allow_pickle=False)


def _text(path: Path, delimiter: str | None) -> np.ndarray:
    if path.stat().st_size > 8 * MOST_PIXELS:
        raise ValueError(f"it is larger than {8 * MOST_PIXELS} bytes")
    found = np.loadtxt(path, delimiter=delimiter)
    _refuse_size(found.shape)
    return found


def _image(path: Path) -> np.ndarray:
    """Of PNG or TIFF, one page after the other."""
    from PIL import Image

    with path.open("rb") as file, warnings.catch_warnings():
        # of sizes, which are refused here, and of tags that nothing depends on
        warnings.simplefilter("ignore")
        head = file.read(PNG_KIND + 1)
        file.seek(0)
        try:
            image = Image.open(file, formats=("PNG", "TIFF"))
        except Image.DecompressionBombError as error:
            raise ValueError(_too_many(str(error))) from error
        except Image.UnidentifiedImageError as error:
            raise ValueError(
                "it is no PNG or TIFF, or of pixels that are not read; allowed are grey values of "
                "1 to 16 bits, integers and floating-point numbers of 32"
            ) from error
        pages: list[np.ndarray] = []
        for number in count():
            try:
                image.seek(number)
            except EOFError:
                break
            _refuse_size((number + 1, *image.size) if number else image.size)
            pages.append(_png(image, head) if image.format == "PNG" else _tiff(image))
    sizes = sorted({_sizes(page.shape[::-1]) for page in pages})
    if len(sizes) > 1:
        raise ValueError(
            f"it holds {len(pages)} pages of different sizes ({', '.join(sizes)} pixels), as "
            "pictures with a preview do; save the one that is meant alone"
        )
    return pages[0] if len(pages) == 1 else np.stack(pages)


def _png(image: Any, head: bytes) -> np.ndarray:
    if getattr(image, "n_frames", 1) > 1:
        raise ValueError("it is animated; save one picture")
    if head[PNG_DEPTH] == 16 and head[PNG_KIND] != PNG_GREY:
        raise ValueError(_grey_wanted("colours or transparency of 16 bits"))
    return _grey(image)


def _tiff(image: Any) -> np.ndarray:
    """The page of a TIFF at which an image stands, by its tags."""
    tags = image.tag_v2
    bits, samples = tuple(tags.get(BITS, (1,))), tuple(tags.get(SAMPLES, UNSIGNED))
    photometric, compression = tags.get(PHOTOMETRIC, MIN_IS_WHITE), tags.get(COMPRESSION, 1)
    software = str(tags.get(SOFTWARE, ""))
    if compression in LOSSY:
        raise ValueError(f"it is compressed by {LOSSY[compression]}, with losses; save it without")
    if photometric > max(COLOURS) or (photometric in COLOURS and max(bits) > 8):
        raise ValueError(_grey_wanted(f"colours of kind {photometric}, {bits[0]} bits"))
    if tags.get(ORIENTATION, 1) != 1:
        raise ValueError("a tag says that it is turned or mirrored; save it upright")
    values = _grey(image)
    # What Pillow leaves out: it takes these for unsigned or signed ones, ...
    if bits == (8,) and samples == SIGNED and values.dtype == np.uint8:
        values = values.view(np.int8)
    if bits == (32,) and samples == UNSIGNED and values.dtype.kind == "i":
        values = values.view(values.dtype.str.replace("i", "u"))
    # ... and turns only up to 8 bits around where zero is white.
    if photometric == MIN_IS_WHITE and bits[0] > 8:
        values = (65535.0 if bits == (16,) else 0.0) - values
    # tifffile gives this tag to every array of truth values, and turns none of them around.
    if photometric == MIN_IS_WHITE and bits == (1,) and software.startswith("tifffile"):
        values = ~values
    return values


def _grey(image: Any) -> np.ndarray:
    """Grey values of the page at which an image stands, shape (rows, columns)."""
    if image.mode in ("1", "L", "F") or image.mode.startswith("I"):
        if "transparency" in image.info:
            raise ValueError(_grey_wanted("a transparent grey"))
        return np.asarray(image)
    # With transparency, and of a palette its colours.
    colours = np.asarray(image.convert("RGBA"))
    if np.ptp(colours[..., 3]) > 0:
        raise ValueError(_grey_wanted("transparency that varies"))
    if (colours[..., :3] != colours[..., :1]).any():
        raise ValueError(_grey_wanted("colours"))
    return colours[..., 0]


def _grey_wanted(found: str) -> str:
    return f"it has {found}, of which nobody can say what is high or dark; save it as grey values"


def _refuse_size(shape: tuple[int, ...]) -> None:
    if prod(shape) > MOST_PIXELS:
        raise ValueError(_too_many(f"it has {_sizes(shape)} pixels"))


def _too_many(found: str) -> str:
    return f"{found}, more than the limit of {MOST_PIXELS}: cut it, or resample to fewer pixels"


def _sizes(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))
