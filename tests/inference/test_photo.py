"""Reading pictures: exact pixels, upright, and a sentence for everything else."""

import io
import struct
import zlib

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

from inpaint_tf.errors import InputError
from inpaint_tf.inference.orientation import ORIENTATION, upright
from inpaint_tf.inference.photo import join, read_photo

HEIGHT, WIDTH = 13, 22  # neither square nor even


def noise(channels=3, dtype=np.uint8, seed=0):
    shape = [HEIGHT, WIDTH] + ([channels] if channels > 1 else [])
    return np.random.RandomState(seed).randint(0, np.iinfo(dtype).max + 1, shape).astype(dtype)


@pytest.mark.parametrize("suffix", ["png", "bmp", "tif"])
@pytest.mark.parametrize("channels", [1, 3])
def test_lossless_8_bit_pictures_keep_every_pixel(tmp_path, suffix, channels):
    pixels = noise(channels)
    path = tmp_path / f"a.{suffix}"
    Image.fromarray(pixels).save(path)
    photo = read_photo(path)
    np.testing.assert_array_equal(photo.color, pixels)
    assert photo.alpha is None and photo.color.dtype == np.uint8


@pytest.mark.parametrize("channels", [2, 4])
@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_transparency_is_kept_apart(tmp_path, suffix, channels):
    pixels = noise(channels)
    Image.fromarray(pixels).save(tmp_path / f"a.{suffix}")
    photo = read_photo(tmp_path / f"a.{suffix}")
    np.testing.assert_array_equal(photo.alpha, pixels[..., -1])
    np.testing.assert_array_equal(photo.color, np.squeeze(pixels[..., :-1]))
    np.testing.assert_array_equal(join(photo), pixels)


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_16_bits_are_kept_in_rgb_order(tmp_path, suffix, channels):
    pixels = noise(channels, np.uint16)
    bgr = pixels if channels == 1 else pixels[..., [2, 1, 0, 3][:channels]]
    cv2.imwrite(str(tmp_path / f"a.{suffix}"), bgr)
    photo = read_photo(tmp_path / f"a.{suffix}")
    np.testing.assert_array_equal(join(photo), pixels)


def test_16_bit_gray_with_alpha_stays_gray(tmp_path):
    # Written by hand, since no library at hand writes such a file: filter 0, big-endian.
    pixels = noise(2, np.uint16)
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)

    def chunk(kind, body):
        checksum = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + checksum

    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 16, 4, 0, 0, 0)
    chunks = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))
    np.testing.assert_array_equal(join(read_photo(tmp_path / "a.png")), pixels)


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_jpeg_is_decoded_as_opencv_does(tmp_path, mode):
    smooth = cv2.GaussianBlur(noise(3), (0, 0), 2)
    Image.fromarray(smooth).convert(mode).save(tmp_path / "a.jpg", quality=90)
    want = cv2.imread(str(tmp_path / "a.jpg"), cv2.IMREAD_UNCHANGED)
    got = read_photo(tmp_path / "a.jpg").color
    np.testing.assert_array_equal(got, want if mode == "L" else want[..., ::-1])


def test_palette_becomes_rgb_and_its_transparency_alpha(tmp_path):
    palette = Image.fromarray(noise(3)).quantize(16)
    palette.save(tmp_path / "opaque.png")
    palette.save(tmp_path / "hollow.png", transparency=3)
    want = np.asarray(palette.convert("RGB"))
    opaque, hollow = read_photo(tmp_path / "opaque.png"), read_photo(tmp_path / "hollow.png")
    np.testing.assert_array_equal(opaque.color, want)
    np.testing.assert_array_equal(hollow.color, want)
    assert opaque.alpha is None
    np.testing.assert_array_equal(hollow.alpha, np.where(np.asarray(palette) == 3, 0, 255))


def test_one_bit_picture_becomes_gray(tmp_path):
    bits = noise(1) > 100
    Image.fromarray(bits).save(tmp_path / "a.png")
    np.testing.assert_array_equal(read_photo(tmp_path / "a.png").color, bits * 255)


# What each orientation does, said with Pillow's operations as the EXIF standard describes them.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_upright_turns_as_exif_says(orientation):
    pixels = noise()
    want = Image.fromarray(pixels)
    if orientation in _TURNS:
        want = want.transpose(_TURNS[orientation])
    np.testing.assert_array_equal(upright(pixels, orientation), np.asarray(want))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["png", "jpg", "webp", "tif", "deep.png", "deep.tif"])
def test_every_format_comes_upright(tmp_path, kind, orientation):
    path = tmp_path / f"a.{kind}"
    pixels = cv2.GaussianBlur(noise(), (0, 0), 2)
    if kind == "deep.tif":
        pixels = noise(3, np.uint16)
        tag = (ORIENTATION, "H", 1, orientation, True)
        tifffile.imwrite(path, pixels, photometric="rgb", extratags=[tag])
    else:
        exif = Image.Exif()
        exif[ORIENTATION] = orientation
        Image.fromarray(pixels).save(path, exif=exif, **({"lossless": True} if "w" in kind else {}))
        if kind == "deep.png":
            pixels = pixels.astype(np.uint16) * 257
            encoded = cv2.imencode(".png", pixels[..., ::-1])[1].tobytes()
            body = exif.tobytes()[6:]
            chunk = struct.pack(">I", len(body)) + b"eXIf" + body
            chunk += struct.pack(">I", zlib.crc32(b"eXIf" + body))
            path.write_bytes(encoded[:33] + chunk + encoded[33:])
        if kind == "jpg":
            pixels = np.asarray(Image.open(path))
    photo = read_photo(path)
    np.testing.assert_array_equal(photo.color, upright(pixels, orientation))
    assert photo.exif is None or ORIENTATION not in photo.exif


def test_exif_loses_orientation_sizes_and_thumbnail_only(tmp_path):
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[0x010F] = "Camera"
    exif.get_ifd(0x8769)[0xA002] = WIDTH
    exif.get_ifd(0x8769)[0x829A] = 0.01  # exposure time
    Image.fromarray(noise()).save(tmp_path / "a.jpg", exif=exif)
    kept = read_photo(tmp_path / "a.jpg").exif
    assert kept[0x010F] == "Camera"
    again = Image.Exif()
    again.load(kept.tobytes())
    assert dict(again.get_ifd(0x8769)) == {0x829A: pytest.approx(0.01)}
    assert ORIENTATION not in again


def test_thumbnail_that_shows_what_was_painted_over_is_dropped(tmp_path):
    # IFD 0 holds the maker "Cam", IFD 1 a thumbnail: its offset (0x201) and length (0x202).
    first = struct.pack("<HHHI4sI", 1, 0x010F, 2, 4, b"Cam\0", 26)
    second = struct.pack("<HHHIIHHIII", 2, 0x201, 4, 1, 56, 0x202, 4, 1, 5, 0)
    exif = b"Exif\0\0II*\0" + struct.pack("<I", 8) + first + second + b"THUMB"
    Image.fromarray(noise()).save(tmp_path / "a.jpg", exif=exif)
    kept = read_photo(tmp_path / "a.jpg").exif
    assert kept[0x010F] == "Cam" and b"THUMB" not in kept.tobytes()


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tif"])
def test_profile_is_kept(tmp_path, suffix):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.fromarray(noise()).save(tmp_path / f"a.{suffix}", icc_profile=profile)
    assert read_photo(tmp_path / f"a.{suffix}").icc_profile == profile


@pytest.mark.parametrize("suffix", ["jpg", "tif"])
def test_cmyk_becomes_rgb_with_a_notice(tmp_path, suffix):
    Image.new("CMYK", (WIDTH, HEIGHT), (255, 0, 0, 0)).save(tmp_path / f"a.{suffix}")
    photo = read_photo(tmp_path / f"a.{suffix}")
    assert np.abs(photo.color.astype(int) - [0, 255, 255]).max() <= 2
    assert "CMYK" in photo.notices[0]


@pytest.mark.parametrize("suffix", ["tif", "webp", "png"])
def test_first_of_several_pictures_is_taken_with_a_notice(tmp_path, suffix):
    first, second = Image.fromarray(noise()), Image.fromarray(noise(seed=1))
    options = {"lossless": True} if suffix == "webp" else {}
    first.save(tmp_path / f"a.{suffix}", save_all=True, append_images=[second], **options)
    photo = read_photo(tmp_path / f"a.{suffix}")
    np.testing.assert_array_equal(photo.color, noise())
    assert "2 pictures" in photo.notices[0]


def encoded(suffix, dtype=np.uint8):
    pixels = np.random.RandomState(0).randint(0, np.iinfo(dtype).max, [60, 72, 3]).astype(dtype)
    if suffix == "webp":
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "WEBP")
        return file.getvalue()
    return cv2.imencode(f".{suffix}", pixels)[1].tobytes()


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.98])
@pytest.mark.parametrize("kind", ["png", "jpg", "bmp", "webp", "tif", "deep.png", "deep.tif"])
def test_truncated_file_is_refused(tmp_path, kind, share):
    data = encoded(kind.split(".")[-1], np.uint16 if "deep" in kind else np.uint8)
    path = tmp_path / f"a.{kind}"
    path.write_bytes(data)
    assert read_photo(path).color.shape == (60, 72, 3)
    path.write_bytes(data[: int(share * len(data))])
    with pytest.raises(InputError, match=r"a\.\S+ (is|has)"):
        read_photo(path)


def test_thumbnail_does_not_hide_that_a_jpeg_is_cut(tmp_path):
    data = encoded("jpg")
    thumbnail = b"Exif\0\0" + data[:40] + b"\xff\xda" + b"\xff\xd9"
    segment = b"\xff\xe1" + struct.pack(">H", len(thumbnail) + 2) + thumbnail
    whole = data[:2] + segment + data[2:]
    # What cameras append, such as a film, may hold any bytes.
    (tmp_path / "a.jpg").write_bytes(whole + b"\xff\xda film")
    assert read_photo(tmp_path / "a.jpg").color.shape == (60, 72, 3)
    (tmp_path / "a.jpg").write_bytes(whole[:-40])
    with pytest.raises(InputError, match="cut short"):
        read_photo(tmp_path / "a.jpg")


def test_damaged_pixels_are_refused(tmp_path):
    data = bytearray(encoded("png"))
    middle = len(data) // 2
    data[middle : middle + 40] = bytes(40)
    (tmp_path / "a.png").write_bytes(data)
    with pytest.raises(InputError, match="a.png is damaged: "):
        read_photo(tmp_path / "a.png")


def test_what_is_no_picture_is_named(tmp_path):
    (tmp_path / "text.png").write_text("not a picture at all\n" * 9)
    (tmp_path / "empty.png").touch()
    Image.new("P", (9, 9)).save(tmp_path / "a.gif")
    for name, word in [
        ("text.png", "not a PNG, JPEG, WebP, BMP or TIFF"),
        ("a.gif", "not a PNG"),
        ("empty.png", "is empty"),
        ("none.png", "does not exist"),
        (".", "is a directory"),
    ]:
        with pytest.raises(InputError, match=word):
            read_photo(tmp_path / name)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_gray_tiff_whose_white_is_zero_is_turned_round(tmp_path, dtype):
    pixels = np.random.RandomState(0).randint(0, np.iinfo(dtype).max, [9, 14]).astype(dtype)
    tifffile.imwrite(tmp_path / "a.tif", pixels, photometric="miniswhite")
    got = read_photo(tmp_path / "a.tif").color
    np.testing.assert_array_equal(got, np.iinfo(dtype).max - pixels)


def test_tiff_of_another_kind_is_said_to_be_one(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", np.zeros([9, 14, 3], np.float32), photometric="rgb")
    with pytest.raises(InputError, match="a.tif is a TIFF of an unsupported kind"):
        read_photo(tmp_path / "a.tif")


def test_floating_point_pictures_are_refused(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", np.ones([9, 10], np.float32))
    with pytest.raises(InputError, match="8 or 16 bits"):
        read_photo(tmp_path / "a.tif")
