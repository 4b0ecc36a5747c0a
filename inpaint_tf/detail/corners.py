"""Where detail may be borrowed from, and random numbers for each cell."""

import numpy as np
import tensorflow as tf

from inpaint_tf.detail.cells import corners_of

TABLE_SIDE = 64  # cells after which the draws repeat


def allowed_corners(usable, patch):
    """The top left corners of all patches that are known throughout.

    Args:
        usable: `[H, W]` float32, 1 where the photo is known and not transparent; H and W are at
            least `patch`.
        patch: side of a patch in pixels.

    Returns:
        `[H - patch + 1, W - patch + 1]` bool.
    """
    missing = 1.0 - usable[None, ..., None]
    missing = tf.nn.max_pool2d(missing, [patch, 1], 1, "VALID")
    missing = tf.nn.max_pool2d(missing, [1, patch], 1, "VALID")
    return missing[0, ..., 0] < 0.5


def draws(seed, count):
    """Random numbers in [0, 1) by cell: `[64, 64, count]` float32, multiples of 2**-16.

    The table comes from NumPy's frozen generator: a cell's draws depend on the seed and on its
    position in the picture, not on the batch, the picture's shape or the device.
    """
    whole = np.random.RandomState(seed).randint(0, 2**16, [TABLE_SIDE, TABLE_SIDE, count])
    return (whole / 2**16).astype(np.float32)


def draws_of(table, cells):
    """The draws of cells: `[N, count]` of `[N, 2]` int32 (row, column)."""
    row, column = tf.unstack(cells % TABLE_SIDE, axis=1)
    return tf.gather(tf.reshape(table, [TABLE_SIDE**2, -1]), row * TABLE_SIDE + column)


def random_corners(allowed, numbers):
    """Allowed corners, of which there must be some, drawn by `[N]` numbers in [0, 1).

    Returns:
        `[N, 2]` int32.
    """
    indices = tf.where(tf.reshape(allowed, [-1]))[:, 0]
    count = tf.shape(indices)[0]
    rank = tf.cast(tf.floor(numbers * tf.cast(count, tf.float32)), tf.int32)
    index = tf.cast(tf.gather(indices, tf.minimum(rank, count - 1)), tf.int32)
    width = tf.shape(allowed)[1]
    return tf.stack([index // width, index % width], axis=1)


def start_corners(offsets, cells, allowed, numbers, *, cell, patch):
    """Where the search begins: the patch that the attention chose, or a random known one.

    Args:
        offsets: `[h, w, 2]` int32, (dy, dx) in cells, or None for a network without attention.
        cells: `Cells`.
        allowed: of `allowed_corners`; at least one is.
        numbers: `[N]` float32 in [0, 1), which draw the random corners.
        cell, patch: sides in pixels.

    Returns:
        `[N, 2]` int32, allowed corners.
    """
    drawn = random_corners(allowed, numbers)
    if offsets is None:
        return drawn
    row, column = tf.unstack(cells.positions, axis=1)
    own = tf.gather(tf.reshape(offsets, [-1, 2]), row * tf.shape(offsets)[1] + column)
    corners = corners_of(cells.positions + own, cell, patch)
    return tf.where(is_allowed(allowed, corners)[:, None], corners, drawn)


def is_allowed(allowed, corners):
    """Whether corners `[N, 2]` int32, inside the picture or not, are allowed: `[N]` bool."""
    height, width = tf.shape(allowed)[0], tf.shape(allowed)[1]
    row, column = tf.unstack(corners, axis=1)
    inside_row = tf.clip_by_value(row, 0, height - 1)
    inside_column = tf.clip_by_value(column, 0, width - 1)
    found = tf.gather(tf.reshape(allowed, [-1]), inside_row * width + inside_column)
    return found & (row == inside_row) & (column == inside_column)
