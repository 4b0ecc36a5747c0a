"""GatedConv2D."""

import numpy as np
import pytest
import tensorflow as tf
from layer_harness import check_layer
from seeded import seed_weights

from inpaint_tf.layers.gated_conv import GatedConv2D
from inpaint_tf.layers.mirror_pad_conv import MirrorPadConv2D
from inpaint_tf.layers.upsample_conv import UpsampleConv2D


def random(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def built(filters, *options, **kwargs):
    layer = GatedConv2D(filters, *options, **kwargs)
    layer.build((None, None, None, 3))
    layer.bias.assign(random(filters, seed=1))
    return layer


def elu(x):
    return np.where(x > 0, x, np.expm1(x))


def relu(x):
    return np.maximum(x, 0)


def gated_in_numpy(x, layer, mirror, activation):
    """Every output pixel from its own patch, in NumPy; "same" pads with more zeros at the end."""
    kernel, bias = np.asarray(layer.kernel), np.asarray(layer.bias)
    size, dilation, stride = kernel.shape[0], layer.dilation_rate[0], layer.strides[0]
    reach, (height, width) = dilation * (size - 1), x.shape[1:3]
    rows, columns = -(-height // stride), -(-width // stride)
    if mirror == "same":
        pads = [max((n - 1) * stride + reach + 1 - side, 0)
                for n, side in ((rows, height), (columns, width))]  # fmt: skip
        pads = [(pad // 2, pad - pad // 2) for pad in pads]
        padded = np.pad(x, [(0, 0), *pads, (0, 0)])
    else:
        around = (reach // 2, reach // 2)
        padded = np.pad(x, [(0, 0), around, around, (0, 0)], mode=mirror)
    out = np.zeros([len(x), rows, columns, kernel.shape[3]])
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            patch = padded[:, top : top + reach + 1 : dilation, left : left + reach + 1 : dilation]
            out[:, i, j] = np.einsum("nabc,abco->no", patch, kernel) + bias
    half = kernel.shape[3] // 2
    return activation(out[..., :half]) / (1 + np.exp(-out[..., half:]))


@pytest.mark.parametrize("mirror", ["symmetric", "reflect", "same"])
@pytest.mark.parametrize("strides, dilation_rate", [(1, 1), (2, 1), (1, 4)])
@pytest.mark.parametrize("name, activation", [("elu", elu), ("relu", relu)])
def test_feature_first_gate_second(mirror, strides, dilation_rate, name, activation):
    layer = built(
        8, 3, mirror, strides=strides, dilation_rate=dilation_rate, activation=name
    )  # fmt: skip
    x = random(2, 12, 9, 3)
    want = gated_in_numpy(x, layer, mirror, activation)
    np.testing.assert_allclose(layer(x), want, atol=1e-5)
    feature, gate = layer.feature_and_gate(x)
    np.testing.assert_allclose(np.asarray(feature) * gate, want, atol=1e-5)
    assert 0 < np.min(gate) < 0.4 < 0.6 < np.max(gate) < 1


@pytest.mark.parametrize("options", [{"filters": 3, "activation": "elu"}, {"filters": 4}], ids=str)
def test_three_channels_or_no_activation_have_no_gate(options):
    layer, x = built(kernel_size=3, **options), random(2, 6, 9, 3)
    plain = MirrorPadConv2D(kernel_size=3, **options)
    plain.build((None, None, None, 3))
    plain.set_weights(layer.get_weights())
    assert not layer.gated
    assert layer.compute_output_shape(x.shape) == (2, 6, 9, options["filters"])
    np.testing.assert_array_equal(layer(x), plain(x))
    small = UpsampleConv2D(layer)(x)
    np.testing.assert_array_equal(small, UpsampleConv2D(plain)(x))


@pytest.mark.parametrize("mirror", ["symmetric", "same"])
@pytest.mark.parametrize("strides, dilation_rate", [(1, 1), (2, 1), (1, 3)])
def test_is_a_well_behaved_layer(mirror, strides, dilation_rate):
    def make(**kwargs):
        return GatedConv2D(
            8, 3, mirror, strides=strides, dilation_rate=dilation_rate, activation="elu", **kwargs
        )

    check_layer(make, random(2, 11, 8, 3))


def test_doubling_is_a_well_behaved_layer():
    def make(dtype="float32"):
        return UpsampleConv2D(GatedConv2D(8, 3, activation="elu", dtype=dtype), dtype=dtype)

    check_layer(make, random(2, 5, 8, 3))


@pytest.mark.parametrize("mirror", ["symmetric", "reflect", "same"])
@pytest.mark.parametrize("height, width", [(5, 7), (1, 4)])
def test_doubled_is_the_convolution_of_the_doubled_picture(mirror, height, width):
    layer = built(8, 3, mirror, activation="elu")
    x, upstream = tf.constant(random(2, height, width, 3)), random(2, 2 * height, 2 * width, 4)

    def value_and_gradients(call):
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = call(x)
        return [value, *tape.gradient(value, [x, *layer.trainable_variables], upstream)]

    got = value_and_gradients(UpsampleConv2D(layer))
    want = value_and_gradients(lambda x: layer(tf.repeat(tf.repeat(x, 2, axis=1), 2, axis=2)))
    for found, expected in zip(got, want):
        np.testing.assert_allclose(found, expected, rtol=2e-6, atol=2e-5)


@pytest.mark.parametrize("doubled", [False, True])
def test_half_precision_sums_up_gradients_of_large_maps(doubled):
    # A sum in bfloat16 ends at 256, a sixteenth of the pixels of this map.
    x, weight = random(2, 64, 64, 4), tf.constant(random(8) + 1.0)

    def gradients(dtype):
        seed_weights(1)
        convolution = GatedConv2D(16, 3, activation="elu", dtype=dtype)
        layer = UpsampleConv2D(convolution, dtype=dtype) if doubled else convolution
        layer.build([None, None, None, 4])

        @tf.function
        def step(x):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = layer(tf.cast(x, layer.compute_dtype))
                loss = tf.reduce_mean(tf.cast(y, tf.float32) * weight)
            return tape.gradient(loss, [x, *layer.trainable_variables])

        return [np.asarray(each, np.float32) for each in step(tf.constant(x))]

    for single, half in zip(gradients("float32"), gradients("mixed_bfloat16")):
        assert np.linalg.norm(half - single) < 0.02 * np.linalg.norm(single)


def test_an_odd_number_of_channels_cannot_be_halved():
    with pytest.raises(ValueError, match="filters must be even, .*, got 5"):
        GatedConv2D(5, 3, activation="elu")
