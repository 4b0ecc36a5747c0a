"""UpsampleConv2D."""

import numpy as np
import pytest
import tensorflow as tf
from layer_harness import check_layer

from inpaint_tf.layers.mirror_pad_conv import MirrorPadConv2D
from inpaint_tf.layers.upsample_conv import UpsampleConv2D


def random(*shape):
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def doubled(x):
    return tf.repeat(tf.repeat(x, 2, axis=1), 2, axis=2)


def value_and_gradients(call, x, upstream, convolution):
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = call(x)
    return [value, *tape.gradient(value, [x, *convolution.trainable_variables], upstream)]


@pytest.mark.parametrize("mirror", ["symmetric", "reflect", "same"])
@pytest.mark.parametrize("height, width", [(5, 7), (8, 3), (1, 4), (1, 1)])
def test_is_a_convolution_of_the_doubled_picture(mirror, height, width):
    convolution = MirrorPadConv2D(
        4, 3, padding_mode=mirror, activation="elu", bias_initializer="random_normal"
    )
    layer = UpsampleConv2D(convolution)
    x, upstream = random(2, height, width, 3), random(2, 2 * height, 2 * width, 4)
    layer(x)  # builds
    assert convolution.doubles
    got = value_and_gradients(layer, x, upstream, convolution)
    want = value_and_gradients(lambda x: convolution(doubled(x)), x, upstream, convolution)
    for found, expected in zip(got, want):
        np.testing.assert_allclose(found, expected, rtol=2e-6, atol=2e-5)


@pytest.mark.parametrize(
    "kind", [{"kernel_size": 5}, {"kernel_size": 3, "dilation_rate": 2}, {"kernel_size": 1}]
)
def test_other_convolutions_see_the_doubled_picture_itself(kind):
    convolution = MirrorPadConv2D(4, **kind)
    x = random(2, 5, 7, 3)
    got = UpsampleConv2D(convolution)(x)
    assert not convolution.doubles
    np.testing.assert_array_equal(got, convolution(doubled(x)))


def test_is_a_well_behaved_layer():
    def make(dtype="float32"):
        return UpsampleConv2D(MirrorPadConv2D(4, 3, dtype=dtype), dtype=dtype)

    check_layer(make, random(2, 5, 8, 3))
