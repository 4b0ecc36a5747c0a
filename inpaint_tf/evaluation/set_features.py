"""Pooled features of pictures, one vector each, from a network trained elsewhere."""

import os
from typing import Callable, NamedTuple

import numpy as np
import tensorflow as tf

from inpaint_tf.data.decode import resized_picture
from inpaint_tf.evaluation.hashes import sha256_of_arrays
from inpaint_tf.files import sha256_of_file
from inpaint_tf.weights.classifier_files import APPLICATIONS, load_classifier
from inpaint_tf.weights.vgg_files import load_features

DEEPEST = "relu5"


class SetFeatures(NamedTuple):
    """A network that turns a picture into features.

    name: short, for the heading of a column.
    meaning: its weights and which of its features are taken; kept with the protocol.
    extract: function of `[H, W, 3]` uint8 RGB that gives `[D]` float32.
    """

    name: str
    meaning: str
    extract: Callable


def set_features(source):
    """The `SetFeatures` of a name or a file.

    Args:
        source: "mobilenet_v2" or "inception_v3", which Keras downloads; a file of Keras, `.keras`
            or `.h5`, see `load_classifier`; or `.safetensors` as `load_features` takes it.

    Raises:
        InputError: there is no such network.
    """
    if source in APPLICATIONS or source.lower().endswith((".keras", ".h5", ".hdf5")):
        return _of_classifier(source)
    network = load_features(source, (DEEPEST,))

    @tf.function(autograph=False, reduce_retracing=True)
    def pooled(image):
        # As the network itself gives them: divided, as for losses, a cubic kernel hardly sees them.
        maps = network(image[tf.newaxis] / 255.0)[0] * network.divisor
        return tf.reduce_mean(maps, axis=[1, 2])[0]

    name = os.path.splitext(os.path.basename(source))[0]
    meaning = f"mean of {DEEPEST} of {_file(source)}, pictures as they are"
    return SetFeatures(name, meaning, lambda image: pooled(_float(image)).numpy())


def _of_classifier(source):
    network = load_classifier(source)

    @tf.function(autograph=False)
    def pooled(image):
        features = network.model(image[tf.newaxis] / 127.5 - 1.0, training=False)
        return (tf.reduce_mean(features, axis=[1, 2]) if features.shape.rank == 4 else features)[0]

    def extract(image):
        return pooled(_float(resized_picture(image, network.size))).numpy()

    arrays = {str(number): each for number, each in enumerate(network.model.get_weights())}
    which = f"weights {sha256_of_arrays(arrays)}"
    if os.path.isfile(source):
        which += f" of {_file(source)}"
    height, width = network.size
    meaning = f"pooled features of {network.name}, {which}, pictures at {width}x{height} (bicubic)"
    return SetFeatures(network.name, meaning, extract)


def _float(image):
    return tf.constant(np.ascontiguousarray(image), tf.float32)


def _file(path):
    return f"{os.path.basename(path)}, SHA-256 {sha256_of_file(path)}"
