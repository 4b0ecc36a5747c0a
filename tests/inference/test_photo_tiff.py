"""TIFF files of 8 and 16 bits: every layout gives the pixels that were stored."""

import struct

import numpy as np
import pytest
import tifffile
from made_files import HEIGHT, WIDTH, noise

from inpaint_tf.errors import InputError
from inpaint_tf.inference.photo import join, read_photo
from inpaint_tf.inference.photo_write import write_photo

EXTRA = {2: ["unassalpha"], 4: ["unassalpha"]}


def written(path, pixels, **options):
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    options.setdefault("photometric", "rgb" if channels > 2 else "minisblack")
    options.setdefault("extrasamples", EXTRA.get(channels))
    if options.get("planarconfig") == "separate":
        pixels = np.moveaxis(pixels, -1, 0)
    elif channels > 1:
        options.setdefault("planarconfig", "contig")
    tifffile.imwrite(path, pixels, metadata=None, **options)
    return path


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"byteorder": ">"},
        {"rowsperstrip": 3},
        {"tile": (16, 16)},
        {"compression": "lzw", "predictor": True, "rowsperstrip": 5},
        {"compression": "zlib", "predictor": True, "byteorder": ">", "tile": (16, 32)},
        {"compression": "packbits"},
        {"bigtiff": True, "rowsperstrip": 4},
        {"bigtiff": True, "byteorder": ">"},
        {"compression": "lzma", "predictor": True},
        {"compression": "zstd", "tile": (16, 16)},
    ],
)
def test_every_layout_gives_the_stored_pixels(tmp_path, options, channels, dtype):
    pixels = noise(channels, dtype)
    got = read_photo(written(tmp_path / "a.tif", pixels, **options))
    np.testing.assert_array_equal(join(got), pixels)
    assert join(got).dtype == dtype and got.notices == ()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("options", [{}, {"tile": (16, 16)}, {"compression": "lzw"}])
def test_separate_planes_are_put_together(tmp_path, options, channels, dtype):
    pixels = noise(channels, dtype)
    path = written(tmp_path / "a.tif", pixels, planarconfig="separate", **options)
    np.testing.assert_array_equal(join(read_photo(path)), pixels)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_planes_first_as_tifffile_writes_them_by_itself(tmp_path, dtype):
    pixels = noise(3, dtype)
    tifffile.imwrite(tmp_path / "a.tif", np.moveaxis(pixels, -1, 0), photometric="rgb")
    np.testing.assert_array_equal(join(read_photo(tmp_path / "a.tif")), pixels)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_premultiplied_colours_look_as_before(tmp_path, dtype):
    most = np.iinfo(dtype).max
    pixels = noise(4, dtype)
    pixels[..., 3] = np.maximum(pixels[..., 3], most // 4)
    stored = pixels.copy()
    part = pixels[..., 3:].astype(float) / most
    stored[..., :3] = np.rint(pixels[..., :3] * part)
    path = written(tmp_path / "a.tif", stored, extrasamples=["assocalpha"])
    photo = read_photo(path)
    np.testing.assert_array_equal(photo.alpha, pixels[..., 3])
    assert np.abs(photo.color.astype(int) - pixels[..., :3]).max() <= 2  # rounded twice
    assert "times transparency" in photo.notices[0]


def test_a_fourth_channel_without_a_name_is_transparency_unless_it_is_empty(tmp_path):
    pixels = noise(4)
    photo = read_photo(written(tmp_path / "a.tif", pixels, extrasamples=["unspecified"]))
    np.testing.assert_array_equal(join(photo), pixels)
    assert "without a name" in photo.notices[0]
    pixels[..., 3] = 0
    photo = read_photo(written(tmp_path / "b.tif", pixels, extrasamples=["unspecified"]))
    np.testing.assert_array_equal(join(photo), pixels[..., :3])
    assert "left out" in photo.notices[0]


def patched(path, tag, value):
    """Writes another value over that of a tag of a little-endian file."""
    with tifffile.TiffFile(path) as file:
        place = file.pages[0].tags[tag].valueoffset
    data = bytearray(path.read_bytes())
    data[place : place + 4] = struct.pack("<I", value)
    path.write_bytes(data)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("compression", [None, "lzw"])
def test_a_height_that_the_file_does_not_hold_is_refused(tmp_path, dtype, compression):
    path = written(tmp_path / "a.tif", noise(3, dtype), compression=compression, rowsperstrip=13)
    patched(path, "ImageLength", 900_000)
    with pytest.raises(InputError, match="a.tif is cut short"):
        read_photo(path)
    patched(path, "RowsPerStrip", 900_000)
    with pytest.raises(InputError, match="a.tif is (cut short|damaged)"):
        read_photo(path)


def test_a_piece_that_is_not_there_is_refused(tmp_path):
    path = written(tmp_path / "a.tif", noise(), rowsperstrip=5)
    patched(path, "StripOffsets", 10**8)  # where the list of them is
    with pytest.raises(InputError, match="cut short"):
        read_photo(path)


@pytest.mark.parametrize(
    "pixels", [noise(3).astype(np.float32), noise(3).astype(np.float64), noise(1).astype(np.int16)]
)
def test_numbers_of_another_kind_are_refused(tmp_path, pixels):
    with pytest.raises(InputError, match="a.tif is a TIFF of an unsupported kind"):
        read_photo(written(tmp_path / "a.tif", pixels))


@pytest.mark.parametrize("kind", ["I", "B", "H"])
def test_a_profile_that_is_a_number_is_left_out(tmp_path, kind):
    path = written(tmp_path / "a.tif", noise(), extratags=[(34675, kind, 1, 7, True)])
    photo = read_photo(path)
    np.testing.assert_array_equal(photo.color, noise())
    if kind != "B":  # one byte may be a profile, if a short one
        assert photo.icc_profile is None and "the colour profile is damaged" in photo.notices[0]


@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("suffix", ["png", "jpg", "tif", "webp", "bmp"])
def test_the_tags_of_bigtiff_can_be_read_from_every_format(tmp_path, suffix, byteorder):
    options = {"bigtiff": True, "byteorder": byteorder, "software": "scanner"}
    path = written(tmp_path / "a.tif", noise(), **options)
    write_photo(tmp_path / f"b.{suffix}", read_photo(path))
    again = read_photo(tmp_path / f"b.{suffix}")
    assert again.color.shape == (HEIGHT, WIDTH, 3)
    if suffix != "bmp":
        assert again.exif[305] == "scanner"
    if suffix in ("png", "tif", "bmp"):
        np.testing.assert_array_equal(again.color, noise())


@pytest.mark.parametrize("bigtiff", [False, True])
@pytest.mark.parametrize("byteorder", ["<", ">"])
def test_orientation_profile_and_resolution_count_in_every_layout(tmp_path, byteorder, bigtiff):
    options = {"bigtiff": bigtiff, "byteorder": byteorder, "resolution": (300, 200)}
    options.update({"iccprofile": b"a profile" * 9, "extratags": [(274, "H", 1, 6, True)]})
    got = read_photo(written(tmp_path / "a.tif", noise(3, np.uint16), **options))
    np.testing.assert_array_equal(got.color, np.rot90(noise(3, np.uint16), -1))
    assert got.icc_profile == b"a profile" * 9 and got.dpi == (200, 300) and got.notices == ()


@pytest.mark.parametrize("kinds, place", [((0, 2), 1), ((2, 0), 0), ((0, 0, 1), 2)])
def test_transparency_is_found_among_the_channels_beyond_the_colours(tmp_path, kinds, place):
    pixels = np.dstack([noise(), *(noise(1, seed=seed) for seed in range(1, 1 + len(kinds)))])
    path = written(tmp_path / "a.tif", pixels, extrasamples=list(kinds))
    got = read_photo(path)
    np.testing.assert_array_equal(got.alpha, pixels[..., 3 + place])
    assert "beyond the transparency" in got.notices[0]
    if kinds[place] == 2:
        np.testing.assert_array_equal(got.color, pixels[..., :3])
    else:  # premultiplied
        opaque = got.alpha == 255
        np.testing.assert_array_equal(got.color[opaque], pixels[opaque][:, :3])
        assert (got.color[~opaque].astype(int) >= pixels[~opaque][:, :3]).all()


@pytest.mark.parametrize("compression", ["webp", "jpeg2000", "png"])
def test_a_compression_that_is_not_dealt_with_is_named(tmp_path, capfd, compression):
    path = written(tmp_path / "a.tif", noise(), compression=compression)
    with pytest.raises(InputError, match="a.tif is a TIFF of the compression [A-Z0-9_]+, "):
        read_photo(path)
    assert capfd.readouterr().err == ""  # where libtiff would speak


@pytest.mark.parametrize(
    "pixels, options",
    [
        (noise(), {"photometric": "cielab"}),
        (noise(4).astype(np.uint16), {"photometric": "separated", "extrasamples": ()}),
        (noise(1) > 100, {"photometric": "mask"}),
    ],
)
def test_colours_that_nobody_reads_are_not_called_damaged(tmp_path, pixels, options):
    path = written(tmp_path / "a.tif", pixels, **options)
    with pytest.raises(InputError, match="expected grey, RGB or a palette of 1, 2, 4, 8 or 16"):
        read_photo(path)


@pytest.mark.parametrize("options", [{}, {"byteorder": ">"}, {"bigtiff": True}])
@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("compression", ["zlib", "packbits", "zstd"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_the_last_strip_may_be_as_long_as_the_others(tmp_path, dtype, compression, planar, options):
    """Some programs fill it up; libtiff reads such files."""
    longer = np.concatenate([noise(3, dtype)] * 2)[:20]
    path = written(
        tmp_path / "a.tif",
        longer,
        planarconfig=planar,
        compression=compression,
        rowsperstrip=5,
        **options,
    )
    with tifffile.TiffFile(path, mode="r+") as file:
        file.pages[0].tags["ImageLength"].overwrite(18)
    got = read_photo(path)
    np.testing.assert_array_equal(got.color, longer[:18])
    assert got.notices == ()
