"""Sums of slices of a flat vector, the way a matrix is summed along its diagonals.

TensorFlow's CPU kernels copy a slice of a flat vector unless it begins and ends at a multiple of
`ALIGNED` numbers. Copies are most of the work, so that rows are lengthened until most steps are
such multiples: in rows that are one number shorter than a multiple, diagonal steps are.
"""

import tensorflow as tf

from inpaint_tf.ops.spans import cut, known, round_up, sizes

ALIGNED = 16


def diagonal_length(length):
    """The next length of rows with which a diagonal step is a multiple of `ALIGNED`."""
    return round_up(length + 1, ALIGNED) - 1


def shift_right(x, columns):
    """`[rows * columns, L]`: every row moved by one column, zeros at its left."""
    length = x.shape[1] if x.shape[1] is not None else tf.shape(x)[1]
    x = cut(tf.reshape(x, [-1, columns * length]), 1, 0, (columns - 1) * length)
    return tf.reshape(tf.pad(x, [[0, 0], [length, 0]]), [-1, length])


def shift_left(x, columns):
    """`[rows * columns, L]`: every row moved by one column, zeros at its right."""
    length = x.shape[1] if x.shape[1] is not None else tf.shape(x)[1]
    x = cut(tf.reshape(x, [-1, columns * length]), 1, length, (columns - 1) * length)
    return tf.reshape(tf.pad(x, [[0, 0], [0, length]]), [-1, length])


def sum_slices(flat, first, step, size, count):
    """`sum over i < size of flat[first + i * step : ... + count]`.

    Its gradient is a sum of the same kind; left to itself it would be `size` padded copies.
    """

    @tf.custom_gradient
    def compute(flat):
        def gradient(upstream):
            rim = (size - 1) * step
            upstream = tf.pad(upstream, [[rim, rim]])
            inner = sum_slices(upstream, 0, step, size, count + rim)
            return _placed(inner, first, *sizes(flat, 0))

        slices = [tf.slice(flat, [first + i * step], [count]) for i in range(size)]
        return tf.add_n(slices), gradient

    return compute(flat)


def head(x, rows, columns, first=0):
    """`x[:rows, first : first + columns]` of a matrix, in many threads; TensorFlow's in one."""
    return tf.slice(x[tf.newaxis], [0, 0, first], [1, rows, columns])[0]


def take_rows(x, first, count):
    """`x[first : first + count]`; XLA can compile its gradient though `first` be a tensor."""

    @tf.custom_gradient
    def compute(x):
        def gradient(upstream):
            return _placed(upstream, first, *sizes(x, 0))

        rest = x.shape.rank - 1
        return tf.slice(x, [first, *[0] * rest], [count, *[-1] * rest]), gradient

    return compute(x)


def _placed(part, first, total):
    """Zeros, `total` of them along the first axis, but for `part` from `first` on."""
    (count,), rest = sizes(part, 0), [[0, 0]] * (part.shape.rank - 1)
    if known(total, count) and not known(first):  # XLA knows no padding by a tensor
        return tf.roll(tf.pad(part, [[0, total - count], *rest]), first, 0)
    return tf.pad(part, [[first, total - first - count], *rest])
