"""Picture files within the graph: transparency kept, masks as test.py reads them, limits hold."""

import io
import struct
import time

import numpy as np
import pytest
import tensorflow as tf
from made_files import encoded, noise, png
from PIL import Image
from traced_codec import decoder, hole_reader

from inpaint_tf.export.codec import encode_png, in_layout_of
from inpaint_tf.export.headers import png_header
from inpaint_tf.export.pixels import (
    Limits,
    at_least_one,
    require_little_work,
    too_broad,
    too_much_work,
)
from inpaint_tf.inference.mask_file import mask_hole
from inpaint_tf.inference.photo import Photo, join, photo_of
from inpaint_tf.inference.png_parts import with_chunks

LIMIT = 10_000


def decoded(data, deep=False, limit=LIMIT):
    pixels, problem = decoder(Limits(limit), deep)(tf.constant(data))
    return pixels.numpy(), problem.numpy().decode()


def photo(data):
    return photo_of(io.BytesIO(data), "x")


def cases():
    for depth in (1, 2, 4, 8):
        samples = np.random.RandomState(depth).randint(0, 2**depth, [13, 22])
        key = int(samples[3, 5])
        yield png(samples, depth, 0, [(b"tEXt", b"a"), (b"tRNS", struct.pack(">H", key))])
    colors = noise().astype(int)
    colors[4:7, 2:9] = (10, 20, 30)
    yield png(colors, 8, 2, [(b"tRNS", struct.pack(">3H", 10, 20, 30))])
    yield png(noise().astype(int), 8, 2, [(b"tRNS", bytes(5))])  # too short, so none
    yield png(np.zeros([13, 22], int), 8, 0, [(b"tRNS", b"\0")])
    yield encoded("PNG", noise(4))
    yield encoded("PNG", noise(1))


def damaged(data, place=-1):
    """The file with another byte in its transparency or in the checksum of that, the last ones."""
    data = bytearray(data)
    start = data.index(b"tRNS")
    size = int.from_bytes(data[start - 4 : start], "big")
    data[start + 4 + (place % (size + 4))] ^= 1
    return bytes(data)


def odd_cases():
    """Transparency with a wrong checksum, of a wrong size or in a wrong place."""
    samples = np.random.RandomState(0).randint(0, 2, [13, 22])
    colors = (b"PLTE", bytes([9, 8, 7, 200, 100, 50]))
    shades = (b"tRNS", struct.pack(">H", 1))
    for depth in (1, 8):
        yield damaged(png(samples, depth, 0, [shades]))
        yield damaged(png(samples, depth, 3, [colors, (b"tRNS", b"\x30\x40")]))
    flat = np.zeros([13, 22, 3], int)
    yield damaged(png(flat, 8, 2, [(b"tRNS", bytes(6))]))
    yield damaged(png(noise(4).astype(int), 8, 6, [(b"tRNS", bytes(6))]))
    for chunks in ([(b"tRNS", b"\x30"), colors], [colors, (b"tRNS", b"")]):
        yield png(samples, 2, 3, chunks)
    yield png(samples, 8, 0, [(b"tRNS", bytes(6))])
    yield png(flat, 8, 2, [(b"tRNS", bytes(8))])
    # Damaged, and then another one.
    yield damaged(png(samples, 8, 0, [(b"tRNS", b"\0\0"), shades]))
    yield png(flat, 8, 2, [(b"tRNS", bytes(2)), (b"tRNS", bytes(6))])
    yield damaged(png(samples, 8, 3, [colors, (b"tRNS", b"\x30"), (b"tRNS", b"\x50\x60")]))


@pytest.mark.parametrize("data", [*cases(), *odd_cases()])
def test_transparency_is_as_test_py_reads_it_and_is_written_again(data):
    pixels, problem = decoded(data)
    assert problem == ""
    want = join(photo(data))
    np.testing.assert_array_equal(pixels.squeeze(), want)
    color = tf.constant(np.repeat(pixels[..., :1], 3, 2) if want.ndim < 3 else pixels[..., :3])
    if pixels.shape[2] == 2:
        color = tf.repeat(tf.constant(pixels[..., :1]), 3, axis=2)
    again = encode_png(in_layout_of(tf.constant(pixels), color)).numpy()
    np.testing.assert_array_equal(join(photo(again)), want)


def test_every_byte_of_a_transparent_colour_is_checked():
    color = (0x1234, 0xFFFF, 0xA001)
    for values, color_type in ((color[:1], 0), (color, 2)):
        samples = np.full([3, 5, len(values)], values)
        data = png(samples, 16, color_type, [(b"tRNS", struct.pack(f">{len(values)}H", *values))])
        found = decoded(data, deep=True)[0]
        assert not found[..., -1].any() and (found[..., :-1] == np.array(values) // 256).all()
        for place in range(2 * len(values) + 4):
            pixels, problem = decoded(damaged(data, place), deep=True)
            assert problem == "" and pixels.shape == (3, 5, len(values))
            assert photo(damaged(data, place)).alpha is None


@pytest.mark.parametrize("data", odd_cases())
def test_notices_name_odd_transparency(data):
    assert "the side chunk tRNS is damaged and left out" in photo(data).notices[0]


def layers():
    hole = np.zeros([13, 22], bool)
    hole[2:6, 3:15] = True
    for color in [(0, 0, 0), (255, 255, 255), (200, 0, 0)]:
        for hidden in [(0, 0, 0), (255, 255, 255)]:
            painted = np.where(hole[..., None], color, hidden).astype(np.uint8)
            yield np.dstack([painted, hole.astype(np.uint8) * 255])
            yield np.dstack([painted, hole.astype(np.uint8) * 40])
    grey = hole.astype(np.uint8) * 255
    yield grey
    yield np.dstack([grey] * 3)
    for shown in (5, 18):
        ground = np.dstack([grey] * 3 + [np.full_like(grey, 255)])
        ground[:, shown:] = (255, 255, 255, 0)
        yield ground
    mixed = np.dstack([np.full([13, 22, 3], 90, np.uint8), grey])
    mixed[4:, :, :3] = (255, 230, 0)
    yield mixed
    yield np.dstack([grey] * 3 + [np.zeros_like(grey)])


@pytest.mark.parametrize("pixels", layers())
def test_masks_count_as_in_test_py(pixels):
    data = encoded("PNG", pixels)
    want, _ = mask_hole(photo(data), "m", pixels.shape[:2])
    got = hole_reader()(tf.constant(decoded(data)[0]))
    np.testing.assert_array_equal(got.numpy()[..., 0], want)


def test_masks_at_every_threshold_count_as_in_test_py():
    """Small ones of few levels, so that each of them decides now and then."""
    random, kinds = np.random.RandomState(0), set()
    levels = [0, 1, 31, 32, 33, 127, 128, 129, 222, 223, 224, 254, 255]
    for number in range(400):
        few = random.choice(levels, random.randint(1, 4))
        color = np.repeat(random.choice(few, [2, 4, 1]), 3, 2)
        color[0, 0] += random.choice([0, 0, 31, 32], 3)
        alpha = random.choice(random.choice([0, 1, 127, 128, 254, 255], 2), [2, 4, 1])
        pixels = np.dstack([color % 256, alpha][: 1 + number % 4]).astype(np.uint8)
        pixels = pixels if number % 8 else np.dstack([pixels[..., 0]] * 3)
        mask = Photo(pixels[..., :3], pixels[..., 3] if pixels.shape[2] > 3 else None)
        want, said = mask_hole(mask, "m", (2, 4))
        np.testing.assert_array_equal(hole_reader()(tf.constant(pixels))[..., 0], want)
        kinds.add(said[0].rpartition("; ")[2] if mask.alpha is not None and said else "")
    assert len(kinds) >= 3


def test_a_grey_mask_may_have_one_transparent_shade():
    samples = noise(1).astype(int)
    data = png(samples, 8, 0, [(b"tRNS", struct.pack(">H", int(samples.max())))])
    got = hole_reader()(tf.constant(decoded(data)[0]))
    np.testing.assert_array_equal(got[..., 0], mask_hole(photo(data), "m", (13, 22))[0])


def test_grey_with_transparency_is_refused_and_bits_beyond_the_depth_do_not_count():
    assert decoded(encoded("PNG", noise(2)))[1] == "has 2 channels, expected 1, 3 or 4"
    samples = np.random.RandomState(0).randint(0, 4, [13, 22])
    data = png(samples, 2, 0, [(b"tRNS", struct.pack(">H", 0xA004 | samples[3, 5]))])
    clear = decoded(data)[0][..., -1] == 0
    np.testing.assert_array_equal(clear, samples == samples[3, 5])


def test_every_byte_of_a_header_counts():
    header = struct.pack(">IIBBBBB", 0x01020304, 0x05060708, 16, 6, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + header
    fine, sides, depth, color_type = png_header(tf.constant(data))
    assert fine and sides.numpy().tolist() == [0x01020304, 0x05060708]
    assert (int(depth), int(color_type)) == (16, 6)


def test_a_chunk_before_the_header_does_not_hide_the_size():
    decoy = (b"teXt", struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0))
    data = png(np.zeros([200, 300], int), 8, 0, header_first=[decoy])
    assert "can be decoded" in decoded(data)[1]
    assert "10000 pixels" in decoded(png(np.zeros([200, 300], int), 8, 0))[1]
    deep = png(np.zeros([20, 30], int), 16, 0, header_first=[decoy])
    assert "can be decoded" in decoded(deep)[1]
    assert "16 bits" in decoded(png(np.zeros([20, 30], int), 16, 0))[1]


@pytest.mark.parametrize("file_format", ["PNG", "JPEG"])
def test_the_limit_counts_pixels_as_the_network_sees_them(file_format):
    thin = encoded(file_format, np.zeros([1, 1100], np.uint8))
    assert "10000 pixels" in decoded(thin)[1]
    assert decoded(encoded(file_format, np.zeros([1, 1000], np.uint8)))[1] == ""


def test_scans_without_end_are_refused():
    data = encoded("JPEG", np.zeros([1024, 1024], np.uint8), progressive=True)
    last = data.rindex(b"\xff\xda")
    bomb = data[:-2] + data[last:-2] * 3000 + b"\xff\xd9"
    began = time.monotonic()
    assert "too many scans" in decoded(bomb, limit=2**24)[1]
    assert time.monotonic() - began < 10
    assert decoded(data, limit=2**24)[1] == ""
    few = encoded("JPEG", noise(), progressive=True)
    last = few.rindex(b"\xff\xda")
    assert decoded(few[:-2] + few[last:-2] * 40 + few[-2:])[1] == ""  # small ones may have many


def test_every_cut_png_is_a_sentence():
    data = png(noise().astype(int), 8, 2, [(b"tEXt", bytes(20)), (b"tRNS", bytes(6))])
    for size in range(0, len(data) - 20, 9):
        assert decoded(data[:size])[1] != ""


@pytest.mark.parametrize("name", [b"tEXt", b"zTXt", b"iTXt", b"sPLT", b"pCAL", b"IDAT"])
def test_a_chunk_longer_than_its_file_takes_no_memory(name):
    """libpng makes room for 2 GB of text before it looks whether they are there."""
    data = encoded("PNG", noise())
    for place in (33, len(data) - 12):
        for length in (2**31 - 1, 2**32 - 1, len(data)):
            began = time.monotonic()
            lie = data[:place] + struct.pack(">I", length) + name + data[place:]
            assert decoded(lie)[1] == "is not a PNG or JPEG picture that can be decoded"
            assert time.monotonic() - began < 0.5  # 1.4 s, where 2 GB are taken
    fine = with_chunks(data, [(name, b"a\0\0")]) if name != b"IDAT" else data + b"junk"
    assert decoded(fine)[1] == ""


def test_more_chunks_than_are_read_are_named():
    data = encoded("PNG", noise())
    few, many = (with_chunks(data, [(b"abCd", b"")] * count) for count in (900, 20_000))
    assert decoded(few)[1] == "" and decoded(many)[1] == "has more chunks than are read"


@pytest.mark.parametrize("height, width", [(1024, 4096), (64, 16384), (1, 16384), (16384, 64)])
def test_broad_pictures_are_refused_where_rows_would_not_fit(height, width):
    """At 1x30000 the whole map of attention took 9.6 GB."""
    limit = Limits.of_whole_maps(2**22)
    assert not too_broad(tf.constant([height, width], tf.int64), limit)
    if width > height:
        assert too_broad(tf.constant([height, width + 64], tf.int64), limit)
    small, largest = (tf.constant(size, tf.int64) for size in ([1, 1024], [2**31 - 1] * 2))
    assert not too_broad(small, Limits.of_whole_maps(64))  # small pictures are harmless
    assert too_broad(largest, Limits.of_whole_maps(2**24))  # and none overflows
    assert not too_broad(largest, Limits(2**24))  # where nothing takes whole rows
    with pytest.raises(tf.errors.InvalidArgumentError, match="a picture is too broad"):
        limits = Limits.of_whole_maps(2**17)
        require_little_work(tf.zeros([1, 10, 2000, 3]), tf.zeros([1, 10, 2000, 1]) > 0, limits)


def test_the_work_of_an_item_is_bounded():
    image = tf.zeros([2048, 2048, 3], tf.uint8)
    half = np.zeros([2048, 2048, 1], bool)
    half[:1000] = True
    assert not too_much_work(image, half)
    assert too_much_work(image, ~half | half)
    assert at_least_one(tf.zeros([0, 3, 5, 1])).shape == (1, 3, 5, 1)
    np.testing.assert_array_equal(at_least_one(tf.ones([2, 3, 5, 1])), np.ones([2, 3, 5, 1]))


@pytest.mark.parametrize("size", [(0, 24), (16, 0), (0, 0)])
def test_pictures_without_pixels_are_named(size):
    image, hole = tf.zeros([2, *size, 3], tf.uint8), tf.zeros([2, *size, 1], tf.bool)
    with pytest.raises(tf.errors.InvalidArgumentError, match="a picture has no pixels"):
        require_little_work(image, hole, Limits(LIMIT))


def test_jpeg_is_read_as_before():
    data = encoded("JPEG", noise())
    np.testing.assert_array_equal(decoded(data)[0], np.asarray(Image.open(io.BytesIO(data))))
