"""The weight of each pixel of a hole: less, the farther it is from known pixels."""

import numpy as np
import tensorflow as tf


def box_discount(size, discount):
    """Weights of the pixels of a box, as the authors' program computes them.

    Formula:
        max(discount^min(i, h - i), discount^min(j, w - j)), i and j from 0. So the weights at the
        bottom and right edges lie one step below those at the top and left.

    Args:
        size: (h, w) of the box.
        discount: in (0, 1]; 1 gives ones.

    Returns:
        `[1, h, w, 1]` float32 NumPy array.

    Source:
        Yu et al., CVPR 2018, section 3.2 (there 0.99; 0.9 in the released configuration).
    """
    rows, columns = (np.minimum(np.arange(n), n - np.arange(n)) for n in size)
    nearest = np.minimum(
        rows[:, np.newaxis], columns[np.newaxis, :]
    )  # discount <= 1: max of powers
    return (float(discount) ** nearest).astype(np.float32)[np.newaxis, :, :, np.newaxis]


def distance_discount(mask, discount, farthest):
    """Weights of the pixels of holes of any shape: discount^(city-block distance to the known).

    Args:
        mask: `[B, H, W, 1]`, 1 = hole.
        discount: in (0, 1].
        farthest: int, longer distances count as this one; the cost grows with it.

    Returns:
        `[B, H, W, 1]`, 0 outside the hole; a pixel beside a known one has weight `discount`. A
        mask without any known pixel weighs `discount**farthest` everywhere.
    """
    hole = mask
    power = tf.ones_like(mask)
    weights = tf.zeros_like(mask)
    for distance in range(1, farthest + 1):
        # Pixels whose whole neighbourhood is hole are at least one step farther.
        deeper = _erode(hole) if distance < farthest else tf.zeros_like(hole)
        power = power * discount
        weights += (hole - deeper) * power
        hole = deeper
    return weights


def _erode(mask):
    """Keeps the pixels of the hole whose four neighbours are hole too; outside counts as hole."""
    padded = tf.pad(mask, [[0, 0], [1, 1], [1, 1], [0, 0]], constant_values=1.0)
    vertical = tf.minimum(padded[:, :-2, 1:-1], padded[:, 2:, 1:-1])
    horizontal = tf.minimum(padded[:, 1:-1, :-2], padded[:, 1:-1, 2:])
    return tf.minimum(mask, tf.minimum(vertical, horizontal))
