"""How well a patch of the photo would continue what surrounds a hole, and what fills it."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

WORST = 2.0**24  # above the cost of any patch
COMPARED = 16  # pixels a side of a patch that are compared; larger patches are thinned out


class Compared(NamedTuple):
    """One picture in the form in which patches are compared: flat, in whole numbers 0..63.

    targets: `[H * W, 3]`, the photo, and the network's picture in the hole.
    sources: `[2 * H * W, 3]`, the photo, then its low-pass.
    hole: `[H * W]` int32, 1 in the hole.
    height, width: scalar int32 tensors.
    """

    targets: tf.Tensor
    sources: tf.Tensor
    hole: tf.Tensor
    height: tf.Tensor
    width: tf.Tensor


def compared(filled, smooth, hole):
    """`Compared` of one picture.

    The known part of a patch is compared with the photo, its hole with the low-pass of the photo,
    because what the network painted there is soft.

    Args:
        filled: `[H, W, 3]` of `coarse_levels`, the photo with the network's picture in the hole.
        smooth: `[H, W, 3]` of `coarse_levels`, its low-pass.
        hole: `[H, W]` float32, 1 = hole.
    """
    height, width = tf.shape(filled)[0], tf.shape(filled)[1]
    targets = tf.reshape(filled, [-1, 3])
    sources = tf.concat([targets, tf.reshape(smooth, [-1, 3])], axis=0)
    hole = tf.cast(tf.reshape(hole, [-1]), tf.int32)
    return Compared(targets, sources, hole, height, width)


class Targets(NamedTuple):
    """The patches of some cells, as `patch_costs` needs them.

    colors: `[N, P, 3]`. inside: `[N, P, 1]`, 0 beyond the picture. steps: `[N, P]` int32, from the
    corner of a source to each of its pixels in `Compared.sources`.
    """

    colors: tf.Tensor
    inside: tf.Tensor
    steps: tf.Tensor


def targets_at(pictures, corners, patch):
    """`Targets` of the patches at `corners`, `[N, 2]` int32, which may reach beyond the picture."""
    row, column = (corners[:, axis, None] + _pixels(patch)[axis] for axis in (0, 1))
    height, width = pictures.height, pictures.width
    inside_row = tf.clip_by_value(row, 0, height - 1)
    inside_column = tf.clip_by_value(column, 0, width - 1)
    inside = tf.cast((row == inside_row) & (column == inside_column), tf.float32)
    index = inside_row * width + inside_column
    layer = tf.gather(pictures.hole, index) * (height * width)
    steps = layer + _pixels(patch)[0] * width + _pixels(patch)[1]
    return Targets(tf.gather(pictures.targets, index), inside[..., None], steps)


def patch_costs(pictures, targets, corners):
    """Sums of squared differences, `[N]` float32, from the patches at `corners`, `[N, 2]` int32.

    Sources lie wholly inside the picture. Pixels of a target beyond it do not count.
    """
    first = corners[:, 0] * pictures.width + corners[:, 1]
    found = tf.gather(pictures.sources, first[:, None] + targets.steps)
    return tf.reduce_sum(tf.square(found - targets.colors) * targets.inside, axis=[1, 2])


def _pixels(patch):
    """Rows and columns of the pixels of a patch that count, `[1, P]` int32 each."""
    step = max(1, patch // COMPARED)
    rows, columns = np.mgrid[:patch:step, :patch:step].astype(np.int32)
    return rows.reshape(1, -1), columns.reshape(1, -1)
