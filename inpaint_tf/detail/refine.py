"""Sources that were found in a small picture, located to the pixel in the large one.

A source found at a scale of `1 / m` is right to within half a small pixel, that is `m / 2` large
ones. Level by level (steps of 8, 4, 2, 1 large pixels; or 6, 3, 1) the patches one step around it
are compared. This works only where a patch holds known pixels, because inside the hole the
network's picture is too soft. There a cell takes the correction of a cell whose source lies equally
far away, so that what was one piece of the photo stays in one piece.
"""

import numpy as np
import tensorflow as tf

from inpaint_tf.detail.cells import corners_of
from inpaint_tf.detail.corners import allowed_corners, is_allowed
from inpaint_tf.detail.levels import coarse_levels, fine_levels
from inpaint_tf.detail.search import AROUND as NEIGHBOURS
from inpaint_tf.ops.mapping import times
from inpaint_tf.ops.resize import shrink

AROUND = tuple((down, right) for down in (-1, 0, 1) for right in (-1, 0, 1) if down or right)
HANDED_ON = (1, 2, 4, 8, 4, 2, 1)  # cells, how far corrections travel in each round


def refined(filled, hole, usable, small_hole, sources, scale, *, cell, patch):
    """The corners of sources in the large picture.

    Args:
        filled: `[H, W, 3]` float32 in [-1, 1], the large photo with the network's enlarged picture
            in the hole; H and W are multiples of `scale`.
        hole: `[H, W]` float32, 1 = hole.
        usable: `[H / scale, W / scale]` float32, 1 where all of the large photo's pixels may be
            borrowed.
        small_hole: `[H / scale, W / scale]` float32, 1 where any of them is hole.
        sources: `Sources` of the small picture.
        scale: scalar int32 tensor, 2 or more, as in `scale_of`.
        cell, patch: sides in pixels of the small picture.

    Returns:
        `[N, 2]` int32, corners in the large picture, less than `scale` pixels from `scale` times
        `sources.corners`.
    """
    targets = corners_of(sources.cells.positions, cell, patch)
    # A patch that lies between small pixels touches one more of them on each side.
    room = allowed_corners(usable, patch + 1)
    start = sources.corners * scale

    def next_level(step, found):
        step = step // 2  # from 3 to 1
        costs_at = _costs(shrink(filled[None], step)[0], hole, targets, scale, step, patch)

        def one_around(number, best, costs):
            corners = found + step * tf.constant(AROUND)[number]
            fine = is_allowed(room, corners // scale)
            corners = tf.where(fine[:, None], corners, best)
            tried = costs_at(corners // step)
            better = fine & (tried < costs)  # of equal ones the first
            best = tf.where(better[:, None], corners, best)
            return number + 1, best, tf.where(better, tried, costs)

        # In the graph: written out, such loops take seconds to trace.
        return step, times(len(AROUND), one_around, found, costs_at(found // step))[0]

    loose = (tf.TensorShape([]), tf.TensorShape([None, 2]))
    _, found = tf.while_loop(lambda step, _: step > 1, next_level, (scale, start), loose)
    known_part = _known_part(small_hole, targets, patch)
    corrections = _handed_on(found - start, known_part > 0, sources, cell, patch)
    found = start + corrections
    fine = is_allowed(room, found // scale)
    return tf.where(fine[:, None], found, start)


def _costs(picture, hole, targets, scale, step, patch):
    """A function of corners, `[N, 2]` in pixels of `picture`, that gives `[N]` costs.

    Only known pixels of the target count; `patch` by `patch` of them are compared at any `scale`.
    """
    stride = scale // step
    height, width = tf.shape(picture)[0], tf.shape(picture)[1]
    rows, columns = (
        tf.constant(axis.reshape(1, -1), tf.int32) for axis in np.mgrid[:patch, :patch]
    )
    row, column = (targets[:, axis, None] * stride for axis in (0, 1))
    row, column = row + rows * stride, column + columns * stride
    inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    row, column = tf.clip_by_value(row, 0, height - 1), tf.clip_by_value(column, 0, width - 1)
    pixels = tf.reshape(picture, [-1, 3])
    colors = _levels(tf.gather(pixels, row * width + column))
    full_width = width * step
    missing = tf.gather(tf.reshape(hole, [-1]), row * step * full_width + column * step)
    counted = (tf.cast(inside, tf.float32) * (1.0 - missing))[..., None]
    steps = (rows * width + columns) * stride

    def costs_of(corners):
        first = corners[:, 0] * width + corners[:, 1]
        found = _levels(tf.gather(pixels, first[:, None] + steps))
        return tf.reduce_sum(tf.square(found - colors) * counted, axis=[1, 2])

    return costs_of


def _levels(colors):
    return coarse_levels(fine_levels(colors))


def _known_part(small_hole, targets, patch):
    """How much of each target patch is known, `[N]` float32 in [0, 1]."""
    margin = patch
    known = tf.pad(1.0 - small_hole, [[margin, margin], [margin, margin]])
    part = tf.nn.avg_pool2d(known[None, ..., None], patch, 1, "VALID")[0, ..., 0]
    # Flat: the gather by pairs of indices has no kernel for all types of index.
    row, column = tf.unstack(targets + margin, axis=1)
    return tf.gather(tf.reshape(part, [-1]), row * tf.shape(part)[1] + column)


def _handed_on(corrections, settled, sources, cell, patch):
    """Corrections of settled cells, handed on to cells whose sources lie equally far away.

    Args:
        corrections: `[N, 2]` int32.
        settled: `[N]` bool.
        sources: `Sources`.

    Returns:
        `[N, 2]` int32, 0 where nothing is handed on.
    """
    cells = sources.cells
    far = sources.corners - corners_of(cells.positions, cell, patch)
    corrections = tf.where(settled[:, None], corrections, 0)
    steps = np.array([[jump * np.array(step) for step in NEIGHBOURS] for jump in HANDED_ON])
    steps = steps.reshape(-1, 2).astype(np.int32)

    def from_one_side(number, corrections, settled):
        slots = cells.slots_at(cells.positions + tf.constant(steps)[number])
        exists = slots < cells.count
        slots = tf.where(exists, slots, 0)
        alike = tf.reduce_all(tf.gather(far, slots) == far, axis=1)
        takes = exists & alike & tf.gather(settled, slots) & ~settled
        corrections = tf.where(takes[:, None], tf.gather(corrections, slots), corrections)
        return number + 1, corrections, settled | takes

    return times(len(steps), from_one_side, corrections, settled)[0]
