"""Holes drawn by NumPy within a TensorFlow pipeline."""

import numpy as np
import tensorflow as tf

from inpaint_tf.masks.draw import Draw


def numpy_holes(sample):
    """Turns a NumPy sampler into one for `MaskSampler`.

    Args:
        sample: function of (draw, (H, W)) to `[H, W]` bool, as in `masks.samplers`.

    Returns:
        A function of (`[2]` int32 seed, (H, W)) to (`[H, W, 1]` float32, "").
    """

    def drawn(seed, size):
        mask = tf.numpy_function(
            lambda seed: sample(draw_of(seed), size)[..., np.newaxis].astype(np.float32),
            [seed],
            tf.float32,
            stateful=False,
        )
        return tf.ensure_shape(mask, [*size, 1]), ""

    return drawn


def draw_of(seed):
    """The `Draw` of a `[2]` int32 seed."""
    return Draw(*(int(number) & 0xFFFFFFFF for number in seed))
