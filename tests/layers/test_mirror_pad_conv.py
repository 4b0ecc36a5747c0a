"""MirrorPadConv2D."""

import os
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf
from layer_harness import check_layer
from seeded import seed_weights

from inpaint_tf.layers import mirror_pad_conv
from inpaint_tf.layers.appearance_flow import AppearanceFlow
from inpaint_tf.layers.gated_conv import GatedConv2D
from inpaint_tf.layers.mirror_pad_conv import MirrorPadConv2D
from inpaint_tf.layers.upsample_conv import UpsampleConv2D


def upsampling(filters, kernel_size, dtype, **options):
    convolution = MirrorPadConv2D(filters, kernel_size, dtype=dtype, **options)
    return UpsampleConv2D(convolution, dtype=dtype)


def random(*shape):
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


@pytest.mark.parametrize("mirror", ["symmetric", "reflect"])
@pytest.mark.parametrize("strides, dilation_rate", [(1, 1), (2, 1), (1, 4)])
def test_agrees_with_numpy_padding(mirror, strides, dilation_rate):
    layer = MirrorPadConv2D(4, 3, padding_mode=mirror, strides=strides, dilation_rate=dilation_rate)
    x = random(2, 12, 9, 3)
    got = layer(x)
    layer.bias.assign(random(4))
    got_with_bias = layer(x)

    pad = [(0, 0), (dilation_rate, dilation_rate), (dilation_rate, dilation_rate), (0, 0)]
    padded = np.pad(x, pad, mode=mirror)
    kernel = tf.convert_to_tensor(layer.kernel)
    want = tf.nn.conv2d(padded, kernel, strides, "VALID", dilations=dilation_rate)
    np.testing.assert_allclose(got, want, atol=1e-5)
    np.testing.assert_allclose(got_with_bias, want + random(4), atol=1e-5)


@pytest.mark.parametrize("strides, dilation_rate", [(1, 1), (2, 1), (1, 2)])
def test_same_is_zero_padding(strides, dilation_rate):
    layer = MirrorPadConv2D(4, 5, padding_mode="same", strides=strides, dilation_rate=dilation_rate)
    x = random(2, 12, 9, 3)
    got = layer(x)
    kernel = tf.convert_to_tensor(layer.kernel)
    want = tf.nn.conv2d(x, kernel, strides, "SAME", dilations=dilation_rate)
    np.testing.assert_allclose(got, want, atol=1e-5)


@pytest.mark.parametrize("mirror", ["symmetric", "reflect", "same"])
@pytest.mark.parametrize("strides, dilation_rate", [(1, 1), (2, 1), (1, 3)])
def test_is_a_well_behaved_layer(mirror, strides, dilation_rate):
    def make(**kwargs):
        return MirrorPadConv2D(
            4, 3, mirror, strides=strides, dilation_rate=dilation_rate, activation="elu", **kwargs
        )

    check_layer(make, random(2, 11, 8, 3))


def test_dilation_may_reach_as_far_as_the_picture():
    assert MirrorPadConv2D(2, 3, dilation_rate=16)(tf.zeros([1, 16, 17, 1])).shape == (1, 16, 17, 2)


@pytest.mark.parametrize("mirror", ["symmetric", "same"])
def test_dilation_without_its_gradient_takes_another_way(monkeypatch, mirror):
    layer = MirrorPadConv2D(4, 3, mirror, dilation_rate=4)
    x = tf.constant(random(2, 12, 9, 3))
    want = layer(x)
    monkeypatch.setattr(mirror_pad_conv, "dilated_gradients_exist", lambda: False)
    np.testing.assert_allclose(layer(x), want, atol=1e-5)


def test_dilation_has_a_gradient_without_onednn():
    code = """
import tensorflow as tf
from inpaint_tf.layers import mirror_pad_conv
from inpaint_tf.layers.appearance_flow import AppearanceFlow
from inpaint_tf.layers.gated_conv import GatedConv2D
from inpaint_tf.layers.mirror_pad_conv import MirrorPadConv2D
layer = MirrorPadConv2D(4, 3, dilation_rate=2)
with tf.GradientTape() as tape:
    loss = tf.reduce_sum(layer(tf.ones([1, 8, 8, 2])))
assert float(tf.reduce_sum(abs(tape.gradient(loss, layer.trainable_variables)[0]))) > 0
"""
    environment = {**os.environ, "TF_ENABLE_ONEDNN_OPTS": "0"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)


@pytest.mark.parametrize("fuses", [None, False])
@pytest.mark.parametrize("run", [tf.function, lambda step: step], ids=["graph", "eager"])
@pytest.mark.parametrize(
    "make, options",
    [
        (MirrorPadConv2D, {"kernel_size": 3}),
        (MirrorPadConv2D, {"kernel_size": 3, "strides": 2}),
        (MirrorPadConv2D, {"kernel_size": 3, "dilation_rate": 2}),
        (upsampling, {"kernel_size": 3}),
    ],
)
def test_half_precision_sums_up_gradients_of_large_maps(monkeypatch, make, options, run, fuses):
    # A sum in bfloat16 ends at 256, a sixteenth of the pixels of this map.
    if fuses is not None:
        monkeypatch.setattr(mirror_pad_conv, "fuses_bfloat16", lambda: fuses)
    x, weight = random(2, 64, 64, 4), tf.constant(random(8) + 1.0)

    def gradients(dtype):
        seed_weights(1)
        layer = make(8, activation="elu", dtype=dtype, **options)
        layer.build([None, None, None, 4])

        def step(x):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = layer(tf.cast(x, layer.compute_dtype))
                loss = tf.reduce_mean(tf.cast(y, tf.float32) * weight)
            return tape.gradient(loss, [x, *layer.trainable_variables])

        return [np.asarray(each, np.float32) for each in run(step)(tf.constant(x))]

    for single, half in zip(gradients("float32"), gradients("mixed_bfloat16")):
        assert np.linalg.norm(half - single) < 0.02 * np.linalg.norm(single)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"kernel_size": 4}, "kernel_size must be odd, got 4"),
        ({"kernel_size": 3, "padding_mode": "zero"}, "padding_mode must be one of .*, got 'zero'"),
        ({"kernel_size": (3, 5)}, "must be square"),
    ],
)
def test_wrong_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        MirrorPadConv2D(4, **options)


@pytest.mark.parametrize(
    "kind, arguments", [(MirrorPadConv2D, (4, 3)), (GatedConv2D, (4, 3)), (AppearanceFlow, (4,))]
)
def test_files_in_which_the_padding_is_called_mirror_are_read(kind, arguments):
    config = kind(*arguments, padding_mode="reflect").get_config()
    config["mirror"] = config.pop("padding_mode")
    with pytest.deprecated_call():
        layer = kind.from_config(config)
    assert layer.padding_mode == layer.get_config()["padding_mode"] == "reflect"
    with pytest.raises(ValueError, match="padding_mode must be one of .*, got 'mirrored'"):
        kind(*arguments, padding_mode="mirrored")
