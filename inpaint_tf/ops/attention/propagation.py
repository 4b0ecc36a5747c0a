"""Attention propagation: scores summed along rows, then along columns (section 4.1).

The numbering of queries and keys continues from the end of a row into the next one, and from the
end of a column into the next one. Scores are `[Q, L]`, with the queries of a window row by row.
"""

import tensorflow as tf

from inpaint_tf.ops.attention.diagonals import SPARE, Diagonals, aligned_length, crop_matrix
from inpaint_tf.ops.attention.scores import patch_scores
from inpaint_tf.ops.spans import Span, cond, cut, sizes, where


def rows_propagated(queries, keys, rules, rows, columns):
    """Patch scores of rows of queries, propagated along rows, ready for `propagate_along_columns`.

    Args:
        queries, keys, rules: as in `patch_scores`.
        rows: `Span` that may extend `rules.radius` rows beyond the map: above (0, x) is
            (h - 1, x - 1), and below (h - 1, x) is (0, x + 1).
        columns: `Around`, of which the outermost get wrong scores where the map goes on.

    Returns:
        `[rows.size * columns.size + SPARE, length]`, with the keys that `extend_keys` adds.
    """
    (height,) = sizes(queries, 0)
    radius = rules.radius
    margin = where(columns.runs_on, radius, 0)  # rows whose ends are neighbours of ours

    def inside(rows, spare=SPARE):
        support = rows.grow(margin).clip(height)
        scores = patch_scores(queries, keys, rules, support, columns)
        first = (rows.start - support.start) * columns.size
        return propagate_along_rows(scores, rules, first, rows.size * columns.size + spare)

    def at_border():
        valid = rows.clip(height)
        scores = inside(valid, spare=0)

        def rows_beyond(needed, start, step):
            def other_end():
                own = Span(start * columns.size, radius * columns.size)
                far = cond(
                    valid.size == height,
                    lambda: cut(scores, 0, *own),
                    lambda: inside(Span(start, radius), spare=0),
                )
                return next_column(far, columns.size, step)

            return cond(needed, other_end, lambda: scores[:0])

        above = rows_beyond(rows.start < 0, height - radius, -1)
        below = rows_beyond(rows.stop > height, 0, 1)
        spare = tf.zeros([SPARE, rules.key_count], scores.dtype)
        first = where(rows.start < 0, radius, 0) + rows.start - valid.start
        scores = tf.concat([above, scores, below, spare], axis=0)
        return cut(scores, 0, first * columns.size, rows.size * columns.size + SPARE)

    scores = cond((rows.start >= 0) & (rows.stop <= height), lambda: inside(rows), at_border)
    return extend_keys(scores, rules, columns.size)


def propagate_along_rows(scores, rules, first, count):
    """`sum over d of S[i + d, j + d]` of `count` queries from the query `first` on."""
    radius = rules.radius
    matrix = Diagonals.pad(scores, radius + 1, radius + SPARE, radius, first)
    summed = matrix.diagonal_sum(1, 1, rules.propagation_size, count, -radius, -radius)
    return summed.crop(count, rules.key_count)


def next_column(scores, columns, step):
    """The scores one column further on (`step` 1) or back (-1), zeros if there is none."""
    length = sizes(scores, 1)[0]
    rows = tf.reshape(scores, [-1, columns * length])
    rows = cut(rows, 1, max(step, 0) * length, (columns - 1) * length)
    around = [length, 0] if step < 0 else [0, length]
    return tf.reshape(tf.pad(rows, [[0, 0], around]), [-1, length])


def extend_keys(scores, rules, columns):
    """Scores with the rows of keys that the propagation needs above and below the map of keys.

    They are the rows of the other end, shifted by one column.

    Args:
        scores: `[Q, L]`.
        columns: number of columns of queries.

    Returns:
        `[Q, L + 2 * rules.radius * w' + ...]`.
    """
    count, width, radius = rules.key_count, rules.key_grid[1], rules.radius
    (queries,) = sizes(scores, 0)

    def rows_beyond(first, step):
        far = tf.reshape(crop_matrix(scores, queries, radius * width, first), [-1, 1])
        return tf.reshape(next_column(far, width, step), [queries, radius * width])

    above, below = rows_beyond(count - radius * width, -1), rows_beyond(0, 1)
    spare = extended_length(rules, columns) - count - 2 * radius * width
    return tf.concat([above, scores, below, tf.zeros([queries, spare], scores.dtype)], axis=1)


def extended_length(rules, columns):
    """The length of the rows that `extend_keys` makes, with which steps down need no copies."""
    width = rules.key_grid[1]
    extended = rules.key_count + 2 * rules.radius * width
    return aligned_length(extended, columns, width) if rules.radius else extended


def propagate_along_columns(scores, rules, rows, columns, output):
    """`sum over d of S[i + d * columns, j + d * w']`; queries and keys are numbered row by row.

    Args:
        scores: of `rows_propagated`, for `rules.radius` more rows above and below.
        rows, columns: the number of rows to compute, and of columns that `scores` has.
        output: `Span` of the columns to give.

    Returns:
        `[rows * output.size, L]`.
    """
    matrix = Diagonals.of(scores)
    size, step = rules.propagation_size, rules.key_grid[1]
    summed = matrix.diagonal_sum(columns, step, size, rows * columns).grid(rows, columns)
    summed = tf.slice(summed, [0, output.start, 0], [rows, output.size, rules.key_count])
    return tf.reshape(summed, [rows * output.size, rules.key_count])
