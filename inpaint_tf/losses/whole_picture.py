"""l1 and total variation of the paper on partial convolutions, averaged over the picture."""

import tensorflow as tf

from inpaint_tf.losses.adversarial import per_item


def hole_l1_of_picture(image, prediction, mask):
    """|image - prediction| in the hole, averaged over every number of the picture.

    Args:
        image, prediction: `[B, H, W, C]`.
        mask: `[B, H, W, 1]`, 1 = hole.

    Returns:
        `[B]`; a large hole weighs more than a small one.

    Source:
        Liu et al. 2018, section 3.3.
    """
    return per_item(tf.abs(image - prediction) * mask)


def known_l1_of_picture(image, prediction, mask):
    """|image - prediction| outside the hole; as in `hole_l1_of_picture`."""
    return per_item(tf.abs(image - prediction) * (1.0 - mask))


def total_variation_of_picture(completed, mask):
    """|differences| of neighbours in the hole dilated by a pixel, over every number of the picture.

    Both neighbours lie in that region, so its edge is no step.

    Args:
        completed: `[B, H, W, C]`.
        mask: `[B, H, W, 1]`, 1 = hole.

    Returns:
        `[B]`, 0 for an item without hole.

    Source:
        Liu et al. 2018, section 3.3.
    """
    region = tf.nn.max_pool2d(mask, 3, 1, "SAME")
    down = tf.abs(completed[:, 1:] - completed[:, :-1]) * region[:, 1:] * region[:, :-1]
    across = tf.abs(completed[:, :, 1:] - completed[:, :, :-1])
    across *= region[:, :, 1:] * region[:, :, :-1]
    numbers = tf.cast(tf.reduce_prod(tf.shape(completed)[1:]), completed.dtype)
    return (_sums(down) + _sums(across)) / numbers


def _sums(x):
    return tf.reduce_sum(x, axis=[1, 2, 3])
