"""Scores and weights of a window of queries, from products of pixels and shifted sums.

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
    head,
    sum_slices,
    take_rows,
)
from inpaint_tf.ops.spans import cut, round_up, sizes


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


def weigh(scores, patch_known, rules):
    """`inpaint_tf.ops.attention.attend` for the queries of one item, `[Q, L]`."""
    if patch_known is None:
        return tf.nn.softmax(scores * rules.softmax_scale)
    if rules.masking == "exclude":
        logits = tf.where(patch_known > 0, scores * rules.softmax_scale, scores.dtype.min)
    else:
        logits = scores * (patch_known * rules.softmax_scale)
    return tf.nn.softmax(logits) * patch_known
