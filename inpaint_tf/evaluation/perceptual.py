"""A perceptual distance: how far apart two pictures are in the features of a VGG."""

import os

import numpy as np
import tensorflow as tf

from inpaint_tf.evaluation.metrics import Metric
from inpaint_tf.files import sha256_of_file
from inpaint_tf.weights.vgg_files import load_features

MAPS = tuple(f"relu{block}" for block in range(1, 6))
EPSILON = 1e-8


def perceptual_metric(source):
    """The `Metric` of features of unit length.

    LPIPS without the layers that its authors trained on human judgements: numbers of one feature
    network can be compared with each other, and not with published LPIPS.

    Args:
        source: as `load_features` takes: "vgg16", "vgg19" or a file.

    Raises:
        InputError: there are no such features.
    """
    extract = tf.function(load_features(source, MAPS), autograph=False)

    def measure(image, completed, hole):
        del hole  # known pixels are equal, and differ only by the hole's effect on their features
        pair = tf.constant(np.stack([image, completed]), tf.float32) / 255.0
        return float(distance(extract(pair)))

    name = source
    if os.path.isfile(source):
        name = f"{os.path.basename(source)}, SHA-256 {sha256_of_file(source)}"
    meaning = (
        "100 times the mean over pixels of the squared distance of unit-length features, sum over "
        f"{', '.join(MAPS)} of {name}; no LPIPS"
    )
    return Metric(measure, "perceptual", 1, meaning)


def distance(maps):
    """100 times the sum over maps of the mean squared distance of unit-length features.

    Args:
        maps: list of `[2, h, w, C]`, the features of two pictures.

    Source:
        Zhang et al., "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric",
        CVPR 2018, equation 1 with all weights 1.
    """
    total = 0.0
    for features in maps:
        unit = features / (tf.norm(features, axis=-1, keepdims=True) + EPSILON)
        total += tf.reduce_mean(tf.reduce_sum(tf.square(unit[0] - unit[1]), axis=-1))
    return 100.0 * total
