"""Other landmark networks than the mesh: functions and SavedModels."""

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.errors import InputError
from inpaint_tf.faces.landmark_distance import LandmarkDistance
from inpaint_tf.faces.landmark_networks import landmark_network


def centres(crops):
    """`[B, 2 * 3]`: two fixed eyes, 30 pixels apart, and the crop's centre of brightness."""
    grey = tf.reduce_mean(crops, axis=-1) + 1e-3
    total = tf.reduce_sum(grey, axis=[1, 2])
    x = tf.reduce_sum(grey * tf.range(48.0), axis=[1, 2]) / total
    y = tf.reduce_sum(grey * tf.range(40.0)[:, tf.newaxis], axis=[1, 2]) / total
    ones = tf.ones_like(x)
    return tf.stack([5 * ones, 9 * ones, 35 * ones, 9 * ones, x, y], axis=-1)


@pytest.fixture
def saved(tmp_path):
    module = tf.Module()
    module.shift = tf.Variable([0.0, 0.0, 0.0, 0.0, 1.0, 0.0])
    spec = tf.TensorSpec([None, 40, 48, 3], tf.float32, name="pictures")
    module.run = tf.function(lambda pictures: centres(pictures) + module.shift, [spec])
    tf.saved_model.save(module, str(tmp_path / "landmarks"), module.run)
    return str(tmp_path / "landmarks")


def test_a_saved_model_is_a_landmark_network_with_gradients(saved):
    network = landmark_network(saved, eyes=(0, 1))
    assert network.size == (40, 48)
    crops = tf.random.stateless_uniform([2, 40, 48, 3], [1, 2])
    points, logits = network(crops)
    shift = np.array([[0, 0], [0, 0], [1, 0]])
    want = centres(crops).numpy().reshape(2, 3, 2) + shift
    np.testing.assert_allclose(points, want, rtol=1e-5)
    assert (logits.numpy() > 1e6).all()

    image = tf.random.stateless_uniform([2, 80, 96, 3], [3, 4], -1, 1)
    darker = tf.constant(np.linspace(0, 1, 96, dtype=np.float32))[:, tf.newaxis]  # to the left
    made = (image + 1) * darker - 1
    square = tf.constant([[10, 20, 40, 48], [0, 0, 80, 96]], tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(made)
        loss, left_out = LandmarkDistance(network, 8.0)(image, made, square)
    assert float(left_out) == 0 and float(loss) > 0.01
    assert np.abs(tape.gradient(loss, made)).sum() > 0


def test_a_function_is_one_too():
    network = landmark_network(lambda crops: tf.ones([tf.shape(crops)[0], 5, 3]), eyes=(2, 3))
    points, _ = network(tf.zeros([2, 192, 192, 3]))
    assert points.shape == (2, 5, 2) and network.eyes == (2, 3)


def test_what_is_none_is_named(tmp_path):
    with pytest.raises(InputError, match="is not a SavedModel; expected 'mesh' or a directory"):
        landmark_network(str(tmp_path))
    module = tf.Module()
    two = [tf.TensorSpec([None, 8, 8, 3], name="a"), tf.TensorSpec([None], name="b")]
    module.run = tf.function(lambda a, b: tf.reduce_sum(a, [1, 2, 3]) + b, two)
    tf.saved_model.save(module, str(tmp_path / "two"), module.run)
    with pytest.raises(InputError, match="has another signature; expected a serving_default"):
        landmark_network(str(tmp_path / "two"))
