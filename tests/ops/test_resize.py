"""Sampling rules."""

import numpy as np
import pytest
import tensorflow as tf
from oracles import nearest_corner_aligned
from PIL import Image

from inpaint_tf.ops.resize import (
    corner_aligned_indices,
    corner_aligned_nearest,
    crop_resize,
    double_nearest,
)


def golden_maps(golden):
    for name, want in golden("misc/nearest_resize_maps").items():
        _, size, _, new_size = name.split("_")
        yield int(size), int(new_size), want


def test_index_maps_equal_the_original(golden):
    for size, new_size, want in golden_maps(golden):
        np.testing.assert_array_equal(corner_aligned_indices(size, new_size), want)


def test_index_maps_of_unknown_sizes_equal_the_original(golden):
    indices = tf.function(corner_aligned_indices, input_signature=[tf.TensorSpec([], tf.int32)] * 2)
    for size, new_size, want in golden_maps(golden):
        np.testing.assert_array_equal(indices(size, new_size), want)


def test_known_and_unknown_sizes_agree_at_every_size():
    indices = tf.function(corner_aligned_indices, input_signature=[tf.TensorSpec([], tf.int32)] * 2)
    for new_size in range(1, 130):
        for factor in (2, 4):
            size = new_size * factor
            want = corner_aligned_indices(size, new_size)
            np.testing.assert_array_equal(indices(size, new_size), want)


def test_halving_eight_pixels():
    x = np.arange(8.0).reshape(1, 8, 1, 1)
    assert corner_aligned_nearest(tf.constant(x), 4, 1).numpy().ravel().tolist() == [0, 2, 5, 7]


@pytest.mark.parametrize("size", [(5, 3), (1, 7), (12, 1), (9, 18)])
def test_agrees_with_pixel_loop(size):
    x = np.random.default_rng(0).normal(size=[2, 9, 14, 3])
    got = corner_aligned_nearest(tf.constant(x), *size)
    np.testing.assert_array_equal(got, [nearest_corner_aligned(item, *size) for item in x])


def test_agrees_with_the_kernel_of_tensorflow_1():
    x = np.random.default_rng(0).normal(size=[1, 182, 54, 2]).astype(np.float32)
    want = tf.raw_ops.ResizeNearestNeighbor(images=x, size=[91, 27], align_corners=True)
    np.testing.assert_array_equal(corner_aligned_nearest(tf.constant(x), 91, 27), want)


def test_doubling_repeats_every_pixel():
    x = np.random.default_rng(0).normal(size=[2, 3, 5, 4])
    want = x.repeat(2, axis=1).repeat(2, axis=2)
    np.testing.assert_array_equal(double_nearest(tf.constant(x)), want)


def test_gradient_of_doubling_adds_up_four_pixels():
    x = tf.ones([1, 3, 2, 1])
    weights = np.arange(24.0, dtype=np.float32).reshape(1, 6, 4, 1)
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_sum(double_nearest(x) * weights)
    want = weights[0, :, :, 0].reshape(3, 2, 2, 2).sum(axis=(1, 3))
    np.testing.assert_array_equal(tape.gradient(loss, x)[0, :, :, 0], want)


@pytest.mark.parametrize(
    "box, size",
    [((3, 4, 20, 24), (10, 7)), ((3.5, 4.25, 10, 8), (23, 17)), ((0, 0, 40, 30), (13, 30))],
)
def test_crops_are_resized_as_pillow_does_it(box, size):
    image = np.random.default_rng(0).uniform(0, 255, [40, 30]).astype(np.float32)
    got = crop_resize(image[None, :, :, None], tf.constant([box], tf.float32), size)[0, ..., 0]
    top, left, height, width = box
    edges = (left, top, left + width, top + height)
    want = Image.fromarray(image).resize(size[::-1], Image.Resampling.BILINEAR, box=edges)
    np.testing.assert_allclose(got, np.asarray(want), atol=1e-3)


def test_crops_repeat_the_edge_and_know_their_item():
    image = np.arange(2 * 3 * 4, dtype=np.float32).reshape(2, 3, 4, 1)
    box = tf.constant([[-2, -2, 4, 4], [1, 2, 4, 4]], tf.float32)
    got = crop_resize(image, box, (4, 4))[..., 0]
    rows, columns = np.clip([-2, -1, 0, 1], 0, 2), np.clip([-2, -1, 0, 1], 0, 3)
    np.testing.assert_allclose(got[0], image[0, :, :, 0][rows][:, columns])
    rows, columns = np.clip([1, 2, 3, 4], 0, 2), np.clip([2, 3, 4, 5], 0, 3)
    np.testing.assert_allclose(got[1], image[1, :, :, 0][rows][:, columns])
