"""The ContextualAttention layer against the original, the patch loop and its own promises."""

import functools
import json

import numpy as np
import pytest
import tensorflow as tf
from layer_harness import check_layer
from oracles import contextual_attention

from inpaint_tf.layers.contextual_attention import ContextualAttention

OPTIONS = ("ksize", "rate", "fuse", "fuse_k", "softmax_scale")
GOLDENS = [
    "all_hole",
    "basic_rate2_fuse",
    "different_size_y_only",
    "f_differs_from_b",
    "ksize5_fusek5",
    "no_fuse",
    "no_mask",
    "nonsquare_b2",
    "nonsquare_wide_b2",
    "rate1",
    "rate4",
    "saturated_relu",
    "scale10",
    "scale50",
    "two_holes",
    "weak_features",
]


def random(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def box_mask(batch, height, width, box):
    mask = np.zeros([batch, height, width, 1], np.float32)
    top, left, rows, columns = box
    mask[:, top : top + rows, left : left + columns] = 1
    return mask


def layer_of(params):
    return ContextualAttention(
        kernel_size=params["ksize"],
        rate=params["rate"],
        propagation_size=params["fuse_k"] if params["fuse"] else 1,
        softmax_scale=params["softmax_scale"],
    )


def case(golden, name):
    data = golden(f"contextual_attention/{name}")
    inputs = [data["f"], data["b"]] + ([data["mask"]] if "mask" in data else [])
    return data, layer_of(json.loads(str(data["params"]))), inputs


def check(data, features, offsets):
    np.testing.assert_allclose(features, data["y"], atol=1e-5)
    if "offsets" in data:
        clear = data["argmax_margin"] > 1e-4
        np.testing.assert_array_equal(offsets.numpy()[clear], data["offsets"][clear])


@pytest.mark.parametrize("name", GOLDENS)
def test_equals_the_original(golden, name):
    data, layer, inputs = case(golden, name)
    check(data, *layer(*inputs))


CHANNELS = 16  # the most that a recording has


@functools.cache  # many recordings share their options
def traced(params, inputs):
    """The layer as a graph of `inputs` arguments whose sizes are unknown."""
    layer = layer_of(json.loads(params))
    unknown = [tf.TensorSpec([None, None, None, c]) for c in (CHANNELS, CHANNELS, 1)]
    return tf.function(lambda *xs: layer(*xs), input_signature=unknown[:inputs])


@pytest.mark.parametrize("name", GOLDENS)
def test_equals_the_original_where_no_size_is_known(golden, name):
    data, _, inputs = case(golden, name)
    params = json.loads(str(data["params"]))
    options = {key: params[key] for key in OPTIONS}
    layer = traced(json.dumps(options), len(inputs))
    # Channels of zeros, which change neither scores nor lengths, let all share one graph.
    own = data["f"].shape[3]
    inputs[:2] = [np.pad(x, [[0, 0]] * 3 + [[0, CHANNELS - own]]) for x in inputs[:2]]
    features, offsets = layer(*inputs)
    assert not np.any(features[..., own:])
    check(data, features[..., :own], offsets)


def test_attention_weights_equal_the_original(golden):
    from inpaint_tf.ops.attention import (
        attend,
        grid_size,
        known_patches,
        match_scores,
        propagate_scores,
        reduce,
    )

    for name in GOLDENS:
        data, layer, inputs = case(golden, name)
        f, b, *mask = (tf.constant(x) for x in inputs)
        scores = match_scores(reduce(f, layer.rate), reduce(b, layer.rate), layer.kernel_size)
        scores = propagate_scores(scores, layer.propagation_size, grid_size(b, layer.rate))
        known = known_patches(reduce(mask[0], layer.rate), layer.kernel_size) if mask else None
        got = attend(scores, known, layer.softmax_scale)
        np.testing.assert_allclose(got, data["attention"], atol=2e-5, err_msg=name)


def test_a_mask_per_item_equals_item_by_item():
    layer = ContextualAttention()
    x = random(3, 12, 16, 4)
    mask = np.concatenate(
        [
            box_mask(1, 12, 16, (2, 2, 4, 6)),
            box_mask(1, 12, 16, (0, 8, 8, 8)),
            box_mask(1, 12, 16, (9, 1, 2, 2)),
        ]
    )
    features, offsets = layer(x, x, mask)
    for item in range(3):
        one, one_offsets = layer(x[item : item + 1], x[item : item + 1], mask[item : item + 1])
        np.testing.assert_allclose(features[item], one[0], atol=1e-6)
        np.testing.assert_array_equal(offsets[item], one_offsets[0])
    shared, _ = layer(x, x, mask[:1])
    assert np.abs(shared[1] - features[1]).max() > 1e-3


@pytest.mark.parametrize("masking", ["multiply", "exclude"])
def test_agrees_with_the_patch_loop(masking):
    foreground, background = random(1, 8, 12, 3), random(1, 12, 10, 3, seed=1)
    mask = box_mask(1, 12, 10, (2, 4, 5, 3))
    layer = ContextualAttention(masking=masking)
    features, _ = layer(foreground, background, mask)
    want, _ = contextual_attention(foreground[0], background[0], mask[0], masking=masking)
    np.testing.assert_allclose(features[0], want, atol=2e-5)


def test_hole_is_filled_from_the_matching_texture():
    # Left half one texture, right half another; the hole, whose own features are weak copies of
    # the right texture, looks to the right.
    textures = random(1, 2, 1, 1, 8)[:, :, 0, 0]
    x = np.repeat(textures, 8, axis=1)[:, None].repeat(16, axis=1).astype(np.float32)
    x += 0.05 * random(1, 16, 16, 8, seed=1)
    mask = box_mask(1, 16, 16, (6, 6, 4, 4))
    x[:, 6:10, 6:10] = 0.5 * textures[:, 1, None, None]
    features, offsets = ContextualAttention()(x, x, mask)
    columns = np.arange(8) + offsets.numpy()[0, :, :, 1]
    assert (columns[3:5, 3:5] >= 4).all()
    filled = features.numpy()[0, 6:10, 6:10].reshape(-1, 8)
    right = np.linalg.norm(filled - textures[0, 1], axis=-1)
    left = np.linalg.norm(filled - textures[0, 0], axis=-1)
    assert right.mean() < left.mean() / 2


@pytest.mark.parametrize("propagation_size", [1, 3])
def test_is_a_well_behaved_layer(propagation_size):
    def make(**kwargs):
        return ContextualAttention(propagation_size=propagation_size, **kwargs)

    x = random(2, 12, 16, 4)
    check_layer(make, x, x[:, ::-1], box_mask(2, 12, 16, (4, 4, 4, 6)))


@pytest.mark.parametrize("implementation", ["shifts", "patches"])
def test_float16_copes_with_empty_and_with_strong_features(implementation):
    x = random(1, 16, 16, 128) * 40
    x[:, :8] = 0
    layer = ContextualAttention(dtype="mixed_float16", implementation=implementation)
    x = tf.constant(x, tf.float16)
    with tf.GradientTape() as tape:
        tape.watch(x)
        features, _ = layer(x, x)
        loss = tf.reduce_sum(tf.cast(features, tf.float32))
    want, _ = ContextualAttention()(tf.cast(x, tf.float32), tf.cast(x, tf.float32))
    assert features.dtype == tf.float16
    np.testing.assert_allclose(tf.cast(features, tf.float32), want, atol=0.1)  # of up to 150
    assert np.isfinite(tape.gradient(loss, x)).all()


@pytest.mark.parametrize(
    "shapes, message",
    [
        (([1, 8, 8, 2], [1, 8, 8, 3], [1, 8, 8, 1]), "same number of channels, got 2 and 3"),
        (([1, 8, 8, 2], [1, 8, 8, 2], [1, 16, 16, 1]), r"got shape \(1, 16, 16, 1\)"),
        (([1, 8, 8, 2], [1, 8, 8, 2], [1, 8, 8, 3]), r"got shape \(1, 8, 8, 3\)"),
        (([1, 8, 8, 2], [8, 8, 2], [1, 8, 8, 1]), r"must be \[B, H, W, C\]"),
        (([1, 8, 9, 2], [1, 8, 8, 2], [1, 8, 8, 1]), "width must be a multiple of rate=2, got 9"),
    ],
)
def test_shapes_that_do_not_go_together_are_refused(shapes, message):
    with pytest.raises(ValueError, match=message):
        ContextualAttention()(*(np.zeros(shape, np.float32) for shape in shapes))


def test_gradient_agrees_with_finite_differences():
    layer = ContextualAttention(softmax_scale=2.0)
    x, mask = random(1, 8, 12, 3), box_mask(1, 8, 12, (2, 4, 3, 4))
    weights, direction = random(1, 8, 12, 3, seed=1), random(1, 8, 12, 3, seed=2)

    def loss(step):
        moved = tf.cast(x + step * direction, tf.float32)
        return tf.reduce_sum(layer(moved, moved, mask)[0] * weights)

    step = tf.Variable(0.0)
    with tf.GradientTape() as tape:
        value = loss(step)
    slope = (loss(2e-3) - loss(-2e-3)) / 4e-3
    # Central differences of float32 sums are good to about three digits.
    np.testing.assert_allclose(tape.gradient(value, step), slope, rtol=5e-3)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"kernel_size": 2}, "kernel_size must be odd and positive, got 2"),
        ({"propagation_size": 0}, "propagation_size must be odd and positive, got 0"),
        ({"rate": 0}, "rate must be at least 1, got 0"),
        ({"softmax_scale": float("nan")}, "softmax_scale must be positive, got nan"),
        ({"masking": "drop"}, "masking must be one of multiply, exclude, got 'drop'"),
    ],
)
def test_wrong_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        ContextualAttention(**options)
