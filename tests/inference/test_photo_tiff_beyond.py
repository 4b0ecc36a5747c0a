"""TIFF files with channels beyond palettes, inks and few bits: transparency is never lost."""

import numpy as np
import pytest
import tifffile
from made_files import HEIGHT, WIDTH, tiff
from PIL import Image

from inpaint_tf.errors import InputError
from inpaint_tf.inference.photo import join, read_photo

UNNAMED, PREMULTIPLIED, NAMED = 0, 1, 2
GUESSED = "a channel without a name is taken as its transparency"
GREY, RGB, PALETTE, INKS = 1, 2, 3, 5


def levels(bits, channels):
    shape = [HEIGHT, WIDTH] + ([channels] if channels > 1 else [])
    return np.random.RandomState(bits + channels).randint(0, 2**bits, shape)


def palette(bits, step=257):
    return np.random.RandomState(bits).randint(0, 256, [2**bits, 3]) * step


def read(path, *args, **options):
    (path / "a.tif").write_bytes(tiff(*args, **options))
    return read_photo(path / "a.tif")


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
@pytest.mark.parametrize("kind", [NAMED, UNNAMED])
def test_a_palette_with_transparency(tmp_path, bits, kind):
    samples, colors = levels(bits, 2), palette(bits)
    got = read(tmp_path, samples, bits, PALETTE, [kind], colors.T.ravel())
    np.testing.assert_array_equal(got.color, colors[samples[..., 0]] // 257)
    np.testing.assert_array_equal(got.alpha, samples[..., 1] * (255 // (2**bits - 1)))
    assert got.color.dtype == got.alpha.dtype == np.uint8
    assert (GUESSED in " ".join(got.notices)) == (kind == UNNAMED)


@pytest.mark.parametrize("bits", [1, 2, 4])
@pytest.mark.parametrize("channels, photometric", [(2, GREY), (3, RGB), (4, RGB)])
def test_few_bits_in_several_channels(tmp_path, bits, channels, photometric):
    samples = levels(bits, channels)
    extra = [NAMED] if channels in (2, 4) else []
    got = join(read(tmp_path, samples, bits, photometric, extra))
    np.testing.assert_array_equal(got, samples * (255 // (2**bits - 1)))
    assert got.dtype == np.uint8


def test_a_palette_of_16_bits_keeps_them(tmp_path):
    samples, colors = levels(16, 1), np.random.RandomState(1).randint(0, 65536, [65536, 3])
    got = read(tmp_path, samples, 16, PALETTE, colormap=colors.T.ravel())
    np.testing.assert_array_equal(got.color, colors[samples])
    assert got.color.dtype == np.uint16 and got.notices == ()


@pytest.mark.parametrize("step, told", [(257, False), (256, False), (253, True)])
def test_a_palette_that_loses_bits_says_so(tmp_path, step, told):
    samples, colors = levels(4, 1), palette(4, step)
    got = read(tmp_path, samples, 4, PALETTE, colormap=colors.T.ravel())
    np.testing.assert_array_equal(got.color, colors[samples] // 256)
    assert ("palette are reduced from 16 to 8 bits" in " ".join(got.notices)) == told


@pytest.mark.parametrize("kind", [NAMED, UNNAMED])
def test_inks_with_transparency(tmp_path, kind):
    samples = levels(8, 5)
    got = read(tmp_path, samples, 8, INKS, [kind])
    inks = np.ascontiguousarray(samples[..., :4].astype(np.uint8))
    want = Image.frombytes("CMYK", (WIDTH, HEIGHT), inks.tobytes()).convert("RGB")
    np.testing.assert_array_equal(got.color, np.asarray(want))
    np.testing.assert_array_equal(got.alpha, samples[..., 4])
    assert "CMYK" in " ".join(got.notices)
    assert (GUESSED in " ".join(got.notices)) == (kind == UNNAMED)


@pytest.mark.parametrize("channels, photometric", [(2, PALETTE), (5, INKS)])
def test_colours_times_transparency_that_nobody_writes_are_refused(tmp_path, channels, photometric):
    colormap = palette(8).T.ravel() if photometric == PALETTE else ()
    with pytest.raises(InputError, match="unsupported kind"):
        read(tmp_path, levels(8, channels), 8, photometric, [PREMULTIPLIED], colormap)


def test_inks_that_are_not_cmyk_are_refused(tmp_path):
    with pytest.raises(InputError, match="unsupported kind"):
        read(tmp_path, levels(8, 4), 8, INKS, tags=[(332, 2)])


@pytest.mark.parametrize(
    "planar, channels, extra",
    [
        ("contig", 3, None),
        ("separate", 3, None),
        ("separate", 4, ["unassalpha"]),
        ("separate", 4, ["unspecified"]),
    ],
)
def test_jpeg_within_tiff_keeps_its_transparency(tmp_path, planar, channels, extra):
    """Of separate planes too, as GDAL stores them."""
    rows, columns = np.mgrid[0:24, 0:40]
    planes = [rows * 4 + columns, 250 - rows * 5, columns * 6, 60 + rows + 2 * columns][:channels]
    pixels = np.stack(planes, -1).astype(np.uint8)
    stored = np.moveaxis(pixels, -1, 0) if planar == "separate" else pixels
    tifffile.imwrite(
        tmp_path / "a.tif",
        np.ascontiguousarray(stored),
        photometric="rgb",
        planarconfig=planar,
        compression="jpeg",
        compressionargs={"level": 98},
        extrasamples=extra,
        metadata=None,
    )
    got = read_photo(tmp_path / "a.tif")
    assert np.abs(join(got).astype(int) - pixels).max() <= 6
    assert (GUESSED in " ".join(got.notices)) == (extra == ["unspecified"])
