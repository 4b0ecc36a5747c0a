"""How far a prediction is from the truth, in the hole and outside it."""

import tensorflow as tf

PIXELS = (1, 2, 3)  # the axes of one item


def discounted_l1(image, prediction, weights):
    """Mean of |image - prediction| * weights over the pixels of each item.

    Args:
        image, prediction: `[B, h, w, C]`, often the local view.
        weights: `[1 or B, h, w, 1]`, as in `masks.discount`.

    Returns:
        `[B]`.

    Source:
        Yu et al., CVPR 2018, section 3.2.
    """
    return tf.reduce_mean(tf.abs(image - prediction) * weights, axis=PIXELS)


def hole_l1(image, prediction, mask, weights):
    """Weighted |image - prediction|, averaged over the pixels of each item's hole.

    Args:
        image, prediction: `[B, H, W, C]`.
        mask: `[B, H, W, 1]`, 1 = hole.
        weights: `[B, H, W, 1]`, 0 outside the hole.

    Returns:
        `[B]`, 0 for an item without hole.
    """
    return _mean_over(tf.abs(image - prediction) * weights, mask)


def known_l1(image, prediction, mask):
    """Mean of |image - prediction| over the known pixels of each item.

    Args:
        image, prediction: `[B, H, W, C]`.
        mask: `[B, H, W, 1]`, 1 = hole.

    Returns:
        `[B]`, 0 for an item that is all hole.

    Source:
        The "ae" loss of the release v1.0.0, which averages over the batch's one mask.
    """
    known = 1.0 - mask
    return _mean_over(tf.abs(image - prediction) * known, known)


def _mean_over(values, region):
    area = tf.reduce_mean(region, axis=PIXELS)
    return tf.math.divide_no_nan(tf.reduce_mean(values, axis=PIXELS), area)
