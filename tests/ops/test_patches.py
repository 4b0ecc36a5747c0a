"""Patches."""

import numpy as np
import tensorflow as tf
from oracles import patch

from inpaint_tf.ops.patches import (
    extract_patches,
    fold_patches,
    normalize_filters,
    patches_as_filters,
)


def random(*shape):
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def test_patches_agree_with_slices():
    x = random(2, 5, 7, 3)
    got = extract_patches(tf.constant(x), 3).numpy().reshape(2, 5, 7, 3, 3, 3)
    for item, row, column in [(0, 0, 0), (1, 4, 2), (0, 2, 6), (1, 3, 3)]:
        want = patch(x[item], row, column, 3)
        np.testing.assert_array_equal(got[item, row, column], want)


def test_filters_are_the_patches_row_by_row():
    x = random(2, 5, 7, 3)
    filters = patches_as_filters(tf.constant(x), 3)
    assert filters.shape == (2, 3, 3, 3, 35)
    np.testing.assert_array_equal(filters[1, :, :, :, 2 * 7 + 4], patch(x[1], 2, 4, 3))


def test_normalized_filters_have_unit_length_but_for_a_floor():
    filters = random(1, 3, 3, 4, 2) * [1.0, 1e-7]
    got = normalize_filters(tf.constant(filters, tf.float32)).numpy()
    np.testing.assert_allclose(np.linalg.norm(got[..., 0]), 1, rtol=1e-5)
    np.testing.assert_allclose(got[..., 1], filters[..., 1] / 1e-4, rtol=1e-5)


def test_norms_do_not_leave_the_range_of_float16():
    filters = np.stack([np.zeros([3, 3, 128]), np.full([3, 3, 128], 40.0)], axis=-1)[None]
    got = normalize_filters(tf.constant(filters, tf.float16))
    assert got.dtype == tf.float16
    np.testing.assert_array_equal(got[..., 0], 0)
    np.testing.assert_allclose(got[..., 1], 1 / np.sqrt(9 * 128), rtol=1e-3)


def test_folding_extracted_patches_returns_the_inside_of_the_image():
    x = random(2, 8, 12, 3)
    filters = patches_as_filters(tf.constant(x), 4, 2)  # [2, 4, 4, 3, 24]
    weights = tf.reshape(tf.eye(24, batch_shape=[2]), [2, 4, 6, 24])
    got = fold_patches(weights, filters, 2, overlap=4.0)
    assert got.shape == (2, 8, 12, 3)
    np.testing.assert_allclose(got[:, 1:-1, 1:-1], x[:, 1:-1, 1:-1], atol=1e-6)
    # At the border fewer patches overlap than the 4 that the original divides by.
    np.testing.assert_allclose(got[:, 0, 1:-1], x[:, 0, 1:-1] / 2, atol=1e-6)
    np.testing.assert_allclose(got[:, 0, 0], x[:, 0, 0] / 4, atol=1e-6)
