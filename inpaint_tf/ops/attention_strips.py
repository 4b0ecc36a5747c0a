"""Contextual attention downwards, a few rows at a time: in strips around a hole, or of a whole map.

The propagation column by column looks at neighbouring rows. On the way down the map, those above
are there already: the last rows of a step are handed on to the next, and only patches look at
rows that are computed anew. Blocks (`inpaint_tf.ops.attention_paste`) each compute all that they
look at, which is as much again as what they are for.
"""

import tensorflow as tf

from inpaint_tf.ops.attention_paste import nothing, paste, sum_overlapping
from inpaint_tf.ops.attention_propagation import (
    SPARE,
    column_length,
    columns_around,
    extend_keys,
    row_sums,
    row_sums_onward,
    sum_columns,
)
from inpaint_tf.ops.attention_shifts import patch_scores, weigh
from inpaint_tf.ops.slices import shift_left, shift_right, take_rows
from inpaint_tf.ops.spans import Span, either, sizes


def pasted_strip(queries, keys, rules, rate, rows, columns, step, with_best=False):
    """Rebuilt features of a window of squares that is nowhere near the border of the map.

    Args:
        queries, keys, rules: as of `window_attention`; there is a propagation.
        rate: int.
        rows: `Span` of rows of squares, `1 + rules.reach` away from the map's border.
        columns: `Span` of columns of squares, `rules.rim + 1` away from the border.
        step: rows at a time.

    Returns:
        (features, best) of `pasted_rows`.
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

    def one_step(index, before, done, best):
        first = rows.start + index * step
        new = extended_sums(first + rules.reach, step)
        scores = tf.concat([before, new, spare], axis=0)
        scores = sum_columns(scores, rules, step + 1, around.size, inner)
        scores = tf.reshape(scores, [(step + 1) * across.size, rules.key_count])
        weights = weigh(scores, keys.known, rules)
        squares, asked = Span(1, step), Span(0, step + 1)
        summed = sum_overlapping(weights, rules, squares, asked, across.size, across.size)
        features = paste(summed, keys, rate, step, across.size, Span(1, columns.size))
        if with_best:
            places = tf.argmax(weights, axis=-1, output_type=tf.int32)
            places = tf.reshape(places, [step + 1, across.size])[1:, 1:]
            best = best.write(index, places)
        return index + 1, _last(before, new, kept), done.write(index, features), best

    spare = tf.zeros([SPARE, length], keys.scale.dtype)
    kept = (1 + 2 * rules.reach) * around.size
    before = extended_sums(rows.start - 1 - rules.reach, 1 + 2 * rules.reach)
    shape = tf.TensorShape([None, None])
    done = tf.TensorArray(keys.squares.dtype, count)
    best = tf.TensorArray(tf.int32, count if with_best else 0)
    _, _, done, best = tf.while_loop(
        lambda index, *_: index < count,
        one_step,
        (0, before, done, best),
        shape_invariants=(tf.TensorShape([]), shape, None, None),
        parallel_iterations=1,
    )
    best = best.concat()[: rows.size] if with_best else nothing()
    return done.concat()[: rows.size * rate], best


def pasted_map(queries, keys, rules, rate, steps):
    """Rebuilt features of the whole map, whose sizes are known beforehand.

    Args:
        queries, keys, rules: as of `window_attention`; there is a propagation.
        rate: int.
        steps: `Blocks` of the first h or all h + 1 rows of squares; `steps.size` is at most
            `h - 2 * rules.reach - 1`, and there are `2 * rules.reach` columns and more.

    Returns:
        (features, best): `[steps.span.size * rate, (w + 1) * rate, C]`, and `[h, w]` int32, the key
        with the largest weight for every query.
    """
    height, width = sizes(queries, 0, 1)
    reach, columns = rules.reach, Span(0, width)
    length = column_length(rules, width)

    def extended_sums(start, stop, carried):
        """Of what the patch scores of these rows complete; and what to carry on."""
        scores = patch_scores(queries, keys, rules, Span(start, stop - start), columns)
        sums = row_sums_onward(scores, carried, rules, last=stop == height)
        carried = take_rows(scores, (stop - start) * width - 2 * reach, 2 * reach)
        return extend_keys(sums, rules, length), carried

    # Rows beyond the map are those of the other end, one column further.
    bottom = row_sums(queries, keys, rules, Span(height - reach, reach), columns, True)
    above = extend_keys(shift_right(bottom, width), rules, length)
    seen = steps.size + reach + 1  # rows of which there are patch scores
    top, carried = extended_sums(0, seen, None)
    below = shift_left(take_rows(top, 0, reach * width), width)
    spare = tf.zeros([SPARE, length], top.dtype)

    parts, start = [above, top], -reach
    features, best = [], []
    for first in range(0, steps.span.size, steps.size):
        rows = Span(first, min(steps.size, steps.span.size - first))
        asked = Span(start + reach, min(rows.stop, height) - start - reach)
        scores = tf.concat([*parts, spare], axis=0)
        weights = sum_columns(scores, rules, asked.size, width, columns)
        weights = weigh(tf.reshape(weights, [-1, rules.key_count]), keys.known, rules)
        summed = sum_overlapping(weights, rules, rows, asked, width, width + 1)
        features.append(paste(summed, keys, rate, rows.size, width + 1, Span(0, width + 1)))
        places = tf.argmax(weights, axis=-1, output_type=tf.int32)
        best.append(places[(first - asked.start) * width :])
        if rows.stop < steps.span.size:
            # Squares look at the row of queries above them, and its scores at those around it.
            done = rows.stop - 1 - reach - start
            start += done
            parts = [take_rows(scores, done * width, sizes(scores, 0)[0] - SPARE - done * width)]
            if seen < height:
                stop = min(seen + steps.size, height)
                with tf.control_dependencies([features[-1]]):  # not at once, for memory's sake
                    more, carried = extended_sums(seen, stop, carried)
                parts += [more] if stop < height else [more, below]
                seen = stop
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
