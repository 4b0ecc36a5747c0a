"""Pixel values, masks and composites."""

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.ops.image import (
    composite,
    filled_image,
    masked_image,
    to_float,
    to_integer,
    to_uint8,
)


def test_range_of_float_pixels():
    got = to_float(np.array([0, 51, 255], np.uint8))
    np.testing.assert_allclose(got, [-1, 51 / 127.5 - 1, 1], atol=1e-7)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_every_level_survives_the_round_trip(dtype):
    levels = np.arange(np.iinfo(dtype).max + 1).astype(dtype)
    np.testing.assert_array_equal(to_integer(to_float(levels), dtype), levels)


def test_uint8_is_rounded_and_clipped():
    # 127.5 * (x + 1): -0.002 is 127.245, 0.003 is 127.8825
    got = to_uint8(tf.constant([-3.0, -0.002, 0.003, 7.0]))
    assert got.numpy().tolist() == [0, 127, 128, 255]


def test_masked_image_and_composite_use_their_own_side():
    image, prediction = tf.fill([1, 2, 2, 3], 0.5), tf.fill([1, 2, 2, 3], -0.25)
    mask = tf.constant([[1.0, 0.0], [0.0, 0.0]])[None, :, :, None]
    np.testing.assert_array_equal(masked_image(image, mask)[0, :, :, 0], [[0, 0.5], [0.5, 0.5]])
    got = composite(prediction, image, mask)[0, :, :, 2]
    np.testing.assert_array_equal(got, [[-0.25, 0.5], [0.5, 0.5]])


def test_the_hole_is_filled_with_a_colour_or_with_grey():
    image = tf.constant(np.linspace(-1, 1, 2 * 3 * 2 * 3).reshape(2, 3, 2, 3), tf.float32)
    mask = np.zeros([2, 3, 2, 1], np.float32)
    mask[0, 1, 0], mask[1, 2, 1] = 1, 1
    filled = filled_image(image, mask, (255, 0, 51)).numpy()
    hole = mask[..., 0] > 0
    np.testing.assert_allclose(filled[hole], [[1, -1, -0.6]] * 2, atol=1e-6)
    np.testing.assert_array_equal(filled[~hole], image.numpy()[~hole])
    np.testing.assert_array_equal(filled_image(image, mask), masked_image(image, mask))
