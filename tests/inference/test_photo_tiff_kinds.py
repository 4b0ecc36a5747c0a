"""TIFF files of palettes, inks and few bits: exact, and nothing on standard error."""

import struct

import cv2
import imagecodecs
import numpy as np
import pytest
import tifffile
from made_files import HEIGHT, WIDTH, noise, tiff
from PIL import Image

from inpaint_tf.errors import InputError
from inpaint_tf.inference.photo import join, read_photo

LAYOUTS = [
    {},
    {"byteorder": ">", "compression": "zlib"},
    {"compression": "lzw", "rowsperstrip": 3},
    {"tile": (16, 16), "compression": "packbits"},
    {"bigtiff": True, "compression": "zstd", "tile": (16, 16)},
]
PALETTE = np.random.RandomState(4).randint(0, 256, [256, 3]).astype(np.uint8)


def written(path, pixels, **options):
    tifffile.imwrite(path, pixels, metadata=None, **options)
    return path


@pytest.mark.parametrize("options", LAYOUTS)
@pytest.mark.parametrize("step", [257, 256, 1])
def test_palettes_become_rgb(tmp_path, options, step):
    """Of 16 bits as they should be, or of 8 as in old files."""
    colormap = PALETTE.T.astype(np.uint16) * step
    options = {**options, "photometric": "palette", "colormap": colormap}
    got = read_photo(written(tmp_path / "a.tif", noise(1), **options))
    np.testing.assert_array_equal(got.color, PALETTE[noise(1)])
    assert got.alpha is None and got.notices == ()


@pytest.mark.parametrize("options", LAYOUTS)
@pytest.mark.parametrize("photometric", ["minisblack", "miniswhite"])
def test_one_bit_is_black_and_white(tmp_path, options, photometric):
    bits = noise(1) > 99
    got = read_photo(written(tmp_path / "a.tif", bits, photometric=photometric, **options))
    want = bits if photometric == "minisblack" else ~bits
    np.testing.assert_array_equal(got.color, want * np.uint8(255))


@pytest.mark.parametrize("compression", ["tiff_ccitt", "group3", "group4"])
def test_pages_of_a_fax_are_black_and_white(tmp_path, compression):
    bits = np.kron(noise(1) > 99, np.ones([3, 5], bool))  # runs, as in print
    Image.fromarray(bits).save(tmp_path / "a.tif", compression=compression)
    got = read_photo(tmp_path / "a.tif")
    np.testing.assert_array_equal(got.color, bits * np.uint8(255))
    assert got.alpha is None and got.notices == ()


@pytest.mark.parametrize("bits", [1, 2, 4])
@pytest.mark.parametrize("photometric", [0, 1, 3])
def test_few_bits_are_spread_over_eight(tmp_path, bits, photometric):
    samples = np.random.RandomState(bits).randint(0, 2**bits, [HEIGHT, WIDTH])
    palette = PALETTE[: 2**bits]
    colormap = (palette.T.astype(int) * 257).ravel() if photometric == 3 else ()
    (tmp_path / "a.tif").write_bytes(tiff(samples, bits, photometric, colormap=colormap))
    gray = samples * (255 // (2**bits - 1))
    want = {0: 255 - gray, 1: gray, 3: palette[samples]}[photometric]
    np.testing.assert_array_equal(read_photo(tmp_path / "a.tif").color, want)


@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("options", LAYOUTS)
def test_inks_become_rgb_as_pillow_says(tmp_path, planar, options):
    inks = noise(4)
    pixels = np.moveaxis(inks, -1, 0) if planar == "separate" else inks
    options = {**options, "photometric": "separated", "planarconfig": planar}
    got = read_photo(written(tmp_path / "a.tif", pixels, **options))
    want = Image.frombytes("CMYK", (WIDTH, HEIGHT), inks.tobytes()).convert("RGB")
    np.testing.assert_array_equal(got.color, np.asarray(want))
    assert "CMYK" in got.notices[0]


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_palettes_and_inks_stand_upright(tmp_path, orientation):
    tag = [(274, "H", 1, orientation, True)]
    turn = {1: 0, 3: 2, 6: -1, 8: 1}[orientation]
    colormap = PALETTE.T.astype(np.uint16) * 257
    options = {"photometric": "palette", "colormap": colormap, "extratags": tag}
    got = read_photo(written(tmp_path / "a.tif", noise(1), **options))
    np.testing.assert_array_equal(got.color, np.rot90(PALETTE[noise(1)], turn))
    options = {"photometric": "separated", "extratags": tag}
    upright = read_photo(written(tmp_path / "a.tif", noise(4), **options)).color
    plain = read_photo(written(tmp_path / "a.tif", noise(4), photometric="separated")).color
    np.testing.assert_array_equal(upright, np.rot90(plain, turn))


@pytest.mark.parametrize("channels, photometric", [(1, "palette"), (4, "separated"), (3, "rgb")])
def test_damage_is_one_sentence_and_nothing_on_standard_error(
    tmp_path, capfd, channels, photometric
):
    options = {"colormap": PALETTE.T.astype(np.uint16)} if channels == 1 else {}
    path = tmp_path / "a.tif"
    written(path, noise(channels), photometric=photometric, compression="zlib", **options)
    with tifffile.TiffFile(path) as file:
        place, size = file.pages[0].dataoffsets[0], file.pages[0].databytecounts[0]
    data = bytearray(path.read_bytes())
    data[place + size // 2 : place + size] = bytes(size - size // 2)
    path.write_bytes(data)
    with pytest.raises(InputError, match="a.tif is damaged or cut short"):
        join(read_photo(path))
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("options", [{}, {"bigtiff": True, "byteorder": ">"}])
@pytest.mark.parametrize("compression", [None, "zlib", "jpeg"])
@pytest.mark.parametrize("kind", [1, 4])
def test_a_small_version_or_mask_before_the_picture_is_not_it(tmp_path, kind, compression, options):
    pixels = np.full([40, 56, 3], 90, np.uint8)
    with tifffile.TiffWriter(tmp_path / "a.tif", **options) as file:
        small = {1: pixels[::4, ::4], 4: pixels[..., 0] > 9}[kind]
        file.write(small, photometric={1: "rgb", 4: "mask"}[kind], subfiletype=kind, metadata=None)
        tag = [(274, "H", 1, 6, True)]
        file.write(pixels, photometric="rgb", compression=compression, extratags=tag, metadata=None)
    got = read_photo(tmp_path / "a.tif")
    np.testing.assert_allclose(got.color, np.rot90(pixels, -1), atol=1)
    assert "holds 2 pictures; only the first in full size" in got.notices[0]


@pytest.mark.parametrize("options", [{}, {"tile": (16, 32)}, {"rowsperstrip": 16}])
@pytest.mark.parametrize("photometric", ["rgb", "ycbcr", "minisblack"])
def test_jpeg_within_tiff_is_what_pillow_reads(tmp_path, photometric, options):
    pixels = cv2.GaussianBlur(np.repeat(np.repeat(noise(), 3, 0), 3, 1), (0, 0), 2)
    pixels = pixels[..., 0] if photometric == "minisblack" else pixels
    options = {**options, "compression": "jpeg", "photometric": photometric}
    path = written(tmp_path / "a.tif", pixels, **options)
    want = Image.open(path).convert("L" if pixels.ndim == 2 else "RGB")
    np.testing.assert_array_equal(read_photo(path).color, np.asarray(want))


def test_a_jpeg_larger_than_its_place_is_not_decoded(tmp_path):
    path = written(tmp_path / "a.tif", noise(1), compression="jpeg", photometric="minisblack")
    large = imagecodecs.jpeg8_encode(np.zeros([4000, 3000], np.uint8))
    with tifffile.TiffFile(path, mode="r+") as file:
        tags = file.pages[0].tags
        size = path.stat().st_size
        tags["StripOffsets"].overwrite([size])
        tags["StripByteCounts"].overwrite([len(large)])
    path.write_bytes(path.read_bytes() + bytes(size - path.stat().st_size) + large)
    words = f"a piece of {WIDTH}x{HEIGHT} pixels holds 3000x4000"
    with pytest.raises(InputError, match=words):
        read_photo(path)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 3])
def test_colours_without_a_word_about_their_meaning_are_not_inverted(tmp_path, dtype, channels):
    """As libtiff takes them: black is 0, and three channels are RGB."""
    pixels, options = noise(channels, dtype), {"photometric": "rgb" if channels == 3 else None}
    path = written(tmp_path / "a.tif", pixels, **options)
    path.write_bytes(path.read_bytes().replace(struct.pack("<H", 262), struct.pack("<H", 263), 1))
    got = read_photo(path)
    np.testing.assert_array_equal(got.color, pixels)
    assert got.color.dtype == dtype and got.alpha is None


def test_undefined_numbers_count_as_whole_ones(tmp_path):
    """TIFF 6.0, section 19: as if the field of the sample format were not there."""
    pixels, kinds = noise(3, np.uint16), [(337, 3, 3, (4, 4, 4), True)]
    path = written(tmp_path / "a.tif", pixels, photometric="rgb", extratags=kinds)
    head = [struct.pack("<HHI", tag, 3, 3) for tag in (337, 339)]
    path.write_bytes(path.read_bytes().replace(*head))
    np.testing.assert_array_equal(read_photo(path).color, pixels)


@pytest.mark.parametrize("bits, photometric", [([5, 6, 5], "rgb"), ([8, 8, 8], "ycbcr")])
def test_channels_that_share_bytes_are_of_an_unsupported_kind(tmp_path, bits, photometric):
    """Colours of 16 bits together, or of two pixels by two; neither is cut short."""
    path = written(tmp_path / "a.tif", noise(3), photometric="rgb", rowsperstrip=HEIGHT)
    data = path.read_bytes().replace(struct.pack("<3H", 8, 8, 8), struct.pack("<3H", *bits))
    if photometric == "ycbcr":
        both = [struct.pack("<HHII", 262, 3, 1, kind) for kind in (2, 6)]
        data = data.replace(*both)
    size = [struct.pack("<HHII", 279, 4, 1, part) for part in (noise(3).size, noise(3).size // 2)]
    assert data.count(size[0]) == 1
    path.write_bytes(data.replace(*size))
    with pytest.raises(InputError, match="expected grey, RGB or a palette of 1, 2, 4, 8 or 16"):
        read_photo(path)


@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("said", [0, 10**6])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_sizes_of_plain_strips_need_not_be_right(tmp_path, said, planar, dtype):
    """Old writers left them out, or gave the last strip the size of the others."""
    pixels = noise(3, dtype)
    stored = pixels if planar == "contig" else np.moveaxis(pixels, -1, 0)
    options = {"photometric": "rgb", "planarconfig": planar, "rowsperstrip": 5}
    path = written(tmp_path / "a.tif", stored, **options)
    with tifffile.TiffFile(path) as file:
        tag = file.pages[0].tags[279]
    size = {3: 2, 4: 4, 16: 8}[tag.dtype]
    data = bytearray(path.read_bytes())
    said = min(said, 2 ** (8 * size) - 1)
    sizes = said.to_bytes(size, "little") * tag.count
    data[tag.valueoffset : tag.valueoffset + len(sizes)] = sizes
    path.write_bytes(data)
    np.testing.assert_array_equal(read_photo(path).color, pixels)
    path.write_bytes(data[: -pixels.nbytes // 9])  # the strips are behind the tags
    with pytest.raises(InputError, match="cut short"):
        read_photo(path)
