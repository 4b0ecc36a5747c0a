"""Borrowed detail in the exported functions, and what goes to servers for it."""

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from inpaint_tf import Inpainter
from inpaint_tf.export.module import InpaintingModule
from inpaint_tf.export.upload import put_back, read_upload
from inpaint_tf.export.warmup import write_warmup

HEIGHT, WIDTH = 70, 91
WORKING = 96  # pixels; pictures with a longer side are completed by a window, scaled down
LARGE = 180, 300


def picture(channels):
    random = np.random.default_rng(0)
    pixels = random.integers(60, 200, [HEIGHT, WIDTH, channels]).astype(np.uint8)
    if channels == 4:
        pixels[..., 3] = 255
        pixels[:, :50, 3] = 0
    return pixels


def mask():
    pixels = np.zeros([HEIGHT, WIDTH, 1], np.uint8)
    pixels[20:40, 25:47] = 255
    return pixels


@pytest.fixture(scope="module")
def module(narrow):
    """One for all tests: every signature takes long to trace."""
    return InpaintingModule(narrow, detail=True, working_size=WORKING)


@pytest.fixture
def inpainter(narrow_compiled):
    """With one window around all holes of a large picture, as a graph has."""
    return Inpainter(narrow_compiled, detail=True, working_size=WORKING, grouped=False)


def large_pictures():
    """Two photos of waves with grain and their holes: two apart, and one that makes its window
    larger than what the network sees."""
    random = np.random.default_rng(1)
    rows, columns = np.mgrid[: LARGE[0], : LARGE[1]]
    waves = np.sin(rows[..., None] / (9, 12, 17) + columns[..., None] / (21, 13, 8))
    images = 127 + 70 * waves + random.normal(0, 12, [2, *LARGE, 3])
    holes = np.zeros([2, *LARGE, 1], np.uint8)
    holes[0, 20:40, 30:54] = holes[0, 120:150, 230:250] = holes[1, 60:110, 90:130] = 255
    return np.clip(np.rint(images), 0, 255).astype(np.uint8), holes


def png(pixels):
    return tf.io.encode_png(pixels).numpy()


@pytest.mark.slow
def test_arrays_get_the_inpainters_picture(narrow, module, inpainter):
    image, hole = picture(3), mask()
    want = inpainter(image, hole)
    plain = Inpainter(narrow, detail=False)(image, hole)
    assert np.abs(want.astype(int) - plain)[hole[..., 0] > 0].mean() > 5
    explained = module.explain(image[None], hole[None])["completed"][0]
    np.testing.assert_array_equal(explained, want)
    np.testing.assert_array_equal(module.pixels(image[None], hole[None])["completed"][0], want)


@pytest.mark.slow
def test_large_arrays_get_that_of_an_inpainter_with_one_window(module, inpainter, narrow_compiled):
    images, holes = large_pictures()
    found = module.pixels(tf.constant(images), tf.constant(holes))["completed"].numpy()
    np.testing.assert_array_equal(found, inpainter(images, holes))
    grouped = Inpainter(narrow_compiled, detail=True, working_size=WORKING)(images, holes)
    assert (grouped[0] != found[0]).any()  # two windows for the first photo
    np.testing.assert_array_equal(grouped[1], found[1])


@pytest.mark.slow
def test_files_get_the_inpainters_picture(module, inpainter):
    """Small, transparent and large ones in one request."""
    image, layers, hole = picture(3), picture(4), mask()
    images, holes = large_pictures()
    files = module.encoded(
        [png(image), png(layers), png(images[0])], [png(hole)] * 2 + [png(holes[0])]
    )
    small, transparent, large = map(tf.io.decode_png, files["completed_bytes"].numpy())
    np.testing.assert_array_equal(small, inpainter(image, hole))
    np.testing.assert_array_equal(transparent, inpainter(layers, hole))
    assert (transparent.numpy()[..., :3] != inpainter(layers[..., :3], hole)).any()
    np.testing.assert_array_equal(large, inpainter(images[0], holes[0]))


@pytest.mark.parametrize("mode, channels", [("RGBA", 4), ("LA", 2)])
def test_transparency_is_sent_and_grey_comes_back(tmp_path, mode, channels):
    pixels = picture(4)
    pixels = pixels if channels == 4 else pixels[..., [0, 3]]
    Image.fromarray(pixels, mode).save(tmp_path / "x.png")
    Image.fromarray(mask()[..., 0]).save(tmp_path / "m.png")
    photo, hole, image_bytes, _, _ = read_upload(str(tmp_path / "x.png"), str(tmp_path / "m.png"))
    sent = tf.io.decode_png(image_bytes).numpy()
    color = pixels[..., :3] if channels == 4 else np.repeat(pixels[..., :1], 3, axis=-1)
    np.testing.assert_array_equal(sent, np.dstack([color, pixels[..., -1]]))
    answer = 255 - sent  # whatever a server does to known pixels, and to transparency
    answer[20:40, 25:47, :3] = (10, 20, 30)
    completed = put_back(photo, hole, png(answer), "server")
    want = photo.color.copy()
    want[20:40, 25:47] = (10, 20, 30) if channels == 4 else round(0.299 * 10 + 0.587 * 20 + 3.42)
    np.testing.assert_array_equal(completed.color, want)
    np.testing.assert_array_equal(completed.alpha, photo.alpha)


def test_warm_up_has_half_a_hole(tmp_path):
    write_warmup(str(tmp_path), "deepfill", [(33, 48)], {"serving_default": False})
    (path,) = tmp_path.rglob("tf_serving_warmup_requests")
    (record,) = tf.data.TFRecordDataset(str(path)).as_numpy_iterator()
    hole = bytes([255]) * (17 * 48) + bytes(16 * 48)
    assert hole in record and bytes([255]) * (17 * 48 + 1) not in record
