"""Pasting background squares with the weights of all patches that cover them."""

import tensorflow as tf

from inpaint_tf.ops.attention_propagation import window_attention
from inpaint_tf.ops.slices import ALIGNED, diagonal_length, sum_slices, take_rows
from inpaint_tf.ops.spans import Span, cut, known, most, round_up, sizes

OVERLAP = 4  # patches that cover a square; the original divides by it at the border, too


def pasted_rows(queries, keys, rules, rate, rows, columns, with_best=True):
    """Rebuilt features of a window of squares of `rate` x `rate`.

    Patches are two squares wide, so that square u is covered by the patches of 2x2 queries, and
    `sum over d in {0, 1}^2 of A[u - d, q - d]` is what it takes from square q of the background.

    Args:
        queries, keys, rules: as of `window_attention`.
        rate: int.
        rows: `Span` of rows of squares, of which there are h + 1.
        columns: `Span` of columns of squares: all w + 1, or some that stay `rules.rim + 1`
            away from the border.

    Returns:
        (features, best): `[rows.size * rate, columns.size * rate, C]`, and int32
        `[rows.size, columns.size]`, the best keys of the queries with the numbers `rows` and
        `columns` (beyond the last row or column, of the last one); empty unless `with_best`.
    """
    height, width = sizes(queries, 0, 1)
    asked = Span(rows.start - 1, rows.size + 1).within(height)
    across = Span(columns.start - 1, columns.size + 1).within(width)
    weights = window_attention(queries, keys, rules, asked, across)
    whole = across.size == width  # then there is one more column of squares
    wide = across.size + (int(whole) if isinstance(whole, bool) else tf.cast(whole, tf.int32))
    summed = sum_overlapping(weights, rules, rows, asked, across.size, wide)
    inner = Span(columns.start - across.start, columns.size)
    features = paste(summed, keys, rate, rows.size, wide, inner)

    if not with_best:
        return features, nothing()
    best = tf.reshape(tf.argmax(weights, axis=-1, output_type=tf.int32), [asked.size, across.size])
    for axis, (span, seen) in enumerate(((rows, asked), (columns, across))):
        inside = most(0, span.start - seen.start)
        places = tf.minimum(tf.range(span.size) + inside, seen.size - 1)
        best = tf.gather(best, places, axis=axis)
    return features, best


def nothing():
    """Instead of the best keys, where they are not wanted."""
    return tf.zeros([0, 0], tf.int32)


def paste(summed, keys, rate, rows, wide, columns):
    """Features from the summed weights.

    Args:
        summed: as `sum_overlapping` gives.
        keys: `Keys`.
        rate: int.
        rows, wide: numbers of rows and columns of squares that `summed` has.
        columns: `Span` of those wanted.

    Returns:
        `[rows * rate, columns.size * rate, C]`.
    """
    channels = keys.pixels.shape[1]
    squares = take_rows(keys.squares, 0, sizes(summed, 1)[0])
    features = tf.matmul(tf.cast(summed, squares.dtype), squares)
    features = take_rows(features, 0, rows * wide) / OVERLAP
    features = cut(tf.reshape(features, [rows, wide, rate, rate, channels]), 1, *columns)
    features = tf.transpose(features, [0, 2, 1, 3, 4])
    return tf.reshape(features, [rows * rate, columns.size * rate, channels])


def sum_overlapping(weights, rules, rows, asked, across, wide):
    """`sum over d in {0, 1}^2 of A[u - d, q - d]`.

    Args:
        weights: `[asked.size * across, L]` of the queries in the rows `asked`.
        rows: `Span` of rows u.
        wide: number of columns u, as many as those of queries or one more.

    Returns:
        `[rows.size * wide + ..., (h' + 1) * (w' + 1) + ...]`; what is more holds anything below,
        and at the right meets zeros of `Keys.squares`.
    """
    key_height, key_width = rules.key_grid
    squares = (key_height + 1) * (key_width + 1)
    length = diagonal_length(squares)
    weights = tf.reshape(weights, [asked.size, across, key_height, key_width])
    weights = tf.pad(weights, [[0, 0], [0, wide - across], [0, 0], [0, 1]])
    weights = tf.reshape(weights, [asked.size * wide, squares - key_width - 1])

    count = rows.size * wide
    rounded = round_up(count, ALIGNED)
    start = (rows.start - asked.start) * wide
    free = known(start) or not known(count)  # XLA knows no size by a tensor
    before = most(0, wide + 2 - start) if free else wide + 2
    before += -(start + before) % ALIGNED if free else 0
    after = rounded - count + (most(0, start + count - asked.size * wide) if free else wide) + 2
    weights = tf.pad(weights, [[before, after], [0, length - squares + key_width + 1]])
    right, down = length + 1, wide * length + key_width + 1
    # The first sum begins a little early, where nothing needs to be copied, and the second late.
    first = (start + before) * length - right - down
    early = first % ALIGNED if free else 0
    enough = round_up(rounded * length + down + early, ALIGNED)
    summed = sum_slices(tf.reshape(weights, [-1]), first - early, right, 2, enough)
    summed = sum_slices(summed, early, down, 2, rounded * length)
    return tf.reshape(summed, [rounded, length])
