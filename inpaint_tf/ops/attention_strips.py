"""Contextual attention around a hole in strips: downwards, a few rows at a time.

The propagation column by column looks at neighbouring rows. Where a strip goes down the map, those
above are there already: the last rows of a step are handed on to the next, and only patches look at
rows that are computed anew. Blocks (`inpaint_tf.ops.attention_paste`) each compute all that they
look at, which is as much again as what they are for.
"""

import tensorflow as tf

from inpaint_tf.ops.attention_paste import paste, sum_overlapping
from inpaint_tf.ops.attention_shifts import (
    column_length,
    extend_keys,
    row_sums,
    sum_columns,
    weigh,
)
from inpaint_tf.ops.slices import ALIGNED, take_rows
from inpaint_tf.ops.spans import Span, either, sizes

WORTHWHILE = 12  # one column more for so many saves more by alignment than it costs


def pasted_strip(queries, keys, rules, rate, rows, columns, step):
    """Rebuilt features of a window of squares that is nowhere near the border of the map.

    Args:
        queries, keys, rules: as of `window_attention`; there is a propagation.
        rate: int.
        rows: `Span` of rows of squares, `1 + rules.reach` away from the map's border.
        columns: `Span` of columns of squares, `rules.rim + 1` away from the border.
        step: rows at a time.

    Returns:
        `[rows.size * rate, columns.size * rate, C]`, the features of `pasted_rows`.
    """
    (width,) = sizes(queries, 1)
    across = Span(columns.start - 1, columns.size + 1)
    around = _around(across, rules, width)
    inner = Span(across.start - around.start, across.size)
    length = column_length(rules, around.size)
    # The last step may run beyond the rows that are wanted.
    queries = tf.pad(queries, [[0, step], [0, 0], [0, 0]])
    count = (rows.size + step - 1) // step

    def extended_sums(first, size):
        scores = row_sums(queries, keys, rules, Span(first, size), around)
        return extend_keys(scores, rules, length)

    def one_step(index, before, done):
        first = rows.start + index * step
        new = extended_sums(first + rules.reach, step)
        scores = sum_columns([before, new], rules, step + 1, around.size, inner)
        scores = tf.reshape(scores, [(step + 1) * across.size, rules.key_count])
        weights = weigh(scores, keys.known, rules)
        summed = sum_overlapping(
            weights, rules, Span(1, step), Span(0, step + 1), across, whole=False
        )
        features = paste(summed, keys, rate, step, Span(1, columns.size))
        return index + 1, _last(before, new, kept), done.write(index, features)

    kept = (1 + 2 * rules.reach) * around.size
    before = extended_sums(rows.start - 1 - rules.reach, 1 + 2 * rules.reach)
    shape = tf.TensorShape([None, None])
    done = tf.TensorArray(keys.squares.dtype, count)
    _, _, done = tf.while_loop(
        lambda index, *_: index < count,
        one_step,
        (0, before, done),
        shape_invariants=(tf.TensorShape([]), shape, None),
        parallel_iterations=1,
    )
    return done.concat()[: rows.size * rate]


def _around(across, rules, width):
    """The columns to compute for those of `across`: its rims, and more where that saves copies.

    A step down is a multiple of `ALIGNED` numbers where the widths of queries and keys differ by
    such a multiple.
    """
    size = across.size + 2 * rules.rim
    more = (rules.key_grid[1] - size) % ALIGNED
    more = either(more * WORTHWHILE <= size, lambda: more, lambda: 0)
    return Span(across.start, across.size + more).within(width, rules.rim)


def _last(before, new, count):
    """The last `count` rows of both together; no less than that are in `before`."""
    (fresh,) = sizes(new, 0)
    return either(
        fresh >= count,
        lambda: take_rows(new, fresh - count, count),
        lambda: tf.concat([take_rows(before, fresh, count - fresh), new], axis=0),
    )
