"""One file -> one picture: formats, scaling, cropping, and faults as sentences."""

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from inpaint_tf.data import decode
from inpaint_tf.data.decode import (
    read_picture,
    reduce_picture,
    resized_picture,
    upright_size,
    whole_picture,
)
from inpaint_tf.data.loader import mask_loader
from inpaint_tf.errors import InputError
from inpaint_tf.inference import jpeg_parts
from inpaint_tf.inference.orientation import upright


def gradient(height=40, width=60):
    """Red grows down, green to the right."""
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([4 * y, 4 * x, 0 * x + 9], axis=-1).astype(np.uint8)


@pytest.mark.parametrize("name", ["x.png", "x.bmp", "x.webp"])
def test_lossless_formats(tmp_path, name):
    Image.fromarray(gradient()).save(tmp_path / name, lossless=True)
    pixels = read_picture(tmp_path / name, None, (40, 60))
    np.testing.assert_array_equal(pixels, gradient())


@pytest.mark.parametrize(
    "start", [b"%!PS-Adobe-3.0 EPSF-3.0\n", b"GIF89a", b"P6 8 8 255\n", b"%PDF-1.4"]
)
def test_no_other_format_is_opened_whatever_its_name(tmp_path, start):
    """Pillow would hand the first to Ghostscript."""
    (tmp_path / "a.jpg").write_bytes(start + bytes(300))
    with pytest.raises(InputError, match="a.jpg cannot be decoded: it is not a PNG, JPEG"):
        read_picture(tmp_path / "a.jpg", None, (8, 8))


def test_grey_alpha_palette_and_sixteen_bits_become_rgb(tmp_path):
    grey = gradient()[..., 0]
    pictures = {
        "grey": Image.fromarray(grey),
        "alpha": Image.fromarray(np.dstack([gradient(), grey])),
        "palette": Image.fromarray(gradient()).quantize(16),
        "deep": Image.fromarray(grey.astype(np.uint16) * 257),
    }
    for name, picture in pictures.items():
        picture.save(tmp_path / f"{name}.png")
        pixels = read_picture(tmp_path / f"{name}.png", None, (40, 60))
        assert pixels.shape == (40, 60, 3) and pixels.dtype == np.uint8
        if name == "alpha":
            np.testing.assert_array_equal(pixels, gradient())
        if name in ("grey", "deep"):
            np.testing.assert_array_equal(pixels, np.dstack([grey] * 3))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["jpg", "png"])
def test_pictures_stand_upright(tmp_path, orientation, suffix):
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f"x.{suffix}"
    Image.fromarray(gradient()).save(path, exif=exif)
    with Image.open(path) as picture:
        want = upright(np.asarray(picture), orientation)
    assert upright_size(path) == want.shape[:2] == ((60, 40) if orientation > 4 else (40, 60))
    np.testing.assert_array_equal(read_picture(path, None, want.shape[:2]), want)


def test_place_of_the_crop(tmp_path):
    Image.fromarray(gradient()).save(tmp_path / "x.png")
    for place, top, left in [((0, 0), 0, 0), ((0.999, 0.5), 30, 18), ((0.5, 0.999), 15, 36)]:
        pixels = read_picture(tmp_path / "x.png", None, (10, 24), place)
        np.testing.assert_array_equal(pixels, gradient()[top : top + 10, left : left + 24])


def test_scaling(tmp_path):
    Image.fromarray(gradient()).save(tmp_path / "x.png")
    shorter = read_picture(tmp_path / "x.png", 20, (20, 30))
    np.testing.assert_allclose(shorter[5:15, 5:25], gradient()[1::2, 1::2][5:15, 5:25], atol=4)
    exact = read_picture(tmp_path / "x.png", (20, 60), (20, 60))
    assert abs(int(exact[10, 30, 1]) - 120) < 5 and abs(int(exact[10, 30, 0]) - 80) < 5
    halved = reduce_picture(gradient(), (20, 30))
    np.testing.assert_allclose(halved[..., 0], 8 * np.mgrid[0:20, 0:30][0] + 2)


def test_sizes_are_height_and_width_and_every_pixel_counts():
    noise = np.random.default_rng(0).integers(0, 256, [40, 60, 3], np.uint8)
    means = noise.reshape([20, 2, 30, 2, 3]).mean(axis=(1, 3))
    # Pillow rounds after each of two directions.
    np.testing.assert_allclose(reduce_picture(noise, (20, 30)), means, atol=1)
    np.testing.assert_allclose(
        reduce_picture(noise, (40, 30)), noise.reshape([40, 30, 2, 3]).mean(axis=2), atol=0.5
    )
    want = Image.fromarray(noise).resize((90, 20), Image.Resampling.BICUBIC)
    np.testing.assert_array_equal(resized_picture(noise, (20, 90)), want)


@pytest.mark.parametrize(
    "resize, crop_size, longest",
    [(200, (64, 96), 200), (40, (64, 96), 96), ((50, 300), (40, 60), 300), (None, (8, 8), 2**16)],
)
def test_no_draft_is_smaller_than_what_is_made_of_it(resize, crop_size, longest):
    assert decode._least_size(resize, crop_size) == (longest, longest)


def test_jpegs_are_bounded_and_searched_for_missing_pixels_once(tmp_path, monkeypatch):
    path, searched = tmp_path / "x.jpg", []
    Image.fromarray(gradient()).save(path, progressive=True)
    monkeypatch.setattr(decode, "require_whole", lambda *given: searched.append(given[0]))
    for _ in range(2):
        read_picture(path, None, (40, 60))
    assert searched == [str(path)]
    monkeypatch.setattr(decode, "MAX_PIXELS", 40 * 60 - 1)
    with pytest.raises(InputError, match="x.jpg cannot be decoded: it has 60x40 pixels, more"):
        read_picture(path, None, (40, 60))
    monkeypatch.undo()
    monkeypatch.setattr(jpeg_parts, "FEW_SCANS", 2)
    monkeypatch.setattr(jpeg_parts, "MOST_SCANNED", 3 * 40 * 60)
    with pytest.raises(InputError, match="x.jpg cannot be decoded: it has .* scans of 60x40"):
        read_picture(path, None, (40, 60))


def test_without_draft_a_large_jpeg_is_scaled_as_its_pixels_are(tmp_path):
    rng = np.random.default_rng(0)
    coarse = Image.fromarray(rng.integers(0, 256, [60, 90, 3], np.uint8))
    coarse.resize((720, 480), Image.Resampling.NEAREST).save(tmp_path / "x.jpg", quality=95)
    with Image.open(tmp_path / "x.jpg") as picture:
        want = picture.convert("RGB").resize((72, 48), Image.Resampling.BICUBIC)
    want = np.asarray(want)[:, 12:60].astype(int)
    plain = read_picture(tmp_path / "x.jpg", 48, (48, 48), draft=False)
    np.testing.assert_array_equal(plain, want)
    assert np.abs(read_picture(tmp_path / "x.jpg", 48, (48, 48)) - want).max() > 3


def test_a_lossless_jpeg_is_read_whole(tmp_path):
    """It cannot be reduced while it is decoded."""
    pixels = np.random.RandomState(0).randint(0, 256, [40, 60]).astype(np.uint8)
    whole = imagecodecs.ljpeg_encode(pixels, bitspersample=8)
    (tmp_path / "x.jpg").write_bytes(whole)
    want = np.dstack([pixels] * 3)
    np.testing.assert_array_equal(whole_picture(tmp_path / "x.jpg"), want)
    small = read_picture(tmp_path / "x.jpg", 10, (10, 12)).astype(int)
    scaled = Image.fromarray(want).resize((15, 10), Image.Resampling.BICUBIC)
    np.testing.assert_array_equal(small, np.asarray(scaled)[:, 2:14])
    (tmp_path / "x.jpg").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="x.jpg cannot be decoded: it is cut short"):
        whole_picture(tmp_path / "x.jpg")


def test_zoomed_crops(tmp_path):
    Image.fromarray(gradient()).save(tmp_path / "x.png")
    double = read_picture(tmp_path / "x.png", None, (20, 24), (0.5, 0.999), zoom=2.0)
    rows = 15 + np.arange(20) / 2 - 0.25  # centres of half pixels
    columns = 0.999 * 48 + np.arange(24) / 2 - 0.25
    inner = slice(2, -2)  # beyond its ends, a cut is not smooth
    np.testing.assert_allclose(double[inner, 12, 0], 4 * rows[inner], atol=2)
    np.testing.assert_allclose(double[10, inner, 1], 4 * columns[inner], atol=2)
    # Smaller than the crop it may not become: 12x24 of 40x60 needs 0.4, not 0.1.
    whole = read_picture(tmp_path / "x.png", None, (12, 24), (0.0, 0.0), zoom=0.1)
    assert whole.shape == (12, 24, 3)
    np.testing.assert_allclose(whole[6, 1:-1, 1], 10 * np.arange(1, 23) + 3, atol=3)
    np.testing.assert_allclose(whole[1:-1, 6, 0], 10 * np.arange(1, 11) + 3, atol=3)


def test_faults_name_the_file(tmp_path):
    path = tmp_path / "x.jpg"
    with pytest.raises(InputError, match=r"x.jpg does not exist"):
        read_picture(path, None, (8, 8))
    noise = np.random.default_rng(0).integers(0, 256, [40, 60, 3]).astype(np.uint8)
    Image.fromarray(noise).save(path)
    whole = path.read_bytes()
    with pytest.raises(InputError, match=r"x.jpg is 40x60 .* expected at least 48x48"):
        read_picture(path, None, (48, 48))
    with pytest.raises(InputError, match=r"x.jpg is 40x60 .* expected at least 40x61"):
        read_picture(path, None, (40, 61))
    for broken in (whole[: len(whole) // 2], b"", b"not a picture"):
        path.write_bytes(broken)
        with pytest.raises(InputError, match=r"x.jpg cannot be decoded"):
            read_picture(path, None, (8, 8))


def test_masks_are_white_where_the_hole_is(tmp_path):
    levels = np.zeros([10, 12], np.uint8)
    levels[2:5, 3:9], levels[6:, 3:9] = 128, 127
    Image.fromarray(levels).save(tmp_path / "m.png")
    load = mask_loader([tmp_path / "m.png", tmp_path / "bad.png"])
    mask, fault = load(0, (20, 24))
    assert fault == ""
    assert mask.shape == (20, 24, 1)
    want = np.zeros([20, 24])
    want[4:10, 6:18] = 1
    np.testing.assert_array_equal(mask[..., 0], want)
    (tmp_path / "bad.png").write_bytes(b"x")
    mask, fault = load(1, (20, 24))
    assert "bad.png cannot be read as a mask" in fault and not mask.any()
