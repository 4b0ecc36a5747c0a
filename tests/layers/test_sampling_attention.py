"""Appearance flow and the spatial transformer: where they read, and what all layers hold to."""

import numpy as np
import pytest
import tensorflow as tf
from layer_harness import check_layer

from inpaint_tf.layers.appearance_flow import AppearanceFlow
from inpaint_tf.layers.spatial_transformer import SpatialTransformer
from inpaint_tf.ops.spans import Span

LAYERS = [AppearanceFlow, SpatialTransformer]


def random(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def lively(layer, scale=0.3):
    """The layer with weights that lead it away from where it begins."""
    for variable in layer.trainable_variables:
        variable.assign(scale * random(*variable.shape, seed=len(variable.shape)))
    return layer


@pytest.mark.parametrize("kind", LAYERS)
def test_layer_holds_to_what_all_layers_do(kind):
    def make(**options):
        return kind(4, padding_mode="reflect", **options)

    x = random(2, 8, 12, 4)
    check_layer(
        lambda **options: lively(make(**options)), x, x[::-1].copy(), np.ones([2, 8, 12, 1])
    )


@pytest.mark.parametrize("kind", LAYERS)
def test_a_fresh_layer_reads_nearly_its_own_place(kind):
    y, x = np.mgrid[:8, :12].astype(np.float32)
    background = np.stack([y, x], axis=-1)[None]
    features, offsets = kind(2)(random(1, 8, 12, 2), background)
    np.testing.assert_allclose(features, background, atol=0.3)
    np.testing.assert_array_equal(offsets, np.zeros([1, 4, 6, 2]))


def test_flow_reads_where_its_convolution_says():
    layer = AppearanceFlow(3)
    kernel = np.zeros([3, 3, 3, 2], np.float32)
    kernel[1, 1, 0, 0], kernel[1, 1, 1, 1] = 1, 1  # down by the first channel, right by the second
    layer.convolution.kernel.assign(kernel)
    foreground = np.zeros([2, 8, 12, 3], np.float32)
    foreground[0, ..., 0], foreground[1, ..., 1] = np.arctanh(2 / 8), np.arctanh(-4 / 12)
    background = random(2, 8, 12, 5)
    features, offsets = layer(foreground, background)
    np.testing.assert_allclose(features[0, :6], background[0, 2:], atol=1e-4)
    np.testing.assert_allclose(features[1, :, 4:], background[1, :, :-4], atol=1e-4)
    np.testing.assert_array_equal(offsets[0, :3], np.tile([1, 0], [3, 6, 1]))
    np.testing.assert_array_equal(offsets[1, :, 2:], np.tile([0, -2], [4, 4, 1]))


@pytest.mark.parametrize(
    "theta, read",
    [
        ((-1, 0, 0, 0, 1, 0), lambda x: x[::-1]),
        ((1, 0, 0, 0, -1, 0), lambda x: x[:, ::-1]),
        ((1, 0, 0, 0, 1, 4 / 11), lambda x: np.concatenate([x[:, 2:], x[:, -1:], x[:, -1:]], 1)),
        ((0, 0, -1, 0, 1, 0), lambda x: np.repeat(x[:1], len(x), axis=0)),
    ],
    ids=["upside down", "mirrored", "two to the right", "the first row"],
)
def test_transformer_reads_through_its_map(theta, read):
    layer = SpatialTransformer(3)
    for variable in layer.trainable_variables:
        variable.assign(tf.zeros_like(variable))
    layer.affine.bias.assign(np.array(theta, np.float32) - [1, 0, 0, 0, 1, 0])
    background = random(2, 8, 12, 3)
    features, _ = layer(random(2, 8, 12, 3, seed=1), background)
    want = np.stack([read(item) for item in background])
    np.testing.assert_allclose(features, want, atol=1e-4)


def test_a_quarter_turn_has_the_rows_of_columns():
    layer = SpatialTransformer(3)
    for variable in layer.trainable_variables:
        variable.assign(tf.zeros_like(variable))
    layer.affine.bias.assign(np.array([0, 1, 0, 1, 0, 0], np.float32) - [1, 0, 0, 0, 1, 0])
    background = random(1, 8, 8, 3)
    features, _ = layer(background, background)
    np.testing.assert_allclose(features[0], background[0].swapaxes(0, 1), atol=1e-4)


@pytest.mark.parametrize("kind", LAYERS)
def test_needed_part_is_that_of_the_whole(kind):
    layer = lively(kind(4))
    x = random(2, 8, 12, 4)
    whole, offsets = layer(x, x)
    part, told = layer(x, x, needed=(Span(2, 4), Span(3, 7)), with_offsets=True)
    np.testing.assert_array_equal(part, np.asarray(whole)[:, 2:6, 3:10])
    np.testing.assert_array_equal(told, offsets)
    assert layer(x, x, needed=(Span(0, 2), Span(0, 2)))[1] is None
    assert np.abs(np.asarray(whole) - x).max() > 0.1  # away from where it begins


@pytest.mark.parametrize("kind", LAYERS)
def test_batch_equals_items(kind):
    layer = lively(kind(4))
    x = random(2, 8, 12, 4)
    both = layer(x, x)[0]
    for number in range(2):
        alone = layer(x[number : number + 1], x[number : number + 1])[0]
        np.testing.assert_allclose(both[number], alone[0], atol=1e-4)
