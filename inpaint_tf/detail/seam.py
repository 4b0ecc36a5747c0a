"""The seam: the detail laid over the hole is made to meet the known pixels beside it."""

import numpy as np
import tensorflow as tf

from inpaint_tf.detail.low_pass import WHOLE

RADIUS = 4  # pixels of the hole that are corrected


def seam_weights(sigma):
    """Whole numbers, `[9, 9]` float32 with a sum of about 256."""
    distances = np.arange(-RADIUS, RADIUS + 1)
    row = np.exp(-np.square(distances / sigma) / 2)
    weights = np.outer(row, row)
    return np.rint(weights * (WHOLE / weights.sum())).astype(np.float32)


def seam_correction(error, known, sigma):
    """The error at known pixels, carried into the hole and fading there.

    The error at a known pixel is the difference between the photo and what was laid over it. Each
    pixel of the hole is corrected by the mean of the errors around it: in full at the border, and
    less the fewer known pixels are near.

    Args:
        error: `[H, W, 3]`, whole numbers of `fine_levels`, up to 65535 in size.
        known: `[H, W]` float32, 1 where the error is meaningful.
        sigma: in pixels, of the weights around a pixel.

    Returns:
        `[H, W, 3]`, the correction to add, in whole numbers.
    """
    weights = seam_weights(sigma)
    stacked = tf.concat([error * known[..., None], known[..., None]], axis=-1)
    kernel = np.repeat(weights[..., None, None], 4, axis=2)
    summed = tf.nn.depthwise_conv2d(stacked[None], kernel, [1, 1, 1, 1], "SAME")[0]
    near = summed[..., 3:]
    # On a straight border a little less than half of the weights are known.
    strength = tf.minimum(near * (2.5 / WHOLE), 1.0)
    return tf.round(summed[..., :3] / tf.maximum(near, 1.0) * strength)
