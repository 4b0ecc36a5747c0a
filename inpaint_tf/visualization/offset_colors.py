"""The attention's offsets as a picture of the image's size."""

import tensorflow as tf

from inpaint_tf.visualization.flow_color import flow_color

CELL = 8  # pixels of the picture for every offset, in each direction


def offset_colors(offsets, height, width, cell=CELL):
    """Paints every offset over its cell of pixels.

    Args:
        offsets: `[B, h, w, 2]` int32, one for every cell; pixels beyond the last have its colour.
        height, width: of the image; ints or scalar int32 tensors.
        cell: side of a cell in pixels.

    Returns:
        `[B, height, width, 3]` uint8.
    """
    # Gathered as floats: on GPUs there are no kernels that repeat or gather uint8.
    colors = tf.cast(flow_color(offsets), tf.float32)
    for axis, side in ((1, height), (2, width)):
        cells = tf.minimum(tf.range(side) // cell, tf.shape(colors)[axis] - 1)
        colors = tf.gather(colors, cells, axis=axis)
    return tf.cast(colors, tf.uint8)
