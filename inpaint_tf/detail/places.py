"""Where detail may be borrowed from, and what chance draws there."""

import numpy as np
import tensorflow as tf

from inpaint_tf.detail.cells import corners_of

TABLE_SIDE = 64  # cells after which the draws repeat


def allowed_places(usable, patch):
    """The corners of patches that are known all over.

    Args:
        usable: `[H, W]` float32, 1 where the photo is known and not transparent; H and W are at
            least `patch`.
        patch: side of a patch in pixels.

    Returns:
        `[H - patch + 1, W - patch + 1]` bool, at the top left corner of each.
    """
    missing = 1.0 - usable[None, ..., None]
    missing = tf.nn.max_pool2d(missing, [patch, 1], 1, "VALID")
    missing = tf.nn.max_pool2d(missing, [1, patch], 1, "VALID")
    return missing[0, ..., 0] < 0.5


def draws(seed, count):
    """Numbers in [0, 1) by cell: `[64, 64, count]` float32, multiples of 2**-16.

    A fixed table of a frozen generator: a cell's draws depend on its place in the picture and on
    the seed, not on the batch, the picture's shape, or the device.
    """
    whole = np.random.RandomState(seed).randint(0, 2**16, [TABLE_SIDE, TABLE_SIDE, count])
    return (whole / 2**16).astype(np.float32)


def draws_of(table, cells):
    """The draws of cells: `[N, count]` of `[N, 2]` int32 (row, column)."""
    row, column = tf.unstack(cells % TABLE_SIDE, axis=1)
    return tf.gather(tf.reshape(table, [TABLE_SIDE**2, -1]), row * TABLE_SIDE + column)


def random_places(allowed, numbers):
    """Allowed corners drawn by `numbers`, `[N]` in [0, 1): `[N, 2]` int32; there must be some."""
    places = tf.where(tf.reshape(allowed, [-1]))[:, 0]
    count = tf.shape(places)[0]
    rank = tf.cast(tf.floor(numbers * tf.cast(count, tf.float32)), tf.int32)
    place = tf.cast(tf.gather(places, tf.minimum(rank, count - 1)), tf.int32)
    width = tf.shape(allowed)[1]
    return tf.stack([place // width, place % width], axis=1)


def start_places(offsets, cells, allowed, numbers, *, cell, patch):
    """Where the search begins: what the attention looks at, or a random known place.

    Args:
        offsets: `[h, w, 2]` int32, (dy, dx) in cells, or None for a network without attention.
        cells: `Cells`.
        allowed: of `allowed_places`, of which there are some.
        numbers: `[N]` float32 in [0, 1), which draw the random places.
        cell, patch: sides in pixels.

    Returns:
        `[N, 2]` int32, allowed corners.
    """
    drawn = random_places(allowed, numbers)
    if offsets is None:
        return drawn
    row, column = tf.unstack(cells.places, axis=1)
    own = tf.gather(tf.reshape(offsets, [-1, 2]), row * tf.shape(offsets)[1] + column)
    looked_at = cells.places + own
    corners = corners_of(looked_at, cell, patch)
    return tf.where(is_allowed(allowed, corners)[:, None], corners, drawn)


def is_allowed(allowed, corners):
    """Whether corners, `[N, 2]` int32 anywhere, are allowed: `[N]` bool."""
    height, width = tf.shape(allowed)[0], tf.shape(allowed)[1]
    row, column = tf.unstack(corners, axis=1)
    inside_row = tf.clip_by_value(row, 0, height - 1)
    inside_column = tf.clip_by_value(column, 0, width - 1)
    found = tf.gather(tf.reshape(allowed, [-1]), inside_row * width + inside_column)
    return found & (row == inside_row) & (column == inside_column)
