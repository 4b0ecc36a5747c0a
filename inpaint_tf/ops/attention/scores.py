"""Matching and attending: scores of patches, and weights of scores.

The same numbers as in `inpaint_tf.ops.attention.reference` with a ninth of the products: an inner
product of patches is a sum of inner products of pixels, `sum over o of <f[p + o], b[q + o]>`, which
lie along a diagonal of the matrix of all of them.
"""

import tensorflow as tf

from inpaint_tf.ops.attention.diagonals import Diagonals
from inpaint_tf.ops.spans import Span, cut_axes, sizes


def patch_scores(queries, keys, rules, rows, columns):
    """Inner products of foreground patches with background patches of unit length (equation 3).

    Args:
        queries: `[h, w, C]` foreground on the attention grid.
        keys: `Keys`.
        rules: `Rules`.
        rows: `Span`, any rows of the queries.
        columns: `Around`.

    Returns:
        `[rows.size * columns.size, L]`, queries row by row.
    """
    radius = rules.patch_radius
    width, key_width = columns.size + 2 * radius, rules.key_grid[1] + 2 * radius
    padded = tf.pad(queries, [[radius, radius], [radius, radius], [0, 0]])
    high = Span(rows.start, rows.size + 2 * radius)
    seen = columns.seen(sizes(padded, 1)[0], radius)
    parts = [cut_axes(padded, {0: high, 1: part}) for part in seen]
    pixels = tf.reshape(tf.concat(parts, 1), [-1, queries.shape[2]])

    count = rows.size * width
    products = Diagonals.products(pixels, keys.pixels, rules.kernel_size, keys.scale.dtype)
    scores = products.square_sum(width, key_width, rules.kernel_size, count)
    key_height = rules.key_grid[0] + radius
    scores = scores.crop(count, key_height * key_width)
    scores = tf.reshape(scores, [rows.size, width, key_height, key_width])
    scores = tf.slice(scores, [0, 0, 0, 0], [rows.size, columns.size, *rules.key_grid])
    return tf.reshape(scores, [rows.size * columns.size, rules.key_count]) * keys.scale


def attend(scores, patch_known, rules):
    """`inpaint_tf.ops.attention.reference.attend` for queries of one item, `[Q, L]`."""
    if patch_known is None:
        return tf.nn.softmax(scores * rules.softmax_scale)
    if rules.masking == "exclude":
        logits = tf.where(patch_known > 0, scores * rules.softmax_scale, scores.dtype.min)
    else:
        logits = scores * (patch_known * rules.softmax_scale)
    return tf.nn.softmax(logits) * patch_known
