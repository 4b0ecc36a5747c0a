"""The residuals of the sources, laid over each other."""

import numpy as np
import tensorflow as tf

HIGHEST = 16  # of a window; products of two and 16 bits of a residual fit a float32


def window(patch):
    """Weights of a patch's rows or columns: `[patch]` float32, a Hann window in whole numbers.

    Two patches that overlap by half have the sum 16 everywhere.
    """
    centres = (tf.range(patch, dtype=tf.float32) + 0.5) / tf.cast(patch, tf.float32)
    return tf.round(HIGHEST * tf.square(tf.sin(np.pi * centres)))


def paste(residual, cells, sources, *, cell, patch):
    """The detail of the hole: sources added up under a window, divided by its sum.

    Every pixel gathers from the cells around it whose patches cover it. Nothing is scattered, so
    sums have one order.

    Args:
        residual: `[H, W, C]`, whole numbers of `fine_levels` of either sign.
        cells: `Cells`.
        sources: `[N, 2]` int32, corners of patches of the residual.
        cell: side of a cell in pixels, an int or a scalar int32 tensor.
        patch: side of a patch, twice that of a cell.

    Returns:
        `[h * cell, w * cell, C]`, whole numbers, 0 beyond the cells.
    """
    margin = (patch - cell) // 2
    width = tf.shape(residual)[1]
    channels = residual.shape[2]
    flat = tf.reshape(residual, [-1, channels])
    pixel = tf.range(cell * cell)
    pixel = tf.stack([pixel // cell, pixel % cell], axis=1)  # within its cell
    weights = window(patch)
    # The other of two neighbouring cells lies before or after this one, depending on the half of
    # the cell that the pixel is in.
    side = tf.where(pixel < cell - margin, -1, 1)
    total, norm = 0.0, 0.0
    for which in ((0, 0), (0, 1), (1, 0), (1, 1)):
        step = side * np.array(which, np.int32)  # `[P, 2]`, to the other cell
        within = pixel + margin - step * cell  # the pixel within that cell's patch
        slots = cells.slots_at(cells.positions[:, None] + step)  # [N, P]
        exists = tf.cast(slots < cells.count, tf.float32)
        corner = tf.gather(tf.concat([sources, sources[:1]], axis=0), slots)
        index = (corner[..., 0] + within[:, 0]) * width + corner[..., 1] + within[:, 1]
        weight = tf.gather(weights, within[:, 0]) * tf.gather(weights, within[:, 1]) * exists
        total += tf.gather(flat, index) * weight[..., None]
        norm += weight
    detail = tf.round(total / norm[..., None])
    return _laid_out(detail, cells, cell, channels)


def _laid_out(detail, cells, cell, channels):
    """`[N, P, C]` by cell to a picture."""
    blank = tf.zeros([1, cell * cell, channels])
    rows, columns = tf.shape(cells.slots)[0], tf.shape(cells.slots)[1]
    grid = tf.gather(tf.concat([detail, blank], axis=0), cells.slots)
    grid = tf.reshape(grid, [rows, columns, cell, cell, channels])
    return tf.reshape(tf.transpose(grid, [0, 2, 1, 3, 4]), [rows * cell, columns * cell, channels])
