"""Images and arrays are read by their tags, known by their heads, or refused with what to do."""

import os
import struct
import zlib
from pathlib import Path
from time import process_time

import numpy as np
import pytest
from PIL import Image

from anodex.meshes import images
from anodex.meshes.images import read_values

DATA = Path(__file__).parent / "data"
MAP = np.random.default_rng(0).integers(0, 100, (5, 8))  # fits into all kinds


def tiff(*pages: np.ndarray, order="<", **tags: int) -> bytes:
    """An uncompressed grey TIFF, whose tags say what NumPy's types do; `tags` such as t262 are
    added or replaced.
    """
    parts, start = [struct.pack(f"{order}2sHI", b"II" if order == "<" else b"MM", 42, 8)], 8
    for number, page in enumerate(pages):
        truth = page.dtype == bool
        data = np.packbits(page, axis=1) if truth else page.astype(page.dtype.newbyteorder(order))
        entries = {
            256: page.shape[1],
            257: page.shape[0],
            258: 1 if truth else 8 * page.itemsize,
            259: 1,
            262: 1,
            273: 0,
            277: 1,
            278: page.shape[0],
            279: data.nbytes,
            339: {"u": 1, "b": 1, "i": 2, "f": 3}[page.dtype.kind],
        } | {int(name[1:]): value for name, value in tags.items()}
        head = 2 + 12 * len(entries) + 4
        entries[273] = start + head
        directory = b"".join(
            struct.pack(f"{order}HHII", tag, 4, 1, value) for tag, value in sorted(entries.items())
        )
        parts += [struct.pack(f"{order}H", len(entries)), directory]
        start += head + data.nbytes
        parts += [struct.pack(f"{order}I", start if number + 1 < len(pages) else 0), data.tobytes()]
    return b"".join(parts)


@pytest.fixture
def read(tmp_path):
    """Function that reads what a file of a name with some content holds."""

    def read(name: str, content: bytes) -> np.ndarray:
        (tmp_path / name).write_bytes(content)
        return read_values(tmp_path / name)

    return read


@pytest.mark.parametrize(
    ("kind", "offset", "orders"),
    [
        (bool, 0, "<>"),
        (np.uint8, 156, "<>"),
        (np.int8, -50, "<>"),
        (np.uint16, 65400, "<>"),
        (np.int16, -50, "<>"),
        (np.uint32, 2**31 - 50, "<"),
        (np.int32, -50, "<>"),
        (np.float32, 0.25, "<>"),
    ],
)
def test_numbers_of_a_tiff_are_those_of_its_sample_format(read, kind, offset, orders):
    values = (MAP % 2 if kind is bool else MAP + offset).astype(kind)
    for order in orders:
        np.testing.assert_array_equal(read("map.tif", tiff(values, order=order)), values)


@pytest.mark.parametrize(
    ("kind", "orders"), [(bool, "<>"), (np.uint8, "<>"), (np.uint16, "<"), (np.float32, ">")]
)
def test_where_zero_is_white_it_is_the_largest(read, kind, orders):
    values = (MAP % 2 if kind is bool else MAP).astype(kind)
    for order in orders:
        found = read("map.tif", tiff(values, order=order, t262=0)).astype(float)
        np.testing.assert_allclose(found - found.max(), values.min() - values.astype(float))


def test_truth_values_of_tifffile_are_what_they_were():
    """It tags them as turned around, and does not turn them."""
    assert read_values(DATA / "pores_1bit.tif").mean() == pytest.approx(0.7)


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "group4"])
@pytest.mark.parametrize("photometric", [0, 1])
def test_compressed_pictures_are_read_alike(tmp_path, compression, photometric):
    values = MAP % 2 == 0
    image = Image.fromarray(values)
    image.save(tmp_path / "map.tif", compression=compression, tiffinfo={262: photometric})
    np.testing.assert_array_equal(read_values(tmp_path / "map.tif"), values)


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_grey_values_of_a_png_are_read(read, bits):
    values = MAP % 2**bits
    bytes_of = (
        values.astype(">u2").view(np.uint8)
        if bits == 16
        else np.packbits(
            np.unpackbits(values.astype(np.uint8)[..., None], axis=-1)[..., 8 - bits :].reshape(
                len(values), -1
            ),
            axis=1,
        )
    )
    found = read("map.png", png(*values.shape[::-1], bits, 0, bytes_of)).astype(float)
    brightest = {1: 1, 2: 255, 4: 255}.get(bits, 2**bits - 1)  # Pillow makes 8 bits of 2 and 4
    np.testing.assert_allclose(found / brightest, values / (2**bits - 1))


def png(width, height, bits, kind, rows=None) -> bytes:
    """A PNG of these bytes a row; without rows, just its head."""
    data = b"" if rows is None else b"".join(b"\0" + row.tobytes() for row in rows)
    head = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
        for name, content in ((b"IHDR", head), (b"IDAT", zlib.compress(data)), (b"IEND", b""))
    )


def coloured(mode: str, alpha=255, blue=0) -> Image.Image:
    """The map as grey pixels of a mode with colours."""
    grey = MAP.astype(np.uint8)
    planes = [grey, grey, grey + np.uint8(blue), np.broadcast_to(np.uint8(alpha), grey.shape)]
    image = Image.fromarray(np.stack(planes, axis=-1))
    return image.convert("RGB").quantize(256) if mode == "P" else image.convert(mode)


@pytest.mark.parametrize("name", ["map.png", "map.tif"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "P"])
def test_colours_that_are_grey_are_read(tmp_path, name, mode):
    coloured(mode, alpha=200).save(tmp_path / name)
    np.testing.assert_array_equal(read_values(tmp_path / name), MAP)


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (coloured("RGB", blue=1), "it has colours, .* save it as grey values"),
        (coloured("P", blue=90), "it has colours"),
        (coloured("RGBA", alpha=MAP), "transparency that varies"),
        (coloured("LA", alpha=MAP), "transparency that varies"),
    ],
    ids=["colours", "palette", "RGBA", "LA"],
)
@pytest.mark.parametrize("name", ["map.png", "map.tif"])
def test_colours_and_transparency_are_refused(tmp_path, name, image, message):
    image.save(tmp_path / name)
    with pytest.raises(ValueError, match=message):
        read_values(tmp_path / name)


@pytest.mark.parametrize("kind", [2, 4, 6])
def test_colours_of_16_bits_are_refused(read, kind):
    """Pillow would keep 8."""
    rows = np.zeros((4, 4 * 2 * {2: 3, 4: 2, 6: 4}[kind]), np.uint8)
    with pytest.raises(ValueError, match="colours or transparency of 16 bits"):
        read("map.png", png(4, 4, 16, kind, rows))


def test_a_transparent_grey_is_refused(tmp_path):
    Image.fromarray(MAP.astype(np.uint8)).save(tmp_path / "map.png", transparency=3)
    with pytest.raises(ValueError, match="a transparent grey"):
        read_values(tmp_path / "map.png")


def test_pages_make_a_stack_and_an_animation_none(read, tmp_path):
    stack = np.stack([MAP, MAP + 1, MAP + 2]).astype(np.int8)
    np.testing.assert_array_equal(read("stack.tif", tiff(*stack)), stack)
    with pytest.raises(ValueError, match=r"2 pages of different sizes \(4 x 5, 8 x 5 pixels\)"):
        read("preview.tif", tiff(stack[0, :, :4], stack[0]))
    pages = [Image.fromarray(page.astype(np.uint8)) for page in stack]
    pages[0].save(tmp_path / "film.png", save_all=True, append_images=pages[1:])
    with pytest.raises(ValueError, match="animated"):
        read_values(tmp_path / "film.png")


def npy_head(shape: str, kind="<f8") -> bytes:
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\0" + struct.pack("<H", len(text)) + text.encode()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("large.png", png(30000, 30000, 8, 0), r"cut it, or resample to fewer pixels"),
        ("large.tif", tiff(MAP.astype(np.uint8), t256=100_000, t257=100_000), "cut it, or"),
        ("large.npy", npy_head("(1000000, 1000000)"), "1000000 x 1000000 pixels, more than"),
        ("huge.npy", npy_head("(" + "9" * 5000 + ", 4)"), "its head is damaged"),
        ("deep.npy", npy_head("(" * 3000 + ")" * 3000), "its head is damaged"),
        ("cut.npy", npy_head("(4, 4)") + bytes(100), "its end is missing"),
        ("other.npy", b"\x93NUMPY\x09\0", "no plain array"),
        ("map.gif", b"GIF89a" + bytes(40), "no PNG or TIFF"),
        ("map.png", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "no PNG or TIFF"),
        ("map.tif", tiff(MAP.astype(np.float64)), "no PNG or TIFF, or of pixels that are not read"),
        ("map.tif", tiff(MAP.astype(np.uint8), t262=5), "no PNG or TIFF, or of pixels"),
        ("map.tif", tiff(MAP.astype(np.uint8), t259=7), "compressed by JPEG"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_too_large_damaged_or_of_another_kind_is_refused_at_once(
    read, name, content, message
):
    start = process_time()
    with pytest.raises(ValueError, match=f"{message}.*give an array"):
        read(name, content)
    assert process_time() - start < 1


def test_pages_are_counted_before_they_are_read(read, monkeypatch):
    monkeypatch.setattr(images, "MOST_PIXELS", 100)  # two and a half pages
    with pytest.raises(ValueError, match="3 x 8 x 5 pixels, more than the limit of 100"):
        read("stack.tif", tiff(*[MAP.astype(np.uint8)] * 4))
    with pytest.raises(ValueError, match="11 x 11 pixels"):
        read("map.txt", b"\n".join([b"1 " * 11] * 11))


def test_turned_pictures_are_refused(tmp_path):
    Image.fromarray(MAP.astype(np.uint8)).save(tmp_path / "map.tif", tiffinfo={274: 3})
    with pytest.raises(ValueError, match="turned or mirrored; save it upright"):
        read_values(tmp_path / "map.tif")


@pytest.mark.parametrize("name", ["map.png", "map.npy", "map.txt"])
def test_pipes_and_folders_are_refused_and_not_waited_for(tmp_path, name):
    os.mkfifo(tmp_path / name)
    with pytest.raises(ValueError, match=r"no regular file \(a pipe"):
        read_values(tmp_path / name)
    with pytest.raises(ValueError, match=r"no regular file \(a folder"):
        read_values(tmp_path)


@pytest.mark.parametrize(
    "name", ["bump_upper_left.png", "height_map_int8.tif", "pores_1bit.tif", "height_map_level.npy"]
)
def test_a_file_cut_anywhere_is_refused_or_whole(read, name):
    content = (DATA / name).read_bytes()
    whole = read_values(DATA / name)
    for length in np.linspace(0, len(content) - 1, 60, dtype=int):
        try:
            found = read(name, content[:length])
        except ValueError as error:
            assert "give an array" in str(error)
        else:
            np.testing.assert_array_equal(found, whole)


def test_damaged_bytes_end_in_numbers_or_in_advice(read):
    random = np.random.default_rng(0)
    for name in ("bump_upper_left.png", "height_map_int8.tif", "height_map_level.npy"):
        content = np.frombuffer((DATA / name).read_bytes(), np.uint8)
        for _ in range(100):
            damaged = content.copy()
            places = random.integers(0, min(300, len(content)), 3)
            damaged[places] = random.integers(0, 256, 3)
            try:
                read(name, damaged.tobytes())
            except ValueError as error:
                assert "give an array" in str(error)
