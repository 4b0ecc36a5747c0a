"""Writing pictures: what was read comes back, and places that cannot be written are refused."""

import functools
import io
import os

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

from inpaint_tf.errors import InputError
from inpaint_tf.inference.deep_png import deep_png
from inpaint_tf.inference.photo import Photo, join, photo_of, read_photo
from inpaint_tf.inference.photo_write import (
    default_output,
    format_of,
    photo_bytes,
    require_writable,
    to_8_bits,
    write_photo,
)

HEIGHT, WIDTH = 13, 22


@functools.lru_cache  # a profile holds the second in which it was made
def profile():
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def photo(channels=3, dtype=np.uint8, **kept):
    shape = [HEIGHT, WIDTH, channels]
    pixels = np.random.RandomState(0).randint(0, np.iinfo(dtype).max + 1, shape).astype(dtype)
    alpha = pixels[..., -1] if channels in (2, 4) else None
    color = pixels[..., :3] if channels > 2 else pixels[..., 0]
    return Photo(color, alpha, **kept)


def camera():
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    exif.get_ifd(0x8769)[0x829A] = 0.01  # exposure time
    exif[0x8769] = exif.get_ifd(0x8769)
    return exif


@pytest.mark.parametrize("suffix", ["png", "tif"])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_lossless_formats_give_back_what_was_written(tmp_path, suffix, channels, dtype):
    path = tmp_path / f"a.{suffix}"
    written = photo(channels, dtype, icc_profile=profile(), exif=camera())
    notices = write_photo(path, written)
    assert [n for n in notices if "EXIF" not in n] == []
    again = read_photo(path)
    assert join(again).dtype == dtype
    np.testing.assert_array_equal(join(again), join(written))
    assert again.icc_profile == profile()
    assert again.exif[0x010F] == "Camera"
    if (suffix, dtype) == ("tif", np.uint16):
        assert "only texts" in notices[0]
    else:
        assert again.exif.get_ifd(0x8769)[0x829A] == pytest.approx(0.01)


def test_gray_of_16_bits_with_transparency_is_gray_for_others_too(tmp_path):
    written = photo(2, np.uint16)
    assert write_photo(tmp_path / "a.tif", written) == []
    with tifffile.TiffFile(tmp_path / "a.tif") as file:
        page = file.pages[0]
        assert page.photometric == tifffile.PHOTOMETRIC.MINISBLACK
        assert page.extrasamples == (tifffile.EXTRASAMPLE.UNASSALPHA,)
        np.testing.assert_array_equal(page.asarray(), join(written))


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_16_bit_png_is_what_opencv_and_pillow_read(tmp_path, channels):
    pixels = join(photo(channels, np.uint16))
    data = deep_png(pixels, profile(), camera().tobytes())
    read = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(
        read, pixels if channels == 1 else pixels[..., [2, 1, 0, 3][:channels]]
    )
    (tmp_path / "a.png").write_bytes(data)
    with Image.open(tmp_path / "a.png") as picture:
        picture.load()
        assert picture.info["icc_profile"] == profile()
        assert picture.getexif()[0x010F] == "Camera"


@pytest.mark.parametrize("suffix, bound", [("jpg", 8), ("webp", 24)])
def test_lossy_formats_stay_close_and_say_so(tmp_path, suffix, bound):
    rows, columns = np.mgrid[:48, :40]
    smooth = np.dstack([4 * rows, 5 * columns, 2 * (rows + columns)]).astype(np.uint8)
    path = tmp_path / f"a.{suffix}"
    notices = write_photo(path, Photo(smooth, icc_profile=profile(), exif=camera()))
    assert "quality 95" in notices[0] and "may change" in notices[0]
    again = read_photo(path)
    assert np.abs(again.color.astype(int) - smooth).max() <= bound
    assert again.icc_profile == profile() and again.exif[0x010F] == "Camera"


def test_jpeg_quality_is_95(tmp_path):
    write_photo(tmp_path / "a.jpg", photo())
    Image.fromarray(photo().color).save(tmp_path / "b.jpg", quality=95)
    with Image.open(tmp_path / "a.jpg") as ours, Image.open(tmp_path / "b.jpg") as theirs:
        assert ours.quantization == theirs.quantization


@pytest.mark.parametrize("suffix, words", [("jpg", "transparency"), ("bmp", "transparency")])
def test_what_a_format_cannot_hold_is_said(tmp_path, suffix, words):
    given = photo(4, np.uint16, icc_profile=profile())
    notices = " ".join(write_photo(tmp_path / f"a.{suffix}", given))
    assert words in notices and "16 to 8 bits" in notices
    again = read_photo(tmp_path / f"a.{suffix}")
    assert again.alpha is None and again.color.dtype == np.uint8
    if suffix == "bmp":
        assert "profile" in notices
        np.testing.assert_array_equal(again.color, to_8_bits(given.color))


def test_webp_keeps_transparency_and_turns_gray_to_rgb(tmp_path):
    given = photo(2)
    write_photo(tmp_path / "a.webp", given)
    again = read_photo(tmp_path / "a.webp")
    np.testing.assert_array_equal(again.alpha, given.alpha)
    assert again.color.shape == (HEIGHT, WIDTH, 3)


def test_to_8_bits_takes_the_nearest():
    sixteen = np.array([[0, 128, 129, 257 * 77, 257 * 77 + 128, 257 * 77 + 129, 65535]], np.uint16)
    np.testing.assert_array_equal(to_8_bits(sixteen), [[0, 0, 1, 77, 77, 78, 255]])


def test_default_output_counts_on(tmp_path):
    image = tmp_path / "my.photo.JPG"
    assert default_output(image) == str(tmp_path / "my.photo_inpainted.png")
    (tmp_path / "my.photo_inpainted.png").touch()
    assert default_output(image) == str(tmp_path / "my.photo_inpainted_2.png")
    (tmp_path / "my.photo_inpainted_2.png").touch()
    assert default_output(image) == str(tmp_path / "my.photo_inpainted_3.png")


def test_unwritable_places_are_refused_and_nothing_is_left(tmp_path):
    (tmp_path / "folder.png").mkdir()
    for name, words in [
        ("folder.png", "is a directory"),
        ("none/a.png", "does not exist"),
        ("a.gif", "ends in one of .png"),
        ("a", "ends in one of .png"),
        ("n" * 300 + ".png", "cannot be written"),
    ]:
        with pytest.raises(InputError, match=words):
            require_writable(tmp_path / name)
    require_writable(tmp_path / "fine.png")
    assert os.listdir(tmp_path) == ["folder.png"]


def test_devices_are_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(InputError, match="not a regular file"):
        require_writable(tmp_path / "pipe.png")


def test_protected_file_and_directory_are_refused(tmp_path, monkeypatch):
    (tmp_path / "a.png").write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # as root everything is allowed
    with pytest.raises(InputError, match="write-protected"):
        require_writable(tmp_path / "a.png")


def test_too_long_a_side_is_refused(tmp_path):
    with pytest.raises(InputError, match="at most 16383"):
        write_photo(tmp_path / "a.webp", Photo(np.zeros([2, 16384], np.uint8)))
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".bmp", ".tif"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_in_memory_as_on_disk(tmp_path, suffix, dtype):
    path = tmp_path / f"photo{suffix}"
    said = write_photo(path, photo(dtype=dtype))
    data, sentences = photo_bytes(photo(dtype=dtype), format_of(path), path)
    assert data == path.read_bytes() and sentences == said
    again = photo_of(io.BytesIO(data), "the picture")
    np.testing.assert_array_equal(join(again), join(read_photo(path)))
    assert again.format == format_of(path)


def test_damage_in_memory_is_named():
    with pytest.raises(InputError, match="the picture is empty"):
        photo_of(io.BytesIO(b""), "the picture")
    with pytest.raises(InputError, match="the picture is not a PNG"):
        photo_of(io.BytesIO(b"nothing"), "the picture")


def test_what_is_lost_is_said_and_nothing_else(tmp_path):
    """EXIF data may lie in their sub-directories alone, or be texts and the resolution alone."""
    texts, deep = Image.Exif(), Image.Exif()
    texts.update({270: "a picture", 282: 300.0, 283: 300.0, 296: 2})
    deep.get_ifd(0x8769)[0x829A] = 0.01
    for suffix, dtype, words in (("tif", np.uint16, "only texts"), ("bmp", np.uint8, "left out")):
        for exif in (texts, deep):
            path = tmp_path / f"a.{suffix}"
            said = write_photo(path, photo(3, dtype, exif=exif))
            lost = exif is deep or suffix == "bmp"
            assert [words in sentence for sentence in said] == ([True] if lost else [])
