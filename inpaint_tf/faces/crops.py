"""Many squares of one picture, scaled to the size that a network takes."""

import math

import tensorflow as tf

from inpaint_tf.ops.resize import crop_resize


def crops_of(image, squares, size):
    """Cuts squares out of a picture; like `crop_resize`, but reads only what each square needs.

    Args:
        image: `[H, W, 3]` float tensor.
        squares: `[N, 4]` array of top, left, height, width; may reach outside.
        size: (h, w) of the results.

    Returns:
        `[N, h, w, 3]`.
    """
    return tf.concat([_crop(image, square, size) for square in squares], axis=0)


def _crop(image, square, size):
    bounds = [
        _rows_read(square[axis], square[axis + 2], size[axis], image.shape[axis]) for axis in (0, 1)
    ]
    (top, bottom), (left, right) = bounds
    box = tf.constant([[square[0] - top, square[1] - left, *square[2:]]], tf.float32)
    return crop_resize(image[tf.newaxis, top:bottom, left:right], box, size)


def _rows_read(start, length, outputs, inputs):
    """The rows or columns of the picture that `crop_resize` reads."""
    step = max(length / outputs, 1)
    first = math.floor(start - step)
    last = math.ceil(start + length + step)
    first = min(max(first, 0), inputs - 1)
    return first, min(max(last, first + 1), inputs)
