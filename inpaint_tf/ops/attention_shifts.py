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

from inpaint_tf.ops.spans import Span, either, known, sizes


class Keys(NamedTuple):
    """What the queries of one item look at, prepared once.

    pixels: `[(h' + 2r) * (w' + 2r), C]` background on the attention grid, with a border of zeros
        as wide as the reach r of the patches.
    scale: `[L]` one over the norm of each patch.
    squares: `[(h' + 1) * (w' + 1), rate * rate * C]` the full background cut into squares, of
        which those at the border lie partly outside, where they are zero.
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
    height, width = sizes(queries, 0, 1)
    around = columns.within(width, rules.rim)
    support = rows.within(height, rules.reach)
    scores = row_sums(queries, keys, rules, support, around)
    if rules.reach:
        above, below = rows_beyond(scores, queries, keys, rules, support, around)
        spare = tf.zeros([1, rules.key_count], scores.dtype)  # what the last sums run into
        scores = tf.concat([above, scores, below, spare], axis=0)
        first = (rows.start - support.start) * around.size  # `reach` rows above the window
        count = (rows.size + 2 * rules.reach) * around.size + 1
        scores = take_rows(scores, first, count)
        scores = column_sums(scores, rules, rows.size, around.size)
        scores = scores[:, columns.start - around.start :][:, : columns.size, : rules.key_count]
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
    width, key_height, key_width = (
        side + 2 * reach for side in (columns.size, *rules.key_grid)
    )  # with the border of zeros
    queries = tf.pad(queries, [[reach, reach], [reach, reach], [0, 0]])
    pixels = take_rows(queries, rows.start, rows.size + 2 * reach)
    pixels = pixels[:, columns.start :][:, :width]
    pixels = tf.pad(tf.reshape(pixels, [-1, channels]), [[0, size], [0, 0]])  # as `spare` above
    products = tf.reshape(tf.matmul(pixels, keys.pixels, transpose_b=True), [-1])
    products = tf.cast(products, keys.scale.dtype)

    length = key_height * key_width
    right, down = length + 1, width * length + key_width
    count = rows.size * width * length
    scores = sum_slices(products, 0, right, size, count + (size - 1) * down)
    scores = sum_slices(scores, 0, down, size, count)
    scores = tf.reshape(scores, [rows.size, width, key_height, key_width])
    inner = [rows.size, columns.size, *rules.key_grid]
    scores = tf.slice(scores, [0, 0, 0, 0], inner)
    return tf.reshape(scores, [rows.size * columns.size, rules.key_count]) * keys.scale


def row_sums(queries, keys, rules, rows, columns):
    """Patch scores after the propagation row by row, `[rows.size * columns.size, L]`.

    The numbering runs on from the end of a row into the next, so that a window of whole rows
    needs the rows next to it; in a narrower one the outermost `rules.reach` columns are wrong.
    """
    if not rules.reach:
        return patch_scores(queries, keys, rules, rows, columns)
    height, width = sizes(queries, 0, 1)
    whole = columns.size == width
    margin = rules.reach * (whole if isinstance(whole, bool) else tf.cast(whole, tf.int32))
    support = rows.within(height, margin)
    scores = patch_scores(queries, keys, rules, support, columns)
    # Zeros after the last key, for what runs over the end of the keys, and before and after all.
    length = rules.key_count + rules.reach
    scores = tf.pad(scores, [[2 * rules.reach, 2 * rules.reach], [0, rules.reach]])
    first = (rows.start - support.start) * columns.size * length
    first += rules.reach * length - rules.reach
    count = rows.size * columns.size * length
    scores = sum_slices(tf.reshape(scores, [-1]), first, length + 1, rules.propagation_size, count)
    scores = tf.reshape(scores, [rows.size * columns.size, length])
    return scores[:, : rules.key_count]


def rows_beyond(scores, queries, keys, rules, rows, columns):
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
            lambda: row_sums(queries, keys, rules, far, columns),
        )

    def above():
        return shift_right(far_rows(height - rules.reach, scores[-count:]), columns.size)

    def below():
        return shift_left(far_rows(0, scores[:count]), columns.size)

    def nothing():
        return tf.zeros([count, rules.key_count], scores.dtype)

    return either(rows.start == 0, above, nothing), either(rows.stop == height, below, nothing)


def column_sums(scores, rules, rows, columns):
    """Propagation column by column of a window of `rows` times `columns` queries.

    Args:
        scores: `[(rows + 2 * rules.reach) * columns + 1, L]`, with the rows above and below.

    Returns:
        `[rows, columns, L + ...]`; beyond L are numbers without meaning.
    """
    length, width = rules.key_count, rules.key_grid[1]
    margin = rules.reach * width
    queries = tf.shape(scores)[0] if scores.shape[0] is None else scores.shape[0]

    def moved(part, shift):
        """Rows of keys beyond the map are those of the other end, one column further."""
        part = shift(tf.reshape(part, [queries * margin, 1]), width)
        return tf.reshape(part, [queries, margin])

    above = moved(scores[:, length - margin :], shift_right)
    below = moved(scores[:, :margin], shift_left)
    extended = tf.concat([above, scores, below], axis=1)
    length += 2 * margin
    count, step = rows * columns * length, columns * length + width
    summed = sum_slices(tf.reshape(extended, [-1]), 0, step, rules.propagation_size, count)
    return tf.reshape(summed, [rows, columns, length])


def weigh(scores, patch_known, rules):
    """`inpaint_tf.ops.attention.attend` for the queries of one item, `[Q, L]`."""
    if patch_known is None:
        return tf.nn.softmax(scores * rules.softmax_scale)
    if rules.masking == "exclude":
        logits = tf.where(patch_known > 0, scores * rules.softmax_scale, scores.dtype.min)
    else:
        logits = scores * (patch_known * rules.softmax_scale)
    return tf.nn.softmax(logits) * patch_known


def shift_right(x, columns):
    """`[rows * columns, L]`: every row moved by one column, zeros at its left."""
    length = x.shape[1] if x.shape[1] is not None else tf.shape(x)[1]
    x = tf.reshape(x, [-1, columns, length])
    return tf.reshape(tf.pad(x[:, :-1], [[0, 0], [1, 0], [0, 0]]), [-1, length])


def shift_left(x, columns):
    """`[rows * columns, L]`: every row moved by one column, zeros at its right."""
    length = x.shape[1] if x.shape[1] is not None else tf.shape(x)[1]
    x = tf.reshape(x, [-1, columns, length])
    return tf.reshape(tf.pad(x[:, 1:], [[0, 0], [0, 1], [0, 0]]), [-1, length])


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
