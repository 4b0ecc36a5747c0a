"""UpsampleConv2D."""

import numpy as np
from layer_harness import check_layer

from inpaint_tf.layers.mirror_pad_conv import MirrorPadConv2D
from inpaint_tf.layers.upsample_conv import UpsampleConv2D


def random(*shape):
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def test_is_a_convolution_of_the_doubled_picture():
    convolution = MirrorPadConv2D(4, 3)
    x = random(2, 5, 7, 3)
    got = UpsampleConv2D(convolution)(x)
    want = convolution(x.repeat(2, axis=1).repeat(2, axis=2))
    np.testing.assert_array_equal(got, want)


def test_is_a_well_behaved_layer():
    def make(dtype="float32"):
        return UpsampleConv2D(MirrorPadConv2D(4, 3, dtype=dtype), dtype=dtype)

    check_layer(make, random(2, 5, 8, 3))
