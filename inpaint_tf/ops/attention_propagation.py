"""Attention weights of a window: scores propagated row by row and column by column.

Scores are those of `inpaint_tf.ops.attention_shifts`, `[queries, L]` with the queries of a window
row by row.
"""

import tensorflow as tf

from inpaint_tf.ops.attention_shifts import patch_scores, weigh
from inpaint_tf.ops.slices import (
    ALIGNED,
    diagonal_length,
    head,
    shift_left,
    shift_right,
    sum_slices,
    take_rows,
)
from inpaint_tf.ops.spans import Span, either, known, round_up, sizes

SPARE = ALIGNED  # rows of scores beyond the last, which sums of a rounded length run into
WORTHWHILE = 12  # one column more for so many saves more by alignment than it costs


def window_attention(queries, keys, rules, rows, columns):
    """Attention weights of a window of queries.

    Args:
        queries: `[h, w, C]` foreground on the attention grid.
        keys: `Keys`.
        rules: `Rules`.
        rows: `Span` of query rows in the map.
        columns: `Span` of query columns in the map: all of them, or some that stay `rules.rim`
            away from the left and right border.

    Returns:
        `[rows.size * columns.size, L]`, the numbers of `inpaint_tf.ops.attention.attend`.
    """
    if not rules.reach:
        return weigh(patch_scores(queries, keys, rules, rows, columns), keys.known, rules)
    height, width = sizes(queries, 0, 1)
    whole = columns.size == width
    around = either(whole, lambda: columns, lambda: columns_around(columns, rules, width))
    support = Span(rows.start - rules.reach, rows.size + 2 * rules.reach)

    def inside():
        return row_sums(queries, keys, rules, support, around, whole, SPARE)

    def at_border():
        there = support.within(height)
        scores = row_sums(queries, keys, rules, there, around, whole)
        above, below = rows_beyond(scores, queries, keys, rules, there, around, whole)
        spare = tf.zeros([SPARE, rules.key_count], scores.dtype)
        scores = tf.concat([above, scores, below, spare], axis=0)
        first = (rows.start - there.start) * around.size  # `reach` rows above the window
        return take_rows(scores, first, support.size * around.size + SPARE)

    scores = either((support.start >= 0) & (support.stop <= height), inside, at_border)
    length = column_length(rules, around.size)
    scores = extend_keys(scores, rules, length)
    inner = Span(columns.start - around.start, columns.size)
    scores = sum_columns(scores, rules, rows.size, around.size, inner)
    scores = tf.reshape(scores, [rows.size * columns.size, rules.key_count])
    return weigh(scores, keys.known, rules)


def row_sums(queries, keys, rules, rows, columns, whole, spare=0):
    """Patch scores after the propagation row by row, `[rows.size * columns.size + spare, L]`.

    The numbering runs on from the end of a row into the next, so that a window of whole rows
    needs the rows next to it; without them the outermost `rules.reach` columns are wrong.

    Args:
        as of `patch_scores`;
        whole: whether those columns are wanted, too.
        spare: number of rows at the end that hold anything.
    """
    height, _ = sizes(queries, 0, 1)
    margin = rules.reach * (whole if isinstance(whole, bool) else tf.cast(whole, tf.int32))
    support = rows.within(height, margin)
    scores = patch_scores(queries, keys, rules, support, columns)
    count = rows.size * columns.size + spare
    start = (rows.start - support.start) * columns.size
    before = rules.reach + 1
    before += -(start + before) % ALIGNED if known(start) else -before % ALIGNED
    after = round_up(count, ALIGNED) - count + spare + rules.reach + 1
    return _row_sums(scores, rules, before, after, start + before, count)


def row_sums_onward(scores, carried, rules, last):
    """`row_sums` of all queries of a map, some after the other.

    Args:
        scores: `[Q, L]` patch scores of the next queries, whole rows of them.
        carried: `[2 * rules.reach, L]` the last patch scores before them; None: they are the first.
        last: whether these are the last of the map.

    Returns:
        `[.., L]` of the queries whose neighbours are known now and were not before: those of
        `scores`, but `rules.reach` earlier, save that the first and the last are not left out.
    """
    (count,) = sizes(scores, 0)
    reach, earlier = rules.reach, 0 if carried is None else rules.reach
    wanted = count + earlier - (0 if last else reach)
    centre = round_up(reach + 1, ALIGNED)
    before = centre + earlier
    after = centre + round_up(wanted, ALIGNED) + reach + 1 - before - count
    return _row_sums(scores, rules, before, after, centre, wanted, carried)


def _row_sums(scores, rules, before, after, centre, count, carried=None):
    """Sums of `count` rows from the row `centre` on, of scores with rows put before and after.

    `carried` holds the rows next to the first of the scores, which otherwise are zeros, too.
    """
    # Zeros after the last key, for what runs over the end of the keys, and before and after all.
    length = diagonal_length(rules.key_count + rules.reach)
    rounded = round_up(count, ALIGNED)
    beyond = [0, length - rules.key_count]
    scores = tf.pad(scores, [[before, after], beyond])
    if carried is not None:
        carried = tf.pad(carried, [[0, 0], beyond])
        begin = [before - 2 * rules.reach]
        scores = tf.raw_ops.TensorStridedSliceUpdate(  # in place, unlike a scattered update
            input=scores, begin=begin, end=[before], strides=[1], value=carried
        )
    first = (centre - rules.reach) * length - rules.reach
    scores = tf.reshape(scores, [-1])
    scores = sum_slices(scores, first, length + 1, rules.propagation_size, rounded * length)
    return head(tf.reshape(scores, [rounded, length]), count, rules.key_count)


def rows_beyond(scores, queries, keys, rules, rows, columns, whole):
    """What the propagation column by column finds above and below the map.

    The numbering runs on from the end of a column into the next: above (0, x) is (h - 1, x - 1)
    and below (h - 1, x) is (0, x + 1).

    Args:
        scores: result of `row_sums` for the same window.

    Returns:
        (above, below), `[rules.reach * columns.size, L]` each; zeros where the window does not
        lie at that border of the map.
    """
    height, _ = sizes(queries, 0, 1)
    count = rules.reach * columns.size

    def far_rows(start, there):
        far = Span(start, rules.reach)
        return either(
            rows.size == height,
            lambda: there,
            lambda: row_sums(queries, keys, rules, far, columns, whole),
        )

    def above():
        return shift_right(far_rows(height - rules.reach, scores[-count:]), columns.size)

    def below():
        return shift_left(far_rows(0, scores[:count]), columns.size)

    def nothing():
        return tf.zeros([count, rules.key_count], scores.dtype)

    return either(rows.start == 0, above, nothing), either(rows.stop == height, below, nothing)


def column_length(rules, columns):
    """Of the rows of scores between `extend_keys` and `sum_columns`."""
    length = rules.key_count + 2 * rules.reach * rules.key_grid[1]
    if known(length, columns) and not (columns * length + rules.key_grid[1]) % ALIGNED:
        return length
    return diagonal_length(length)


def extend_keys(scores, rules, length):
    """Scores with the rows of keys that the propagation finds above and below the map.

    Args:
        scores: `[Q, L]`.
        length: as `column_length` gives.

    Returns:
        `[Q, length]`.
    """
    key_count, width = rules.key_count, rules.key_grid[1]
    (queries,) = sizes(scores, 0)

    def nothing(columns):
        return tf.zeros([queries, columns], scores.dtype)

    # Rows of keys beyond the map are those of the other end, one column further.
    above, below = [], []
    for row in range(rules.reach):
        last = key_count + (row - rules.reach) * width
        above += [nothing(1), head(scores, queries, width - 1, last)]
        below += [head(scores, queries, width - 1, row * width + 1), nothing(1)]
    spare = nothing(length - key_count - 2 * rules.reach * width)
    return tf.concat([*above, scores, *below, spare], axis=1)


def sum_columns(scores, rules, rows, columns, wanted):
    """Propagation column by column of a window of `rows` times `columns` queries.

    Args:
        scores: `[(rows + 2 * rules.reach) * columns + SPARE + ..., length]` with the rows above
            and below, as `extend_keys` gives.
        wanted: `Span` of the columns to give.

    Returns:
        `[rows, wanted.size, L]`.
    """
    count = rows * columns
    rounded = round_up(count, ALIGNED)
    (length,) = sizes(scores, 1)
    step = columns * length + rules.key_grid[1]
    flat = tf.reshape(scores, [-1])
    summed = sum_slices(flat, 0, step, rules.propagation_size, rounded * length)
    summed = tf.reshape(tf.slice(summed, [0], [count * length]), [rows, columns, length])
    return tf.slice(summed, [0, wanted.start, 0], [rows, wanted.size, rules.key_count])


def columns_around(columns, rules, width):
    """The columns to compute for those wanted: their rims, and more where that saves copies.

    A step down is a multiple of `ALIGNED` numbers where the widths of queries and keys differ by
    such a multiple.

    Args:
        columns: `Span`, `rules.rim` away from the left and right border.
        rules: `Rules`.
        width: of the map.
    """
    size = columns.size + 2 * rules.rim
    more = (rules.key_grid[1] - size) % ALIGNED
    more = either(more * WORTHWHILE <= size, lambda: more, lambda: 0)
    return Span(columns.start, columns.size + more).within(width, rules.rim)
