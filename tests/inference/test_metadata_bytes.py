"""Texts and primaries beside the pixels come back as they were read, in every format."""

import struct

import numpy as np
import pytest
from made_files import encoded, noise
from PIL import Image

from inpaint_tf.inference.metadata import RESOLUTION_TAGS
from inpaint_tf.inference.photo import read_photo
from inpaint_tf.inference.photo_write import write_photo

ARTIST, COPYRIGHT, LENS, INTEROPERABILITY = 315, 33432, 0xA434, 0xA005
COMMENT, MAKER, METHOD = 0x9286, 0x927C, 0x1B
NAME, NOTE, OBJECTIVE = "Zoë Müller", "© 2026 東京", "50 mm – f/1.8"


class Utf8(str):
    """Text that Pillow writes as most programs do, although EXIF knows ASCII alone."""

    def encode(self, *args):
        return super().encode("utf-8")


def camera():
    exif = Image.Exif()
    exif[ARTIST], exif[COPYRIGHT] = Utf8(NAME), Utf8(NOTE)
    below = exif.get_ifd(0x8769)
    below.update({LENS: Utf8(OBJECTIVE), 0x829A: 0.01, INTEROPERABILITY: {1: "R98"}})
    return exif.tobytes()


def texts(path):
    """The texts of a file, by another reader, and its index of interoperability."""
    with Image.open(path) as picture:
        exif = picture.getexif()
        below = exif.get_ifd(0x8769)
        found = exif.get(ARTIST), exif.get(COPYRIGHT), below.get(LENS)
        below_that = exif.get_ifd(INTEROPERABILITY).get(1)
        return [text and text.encode("latin-1").decode() for text in found], below_that


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tif"])
def test_texts_keep_their_bytes(tmp_path, suffix):
    (tmp_path / "a.jpg").write_bytes(encoded("JPEG", noise(), exif=camera()))
    photo = read_photo(tmp_path / "a.jpg")
    notices = write_photo(tmp_path / f"b.{suffix}", photo)
    found = texts(tmp_path / f"b.{suffix}")
    assert found == ([NAME, NOTE, OBJECTIVE], "R98")
    assert not any("EXIF" in sentence for sentence in notices)
    again = tmp_path / f"c.{suffix}"
    write_photo(again, read_photo(tmp_path / f"b.{suffix}"))
    assert texts(again) == found


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tif"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_undefined_tags_stay_undefined_and_the_order_of_bytes_holds(tmp_path, order, suffix):
    """Readers pass over comments that are numbers, and notes of makers are in the file's order."""
    codes = {"<": "utf-16-le", ">": "utf-16-be"}
    exif = Image.Exif()
    exif.endian = order
    comment = b"UNICODE\0" + "Zürich".encode(codes[order])
    place = {COMMENT: (bytearray(comment),), MAKER: (bytearray(b"Acme\0\1\2\3"),)}
    exif.get_ifd(0x8769).update(place)
    exif[0x8769] = exif.get_ifd(0x8769)
    exif.get_ifd(0x8825)[METHOD] = (bytearray(b"ASCII\0\0\0GPS"),)
    exif[0x8825] = exif.get_ifd(0x8825)
    (tmp_path / "a.jpg").write_bytes(encoded("JPEG", noise(), exif=exif.tobytes()))
    write_photo(tmp_path / f"b.{suffix}", read_photo(tmp_path / "a.jpg"))
    stored = (tmp_path / f"b.{suffix}").read_bytes()
    if suffix == "tif":
        order = "<"
    for tag, size in ((COMMENT, len(comment)), (MAKER, 8), (METHOD, 11)):
        assert struct.pack(order + "HHI", tag, 7, size) in stored
    for text in (b"UNICODE\0" + "Zürich".encode(codes[order]), b"Acme\0\1\2\3", b"ASCII\0\0\0GPS"):
        assert text in stored


def test_a_profile_for_grey_is_left_out_where_grey_becomes_rgb(tmp_path):
    profile = bytes(16) + b"GRAYXYZ " + bytes(108)
    (tmp_path / "a.png").write_bytes(encoded("PNG", noise(1), icc_profile=profile))
    photo = read_photo(tmp_path / "a.png")
    assert photo.icc_profile == profile
    assert "colour profile is for grey and left out" in " ".join(
        write_photo(tmp_path / "b.webp", photo)
    )
    assert read_photo(tmp_path / "b.webp").icc_profile is None
    write_photo(tmp_path / "b.tif", photo)
    assert read_photo(tmp_path / "b.tif").icc_profile == profile


def test_texts_of_a_16_bit_tiff_keep_their_bytes(tmp_path):
    (tmp_path / "a.jpg").write_bytes(encoded("JPEG", noise(), exif=camera()))
    deep = read_photo(tmp_path / "a.jpg")._replace(color=noise(3, np.uint16))
    write_photo(tmp_path / "b.tif", deep)
    stored = (tmp_path / "b.tif").read_bytes()
    assert NAME.encode() + b"\0" in stored and NOTE.encode() + b"\0" in stored


def test_resolution_within_exif_data_is_kept_in_a_16_bit_tiff(tmp_path):
    exif = Image.Exif()
    exif.update(zip(RESOLUTION_TAGS, (300.0, 150.0, 2)))
    (tmp_path / "a.png").write_bytes(encoded("PNG", noise(), exif=exif.tobytes()))
    deep = read_photo(tmp_path / "a.png")._replace(color=noise(3, np.uint16))
    assert write_photo(tmp_path / "b.tif", deep) == []
    assert read_photo(tmp_path / "b.tif").dpi == (300, 150)


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_the_primaries_of_a_tiff_are_kept(tmp_path, suffix):
    white, colors = (0.3127, 0.329), (0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
    Image.fromarray(noise()).save(tmp_path / "a.tif", tiffinfo={318: white, 319: colors})
    write_photo(tmp_path / f"b.{suffix}", read_photo(tmp_path / "a.tif"))
    exif = read_photo(tmp_path / f"b.{suffix}").exif
    np.testing.assert_allclose(np.array(exif[318], float), white, atol=1e-6)
    np.testing.assert_allclose(np.array(exif[319], float), colors, atol=1e-6)


def test_the_primaries_of_inks_are_not_those_of_the_result(tmp_path):
    inks = Image.fromarray(noise(4), "CMYK")
    inks.save(tmp_path / "a.tif", tiffinfo={318: (0.3127, 0.329), 315: "me"})
    exif = read_photo(tmp_path / "a.tif").exif
    assert 318 not in exif and exif[315] == "me"
