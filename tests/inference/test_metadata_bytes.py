"""Texts and primaries beside the pixels come back as they were read, in every format."""

import numpy as np
import pytest
from made_files import encoded, noise
from PIL import Image

from inpaint_tf.inference.metadata import RESOLUTION_TAGS
from inpaint_tf.inference.photo import read_photo
from inpaint_tf.inference.photo_write import write_photo

ARTIST, COPYRIGHT, LENS, INTEROPERABILITY = 315, 33432, 0xA434, 0xA005
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
