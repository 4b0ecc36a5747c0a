"""A 3x3 convolution of a picture doubled by nearest neighbours, without doubling it.

Two of the three rows that the kernel covers in the doubled picture are the same. So a kernel of two
rows, one of them a sum, gives the same result on the picture itself: four ninths of the arithmetic,
and no copy of four times the size. Even and odd rows and columns need different sums, hence four
kernels whose results are interleaved.

    row of the doubled picture            2i-1   2i  2i+1        2i  2i+1  2i+2
    row of the picture                     i-1    i    i          i    i    i+1
    weight of it for row 2i, 2i + 1        w0    w1 + w2         w0 + w1     w2
"""

import numpy as np
import tensorflow as tf

from inpaint_tf.ops.padding import as_column
from inpaint_tf.ops.spans import is_static, sizes

# [parity, row of the small kernel, row of the 3x3 kernel]. Odd rows come first: the result for
# position i of the padded picture is row 2i - 1 and row 2i of the doubled one.
_SUMS = np.array([[[1, 1, 0], [0, 0, 1]], [[1, 0, 0], [0, 1, 1]]], np.float32)
_SUMS_2D = np.einsum("atk,bul->tuabkl", _SUMS, _SUMS).reshape(16, 9)


def small_kernels(kernel):
    """Four 2x2 kernels in one, `[2, 2, I, 4 * O]`, for the 3x3 kernel `[3, 3, I, O]`."""
    kernel = tf.convert_to_tensor(kernel)  # Keras casts a variable when it is read
    _, _, inputs, outputs = kernel.shape
    sums = tf.matmul(tf.constant(_SUMS_2D, kernel.dtype), tf.reshape(kernel, [9, -1]))
    sums = tf.reshape(sums, [4, 4, inputs, outputs])  # [position, parity, I, O]
    return tf.reshape(tf.transpose(sums, [0, 2, 1, 3]), [2, 2, inputs, 4 * outputs])


def interleave(x):
    """The results of the four kernels, interleaved into the doubled picture.

    Args:
        x: `[B, H + 1, W + 1, 4 * C]`, the convolution of a picture padded by one pixel on every
            side with `small_kernels`.

    Returns:
        `[B, 2H, 2W, C]`.
    """

    @tf.custom_gradient
    def compute(x):
        batch, height, width, channels = sizes(x, 0, 1, 2, 3)
        channels //= 4

        def gradient(upstream):
            # The outermost rows and columns of the result below were left out.
            whole = tf.pad(upstream, [[0, 0], [1, 1], [1, 1], [0, 0]])
            whole = tf.reshape(whole, [batch, height, 2, width, 2, channels])
            return tf.reshape(tf.transpose(whole, [0, 1, 3, 2, 4, 5]), tf.shape(x))

        pixels = tf.reshape(x, [batch, height * width * 4, channels])
        rows, columns = _inner(height), _inner(width)
        # Four pixels to a cell: two rows of two columns.
        down, right = rows // 2 * (4 * width) + rows % 2 * 2, columns // 2 * 4 + columns % 2
        return tf.gather(pixels, as_column(down) + right, axis=1), gradient

    return compute(x)


def _inner(size):
    """1 .. 2 * size - 2: the doubled rows or columns without the first and the last."""
    if is_static(size):
        return np.arange(1, 2 * size - 1, dtype=np.int32)
    return tf.range(1, 2 * size - 1)
