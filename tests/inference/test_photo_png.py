"""PNG files: transparency of every kind is kept, and no side chunk stops the pixels."""

import io
import struct
import zlib

import numpy as np
import pytest
from made_files import HEIGHT, WIDTH, encoded, interlaced, noise, png, png_with
from PIL import Image

from inpaint_tf.errors import InputError
from inpaint_tf.inference.photo import join, read_photo
from inpaint_tf.inference.photo_write import photo_bytes, write_photo
from inpaint_tf.inference.png_parts import chunk_bytes


def read(tmp_path, data):
    (tmp_path / "a.png").write_bytes(data)
    return read_photo(tmp_path / "a.png")


@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
def test_transparency_of_one_grey_is_kept(tmp_path, depth):
    most = 2**depth - 1
    samples = np.random.RandomState(0).randint(0, most + 1, [HEIGHT, WIDTH])
    value = int(samples[3, 5])
    high = 0xA000 if depth < 12 else 0  # bits beyond the depth do not count
    chunk = (b"tRNS", struct.pack(">H", value | (high & ~most)))
    photo = read(tmp_path, png(samples, depth, 0, [chunk]))
    full = 65535 if depth == 16 else 255
    np.testing.assert_array_equal(photo.color, samples * full // most)
    np.testing.assert_array_equal(photo.alpha, np.where(samples == value, 0, full))


@pytest.mark.parametrize("depth", [8, 16])
def test_transparency_of_one_colour_is_kept(tmp_path, depth):
    samples = noise(3, np.uint8 if depth == 8 else np.uint16).astype(int)
    samples[4:7, 2:9] = (10, 20, 30)
    samples[0, 0] = (10, 20, 31)
    photo = read(tmp_path, png(samples, depth, 2, [(b"tRNS", struct.pack(">3H", 10, 20, 30))]))
    clear = (samples == (10, 20, 30)).all(axis=-1)
    assert clear[4:7, 2:9].all() and not clear[0, 0]
    np.testing.assert_array_equal(photo.color, samples)
    np.testing.assert_array_equal(photo.alpha, np.where(clear, 0, 2**depth - 1))
    for suffix in ("png", "tif"):
        write_photo(tmp_path / f"b.{suffix}", photo)
        np.testing.assert_array_equal(join(read_photo(tmp_path / f"b.{suffix}")), join(photo))


def damaged(kind, body):
    chunk = bytearray(chunk_bytes(kind, body))
    chunk[-1] ^= 1
    return bytes(chunk)


def test_a_side_chunk_with_a_wrong_checksum_is_left_out(tmp_path):
    data = encoded("PNG", noise())
    photo = read(tmp_path, data[:33] + damaged(b"tEXt", b"a\0b") + data[33:])
    np.testing.assert_array_equal(photo.color, noise())
    assert "tEXt" in photo.notices[0]


@pytest.mark.parametrize("kind", [b"IHDR", b"IDAT", b"PLTE"])
def test_a_wrong_checksum_of_pixels_is_refused(tmp_path, kind):
    data = png(noise(1).astype(int) % 4, 8, 3, [(b"PLTE", bytes(12))])
    place = data.index(kind)
    length = int.from_bytes(data[place - 4 : place], "big")
    end = place + 4 + length
    with pytest.raises(InputError, match="a.png is damaged: the checksum of its pixels is wrong"):
        read(tmp_path, data[:end] + bytes([data[end] ^ 1]) + data[end + 1 :])


def test_texts_of_any_size_are_passed_over(tmp_path):
    text = (b"zTXt", b"a\0\0" + zlib.compress(bytes(3_000_000)))
    odd = [text, (b"iTXt", b"\xff"), (b"sPLT", b""), (b"tIME", b"1"), (b"sBIT", bytes(99))]
    photo = read(tmp_path, png_with(odd))
    np.testing.assert_array_equal(photo.color, noise())
    assert photo.notices == ()


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif", "webp"])
def test_a_profile_of_several_megabytes_comes_back(tmp_path, suffix):
    profile = np.random.RandomState(0).bytes(1_500_000)
    photo = read(tmp_path, encoded("PNG", noise()))._replace(icc_profile=profile)
    write_photo(tmp_path / f"b.{suffix}", photo)
    assert read_photo(tmp_path / f"b.{suffix}").icc_profile == profile


@pytest.mark.parametrize("body", [b"", b"name", b"name\0\0junk", b"name\0\0"])
def test_a_damaged_profile_is_left_out(tmp_path, body):
    photo = read(tmp_path, png_with([(b"iCCP", body)]))
    np.testing.assert_array_equal(photo.color, noise())
    assert photo.icc_profile is None and "the colour profile is damaged" in photo.notices[0]


COLOR = [
    (b"gAMA", struct.pack(">I", 100000)),
    (b"cHRM", struct.pack(">8I", *range(1, 9))),
    (b"cICP", bytes([12, 16, 0, 1])),
    (b"mDCV", bytes(24)),
]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_what_says_how_colours_are_meant_is_kept(tmp_path, dtype):
    samples = noise(3, dtype)
    resolution = (b"pHYs", struct.pack(">IIB", 11811, 5906, 1))
    photo = read(tmp_path, png(samples, 8 * dtype().itemsize, 2, [*COLOR, resolution]))
    assert photo.dpi == pytest.approx((300, 150), abs=0.02)
    write_photo(tmp_path / "b.png", photo)
    again = read_photo(tmp_path / "b.png")
    assert set(again.color_chunks) == set(COLOR) and again.dpi == photo.dpi
    np.testing.assert_array_equal(again.color, samples)
    notices = write_photo(tmp_path / "c.tif", photo)
    assert "cICP" in " ".join(notices)


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif", "bmp", "webp"])
def test_the_resolution_is_kept_or_said_to_be_lost(tmp_path, suffix):
    photo = read(tmp_path, png_with([(b"pHYs", struct.pack(">IIB", 11811, 5906, 1))]))
    notices = write_photo(tmp_path / f"b.{suffix}", photo)
    if suffix == "webp":
        assert "dpi" in " ".join(notices)
    else:
        assert read_photo(tmp_path / f"b.{suffix}").dpi == pytest.approx((300, 150), abs=0.1)


def test_fewer_rows_than_the_header_says_are_refused(tmp_path):
    with pytest.raises(InputError, match="cut short"):
        read(tmp_path, png(noise(), 8, 2, rows=HEIGHT - 1))
    assert read(tmp_path, png(noise(), 8, 2)).color.shape == (HEIGHT, WIDTH, 3)


def test_a_chunk_before_the_header_is_refused(tmp_path):
    decoy = (b"teXt", struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0))
    with pytest.raises(InputError, match="does not begin with a PNG header"):
        read(tmp_path, png(noise(), 8, 2, header_first=[decoy]))


@pytest.mark.parametrize("cut", [1, 2, 11, 12])
def test_a_missing_end_mark_does_not_matter(tmp_path, cut):
    photo = read(tmp_path, encoded("PNG", noise())[:-cut])
    np.testing.assert_array_equal(photo.color, noise())
    assert "end mark" in photo.notices[0]


@pytest.mark.parametrize("color_type, channels", [(0, 1), (4, 2), (2, 3), (6, 4)])
def test_interlaced_files_are_whole(tmp_path, color_type, channels):
    """Adam7, each pass a small picture; a cut one is seen."""
    pixels = noise(channels)
    got = join(read(tmp_path, interlaced(pixels, 8, color_type)))
    np.testing.assert_array_equal(got, pixels)
    with pytest.raises(InputError, match="cut short"):
        read(tmp_path, interlaced(pixels, 8, color_type, rows=-1))


@pytest.mark.parametrize("size", [None, 0, 7, 900])
def test_a_picture_without_its_palette_is_refused(tmp_path, size):
    chunks = [] if size is None else [(b"PLTE", bytes(size))]
    with pytest.raises(InputError, match=f"its palette has {size or 0} bytes"):
        read(tmp_path, png(noise(1).astype(int) % 2, 8, 3, chunks))


@pytest.mark.parametrize("body", [b"", bytes(3), bytes(5), bytes(8)])
def test_a_transparent_colour_that_is_cut_is_left_out_with_a_notice(tmp_path, body):
    got = read(tmp_path, png(noise().astype(int), 8, 2, [(b"tRNS", body)]))
    assert got.alpha is None and "tRNS" in got.notices[0]
    np.testing.assert_array_equal(got.color, noise())


def test_transparency_of_more_colours_than_a_palette_has_is_left_out(tmp_path):
    """As libpng does, and so exported models."""
    samples = np.random.RandomState(0).randint(0, 4, [13, 22])
    palette = noise()[0, :4]
    data = png(samples, 2, 3, [(b"PLTE", palette.tobytes()), (b"tRNS", bytes(5))])
    got = read(tmp_path, data)
    np.testing.assert_array_equal(got.color, palette[samples])
    assert got.alpha is None and "tRNS" in got.notices[0]


def test_colours_meant_beyond_srgb_are_named_where_they_are_left_out(tmp_path):
    for chunks, named in (([], False), ([(b"cICP", bytes([9, 16, 0, 1]))], True)):
        photo = read(tmp_path, png_with([(b"sRGB", b"\0"), *chunks]))
        notices = write_photo(tmp_path / "b.tif", photo)
        assert any("cICP" in notice for notice in notices) == named


def test_a_transparent_colour_behind_the_pixels_is_none(tmp_path):
    data = png(noise().astype(int), 8, 2)
    late = chunk_bytes(b"tRNS", struct.pack(">3H", *noise()[3, 4].tolist()))
    got = read(tmp_path, data[:-12] + late + data[-12:])
    assert got.alpha is None and "tRNS" in got.notices[0]


@pytest.mark.parametrize("kind, size", [(b"gAMA", 4), (b"cHRM", 32), (b"sRGB", 1), (b"cICP", 4)])
def test_what_is_written_of_colour_chunks_can_be_opened_by_others(tmp_path, kind, size):
    for length in (0, size - 1, size, size + 1):
        photo = read(tmp_path, png_with([(kind, bytes(length))]))
        assert bool(photo.notices) == (length != size)
        assert [name for name, _ in photo.color_chunks] == ([kind] if length == size else [])
        written, _ = photo_bytes(photo, "PNG", "y")
        np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(written))), noise())


@pytest.mark.parametrize("channels, color_type", [(1, 0), (2, 4), (3, 2), (4, 6)])
@pytest.mark.parametrize("height, width", [(13, 22), (1, 1), (1, 5), (9, 1), (2, 3)])
def test_interlaced_files_of_16_bits_are_exact_and_quiet(
    tmp_path, capfd, channels, color_type, height, width
):
    pixels = noise(channels, np.uint16)[:height, :width]
    got = read(tmp_path, interlaced(pixels, 16, color_type))
    np.testing.assert_array_equal(join(got), pixels)
    assert got.notices == () and capfd.readouterr().err == ""
