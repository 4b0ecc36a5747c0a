"""The gradient penalty of WGAN-GP, inside the hole."""

import tensorflow as tf

TARGET_NORM = 1.0


def interpolate(image, completed, alpha):
    """Pictures between the real and the completed ones.

    Args:
        image, completed: `[B, h, w, C]`.
        alpha: `[B, 1]` in [0, 1], how far towards `completed`.
    """
    return image + alpha[:, :, tf.newaxis, tf.newaxis] * (completed - image)


def gradient_penalty(critic, interpolated, mask=None, target=TARGET_NORM):
    """How far the norm of the critic's gradient at `interpolated` is from `target`.

    Formula:
        (sqrt(sum((d critic / d pixel)^2 * mask)) - target)^2

    Args:
        critic: function of `[B, h, w, C]` that returns `[B, 1]` scores, one for each item alone.
        interpolated: `[B, h, w, C]`.
        mask: `[1 or B, h, w, 1]`, 1 = hole; None counts every pixel.
        target: the norm to reach.

    Returns:
        `[B]`. Where the slope is zero its gradient is zero, not the NaN of a bare square root.

    Source:
        Gulrajani et al. 2017; masked: Yu et al., CVPR 2018, section 3.3.
    """
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(interpolated)
        scores = tf.reduce_sum(critic(interpolated))
    slope = tape.gradient(scores, interpolated)
    squared = tf.cast(slope, tf.float32) ** 2
    if mask is not None:
        squared *= mask
    return (_safe_sqrt(tf.reduce_sum(squared, axis=[1, 2, 3])) - target) ** 2


def _safe_sqrt(x):
    positive = x > 0
    # The branch not taken must be finite too: its gradient is multiplied by zero, not left out.
    return tf.where(positive, tf.sqrt(tf.where(positive, x, tf.ones_like(x))), tf.zeros_like(x))
