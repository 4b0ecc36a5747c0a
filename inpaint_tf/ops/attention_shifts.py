"""Attention weights of a window of queries, from products of pixels and shifted sums.

The same numbers as `inpaint_tf.ops.attention` with a fifth of the arithmetic. The scores of all
queries against all keys are a matrix. An inner product of patches is a sum of inner products of
pixels, `sum over o of <f[p + o], b[q + o]>`: a sum along the *diagonals* of the matrix of pixel
products, and so is the propagation. In a matrix with rows of length n, kept as one flat vector, a
diagonal step is `n + 1` numbers, so that every sum here adds slices of a flat vector.

A window of queries is computed with as many rows and columns around it as its sums look at; the
numbers at the rim of such a larger window are wrong, and are cut off.
"""

from typing import Any, NamedTuple

import tensorflow as tf

from inpaint_tf.ops.slices import (
    ALIGNED,
    diagonal_length,
    head,
    shift_left,
    shift_right,
    sum_slices,
    take_rows,
)
from inpaint_tf.ops.spans import Span, cut, either, known, round_up, sizes

SPARE = ALIGNED  # rows of scores beyond the last, which sums of a rounded length run into
WORTHWHILE = 12  # one column more for so many saves more by alignment than it costs


class Keys(NamedTuple):
    """What the queries of one item look at, prepared once.

    pixels: `[(h' + r) * (w' + 2r) + ..., C]` background on the attention grid, with zeros around
        it as wide as the reach r of the patches. Below it there need not be any: what runs over
        the end arrives at the zeros above the keys of the next query.
    scale: `[L]` one over the norm of each patch.
    squares: `[(h' + 1) * (w' + 1) + ..., rate * rate * C]` the full background cut into squares,
        of which those at the border lie partly outside, where they are zero, and so are all that
        follow.
    known: `[L]`, 1 = may be looked at, or None where everything is.
    """

    pixels: tf.Tensor
    scale: tf.Tensor
    squares: tf.Tensor
    known: Any = None


class Rules(NamedTuple):
    """The key grid (h', w'), and options as of `inpaint_tf.layers.ContextualAttention`."""

    key_grid: tuple
    kernel_size: int
    propagation_size: int
    softmax_scale: float
    masking: str

    @property
    def key_count(self):
        return self.key_grid[0] * self.key_grid[1]

    @property
    def patch_reach(self):
        return self.kernel_size // 2

    @property
    def reach(self):
        """How far the propagation looks."""
        return self.propagation_size // 2

    @property
    def rim(self):
        """Columns at either side of a narrow window that its sums get wrong."""
        return self.reach + 1 if self.reach else 0  # the way around the map moves by a column


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


def patch_scores(queries, keys, rules, rows, columns):
    """Inner products of foreground patches with background patches of unit length (equation 3).

    Args:
        as of `window_attention`; any window inside the map.

    Returns:
        `[rows.size * columns.size, L]`.
    """
    reach, size = rules.patch_reach, rules.kernel_size
    channels = queries.shape[2]
    width = columns.size + 2 * reach
    key_height, key_width = rules.key_grid[0] + reach, rules.key_grid[1] + 2 * reach
    (length,) = sizes(keys.pixels, 0)
    count = rows.size * width
    rounded = round_up(count, ALIGNED)
    queries = tf.pad(queries, [[reach, reach], [reach, reach], [0, 0]])
    pixels = take_rows(queries, rows.start, rows.size + 2 * reach)
    pixels = tf.reshape(cut(pixels, 1, columns.start, width), [-1, channels])
    pixels = tf.pad(pixels, [[0, rounded - count + 2 * size], [0, 0]])  # what the sums run into
    products = tf.reshape(tf.matmul(pixels, keys.pixels, transpose_b=True), [-1])
    products = tf.cast(products, keys.scale.dtype)

    right, down = length + 1, width * length + key_width
    across = round_up(rounded * length + (size - 1) * down, ALIGNED)
    scores = sum_slices(products, 0, right, size, across)
    scores = sum_slices(scores, 0, down, size, rounded * length)
    scores = tf.reshape(scores, [rounded, length])
    scores = head(scores, count, key_height * key_width)
    scores = tf.reshape(scores, [rows.size, width, key_height, key_width])
    inner = [rows.size, columns.size, *rules.key_grid]
    scores = tf.slice(scores, [0, 0, 0, 0], inner)
    return tf.reshape(scores, [rows.size * columns.size, rules.key_count]) * keys.scale


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
    # Zeros after the last key, for what runs over the end of the keys, and before and after all.
    length = diagonal_length(rules.key_count + rules.reach)
    count = rows.size * columns.size + spare
    rounded = round_up(count, ALIGNED)
    start = (rows.start - support.start) * columns.size
    before = rules.reach + 1
    before += -(start + before) % ALIGNED if known(start) else -before % ALIGNED
    after = rounded - count + spare + rules.reach + 1
    scores = tf.pad(scores, [[before, after], [0, length - rules.key_count]])
    first = (start + before - rules.reach) * length - rules.reach
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
        scores: `[(rows + 2 * rules.reach) * columns + SPARE, length]` with the rows above and
            below, as `extend_keys` gives.
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


def weigh(scores, patch_known, rules):
    """`inpaint_tf.ops.attention.attend` for the queries of one item, `[Q, L]`."""
    if patch_known is None:
        return tf.nn.softmax(scores * rules.softmax_scale)
    if rules.masking == "exclude":
        logits = tf.where(patch_known > 0, scores * rules.softmax_scale, scores.dtype.min)
    else:
        logits = scores * (patch_known * rules.softmax_scale)
    return tf.nn.softmax(logits) * patch_known
