"""Mirroring beyond the border."""

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.ops.padding import extend, mirror_pad, padded_size


@pytest.mark.parametrize("mirror", ["symmetric", "reflect"])
def test_mirror_pad_agrees_with_numpy(mirror):
    x = np.random.default_rng(0).normal(size=[2, 7, 5, 3])
    want = np.pad(x, [(0, 0), (4, 4), (4, 4), (0, 0)], mode=mirror)
    np.testing.assert_array_equal(mirror_pad(tf.constant(x), 4, mirror), want)


@pytest.mark.parametrize("shape", [[None, None, None, 3], [2, 7, None, 3], [None, None, 5, 3]])
def test_sizes_may_be_unknown(shape):
    x = np.random.default_rng(2).normal(size=[2, 7, 5, 3])
    pad = tf.function(
        lambda x: mirror_pad(x, 3, "reflect"), input_signature=[tf.TensorSpec(shape, tf.float64)]
    )
    want = np.pad(x, [(0, 0), (3, 3), (3, 3), (0, 0)], mode="reflect")
    np.testing.assert_array_equal(pad(tf.constant(x)), want)


@pytest.mark.parametrize("mirror", ["symmetric", "reflect"])
@pytest.mark.parametrize("height, width, amount", [(7, 12, 1), (11, 10, 4), (9, 5, 4)])
def test_gradient_is_that_of_the_pad_operation(mirror, height, width, amount):
    rng = np.random.default_rng(1)
    x = tf.constant(rng.normal(size=[2, height, width, 3]))
    upstream = tf.constant(rng.normal(size=[2, height + 2 * amount, width + 2 * amount, 3]))
    paddings = [[0, 0], [amount, amount], [amount, amount], [0, 0]]

    def gradient(pad):
        with tf.GradientTape() as tape:
            tape.watch(x)
            padded = pad(x)
        return tape.gradient(padded, x, upstream)

    got = gradient(lambda x: mirror_pad(x, amount, mirror))
    want = gradient(lambda x: tf.pad(x, paddings, mirror))
    np.testing.assert_allclose(got, want, rtol=0, atol=1e-12)


@pytest.mark.parametrize("mirror, smallest", [("symmetric", 16), ("reflect", 17)])
def test_too_small_a_size_is_refused_with_the_limit(mirror, smallest):
    mirror_pad(tf.zeros([1, smallest, smallest, 1]), 16, mirror)
    with pytest.raises(ValueError, match=f"width of at least {smallest}, got {smallest - 1}"):
        mirror_pad(tf.zeros([1, smallest, smallest - 1, 1]), 16, mirror)


@pytest.mark.parametrize(
    "size, at_least, want", [(8, 0, 8), (9, 0, 16), (37, 0, 40), (8, 64, 64), (65, 64, 72)]
)
def test_padded_size(size, at_least, want):
    assert padded_size(size, 8, at_least) == want
    assert int(padded_size(tf.constant(size), 8, at_least)) == want


def test_extending_agrees_with_numpy_where_numpy_can():
    x = np.random.default_rng(0).integers(0, 255, [2, 9, 13, 3], np.uint8)
    want = np.pad(x, [(0, 0), (0, 7), (0, 3), (0, 0)], mode="symmetric")
    np.testing.assert_array_equal(extend(tf.constant(x), 16, 16), want)


def test_extending_by_several_times_goes_back_and_forth():
    x = tf.constant([1, 2, 3], shape=[1, 1, 3, 1])
    got = extend(x, 2, 8).numpy()[0, :, :, 0]
    assert got.tolist() == [[1, 2, 3, 3, 2, 1, 1, 2]] * 2
