"""PartialConv2D against recordings of the authors' layer, and against faults of its ports."""

import json

import numpy as np
import pytest
import tensorflow as tf
from layer_harness import check_layer

from inpaint_tf.layers.partial_conv import PartialConv2D

RECORDED = (
    "k3_all_hole",
    "k3_all_valid",
    "k3_dilated",
    "k3_s1_multi",
    "k3_s2_odd",
    "k3_single_mask",
    "k3_two_masks",
    "k5_s2_multi",
    "k7_s2_even",
)


def random(*shape):
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def drawn(*shape, share=0.5):
    return (np.random.default_rng(1).uniform(size=shape) < share).astype(np.float32)


def recorded_layer(recorded):
    params = json.loads(str(recorded["params"]))
    layer = PartialConv2D(
        recorded["kernel"].shape[3],
        params["kernel"],
        strides=params["stride"],
        dilation_rate=params["dilation"],
        use_bias=params["bias"],
    )
    layer.build(recorded["x"].shape)
    layer.set_weights([recorded["kernel"], *([recorded["bias"]] if params["bias"] else [])])
    return layer


@pytest.mark.parametrize(
    "name, compiled",
    [
        *((name, None) for name in RECORDED),
        ("k3_dilated", "unknown shapes"),
        ("k5_s2_multi", "unknown shapes"),
        ("k7_s2_even", "xla"),
    ],
)
def test_as_recorded(golden, name, compiled):
    recorded = golden(f"pconv/{name}")
    layer = recorded_layer(recorded)
    call = layer
    if compiled:
        unknown = [tf.TensorSpec([None, None, None, recorded[n].shape[3]]) for n in ("x", "known")]
        signature = unknown if compiled == "unknown shapes" else None
        call = tf.function(
            lambda x, known: layer(x, known),
            input_signature=signature,
            jit_compile=compiled == "xla",
        )
    x, known = tf.constant(recorded["x"]), tf.constant(recorded["known"])
    with tf.GradientTape() as tape:
        tape.watch([x, known])
        y, known_out = call(x, known)
        loss = tf.reduce_sum(y * recorded["upstream"])
    np.testing.assert_allclose(y, recorded["y"], atol=1e-5)
    np.testing.assert_array_equal(known_out[..., 0], recorded["known_out"][..., 0])
    wanted = {"grad_x": x, "grad_kernel": layer.kernel, "grad_bias": layer.bias, "known": known}
    wanted = {key: variable for key, variable in wanted.items() if variable is not None}
    for key, gradient in zip(wanted, tape.gradient(loss, list(wanted.values()))):
        if key == "known":
            assert gradient is None or not np.any(gradient)
            continue
        expected = recorded[key]
        np.testing.assert_allclose(gradient, expected, atol=1e-4 * np.abs(expected).max() + 1e-12)


@pytest.mark.parametrize("channels", [1, 3, 64])
@pytest.mark.parametrize("kernel_size, strides", [(3, 1), (5, 2), (7, 2)])
def test_where_all_is_known_it_is_a_convolution(channels, kernel_size, strides):
    layer = PartialConv2D(4, kernel_size, strides=strides, bias_initializer="random_normal")
    x = random(2, 16, 22, channels)
    y, known = layer(x, np.ones([2, 16, 22, 1], np.float32))
    reach = kernel_size // 2
    padded = np.pad(x, [(0, 0), (reach, reach), (reach, reach), (0, 0)])
    plain = tf.nn.conv2d(padded, layer.kernel, strides, "VALID").numpy()
    # Next to the border a window sees less, and what it sees counts more.
    inner = slice(-(-reach // strides), -reach // strides if reach // strides else -1)
    want = plain[:, inner, inner] + layer.bias.numpy()
    np.testing.assert_allclose(y[:, inner, inner], want, atol=1e-4)
    assert np.abs(want).max() > 0.1
    seen = np.pad(np.ones([16, 22]), reach)[:kernel_size, :kernel_size].sum()
    corner = plain[:, 0, 0] * kernel_size**2 / seen + layer.bias.numpy()
    np.testing.assert_allclose(y[:, 0, 0], corner, atol=1e-4)
    assert (known.numpy() == 1).all()


def test_a_hole_keeps_exact_zeros_in_spite_of_the_bias():
    layer = PartialConv2D(4, 3, bias_initializer="ones", activation="sigmoid")
    known = np.ones([2, 9, 11, 1], np.float32)
    known[0, 2:7, 3:9] = 0
    y, now = layer(random(2, 9, 11, 3), known)
    hole = np.zeros([2, 9, 11], bool)
    hole[0, 3:6, 4:8] = True  # a pixel is learnt from every side
    np.testing.assert_array_equal(now[..., 0] == 0, hole)
    assert (y.numpy()[hole] == 0).all()
    assert (y.numpy()[~hole] != 0).all()


def test_what_lies_in_the_hole_does_not_matter():
    layer, known = PartialConv2D(4, 3), drawn(2, 8, 10, 1)
    x = random(2, 8, 10, 5)
    got = layer(np.where(known == 1, x, 1e3).astype(np.float32), known)
    np.testing.assert_array_equal(got[0], layer(x, known)[0])


def test_parts_tell_about_their_channels_as_a_mask_for_each_does():
    layer = PartialConv2D(4, 3, parts=(5, 2))
    x, known = random(2, 8, 10, 7), drawn(2, 8, 10, 2, share=0.2)
    y, now = layer(x, known)
    each = PartialConv2D(4, 3)
    each.build(x.shape)
    each.set_weights(layer.get_weights())
    want, want_now = each(x, np.repeat(known, (5, 2), axis=-1))
    np.testing.assert_allclose(y, want, atol=1e-5)
    np.testing.assert_array_equal(now, want_now)
    assert 0 < np.mean(now) < 1


def test_bfloat16_counts_in_float32():
    x, known = np.ones([1, 5, 5, 256], np.float32), np.ones([1, 5, 5, 1], np.float32)
    known[0, 2, 2] = 0
    layer = PartialConv2D(1, 3, kernel_initializer="ones", dtype="mixed_bfloat16")
    y, now = layer(x, known)
    np.testing.assert_array_equal(np.asarray(tf.cast(y, tf.float32)), np.full([1, 5, 5, 1], 2304))
    assert now.dtype == tf.float32


@pytest.mark.parametrize("options", [{}, {"strides": 2}, {"dilation_rate": 2}, {"parts": (2, 3)}])
def test_is_a_well_behaved_layer(options):
    def make(dtype="float32"):
        return PartialConv2D(4, 3, dtype=dtype, **options)

    masks = len(options.get("parts", [1]))
    check_layer(make, random(2, 9, 12, 5), drawn(2, 9, 12, masks, share=0.7))


@pytest.mark.parametrize(
    "options, sentence",
    [
        ({"kernel_size": 4}, "kernel_size must be odd, got 4"),
        ({"kernel_size": (3, 5)}, "kernel_size must be square"),
        ({"kernel_size": 3, "groups": 2}, "groups must be 1, got 2"),
    ],
)
def test_options_are_checked(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        PartialConv2D(4, **options)


def test_masks_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="known must have 1 or 5 channels, .* got 2"):
        PartialConv2D(4, 3)(random(1, 8, 8, 5), drawn(1, 8, 8, 2))
    with pytest.raises(ValueError, match=r"got 2 and parts \(3, 1\)"):
        PartialConv2D(4, 3, parts=(3, 1))(random(1, 8, 8, 5), drawn(1, 8, 8, 2))
