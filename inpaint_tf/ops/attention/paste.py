"""Pasting: tiles of the background, with the weights of all patches that cover them."""

import tensorflow as tf

from inpaint_tf.ops.attention.diagonals import Diagonals
from inpaint_tf.ops.spans import cut, maximum, sizes

OVERLAP = 4  # patches that cover a tile; the original divides by it at the border, too


def overlap(weights, rules, rows, covering, across, wide):
    """Weights of tiles: `sum over d in {0, 1}^2 of A[u - d, q - d]`.

    Patches are two tiles high and wide, so the tile u is covered by those of 2x2 queries.

    Args:
        weights: `[covering.size * across, L]` of the queries in the rows `covering`.
        rules: `Rules`.
        rows: `Span` of the rows of tiles u.
        covering: `Span` of the rows of queries that cover those tiles.
        across: number of columns of queries.
        wide: number of columns of tiles, as many or one more.

    Returns:
        `[rows.size * wide + ..., (h' + 1) * (w' + 1) + ...]`. Extra rows hold arbitrary numbers;
        extra columns meet zeros of `Keys.tiles`.
    """
    key_height, key_width = rules.key_grid
    weights = tf.reshape(weights, [covering.size, across, key_height, key_width])
    weights = tf.pad(weights, [[0, 0], [0, wide - across], [0, 0], [0, 1]])
    weights = tf.reshape(weights, [covering.size * wide, key_height * (key_width + 1)])
    missing = maximum(0, rows.stop - covering.stop) * wide
    first = (rows.start - covering.start) * wide
    matrix = Diagonals.pad(weights, maximum(0, wide + 2 - first), missing, key_width + 1, first)
    back = -1 - wide, -1 - (key_width + 1)
    return matrix.square_sum(wide, key_width + 1, 2, rows.size * wide, *back).matrix()


def paste(summed, keys, rate, rows, wide, columns):
    """Features from the weights of tiles.

    Args:
        summed: as `overlap` gives.
        keys: `Keys`.
        rate: int.
        rows, wide: numbers of rows and columns of tiles that `summed` has.
        columns: `Span` of those to give.

    Returns:
        `[rows * rate, columns.size * rate, C]`.
    """
    channels = keys.pixels.shape[1]
    tiles = cut(keys.tiles, 0, 0, sizes(summed, 1)[0])
    features = tf.matmul(tf.cast(summed, tiles.dtype), tiles)
    features = cut(features, 0, 0, rows * wide) / OVERLAP
    features = cut(tf.reshape(features, [rows, wide, rate, rate, channels]), 1, *columns)
    features = tf.transpose(features, [0, 2, 1, 3, 4])
    return tf.reshape(features, [rows * rate, columns.size * rate, channels])
