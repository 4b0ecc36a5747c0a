"""Where the attention looked, as a picture of the image's size."""

import tensorflow as tf

from inpaint_tf.visualization.flow_color import flow_color

CELL = 8  # pixels of the picture for every offset, in each direction


def offset_colors(offsets, height, width):
    """Paints every offset over its cell of pixels.

    Args:
        offsets: `[B, h, w, 2]` int32, one for every 8x8 pixels.
        height, width: of the image, at most 8h and 8w; ints or scalar int32 tensors.

    Returns:
        `[B, height, width, 3]` uint8.
    """
    # Gathered as floats: on GPUs there are no kernels that repeat or gather uint8.
    colors = tf.cast(flow_color(offsets), tf.float32)
    colors = tf.gather(colors, tf.range(height) // CELL, axis=1)
    return tf.cast(tf.gather(colors, tf.range(width) // CELL, axis=2), tf.uint8)
