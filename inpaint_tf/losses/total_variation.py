"""Total variation of the completed picture in the hole."""

import tensorflow as tf


def total_variation(completed, mask):
    """Mean absolute difference of neighbours, at least one of which lies in the hole.

    Args:
        completed: `[B, H, W, C]`.
        mask: `[B, H, W, 1]`, 1 = hole.

    Returns:
        `[B]`, 0 for an item without hole.

    Source:
        Liu et al. 2018 (partial convolutions), the hole dilated by one pixel.
    """
    vertical = _differences(completed, mask, axis=1)
    horizontal = _differences(completed, mask, axis=2)
    return vertical + horizontal


def _differences(image, mask, axis):
    behind, ahead = _neighbours(image, axis)
    touches_hole = tf.maximum(*_neighbours(mask, axis))
    total = tf.reduce_mean(tf.abs(ahead - behind) * touches_hole, axis=[1, 2, 3])
    return tf.math.divide_no_nan(total, tf.reduce_mean(touches_hole, axis=[1, 2, 3]))


def _neighbours(x, axis):
    return (x[:, :-1], x[:, 1:]) if axis == 1 else (x[:, :, :-1], x[:, :, 1:])
