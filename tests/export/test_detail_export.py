"""Borrowed detail in the exported functions, and what goes to servers for it."""

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from inpaint_tf import Inpainter, create_model
from inpaint_tf.export.module import InpaintingModule
from inpaint_tf.export.upload import put_back, read_upload
from inpaint_tf.export.warmup import write_warmup
from inpaint_tf.inference.compiled import CompiledGenerator

HEIGHT, WIDTH = 70, 91


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
def model():
    return create_model("deepfill_v1", width=2)


def png(pixels):
    return tf.io.encode_png(pixels).numpy()


def test_signatures_give_the_inpainters_picture(model):
    module = InpaintingModule(model, detail=True)
    inpainter = Inpainter(CompiledGenerator(model), detail=True)
    image, hole = picture(3), mask()
    want = inpainter(image, hole)
    plain = Inpainter(CompiledGenerator(model), detail=False)(image, hole)
    assert np.abs(want.astype(int) - plain)[hole[..., 0] > 0].mean() > 5
    explained = module.explain(image[None], hole[None])["completed"][0]
    np.testing.assert_array_equal(explained, want)
    np.testing.assert_array_equal(module.pixels(image[None], hole[None])["completed"][0], want)

    layers = picture(4)
    files = module.encoded([png(image), png(layers)], [png(hole)] * 2)["completed_bytes"].numpy()
    np.testing.assert_array_equal(tf.io.decode_png(files[0]), want)
    transparent = inpainter(layers, hole)
    np.testing.assert_array_equal(tf.io.decode_png(files[1]), transparent)
    assert (transparent[..., :3] != inpainter(layers[..., :3], hole)).any()


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
    answer = sent.copy()
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
