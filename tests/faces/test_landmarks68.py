"""The independent network, of made-up weights in its files' format, and what it measures."""

import json

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.errors import InputError
from inpaint_tf.evaluation.landmark_error import landmark_error
from inpaint_tf.faces.landmarks68 import Landmarks68, read_weights


def test_weights_are_scale_times_level_plus_minimum(model):
    arrays = read_weights(str(model / "face_landmark_68_model.bin"))
    manifest = json.loads((model / "face_landmark_68_model-weights_manifest.json").read_text())
    data = np.frombuffer((model / "face_landmark_68_model.bin").read_bytes(), np.uint8)
    second = manifest[0]["weights"][1]
    want = data[864 : 864 + 32] * second["quantization"]["scale"] + second["quantization"]["min"]
    np.testing.assert_allclose(arrays["dense0/conv0/bias"], want, rtol=1e-6)
    assert len(arrays) == 2 + 4 * 4 * 3 - 1
    np.testing.assert_array_equal(read_weights(str(model))["fc/bias"], arrays["fc/bias"])


def test_agrees_with_the_description_written_out(model):
    """One block after the other as face-api's denseBlock4 says it, convolutions by NumPy loops."""
    network = Landmarks68(str(model))
    w = {name: array.astype(np.float64) for name, array in network.weights.items()}
    crops = np.random.default_rng(1).uniform(size=[1, 112, 112, 3])

    def convolve(x, kernel, stride, depthwise=False):
        k = kernel.shape[0]
        size = [-(-side // stride) for side in x.shape[1:3]]
        total = [max((n - 1) * stride + k - side, 0) for n, side in zip(size, x.shape[1:3])]
        x = np.pad(x, [(0, 0), *((t // 2, t - t // 2) for t in total), (0, 0)])
        out = 0
        for i in range(k):
            for j in range(k):
                part = x[:, i : i + stride * (size[0] - 1) + 1 : stride]
                part = part[:, :, j : j + stride * (size[1] - 1) + 1 : stride]
                out = out + (part * kernel[i, j, :, 0] if depthwise else part @ kernel[i, j])
        return out

    def separable(x, name, stride):
        x = convolve(x, w[f"{name}/depthwise_filter"], stride, depthwise=True)
        return convolve(x, w[f"{name}/pointwise_filter"], 1) + w[f"{name}/bias"]

    x = (crops * 255 - [122.782, 117.001, 104.298]) / 255
    for block in range(4):
        name = f"dense{block}"
        if block == 0:
            out1 = convolve(x, w[f"{name}/conv0/filters"], 2) + w[f"{name}/conv0/bias"]
        else:
            out1 = separable(x, f"{name}/conv0", 2)
        out1 = np.maximum(out1, 0)
        out2 = separable(out1, f"{name}/conv1", 1)
        out3 = separable(np.maximum(out1 + out2, 0), f"{name}/conv2", 1)
        out4 = separable(np.maximum(out1 + out2 + out3, 0), f"{name}/conv3", 1)
        x = np.maximum(out1 + out2 + out3 + out4, 0)
    want = x.mean(axis=(1, 2)) @ w["fc/weights"] + w["fc/bias"]
    got, _ = network(tf.constant(crops, tf.float32))
    assert np.abs(want).max() > 0.1
    moved, _ = network(tf.constant(np.roll(crops, 30, axis=1), tf.float32))
    assert np.abs(moved - got).max() > 2  # it sees the picture
    np.testing.assert_allclose(got, 112 * want.reshape(1, 68, 2), atol=2e-3)


def test_files_that_are_missing_or_another_networks_are_named(model, tmp_path):
    with pytest.raises(InputError, match="does not exist; expected face_landmark_68_model.bin"):
        read_weights(str(tmp_path))
    manifest = "face_landmark_68_model-weights_manifest.json"
    (tmp_path / manifest).write_text((model / manifest).read_text())
    (tmp_path / "face_landmark_68_model.bin").write_bytes(b"short")
    with pytest.raises(InputError, match="is damaged, or its .bin file is"):
        read_weights(str(tmp_path))
    (tmp_path / manifest).write_text('[{"weights": [], "paths": ["face_landmark_68_model.bin"]}]')
    with pytest.raises(InputError, match="is of another network; expected one of 68 landmarks"):
        read_weights(str(tmp_path))


class Brightest:
    """Two fixed eyes, and the brightest row and column as a third landmark."""

    size, eyes = (40, 40), (0, 1)

    def __call__(self, crops):
        grey = tf.reduce_mean(crops, axis=-1)
        row = tf.cast(tf.argmax(tf.reduce_max(grey, axis=2), axis=1), tf.float32)
        column = tf.cast(tf.argmax(tf.reduce_max(grey, axis=1), axis=1), tf.float32)
        eyes = tf.constant([[[5.0, 10.0], [35.0, 10.0]]])
        spot = tf.stack([column, row], axis=-1)[:, tf.newaxis]
        return tf.concat([tf.repeat(eyes, 2, axis=0), spot], axis=1), None


def test_error_is_in_percent_of_the_distance_of_the_eyes():
    image, moved = np.zeros([2, 60, 80, 3], np.uint8)
    image[30, 40], moved[34, 43] = 255, 255  # 4 down, 3 to the right: 5 pixels
    side = 40 / 1.15
    points = np.array([[40 - side / 2, 30], [40 + side / 2, 30]])  # a crop of 40x40
    error = landmark_error(Brightest(), image, moved, points)
    np.testing.assert_allclose(error, 100 * (5 / 3) / 30, rtol=1e-5)
    assert landmark_error(Brightest(), image, image, points) == 0
