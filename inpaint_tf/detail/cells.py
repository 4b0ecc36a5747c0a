"""The grid of cells in which a hole is filled, and the patches around them."""

from typing import NamedTuple

import tensorflow as tf


class Cells(NamedTuple):
    """The cells of one picture that are filled: those whose patches touch its hole.

    positions: `[N, 2]` int32, row and column in the grid, row by row.
    slots: `[h, w]` int32, each grid cell's number among them, or N for cells that are not filled.
    """

    positions: tf.Tensor
    slots: tf.Tensor

    @property
    def count(self):
        return tf.shape(self.positions)[0]

    def covered(self, cell):
        """`[h * cell, w * cell]` float32, 1 in these cells."""
        inside = tf.cast(self.slots < self.count, tf.float32)
        return tf.repeat(tf.repeat(inside, cell, axis=0), cell, axis=1)

    def slots_at(self, positions):
        """Numbers of the cells at `[..., 2]` positions, on the grid or beyond it; N for none."""
        height, width = tf.shape(self.slots)[0], tf.shape(self.slots)[1]
        row, column = positions[..., 0], positions[..., 1]
        inside_row = tf.clip_by_value(row, 0, height - 1)
        inside_column = tf.clip_by_value(column, 0, width - 1)
        found = tf.gather(tf.reshape(self.slots, [-1]), inside_row * width + inside_column)
        inside = (row == inside_row) & (column == inside_column)
        return tf.where(inside, found, self.count)


def cells_of(hole, cell, patch):
    """The `Cells` of a hole.

    Args:
        hole: `[H, W]` float32, 1 = hole.
        cell, patch: sides in pixels. Every pixel is covered by the patches of four cells.
    """
    height, width = tf.shape(hole)[0], tf.shape(hole)[1]
    margin = (patch - cell) // 2
    hole = tf.pad(hole, [[margin, margin + -height % cell], [margin, margin + -width % cell]])
    touched = tf.nn.max_pool2d(hole[None, ..., None], patch, cell, "VALID")[0, ..., 0] > 0.5
    positions = tf.cast(tf.where(touched), tf.int32)
    hit = tf.cast(tf.reshape(touched, [-1]), tf.float32)
    number = tf.cast(tf.cumsum(hit, exclusive=True), tf.int32)
    slots = tf.where(tf.reshape(touched, [-1]), number, tf.shape(positions)[0])
    return Cells(positions, tf.reshape(slots, tf.shape(touched)))


def corners_of(positions, cell, patch):
    """Top left corners of the patches around cells, `[..., 2]` int32 in pixels."""
    return positions * cell - (patch - cell) // 2
