"""The part of a picture that is not detail: a Gaussian low-pass, exact on every device."""

import math

import numpy as np
import tensorflow as tf

WHOLE = 256  # the sum of the weights: 15 bits of a picture and 8 of a weight fit a float32


def gaussian_weights(sigma):
    """Whole numbers, `[2 * radius + 1]` float32 with the sum 256; radius is ceil(3 * sigma).

    Args:
        sigma: standard deviation in pixels.
    """
    radius = math.ceil(3 * sigma)
    distances = np.arange(-radius, radius + 1)
    weights = np.exp(-np.square(distances / sigma) / 2)
    weights = np.rint(weights * (WHOLE / weights.sum()))
    weights[radius] += WHOLE - weights.sum()
    return weights.astype(np.float32)


def low_pass(levels, sigma):
    """The low-pass of a whole picture.

    Beyond its border the picture continues by odd reflection, so that a slope stays a slope.

    Args:
        levels: `[B, H, W, 3]` of `fine_levels`; H and W are above `3 * sigma`.
        sigma: standard deviation in pixels.

    Returns:
        `[B, H, W, 3]`, rounded to whole numbers.
    """
    weights = gaussian_weights(sigma)
    for axis in (1, 2):
        levels = _low_pass_axis(levels, weights, axis)
    return levels


def _low_pass_axis(levels, weights, axis):
    radius = len(weights) // 2
    levels = extend_odd(levels, radius, axis)
    kernel = np.expand_dims(weights, (1, 2, 3) if axis == 1 else (0, 2, 3))
    kernel = np.repeat(kernel, 3, axis=2)
    # Depthwise: GPUs compute ordinary convolutions with fewer digits.
    summed = tf.nn.depthwise_conv2d(levels, kernel, [1, 1, 1, 1], "VALID")
    return tf.round(summed * (1.0 / WHOLE))


def extend_odd(x, amount, axis):
    """Extends both ends of `axis` by `2 * edge - mirrored`; `amount` is less than its size."""
    size = tf.shape(x)[axis]
    first, last = (tf.gather(x, [index], axis=axis) for index in (0, size - 1))
    before = 2.0 * first - tf.gather(x, tf.range(amount, 0, -1), axis=axis)
    after = 2.0 * last - tf.gather(x, size - 2 - tf.range(amount), axis=axis)
    return tf.concat([before, x, after], axis)
