"""Gram matrices as recorded, and both losses by loops over places and channels."""

import numpy as np
import tensorflow as tf

from inpaint_tf.losses.perceptual import (
    feature_losses,
    gram_matrix,
    perceptual_loss,
    style_loss,
)

DRAW = np.random.default_rng(2)
MAPS = [DRAW.normal(size=shape).astype(np.float32) for shape in ([2, 5, 7, 4], [2, 3, 4, 6])]
OTHERS = [DRAW.normal(size=each.shape).astype(np.float32) for each in MAPS]


def test_gram_matrix_as_recorded(golden):
    recorded = golden("pconv/gram")
    np.testing.assert_allclose(gram_matrix(recorded["features"]), recorded["gram"], atol=1e-6)


def gram_by_loops(features):
    height, width, channels = features.shape
    gram = np.zeros([channels, channels])
    for row in features:
        for place in row:
            gram += np.outer(place, place)
    return gram / (channels * height * width)


def test_losses_by_loops():
    perceptual = sum(np.abs(a - b).mean(axis=(1, 2, 3)) for a, b in zip(MAPS, OTHERS))
    np.testing.assert_allclose(perceptual_loss(MAPS, OTHERS), perceptual, rtol=1e-5)
    style = [
        sum(
            np.abs(gram_by_loops(a[item]) - gram_by_loops(b[item])).mean()
            for a, b in zip(MAPS, OTHERS)
        )
        for item in range(2)
    ]
    np.testing.assert_allclose(style_loss(MAPS, OTHERS), style, rtol=1e-5)


def test_gram_of_half_precision_does_not_overflow():
    large = 256.0 * tf.ones([1, 32, 32, 4], tf.float16)  # all sums are exact in it
    np.testing.assert_array_equal(gram_matrix(large), np.full([1, 4, 4], 16384.0))


def extract(picture):
    """Two maps with no part of the batch mixed in."""
    return [picture[:, ::2, ::2] ** 2, tf.reduce_sum(picture, axis=-1, keepdims=True)]


def test_a_prediction_counts_raw_and_completed():
    image, prediction, completed = (DRAW.uniform(size=[2, 6, 8, 3]) for _ in range(3))
    perceptual, style = feature_losses(extract, *map(tf.constant, (image, prediction, completed)))
    maps = [extract(each) for each in (image, prediction, completed)]
    for got, loss in ((perceptual, perceptual_loss), (style, style_loss)):
        want = loss(maps[1], maps[0]) + loss(maps[2], maps[0])
        assert got.shape == (2,)
        np.testing.assert_allclose(got, want, rtol=1e-6)


def test_the_truth_has_no_gradient():
    pictures = [tf.constant(DRAW.uniform(size=[1, 4, 6, 3])) for _ in range(3)]
    with tf.GradientTape() as tape:
        tape.watch(pictures)
        loss = tf.add_n(feature_losses(extract, *pictures))
    truth, prediction, completed = tape.gradient(loss, pictures)
    assert truth is None
    assert np.abs(prediction).min() > 0
    assert np.abs(completed).max() > 0
