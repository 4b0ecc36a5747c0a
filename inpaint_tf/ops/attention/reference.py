"""Contextual attention, step by step: match, propagate, mask, attend, paste (section 4.1).

`foreground` gives the queries, `background` the keys. Both are reduced by `rate` to the *attention
grid*, `[h, w]` queries and `[h', w']` keys, `L = h' * w'`; they may differ in size.
"""

import tensorflow as tf

from inpaint_tf.ops.mapping import map_items
from inpaint_tf.ops.patches import (
    fold_patches,
    normalize_filters,
    patch_sums,
    patches_as_filters,
)
from inpaint_tf.ops.resize import corner_aligned_nearest

MASKINGS = ("multiply", "exclude")


def grid_size(x, rate):
    """Height and width of the attention grid of `x`, ints if known, else scalar tensors."""
    shape = tf.shape(x)
    sizes = []
    for axis, name in ((1, "height"), (2, "width")):
        static = x.shape[axis]
        if static is not None and (static < rate or static % rate):
            raise ValueError(f"The {name} must be a multiple of rate={rate}, got {static}.")
        sizes.append(shape[axis] // rate if static is None else static // rate)
    return tuple(sizes)


def reduce(x, rate):
    """Features or mask on the attention grid, `[B, H, W, C]` to `[B, h, w, C]`."""
    return corner_aligned_nearest(x, *grid_size(x, rate))


def match_scores(foreground, background, kernel_size):
    """Likeness of every query patch to every key patch (section 4.1, "match and attend").

    The inner product of the foreground patch as it is with the background patch of unit length;
    the paper normalises both, the release does not.

    Args:
        foreground: `[B, h, w, C]`, reduced.
        background: `[B, h', w', C]`, reduced.
        kernel_size: odd int, side of the patches.

    Returns:
        `[B, h, w, L]` scores.
    """
    filters = normalize_filters(patches_as_filters(background, kernel_size))

    def match_one(item):
        features, patches = item
        return tf.nn.conv2d(features[None], patches, 1, "SAME")[0]

    spec = tf.TensorSpec([*foreground.shape[1:3], filters.shape[4]], foreground.dtype)
    return map_items(match_one, (foreground, filters), spec)


def propagate_scores(scores, size, key_grid):
    """Rewards neighbours that match neighbours (section 4.1, "attention propagation").

    Queries and keys are numbered row by row and the scores summed along the diagonals of the
    resulting matrix; then the same with both numbered column by column. The numbering runs on
    from the end of a row into the next, as in the original.

    Args:
        scores: `[B, h, w, L]`.
        size: odd int, how many diagonal neighbours are summed.
        key_grid: (h', w').

    Returns:
        `[B, h, w, L]`.
    """
    if size == 1:
        return scores
    shape = tf.shape(scores)
    batch, (rows, columns) = shape[0], _query_grid(scores)
    key_rows, key_columns = key_grid
    by_rows = tf.reshape(scores, [batch, rows * columns, key_rows * key_columns])
    by_rows = _sum_diagonals(by_rows, size)

    grid = tf.reshape(by_rows, [batch, rows, columns, key_rows, key_columns])
    grid = tf.transpose(grid, [0, 2, 1, 4, 3])  # [B, w, h, w', h']
    by_columns = tf.reshape(grid, [batch, rows * columns, key_rows * key_columns])
    by_columns = _sum_diagonals(by_columns, size)

    grid = tf.reshape(by_columns, [batch, columns, rows, key_columns, key_rows])
    return tf.reshape(tf.transpose(grid, [0, 2, 1, 4, 3]), shape)


def _sum_diagonals(matrix, size):
    """`sum over d of matrix[i + d, j + d]`, `|d| <= size // 2`, zero outside."""
    radius = size // 2
    shape = tf.shape(matrix)
    padded = tf.pad(matrix, [[0, 0], [radius, radius], [radius, radius]])
    shifted = [tf.slice(padded, [0, start, start], shape) for start in range(size)]
    return tf.add_n(shifted)


def known_patches(mask, kernel_size):
    """The keys that may be used: those without a hole pixel in their patch.

    Args:
        mask: `[B, h', w', 1]`, reduced, 1 = hole.
        kernel_size: odd int, side of the patches. Beyond the border counts as known.

    Returns:
        `[B, L]`, 1 = known, of the mask's type.
    """
    holes = patch_sums(mask, kernel_size)
    known = tf.cast(tf.equal(holes, 0), mask.dtype)
    return tf.reshape(known, [tf.shape(mask)[0], -1])


def attend(scores, patch_known, softmax_scale, masking="multiply"):
    """Softmax over the keys, in float32 whatever the type of the scores (section 4.1).

    Args:
        scores: `[B, h, w, L]`.
        patch_known: `[B, L]`, 1 = known, or None if everything is.
        softmax_scale: inverse temperature.
        masking: "multiply", the original's rule: unknown keys get the logit 0, take their weight
            of the softmax and are set to 0 after it, so that a row may sum to less than 1.
            "exclude": unknown keys take no weight; a row sums to 1, or to 0 where no key is known.

    Returns:
        `[B, h, w, L]` weights of the scores' type.
    """
    logits = tf.cast(scores, tf.float32) * softmax_scale
    if patch_known is None:
        return tf.cast(tf.nn.softmax(logits, axis=-1), scores.dtype)
    known = tf.cast(patch_known, tf.float32)[:, None, None, :]  # [B, 1, 1, L]
    if masking == "exclude":
        logits = tf.where(known > 0, logits, logits.dtype.min)
    else:
        logits = logits * known
    return tf.cast(tf.nn.softmax(logits, axis=-1) * known, scores.dtype)


def paste_patches(attention, background, rate):
    """Rebuilds the foreground from background patches, `2 * rate` wide, at full resolution.

    Args:
        attention: `[B, h, w, L]`.
        background: `[B, H', W', C]`, not reduced.
        rate: int.

    Returns:
        `[B, h * rate, w * rate, C]`.
    """
    filters = patches_as_filters(background, 2 * rate, rate)
    return fold_patches(attention, filters, rate, overlap=4.0)


def best_offsets(attention, key_grid):
    """From every query to the key with the largest weight.

    Args:
        attention: `[B, h, w, L]`.
        key_grid: (h', w').

    Returns:
        `[B, h, w, 2]` int32 (dy, dx) on the attention grid.
    """
    return offsets_to(tf.argmax(attention, axis=-1, output_type=tf.int32), key_grid)


def offsets_to(best, key_grid):
    """From every query to its best key.

    Args:
        best: `[B, h, w]` int32, keys numbered row by row.
        key_grid: (h', w').

    Returns:
        `[B, h, w, 2]` int32 (dy, dx) on the attention grid.
    """
    rows, columns = _query_grid(best)
    down = best // key_grid[1] - tf.range(rows)[:, None]
    right = best % key_grid[1] - tf.range(columns)[None, :]
    return tf.stack([down, right], axis=-1)


def _query_grid(scores):
    shape = tf.shape(scores)
    return tuple(
        shape[axis] if scores.shape[axis] is None else scores.shape[axis] for axis in (1, 2)
    )
