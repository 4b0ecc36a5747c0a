"""Bilinear sampling of features, and the sampled positions as offsets between cells."""

import tensorflow as tf

from inpaint_tf.ops.spans import sizes


def bilinear_sample(x, rows, columns):
    """Reads `x` at positions between its pixels; beyond the border its edge is repeated.

    Differentiable with respect to `x` and to the positions.

    Args:
        x: `[B, H, W, C]` float.
        rows, columns: `[B, h, w]` float32, positions in pixels, 0 to H - 1 and 0 to W - 1.

    Returns:
        `[B, h, w, C]`, of the type of `x`.
    """
    height, width = sizes(x, 1, 2)
    (above, below, down), (left, right, across) = _around(rows, height), _around(columns, width)
    upper = _between(_at(x, above, left), _at(x, above, right), across)
    lower = _between(_at(x, below, left), _at(x, below, right), across)
    return tf.cast(_between(upper, lower, down), x.dtype)


def own_positions(x):
    """Rows and columns of all positions of `[B, H, W, C]`: `[1, H, 1]`, `[1, 1, W]` float32."""
    height, width = sizes(x, 1, 2)
    rows = tf.range(tf.cast(height, tf.float32))[tf.newaxis, :, tf.newaxis]
    return rows, tf.range(tf.cast(width, tf.float32))[tf.newaxis, tf.newaxis]


def cell_offsets(rows, columns, rate):
    """Sampled positions as offsets between cells, in the form of the contextual attention.

    Args:
        rows, columns: `[B, H, W]` float32, as in `bilinear_sample`, for each position of `[H, W]`.
        rate: int, side of a cell; H and W are multiples of it.

    Returns:
        `[B, H / rate, W / rate, 2]` int32, (dy, dx) from each cell to the one in which the mean of
        its positions lies.
    """
    positions = tf.stop_gradient(tf.stack([rows, columns], axis=-1))  # [B, H, W, 2]
    positions = tf.nn.avg_pool2d(positions, rate, rate, "VALID")
    height, width = sizes(rows, 1, 2)
    last = tf.cast(tf.stack([height - 1, width - 1]), tf.float32)
    cells = tf.floor((tf.clip_by_value(positions, 0.0, last) + 0.5) / rate)
    own = tf.stack(
        tf.meshgrid(*(tf.range(side // rate) for side in (height, width)), indexing="ij"), -1
    )
    return tf.cast(cells, tf.int32) - own


def _around(positions, size):
    """The pixels before and after a position, int32, and its distance from the first, 0 to 1."""
    positions = tf.clip_by_value(positions, 0.0, tf.cast(size - 1, tf.float32))
    first = tf.floor(positions)
    before = tf.cast(first, tf.int32)
    return before, tf.minimum(before + 1, size - 1), (positions - first)[..., tf.newaxis]


def _at(x, rows, columns):
    width = sizes(x, 2)[0]
    flat = tf.reshape(x, [tf.shape(x)[0], -1, x.shape[3]])
    found = tf.gather(flat, rows * width + columns, axis=1, batch_dims=1)
    return tf.cast(found, tf.float32)


def _between(a, b, part):
    return a + (b - a) * part
