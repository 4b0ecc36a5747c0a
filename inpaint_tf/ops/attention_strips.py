"""Contextual attention around a hole in strips: downwards, a few rows at a time.

The propagation column by column looks at neighbouring rows. Where a strip goes down the map, those
above are there already: the last rows of a step are handed on to the next, and only patches look at
rows that are computed anew. Blocks (`inpaint_tf.ops.attention_paste`) each compute all that they
look at, which is as much again as what they are for.
"""

import tensorflow as tf

from inpaint_tf.ops.attention_paste import paste, sum_overlapping
from inpaint_tf.ops.attention_shifts import (
    SPARE,
    column_length,
    columns_around,
    extend_keys,
    row_sums,
    sum_columns,
    weigh,
)
from inpaint_tf.ops.slices import shift_left, shift_right, take_rows
from inpaint_tf.ops.spans import Span, either, sizes


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
    around = columns_around(across, rules, width)
    inner = Span(across.start - around.start, across.size)
    length = column_length(rules, around.size)
    # The last step may run beyond the rows that are wanted.
    queries = tf.pad(queries, [[0, step], [0, 0], [0, 0]])
    count = (rows.size + step - 1) // step

    def extended_sums(first, size):
        scores = row_sums(queries, keys, rules, Span(first, size), around, False)
        return extend_keys(scores, rules, length)

    def one_step(index, before, done):
        first = rows.start + index * step
        new = extended_sums(first + rules.reach, step)
        scores = tf.concat([before, new, spare], axis=0)
        scores = sum_columns(scores, rules, step + 1, around.size, inner)
        scores = tf.reshape(scores, [(step + 1) * across.size, rules.key_count])
        weights = weigh(scores, keys.known, rules)
        squares, asked = Span(1, step), Span(0, step + 1)
        summed = sum_overlapping(weights, rules, squares, asked, across.size, across.size)
        features = paste(summed, keys, rate, step, across.size, Span(1, columns.size))
        return index + 1, _last(before, new, kept), done.write(index, features)

    spare = tf.zeros([SPARE, length], keys.scale.dtype)
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


def pasted_map(queries, keys, rules, rate, steps):
    """Rebuilt features of the whole map, whose sizes are known beforehand.

    Args:
        queries, keys, rules: as of `window_attention`; there is a propagation.
        rate: int.
        steps: `Blocks` of the first h or all h + 1 rows of squares; `steps.size` is at most
            `h - 2 * rules.reach`.

    Returns:
        (features, best): `[steps.span.size * rate, (w + 1) * rate, C]`, and `[h, w]` int32, the key
        with the largest weight for every query.
    """
    height, width = sizes(queries, 0, 1)
    reach, whole = rules.reach, Span(0, width)
    length = column_length(rules, width)

    def extended_sums(start, stop):
        scores = row_sums(queries, keys, rules, Span(start, stop - start), whole, True)
        return extend_keys(scores, rules, length)

    # Rows beyond the map are those of the other end, one column further.
    stop = steps.size + reach
    top, bottom = extended_sums(0, stop), extended_sums(height - reach, height)
    above = shift_right(bottom, width)
    below = shift_left(take_rows(top, 0, reach * width), width)
    end = tf.concat([bottom, below], axis=0)
    spare = tf.zeros([SPARE, length], top.dtype)

    def extended_rows(start, stop):
        """Of the numbers `start` to `stop`, which may lie beyond the map, as a list of parts."""
        fresh = [extended_sums(start, min(stop, height - reach))] if start < height - reach else []
        first = max(start, height - reach)
        at_end = take_rows(end, (first - height + reach) * width, max(stop - first, 0) * width)
        return [*fresh, at_end]

    parts, start = [above, top], -reach
    features, best = [], []
    for first in range(0, steps.span.size, steps.size):
        rows = Span(first, min(steps.size, steps.span.size - first))
        asked = Span(start + reach, min(rows.stop, height) - start - reach)
        scores = tf.concat([*parts, spare], axis=0)
        weights = sum_columns(scores, rules, asked.size, width, whole)
        weights = weigh(tf.reshape(weights, [-1, rules.key_count]), keys.known, rules)
        summed = sum_overlapping(weights, rules, rows, asked, width, width + 1)
        features.append(paste(summed, keys, rate, rows.size, width + 1, Span(0, width + 1)))
        places = tf.argmax(weights, axis=-1, output_type=tf.int32)
        best.append(places[(first - asked.start) * width :])
        if rows.stop < steps.span.size:
            # Squares look at the row of queries above them, and its scores at those around it.
            kept = Span(rows.stop - 1 - reach - start, 1 + 2 * reach)
            parts = [take_rows(scores, kept.start * width, kept.size * width)]
            start += kept.start
            with tf.control_dependencies([features[-1]]):  # not at once, for memory's sake
                next_stop = min(rows.stop + steps.size, height) + reach
                parts += extended_rows(rows.stop + reach, next_stop)
    best = tf.reshape(tf.concat(best, axis=0), [height, width])
    return tf.concat(features, axis=0), best


def _last(before, new, count):
    """The last `count` rows of both together; no less than that are in `before`."""
    (fresh,) = sizes(new, 0)
    return either(
        fresh >= count,
        lambda: take_rows(new, fresh - count, count),
        lambda: tf.concat([take_rows(before, fresh, count - fresh), new], axis=0),
    )
