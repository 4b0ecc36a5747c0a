"""The arithmetic of partial convolutions: what a window sees, and how much it counts."""

import tensorflow as tf


def zero_pad(x, amount):
    """Adds `amount` zeros on every side of `[B, H, W, C]`."""
    return tf.pad(x, [[0, 0], [amount, amount], [amount, amount], [0, 0]]) if amount else x


def known_channels(known, parts, dtype):
    """`known` with a channel for each part of the features, as wide as the features.

    Args:
        known: `[B, H, W, K]`, 1 = known.
        parts: how many channels of the features each of the K describes.
        dtype: of the result.

    Returns:
        `[B, H, W, sum(parts)]`, or `[B, H, W, 1]` for one part.
    """
    known = tf.cast(known, dtype)
    return known if len(parts) == 1 else tf.repeat(known, list(parts), axis=-1)


def window_ratio(known, parts, kernel_size, strides, dilation_rate):
    """The count of all numbers in each output's window over that of the known ones.

    Args:
        known, parts: as in `known_channels`.
        kernel_size, strides, dilation_rate: ints, of the convolution; beyond the picture nothing
            is known.

    Returns:
        (ratio, known), `[B, h, w, 1]` float32: that ratio, 0 where none is known; and 1 where the
        window sees a known number.

    Source:
        Liu et al. 2018, section 3.1: sum(1) / sum(M), where both sums run over channels too.
    """
    # Always in float32: a window of 3x3x1024 has 9216 numbers.
    known = tf.stop_gradient(tf.cast(known, tf.float32))
    numbers = tf.reduce_sum(known * tf.constant(parts, tf.float32), axis=-1, keepdims=True)
    padded = zero_pad(numbers, dilation_rate * (kernel_size - 1) // 2)
    ones = tf.ones([kernel_size, kernel_size, 1, 1])
    seen = tf.nn.conv2d(padded, ones, strides, "VALID", dilations=dilation_rate)
    everything = float(kernel_size**2 * sum(parts))
    return tf.math.divide_no_nan(everything, seen), tf.cast(seen > 0, tf.float32)


def windows_reached(known, kernel_size, strides):
    """`[B, H, W, 1]` to `[B, h, w, 1]`: 1 where a window of the convolution sees a known pixel."""
    return window_ratio(known, (1,), kernel_size, strides, 1)[1]
