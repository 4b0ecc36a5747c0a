"""Pictures in whole numbers, whose sums and products are exact in float32 in any order."""

import tensorflow as tf

FINE = 32640  # steps from black to white: 128 for each of 255 levels
COARSE = 64  # of the pictures that are compared


def fine_levels(image):
    """`[..., 3]` in [-1, 1] to whole numbers 0..32640, float32; exact for 8 bits a channel."""
    half = float(FINE // 2)
    return tf.round((tf.clip_by_value(image, -1.0, 1.0) + 1.0) * half)


def from_fine_levels(levels):
    """The inverse of `fine_levels`; numbers beyond its range are allowed."""
    return levels * (2.0 / FINE) - 1.0


def coarse_levels(levels):
    """Fine levels to 0..63, of which 16x16 squared differences in three channels are exact."""
    step = 1.0 / 512  # a power of two
    return tf.clip_by_value(tf.floor(levels * step), 0.0, COARSE - 1.0)
